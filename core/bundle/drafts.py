"""Texts on their way: what becomes a file, changes, commands, or a piece of code that nobody named."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from core.bundle.fileset import Claim


class Use(Enum):
    FILE = auto()
    EDIT = auto()
    """Changes to a file, whatever it looks like."""
    DIFF = auto()
    """Changes, one line each, marked by `-` and `+`."""
    LONE = auto()
    """Code without a name."""
    SHELL = auto()
    NONE = auto()
    """Swallowed: its name is not to be used."""


class Draft:
    """``path``: ``None`` where it has none, or none that may be used. ``language``: what an unnamed one is written
    in. ``said``: how many lines of prose came before it."""

    def __init__(
        self, path: str | None, use: Use, claim: Claim = Claim.GUESSED, language: str = "", said: int = 0
    ) -> None:
        self.path = path
        self.use = use
        self.claim = claim
        self.language = language
        self.said = said
        self.lines: list[str] = []
        self.size = 0
        self.warnings: list[str] = []

    @property
    def kept(self) -> bool:
        return self.use is not Use.NONE


@dataclass(frozen=True, slots=True)
class Lone:
    """A block of code without a name. ``weak``: the file that prose connects with it."""

    language: str
    text: str
    weak: str | None = None
