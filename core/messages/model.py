"""What was said in a session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.intents import Person


class Speaker(StrEnum):
    PERSON = "person"
    AGENT = "agent"


AGENT = Person("", "")
"""Who the agent is where a person would stand."""


@dataclass(frozen=True, slots=True)
class TextFile:
    """A text file that a person dropped into the thread. ``cut``: only its beginning was read."""

    name: str
    text: str
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """``seq``: order within the session, from 1. ``author``: the display name, empty until the platform was asked;
    ``person``: who that is. ``aside``: for the humans only
    (begins with ``//``): stored, never answered, never in a prompt. ``answered``: a turn has taken it up."""

    id: int
    session_id: str
    seq: int
    speaker: Speaker
    author: str
    text: str
    at: datetime
    aside: bool = False
    answered: bool = True
    files: tuple[TextFile, ...] = ()
    person: Person = AGENT
