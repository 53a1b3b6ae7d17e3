"""The complete files of an answer: one of each place, and no file where another one needs a folder."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from core.automations.model import File
from core.bundle.paths import same_place, shown

_PART_OF = 10
_PART_SHARE = 0.4
"""A later block for a file of ten lines or more that has less than this share of them only shows a part of it."""


class Claim(IntEnum):
    """How sure it is that a text is the file of that name."""

    PROSE = 0
    """A sentence beside a block of code says so."""
    GUESSED = 1
    """The name stands in, on or above the block."""
    STATED = 2
    """A format says so."""


@dataclass(frozen=True, slots=True)
class _Kept:
    file: File
    claim: Claim


class FileSet:
    def __init__(self) -> None:
        self._files: dict[str, _Kept] = {}
        self._folders: dict[str, str] = {}

    @property
    def files(self) -> tuple[File, ...]:
        """In the order of their first appearance."""
        return tuple(kept.file for kept in self._files.values())

    @property
    def told(self) -> tuple[str, ...]:
        """Paths that only prose gives."""
        return tuple(kept.file.path for kept in self._files.values() if kept.claim is Claim.PROSE)

    @property
    def stated(self) -> bool:
        return any(kept.claim is Claim.STATED for kept in self._files.values())

    def add(self, file: File, claim: Claim) -> tuple[bool, str | None]:
        """Whether `file` is in the set now, and a sentence for people where that is worth one."""
        place = same_place(file.path)
        if blocker := self._blocker(place):
            return False, f"{shown(file.path)} was left out: it cannot be beside {shown(blocker)}."
        earlier = self._files.get(place)
        if earlier is not None and (reason := _yields(file, claim, earlier)):
            return False, reason
        self._files[place] = _Kept(file, claim)
        for parent in _parents(place):
            self._folders.setdefault(parent, file.path)
        return True, _replaced(file, earlier.file) if earlier else None

    def drop(self, path: str) -> None:
        self._files.pop(same_place(path), None)

    def _blocker(self, place: str) -> str | None:
        """A file that is a folder of `place`, or the other way round."""
        if place in self._folders:
            return self._folders[place]
        return next(
            (self._files[parent].file.path for parent in _parents(place) if parent in self._files), None
        )


def _parents(place: str) -> list[str]:
    parts = place.split("/")
    return ["/".join(parts[:depth]) for depth in range(1, len(parts))]


def _yields(file: File, claim: Claim, earlier: _Kept) -> str | None:
    """Why `earlier` stays."""
    if claim < earlier.claim:
        return f"A second text for {shown(file.path)}, outside of the files, was left out."
    whole = earlier.file.lines
    if claim is not Claim.STATED and whole >= _PART_OF and file.lines < whole * _PART_SHARE:
        return f"A shorter second text for {shown(file.path)} was left out: it shows a part of it."
    return None


def _replaced(file: File, earlier: File) -> str | None:
    if file.path != earlier.path:
        return f"{shown(earlier.path)} and {shown(file.path)} differ only in case: the later one was kept."
    if file.content != earlier.content:
        return f"{shown(file.path)} came twice: the last complete one was kept."
    return None
