"""What people did and what they see of it, as values that know no platform."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Seen:
    """A message as people read it. ``buttons``: their labels; ``files``: the names. ``growing``: it still looks as if
    it were being written."""

    id: str
    by_bot: bool
    text: str
    buttons: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    growing: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """A message that must be answered once. ``word``: stands in no other. ``said``: when; ``arrived``: when the person
    could know that it had come to the program, `None` for never."""

    word: str
    said: float
    arrived: float | None


@dataclass(slots=True)
class Times:
    """How often something was asked for: at least so often (the click was acked), at most so often (all clicks)."""

    least: int = 0
    most: int = 0


@dataclass(frozen=True, slots=True)
class Stored:
    """What the database holds of a session. ``sessions``: rows with its title. ``words``: those of the questions that
    are stored, one for each row. ``versions``: their numbers; ``made``: how many of them by a generation, the others
    are restored ones. ``jobs``: states of its generations."""

    sessions: int = 0
    words: tuple[str, ...] = ()
    versions: tuple[int, ...] = ()
    made: int = 0
    jobs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """One session at the end: what was asked for, what its thread shows, and what is stored. ``cards``: in the channel,
    with its title. ``handed``: archives of it that were given to single persons."""

    title: str
    questions: tuple[Question, ...]
    generated: Times
    restored: Times
    downloaded: Times
    cards: int
    thread: tuple[Seen, ...]
    handed: int
    stored: Stored
