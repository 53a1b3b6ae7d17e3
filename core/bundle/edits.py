"""Changes applied to a file: exactly, or by the few differences that models make without meaning them. Nothing is
guessed: a place that is not the only one is an error."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from core.bundle.model import Change
from core.bundle.nearest import Nearest, nearest

_FOLDED = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u201b", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
        **dict.fromkeys("\u00a0\u2007\u202f\u2002\u2003\u2009", " "),
        "\u2026": "...",
    }
)
_GAP = re.compile(r"\s*\.\.\.\s*")
_INDENT = re.compile(r"[ \t]*")


@dataclass(frozen=True, slots=True)
class Applied:
    """``content``: the file with all changes. ``already``: numbers, from 1, of those that it held before."""

    content: str
    already: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Failure:
    """``number``: of the change, from 1. ``reason``: half a sentence that goes on after "it". ``near``: the lines of
    the file that are most like its old lines."""

    number: int
    reason: str
    near: Nearest | None = None


@dataclass(frozen=True, slots=True)
class EditFailed:
    """Nothing was changed. ``passed``: numbers of the changes that could have been made."""

    failures: tuple[Failure, ...]
    passed: tuple[int, ...] = ()

    def explained(self, path: str) -> str:
        """For the model that writes the changes again."""
        parts = [f"{path} was left as it is: {len(self.failures)} of its changes could not be made."]
        for failure in self.failures:
            parts.append(f"Change {failure.number}: it {failure.reason}.")
            if failure.near is not None:
                parts.append(
                    f"The nearest lines of the file, from line {failure.near.line}:\n{failure.near.text}"
                )
        if self.passed:
            numbers = ", ".join(map(str, self.passed))
            parts.append(f"These changes fit and need no correction: {numbers}.")
        return "\n".join(parts)


def apply(content: str | None, changes: Sequence[Change]) -> Applied | EditFailed:
    """All of `changes` to the file's `content` (``None``: there is no such file), in order, or none of them."""
    windows = content is not None and "\r\n" in content
    text = (content or "").replace("\r\n", "\n")
    exists = content is not None and bool(content.strip())
    failures: list[Failure] = []
    passed: list[int] = []
    already: list[int] = []
    for number, change in enumerate(changes, 1):
        outcome = _changed(text, change, exists=exists)
        if isinstance(outcome, _Miss):
            failures.append(Failure(number, outcome.reason, outcome.near))
            continue
        passed.append(number)
        if outcome is None:
            already.append(number)
        else:
            text, exists = outcome, exists or bool(outcome.strip())
    if failures:
        return EditFailed(tuple(failures), tuple(passed))
    ended = text.rstrip("\n") + "\n" if text.strip() else ""
    return Applied(ended.replace("\n", "\r\n") if windows else ended, tuple(already))


@dataclass(frozen=True, slots=True)
class _Miss:
    reason: str
    near: Nearest | None = None


def _changed(text: str, change: Change, *, exists: bool) -> str | _Miss | None:
    """`text` with the change; ``None`` when it holds it already."""
    old, new = _lines(change.search), _lines(change.replace)
    if not any(line.strip() for line in old):
        return _filled(text, new, exists=exists)
    lines = text.split("\n")
    for attempt in _ATTEMPTS:
        places = attempt(lines, old, new)
        if len(places) > 1:
            return _Miss("fits in more than one place: add lines around it")
        if places:
            return "\n".join(places[0].put(lines))
    if any(line.strip() for line in new) and _found(lines, new, str.rstrip):
        return None
    near = nearest(lines, old)
    return _Miss("was not found in the file" if exists else "was to change a file that does not exist", near)


def _filled(text: str, new: list[str], *, exists: bool) -> str | _Miss | None:
    if not exists:
        return "\n".join(new) + "\n"
    if _found(text.split("\n"), new, str.rstrip):
        return None
    return _Miss("has no old lines, which only a new or empty file allows")


@dataclass(frozen=True, slots=True)
class _Place:
    """Lines `start` to `end` become `lines`."""

    start: int
    end: int
    lines: Sequence[str]

    def put(self, lines: Sequence[str]) -> list[str]:
        return [*lines[: self.start], *self.lines, *lines[self.end :]]


_Attempt = Callable[[list[str], list[str], list[str]], list[_Place]]
"""Finds the places of the old lines in the lines of a file, with the new lines as they fit there."""
_ENOUGH = 2
"""Places: more need not be looked for."""
_TRIES = 2000
"""Places that are looked at line by line; a text that is like its file in more of them is not unique anyway."""


def _same(key: Callable[[str], str]) -> _Attempt:
    """Where the old lines stand when each line is seen through `key`."""

    def attempt(lines: list[str], old: list[str], new: list[str]) -> list[_Place]:
        return [_Place(at, at + len(old), new) for at in _found(lines, old, key)]

    return attempt


def _shifted(lines: list[str], old: list[str], new: list[str]) -> list[_Place]:
    """Where they stand when all of them are indented by the same amount more or less."""
    places: list[_Place] = []
    for at in _spots(lines, old, str.strip):
        shift = _shift(old, lines[at : at + len(old)])
        if shift is not None:
            places.append(_Place(at, at + len(old), [_moved(line, *shift) for line in new]))
        if len(places) == _ENOUGH:
            break
    return places


def _shift(old: Sequence[str], real: Sequence[str]) -> tuple[str, str] | None:
    """The indent to take away from, and the one to put before, each line of `old` to get `real`."""
    shifts: set[tuple[str, str]] = set()
    for ours, theirs in zip(old, real, strict=True):
        if not ours.strip():
            continue
        mine, file = _indent(ours), _indent(theirs)
        if not (mine.endswith(file) or file.endswith(mine)):
            return None
        common = min(len(mine), len(file))
        shifts.add((mine[: len(mine) - common], file[: len(file) - common]))
        if len(shifts) > 1:
            return None
    return shifts.pop() if shifts else None


def _moved(line: str, away: str, before: str) -> str:
    if not line.strip():
        return line
    return before + (line.removeprefix(away) if line.startswith(away) else line.lstrip(" \t"))


def _trimmed(lines: list[str], old: list[str], new: list[str]) -> list[_Place]:
    """Where they stand without the blank lines around them."""
    bare, put = _without_edges(old), _without_edges(new)
    if len(bare) == len(old) and len(put) == len(new):
        return []
    for attempt in (_same(str.rstrip), _shifted, _same(_plain)):
        if places := attempt(lines, bare, put):
            return places
    return []


def _elided(lines: list[str], old: list[str], new: list[str]) -> list[_Place]:
    """Where their parts stand when both texts skip the same lines with `...`."""
    olds, news = _parts(old), _parts(new)
    if len(olds) < _ENOUGH or len(olds) != len(news) or not all(olds[1:-1]):
        return []
    kept, places = list(lines), 0
    for before, after in zip(olds, news, strict=True):
        if not before:
            if any(line.strip() for line in after):
                return []
            continue
        found = _same(str.rstrip)(kept, before, after)
        if len(found) != 1:
            return found
        kept, places = found[0].put(kept), places + 1
    return [_Place(0, len(lines), kept)] if places else []


def _plain(line: str) -> str:
    """Composed, without typographic quotes, dashes and spaces."""
    return unicodedata.normalize("NFC", line).translate(_FOLDED).rstrip()


def _itself(line: str) -> str:
    return line


_ATTEMPTS = (_same(_itself), _same(str.rstrip), _shifted, _same(_plain), _trimmed, _elided)
"""In this order; the first one that finds a place decides."""


def _found(lines: Sequence[str], old: Sequence[str], key: Callable[[str], str]) -> list[int]:
    spots = _spots(lines, old, key)
    return [at for at, _ in zip(spots, range(_ENOUGH), strict=False)]


def _spots(lines: Sequence[str], old: Sequence[str], key: Callable[[str], str]) -> Iterator[int]:
    """The numbers of the lines, from 0, at which `old` stands."""
    if not old:
        return
    hay = "\n" + "".join(key(line) + "\n" for line in lines)
    needle = "\n" + "".join(key(line) + "\n" for line in old)
    at, line, counted = hay.find(needle), 0, 0
    for _ in range(_TRIES):
        if at < 0:
            return
        line += hay.count("\n", counted, at)
        counted = at
        yield line
        at = hay.find(needle, at + 1)


def _parts(lines: Sequence[str]) -> list[list[str]]:
    """What stands between the lines that are `...` only."""
    parts: list[list[str]] = [[]]
    for line in lines:
        if _GAP.fullmatch(line):
            parts.append([])
        else:
            parts[-1].append(line)
    return parts


def _without_edges(lines: list[str]) -> list[str]:
    kept = [at for at, line in enumerate(lines) if line.strip()]
    return lines[kept[0] : kept[-1] + 1] if kept else []


def _lines(text: str) -> list[str]:
    text = text.replace("\r\n", "\n")
    return text.removesuffix("\n").split("\n") if text else []


def _indent(line: str) -> str:
    match = _INDENT.match(line)
    return match[0] if match else ""
