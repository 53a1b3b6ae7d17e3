"""What people see of a failure: one sentence, what they can press, and a reference that is in the log."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from tests.scenarios.team import Message, Team

SIGN = "⚠️"
_AT_WORK = ("⏳", "⏸", "🔎", "🧪")
_REFERENCE = re.compile(r"\bref ([0-9a-f]{8})\b")


def failures(messages: Sequence[Message]) -> list[Message]:
    return [one for one in messages if SIGN in one.text and _REFERENCE.search(one.text)]


async def told(it: Team, before: Sequence[Message]) -> Message:
    """The failure that the thread tells since it was as in `before`."""
    known = {_reference(one) for one in failures(before)}
    new = await it.see(lambda: [one for one in failures(it.thread) if _reference(one) not in known])
    (message,) = new
    return message  # type: ignore[no-any-return]  # `see` gives back what the condition gave


async def told_alone(it: Team, who: str, before: Sequence[Message]) -> Message:
    """The failure that one person alone is told since then."""
    known = {_reference(one) for one in failures(before)}
    new = await it.see(lambda: [one for one in failures(it.alone(who)) if _reference(one) not in known])
    (message,) = new
    return message  # type: ignore[no-any-return]  # `see` gives back what the condition gave


def check(it: Team, message: Message, sentence: str, *buttons: str) -> None:
    """It says so in one sentence, offers these buttons, its reference is in the log, and nothing looks unfinished."""
    assert sentence in message.text
    line = next(line for line in message.text.splitlines() if SIGN in line)
    said = line.partition(SIGN)[2].partition("ref ")[0].strip().rstrip("`").strip()
    if not said.startswith("The model wrote"):  # and quotes what it wrote instead
        assert not re.search(r"[.!?] (?!Press )[A-Z]", said), (
            f"more than what happened and what to press: {said}"
        )
    assert tuple(button.label for button in message.buttons) == buttons
    logged = [json.loads(line) for line in it.program.log.splitlines() if _reference(message) in line]
    assert any("detail" in entry for entry in logged), f"{_reference(message)} is not in the log"
    assert at_work(it) == []


def at_work(it: Team) -> list[str]:
    """Messages that look as if something were still being done."""
    thread = it.thread if it.root else ()
    return [one.text for one in thread if one.text.startswith(_AT_WORK) or it.growing(one)]


def _reference(message: Message) -> str:
    found = _REFERENCE.search(message.text)
    return found[1] if found else ""
