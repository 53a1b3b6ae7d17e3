"""The words by which every answer is told apart: they stand in what people say, and the simulated model repeats them. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

_QUESTION = re.compile(r"\bq\d+x\d+x\d+\b")
_TITLE = re.compile(r"\bt\d+x\d+\b")
_FILLER = (
    "It is read line by line, kept in one table, and written out once an hour; what fails is tried again at the next "
    "round and named at the end. Nothing else is needed for it."
)


def title(lane: int, session: int) -> str:
    return f"Watch t{lane}x{session}"


def question(lane: int, session: int, number: int) -> str:
    return f"q{lane}x{session}x{number}"


def opening(title: str) -> str:
    """The word of the agent's first message in a session."""
    found = _TITLE.search(title)
    return f"o{found[0]}" if found else title


def questions_in(text: str) -> tuple[str, ...]:
    """Each once, in the order in which they come."""
    return tuple(dict.fromkeys(_QUESTION.findall(text)))


def title_in(text: str) -> str:
    found = _TITLE.search(text)
    return found[0] if found else ""


def answer(words: Sequence[str]) -> str:
    """What the model says to these questions."""
    named = " ".join(words)
    return f"Answer to {named}. {_FILLER} End of {named}."


def begins(text: str) -> tuple[str, ...]:
    """The words of the answers that begin in a text, as often as they do."""
    return _named(r"Answer to ([^.]*)\.", text)


def ends(text: str) -> tuple[str, ...]:
    return _named(r"End of ([^.]*)\.", text)


def _named(pattern: str, text: str) -> tuple[str, ...]:
    return tuple(word for found in re.findall(pattern, text) for word in found.split())
