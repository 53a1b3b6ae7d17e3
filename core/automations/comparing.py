"""What changed from one version to another: as figures for people, and as a patch that `git apply` takes. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from core.automations.lines import Change, Effort, changes, hunks, lines_of
from core.automations.model import File

Kind = Literal["added", "changed", "removed", "renamed", "unchanged"]

_ALIKE = 0.6
"""The share of the larger file that a renamed one must have kept, if its content changed."""
_PAIRS = 2_000
"""So many pairs of a file that went and one that came are compared at most."""


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file of either version. ``path``: where it is now; of a removed one, where it was. ``old_path``: where it
    was, "" for an added one. ``plus``, ``minus``: lines that came and went, as Git counts lines."""

    kind: Kind
    path: str
    old_path: str
    plus: int = 0
    minus: int = 0


def compare(old: Sequence[File], new: Sequence[File]) -> tuple[FileChange, ...]:
    """The files of `new` in their order, then those that are gone, in the order of `old`. A removed and an added file
    are one renamed file where their contents are equal or alike by more than 0.6."""
    return tuple(pair.summary for pair in _pairs(old, new))


def git_diff(old: Sequence[File], new: Sequence[File]) -> str:
    """A patch from the folder of `old` to that of `new`, in order of the paths; "" when they are the same."""
    pairs = sorted(_pairs(old, new), key=lambda pair: pair.summary.path)
    return "".join(line for pair in pairs for line in pair.patch())


def changed_lines(old: str, new: str) -> Iterator[str]:
    """The hunks of one file without its header, line by line, each with its line feed."""
    a, b = lines_of(old), lines_of(new)
    return hunks(a, b, changes(a, b, Effort()))


@dataclass(slots=True)
class _Pair:
    """A file before and after; at least one of them is there."""

    before: File | None
    after: File | None
    alike: float = 0.0
    effort: Effort = field(default_factory=Effort)
    _found: list[Change] | None = None

    @property
    def summary(self) -> FileChange:
        found = self.found
        plus = sum(one.new_to - one.new_from for one in found)
        minus = sum(one.old_to - one.old_from for one in found)
        if self.before is None:
            return FileChange("added", _path(self.after), "", plus)
        if self.after is None:
            return FileChange("removed", self.before.path, self.before.path, 0, minus)
        kind: Kind = "changed" if found else "unchanged"
        if self.before.path != self.after.path:
            kind = "renamed"
        return FileChange(kind, self.after.path, self.before.path, plus, minus)

    @property
    def found(self) -> list[Change]:
        if self._found is None:
            self._found = changes(*self.lines, self.effort)
        return self._found

    @property
    def lines(self) -> tuple[list[str], list[str]]:
        return (
            lines_of(self.before.content) if self.before else [],
            lines_of(self.after.content) if self.after else [],
        )

    def patch(self) -> Iterator[str]:
        if self.summary.kind == "unchanged":
            return
        before, after = self.before or self.after, self.after or self.before
        yield f"diff --git {_quoted('a/', _path(before))} {_quoted('b/', _path(after))}\n"
        yield from self._header()
        if self.found:
            yield f"--- {_named('a/', self.before)}\n+++ {_named('b/', self.after)}\n"
            yield from hunks(*self.lines, self.found)

    def _header(self) -> Iterator[str]:
        before, after = self.before, self.after
        if before is None:
            yield f"new file mode {_mode(after)}\n"
            return
        if after is None:
            yield f"deleted file mode {_mode(before)}\n"
            return
        if _mode(before) != _mode(after):
            yield f"old mode {_mode(before)}\nnew mode {_mode(after)}\n"
        if before.path != after.path:
            yield f"similarity index {int(100 * self.alike)}%\n"
            yield f"rename from {_quoted('', before.path)}\nrename to {_quoted('', after.path)}\n"


def _pairs(old: Sequence[File], new: Sequence[File]) -> list[_Pair]:
    before, after, effort = {file.path: file for file in old}, {file.path for file in new}, Effort()
    gone = [file for file in old if file.path not in after]
    came = [file for file in new if file.path not in before]
    moved = _renames(gone, came)
    pairs = [_pair(before.get(file.path), file, moved, effort) for file in new]
    kept = {origin.path for origin, _ in moved.values()}
    return pairs + [_Pair(file, None, effort=effort) for file in gone if file.path not in kept]


def _pair(before: File | None, after: File, moved: dict[str, tuple[File, float]], effort: Effort) -> _Pair:
    origin, alike = moved.get(after.path, (before, 0.0))
    return _Pair(origin, after, alike, effort)


def _renames(gone: Sequence[File], came: Sequence[File]) -> dict[str, tuple[File, float]]:
    """By the path of a file that came: the one that it was, and how much of that is left, 1 for all. The most alike
    find each other first; of equals those with the same name."""
    weights = {id(file): _weights(file) for file in (*gone, *came)}
    tried = [(a, b, _alike(a, b, weights)) for a, b in _likely(gone, came)]
    close = [(a, b, alike) for a, b, alike in tried if alike > _ALIKE]
    close.sort(key=lambda one: (-one[2], _name(one[0]) != _name(one[1]), one[0].path, one[1].path))
    found: dict[str, tuple[File, float]] = {}
    taken = set()
    for before, after, alike in close:
        if after.path not in found and before.path not in taken:
            found[after.path] = (before, alike)
            taken.add(before.path)
    return found


def _likely(gone: Sequence[File], came: Sequence[File]) -> list[tuple[File, File]]:
    """All pairs; of too many, those with equal content or name come first, and the rest is left out."""
    pairs = [(a, b) for a in gone for b in came if _sizes_match(a, b)]
    if len(pairs) > _PAIRS:
        pairs.sort(key=lambda pair: (pair[0].content != pair[1].content, _name(pair[0]) != _name(pair[1])))
    return pairs[:_PAIRS]


def _sizes_match(a: File, b: File) -> bool:
    """Whether they can be alike at all. An empty file says nothing, so it is the same only under its own name."""
    if not a.content or not b.content:
        return a.content == b.content and _name(a) == _name(b)
    return min(len(a.content), len(b.content)) > _ALIKE * max(len(a.content), len(b.content))


def _weights(file: File) -> Counter[str]:
    """Characters in each different line."""
    weights: Counter[str] = Counter()
    for line in lines_of(file.content):
        weights[line] += len(line)
    return weights


def _alike(a: File, b: File, weights: dict[int, Counter[str]]) -> float:
    """The share of the larger one whose lines both have; under 1 unless they are equal."""
    if a.content == b.content:
        return 1.0
    ours, theirs = weights[id(a)], weights[id(b)]
    common = sum(min(weight, theirs[line]) for line, weight in ours.items() if line in theirs)
    return min(0.99, common / max(len(a.content), len(b.content)))


def _name(file: File) -> str:
    return file.path.rpartition("/")[2]


def _path(file: File | None) -> str:
    return file.path if file else ""


def _mode(file: File | None) -> str:
    return "100755" if file and file.executable else "100644"


def _named(prefix: str, file: File | None) -> str:
    """For the lines before the hunks: Git ends a name with blanks in it by a tab."""
    if file is None:
        return "/dev/null"
    shown = _quoted(prefix, file.path)
    return f"{shown}\t" if " " in shown and not shown.startswith('"') else shown


_ESCAPES = {"\\": "\\\\", '"': '\\"', "\t": "\\t", "\n": "\\n", "\r": "\\r"}


def _quoted(prefix: str, path: str) -> str:
    """As Git quotes names with control characters, quotes or backslashes in them."""
    escaped = "".join(_ESCAPES.get(c, c if c >= " " and c != "\x7f" else f"\\{ord(c):03o}") for c in path)
    return f'"{prefix}{escaped}"' if escaped != path else prefix + path
