"""A session as it has to end, to be spoiled by the tests."""

from __future__ import annotations

from bot.chaos import words
from bot.chaos.seen import Case, Question, Seen, Stored, Times

TITLE = "t0x0"
FIRST, SECOND = "q0x0x0", "q0x0x1"
CARD = Seen("1", by_bot=True, text="Watch t0x0", buttons=("Generate", "Requirements", "Close"))
OPENING = Seen("2", by_bot=True, text=words.answer([words.opening(TITLE)]))
ASKED = Seen("3", by_bot=False, text=f"What of {FIRST}?")
ANSWER = Seen("4", by_bot=True, text=words.answer([FIRST]))
ASKED_TOO = Seen("5", by_bot=False, text=f"What of {SECOND}?")
ANSWER_TOO = Seen("6", by_bot=True, text=words.answer([SECOND]))
PROGRESS = Seen("7", by_bot=True, text="📝 v1 · 2 files in 1 s · draft: what is missing stands below")
DELIVERY = Seen("8", by_bot=True, text="v1 · Auto · draft\nA small watcher.", buttons=("Download",))
FILES = Seen("9", by_bot=True, text="", files=("watch-t0x0-v1.zip", "main.py"))
FAILED = Seen("10", by_bot=True, text="⚠️ It broke off. `ref 0a1b2c3d`", buttons=("Try again",))
THREAD = (CARD, OPENING, ASKED, ANSWER, ASKED_TOO, ANSWER_TOO, PROGRESS, DELIVERY, FILES)


def case(*thread: Seen, **changes: object) -> Case:
    """`thread`: `THREAD` when left out."""
    right: dict[str, object] = {
        "title": TITLE,
        "questions": (Question(FIRST, 10.0, 11.0), Question(SECOND, 12.0, 13.0)),
        "generated": Times(1, 1),
        "restored": Times(),
        "downloaded": Times(1, 2),
        "cards": 1,
        "thread": thread or THREAD,
        "handed": 1,
        "stored": Stored(1, (FIRST, SECOND), (1,), 1, ("done",)),
    }
    return Case(**{**right, **changes})  # type: ignore[arg-type]  # the tests change any field


def without(*messages: Seen) -> tuple[Seen, ...]:
    return tuple(each for each in THREAD if each not in messages)
