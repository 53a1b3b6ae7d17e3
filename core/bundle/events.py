"""What a parser reports while an answer streams in: the stuff of the progress message."""

from __future__ import annotations

from dataclasses import dataclass

from core.automations.model import File


@dataclass(frozen=True, slots=True)
class PlanSeen:
    """The model has said which files it is going to write."""

    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FileOpened:
    """A file begins. It may still come to nothing: cut off, binary, or taken back by the end of reasoning."""

    path: str


@dataclass(frozen=True, slots=True)
class FileGrew:
    """``lines`` and ``size`` (bytes of UTF-8) of the file so far, as the model wrote it; one event a line."""

    path: str
    lines: int
    size: int


@dataclass(frozen=True, slots=True)
class FileClosed:
    """A file is complete. ``warnings``: sentences for people about this file."""

    file: File
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EditSeen:
    """Changes to a file that exists already are complete. ``count``: how many came with this block."""

    path: str
    count: int


@dataclass(frozen=True, slots=True)
class Said:
    """One line outside of files, with its line end if it has one."""

    text: str


Event = PlanSeen | FileOpened | FileGrew | FileClosed | EditSeen | Said
