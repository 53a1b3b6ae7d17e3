"""The difference of two texts, line by line, in bounded time. Pure.

Lines that occur once on both sides hold the two together (the "patience" way); what lies between them is compared
exactly while an `Effort` lasts, and counts as replaced after that: two huge files hold nobody up.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

CONTEXT = 3
"""Unchanged lines around a change."""
_UNENDED = "\n\\ No newline at end of file\n"


@dataclass(slots=True)
class Effort:
    """What comparisons may still cost, in steps of about 0.1 microseconds; shared by all files of a comparison."""

    steps: int = 500_000

    def spend(self, steps: int) -> bool:
        """Whether there was enough left; it is gone then."""
        if steps > self.steps:
            return False
        self.steps -= steps
        return True


@dataclass(frozen=True, slots=True)
class Change:
    """Lines `old_from` up to `old_to` of the old text stand as `new_from` up to `new_to` in the new one; from 0."""

    old_from: int
    old_to: int
    new_from: int
    new_to: int


def lines_of(text: str) -> list[str]:
    """As Git counts them: only a line feed ends one, and it stays on."""
    lines = text.split("\n")
    last = lines.pop()
    return [f"{line}\n" for line in lines] + ([last] if last else [])


def changes(old: Sequence[str], new: Sequence[str], effort: Effort) -> list[Change]:
    """What lies between the lines that both have, in order; empty when they are equal."""
    numbers: dict[str, int] = {}
    a = [numbers.setdefault(line, len(numbers)) for line in old]
    b = [numbers.setdefault(line, len(numbers)) for line in new]
    ends = [(-1, -1), *sorted(_common(a, b, effort)), (len(a), len(b))]
    return [Change(i + 1, k, j + 1, m) for (i, j), (k, m) in pairwise(ends) if (k, m) != (i + 1, j + 1)]


def hunks(old: Sequence[str], new: Sequence[str], found: Sequence[Change]) -> Iterator[str]:
    """The changes as a unified diff has them, each line with its line feed; without the file's header."""
    groups: list[list[Change]] = []
    for change in found:
        if groups and change.old_from - groups[-1][-1].old_to <= 2 * CONTEXT:
            groups[-1].append(change)
        else:
            groups.append([change])
    for group in groups:
        yield from _hunk(old, new, group)


def _hunk(old: Sequence[str], new: Sequence[str], group: Sequence[Change]) -> Iterator[str]:
    before = min(CONTEXT, group[0].old_from)
    after = min(CONTEXT, len(old) - group[-1].old_to)
    at, end = group[0].old_from - before, group[-1].old_to + after
    new_at, new_end = group[0].new_from - before, group[-1].new_to + after
    yield f"@@ -{_range(at, end)} +{_range(new_at, new_end)} @@\n"
    for change in group:
        yield from _marked(" ", old[at : change.old_from])
        yield from _marked("-", old[change.old_from : change.old_to])
        yield from _marked("+", new[change.new_from : change.new_to])
        at = change.old_to
    yield from _marked(" ", old[at:end])


def _range(start: int, end: int) -> str:
    """Git leaves a count of one out, and names the line before where there is none."""
    count = end - start
    if count == 1:
        return str(start + 1)
    return f"{start + 1 if count else start},{count}"


def _marked(sign: str, lines: Sequence[str]) -> Iterator[str]:
    for line in lines:
        yield f"{sign}{line}" if line.endswith("\n") else f"{sign}{line}{_UNENDED}"


def _common(a: Sequence[int], b: Sequence[int], effort: Effort) -> Iterator[tuple[int, int]]:
    """Pairs of places of equal lines, rising on both sides together; in no order."""
    parts = [(0, len(a), 0, len(b))]
    while parts:
        a0, a1, b0, b1 = parts.pop()
        while a0 < a1 and b0 < b1 and a[a0] == b[b0]:
            yield a0, b0
            a0, b0 = a0 + 1, b0 + 1
        while a0 < a1 and b0 < b1 and a[a1 - 1] == b[b1 - 1]:
            a1, b1 = a1 - 1, b1 - 1
            yield a1, b1
        if a0 == a1 or b0 == b1:
            continue
        anchors = _anchors(a, b, (a0, a1, b0, b1)) if effort.spend(2 * (a1 - a0 + b1 - b0)) else []
        if anchors:
            borders = [(a0, b0), *anchors, (a1, b1)]
            parts += [(i, k, j, m) for (i, j), (k, m) in pairwise(borders)]
        elif effort.spend((a1 - a0) * (b1 - b0)):
            yield from _longest(a, b, (a0, a1, b0, b1))


def _anchors(a: Sequence[int], b: Sequence[int], part: tuple[int, int, int, int]) -> list[tuple[int, int]]:
    """Lines that occur once on each side of the part: the longest run of them that rises on both sides."""
    a0, a1, b0, b1 = part
    ours, theirs = _once(a, a0, a1), _once(b, b0, b1)
    pairs = [(place, theirs[line]) for line, place in ours.items() if line in theirs]
    tops: list[int] = []  # the smallest place on the right with which a run of each length ends
    links: list[
        tuple[int, int]
    ] = []  # for each pair: the length of the best run to it, and the pair before it
    ends: list[int] = []
    for number, (_, place) in enumerate(pairs):
        length = bisect_left(tops, place)
        links.append((length, ends[length - 1] if length else -1))
        if length == len(tops):
            tops.append(place)
            ends.append(number)
        else:
            tops[length], ends[length] = place, number
    run, number = [], ends[-1] if ends else -1
    while number >= 0:
        run.append(pairs[number])
        number = links[number][1]
    return run[::-1]


def _once(lines: Sequence[int], start: int, end: int) -> dict[int, int]:
    """The lines that occur once there, in order, each with its place."""
    places: dict[int, int] = {}
    often = set()
    for place in range(start, end):
        line = lines[place]
        if line in places:
            often.add(line)
        places[line] = place
    return {line: place for line, place in places.items() if line not in often}


def _longest(
    a: Sequence[int], b: Sequence[int], part: tuple[int, int, int, int]
) -> Iterator[tuple[int, int]]:
    """The longest common subsequence, by the book."""
    a0, a1, b0, b1 = part
    width = b1 - b0
    table = [[0] * (width + 1)]  # from the ends backwards
    for i in range(a1 - 1, a0 - 1, -1):
        below, line, row = table[-1], a[i], [0] * (width + 1)
        for k in range(width - 1, -1, -1):
            row[k] = below[k + 1] + 1 if b[b0 + k] == line else max(below[k], row[k + 1])
        table.append(row)
    i, k = a0, 0
    while i < a1 and k < width:
        here, below = table[a1 - i], table[a1 - i - 1]
        if a[i] == b[b0 + k]:
            yield i, b0 + k
            i, k = i + 1, k + 1
        elif below[k] >= here[k + 1]:
            i += 1
        else:
            k += 1
