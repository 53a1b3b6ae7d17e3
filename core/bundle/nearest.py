"""Which lines of a file are most like the lines that somebody looked for."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

_AROUND = 2
_SHOWN = 40
_COMPARED = 2000
"""Lines that are compared one by one."""
_CHOICE = 5
_ALIKE = 500
"""Windows, and characters of each, that are compared letter by letter."""
_LONG = 200


@dataclass(frozen=True, slots=True)
class Nearest:
    """``line``: number of the first one, from 1. ``text``: the lines."""

    line: int
    text: str


def nearest(lines: Sequence[str], wanted: Sequence[str]) -> Nearest | None:
    """The window of `lines` that has most lines of `wanted`, with a few around it; in linear time."""
    sought = {line.strip() for line in wanted if line.strip()}
    size = max(1, min(len(wanted), _SHOWN))
    starts = _best([line.strip() in sought for line in lines], size)
    if starts:
        start: int | None = max(starts, key=lambda at: _likeness(lines[at : at + size], wanted))
    else:
        start = _alike(lines, next((line.strip() for line in wanted if line.strip()), ""))
    if start is None:
        return None
    first, last = max(0, start - _AROUND), min(len(lines), start + size + _AROUND)
    return Nearest(first + 1, "\n".join(line[:_LONG] for line in lines[first:last]))


def _best(hits: Sequence[bool], size: int) -> list[int]:
    """The starts of the first windows of `size` with the most hits."""
    count = best = sum(hits[:size])
    starts = [0]
    for at in range(1, len(hits) - size + 1):
        count += hits[at + size - 1] - hits[at - 1]
        if count > best:
            best, starts = count, [at]
        elif count == best and len(starts) < _CHOICE:
            starts.append(at)
    return starts if best else []


def _likeness(lines: Sequence[str], wanted: Sequence[str]) -> float:
    ours, theirs = ("\n".join(line.strip() for line in part)[:_ALIKE] for part in (lines, wanted))
    return difflib.SequenceMatcher(None, ours, theirs, autojunk=False).ratio()


def _alike(lines: Sequence[str], wanted: str) -> int | None:
    places: dict[str, int] = {}
    for at, line in enumerate(lines[:_COMPARED]):
        places.setdefault(line.strip()[:_LONG], at)
    found = difflib.get_close_matches(wanted[:_LONG], [text for text in places if text], 1)
    return places[found[0]] if found else None
