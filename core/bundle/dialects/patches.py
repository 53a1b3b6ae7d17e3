"""Patches: `*** Begin Patch` with its commands for whole files, and unified diffs. A new file is a file, a change is a
list of changes to one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.bundle.collector import Collector
from core.bundle.dialects.filenames import as_path
from core.bundle.dialects.trail import Trail
from core.bundle.drafts import Draft, Use
from core.bundle.fileset import Claim
from core.bundle.paths import shown
from core.bundle.state import State, Step

_COMMAND = re.compile(
    r"\*{3} ?(?:(begin|end) patch|(end) of file|(add|create|update|modify|delete|move)(?: file| to)? ?: ?(.{1,300}?))\s*",
    re.IGNORECASE,
)
_HEADER = re.compile(r"(---|\+\+\+) +\"?([^\t\n\"]{1,300}?)\"?(?:\t.{0,100})?\s*")
_LONG = 500
_NOWHERE = "/dev/null"


class Patches:
    def __init__(self, collector: Collector, trail: Trail) -> None:
        self._collector = collector
        self._trail = trail

    def open(self, line: str, home: State) -> Step | None:
        command = _commanded(line)
        if command is not None and not command[2] and (command[1] or "begin").lower() == "begin":
            self._trail.reset()
            return _Patch(self._collector, home), [line]
        if line.startswith("--- ") and _headed(line) is not None:
            return _Header(self._collector, self._trail, line, home), ()
        return None

    def passed(self, line: str) -> None:
        """Prose says nothing about patches."""


class _Lines:
    """What the lines of a patch have in common: blank ones belong to it only if more of it follows."""

    def __init__(self, collector: Collector, home: State) -> None:
        self._collector = collector
        self._home = home
        self._draft: Draft | None = None
        self._blank: list[str] = []

    def _grow(self, line: str) -> None:
        draft = self._draft
        if draft is None:
            return
        if not line.strip("\r\n"):
            self._blank.append(line)
            return
        for blank in self._blank:
            self._collector.grow(draft, blank)
        self._blank = []
        if draft.use is not Use.FILE:
            self._collector.grow(draft, line)
        elif line[0] in "+ ":
            self._collector.grow(draft, line[1:])

    def _finish(self) -> None:
        if self._draft is not None:
            self._collector.close(self._draft)
        self._draft, self._blank = None, []

    def _leave(self, lines: Sequence[str]) -> Step:
        blank = self._blank
        self._finish()
        return self._home, [*blank, *lines]


class _Patch(_Lines):
    """From `*** Begin Patch`, or the first command, to `*** End Patch`."""

    def __init__(self, collector: Collector, home: State) -> None:
        super().__init__(collector, home)
        self._begun = False
        self._raw = True
        self._path: str | None = None

    def take(self, line: str) -> Step:
        command = _commanded(line)
        if command is None:
            return self._content(line)
        if command[2]:
            return self, ()
        if command[1]:
            return self._bound(command[1].lower())
        self._begin(command[3].lower(), command[4].strip("`\"'"))
        return self, ()

    def end(self) -> Step | None:
        if self._draft is not None and (self._begun or self._collector.cut_off):
            self._collector.cut(self._draft)
            return None
        if self._begun:
            self._collector.torn()
        self._finish()
        return None

    def _bound(self, word: str) -> Step:
        if word == "begin":
            self._begun = True
            return self, ()
        self._finish()
        return self._home, ()

    def _begin(self, verb: str, path: str) -> None:
        if verb == "move":
            if self._path is not None:
                self._collector.rename(self._path, path)
            return
        self._finish()
        self._path, self._raw = path, True
        if verb == "delete":
            self._collector.delete(path)
            return
        use = Use.FILE if verb in ("add", "create") else Use.DIFF
        self._draft = self._collector.open(path, Claim.STATED, use)

    def _content(self, line: str) -> Step:
        draft = self._draft
        if draft is not None and draft.use is Use.FILE and self._raw:
            self._raw = not line.startswith("+")
            if self._raw and not line.startswith("```"):
                self._collector.grow(draft, line)
                return self, ()
        if line.startswith(("+", "-", " ", "@@", "\\")) or not line.strip():
            self._grow(line)
            return self, ()
        return self._leave([line])


class _Header:
    """Behind `--- a/x`: only `+++ b/x` makes it a diff."""

    def __init__(self, collector: Collector, trail: Trail, line: str, home: State) -> None:
        self._collector = collector
        self._trail = trail
        self._line = line
        self._home = home

    def take(self, line: str) -> Step:
        old, new = _headed(self._line), _headed(line)
        if old is None or new is None or not line.startswith("+++ "):
            self._collector.say(self._line)
            self._trail.passed(self._line)
            return self._home, [line]
        self._trail.reset()
        return _Unified(self._collector, self._home, old, new), ()

    def end(self) -> Step | None:
        self._collector.say(self._line)
        return None


class _Unified(_Lines):
    """The hunks of one file."""

    def __init__(self, collector: Collector, home: State, old: str, new: str) -> None:
        super().__init__(collector, home)
        self._held: str | None = None
        if new == _NOWHERE:
            collector.warn(f"{shown(old)} was not deleted: only `<delete path=…>` does that.")
            self._draft = Draft(None, Use.NONE)
        else:
            use = Use.FILE if old == _NOWHERE else Use.DIFF
            self._draft = collector.open(new, Claim.STATED, use)

    def take(self, line: str) -> Step:
        held, self._held = self._held, None
        if held is not None:
            if line.startswith("+++ ") and _headed(line) is not None:
                return self._leave([held, line])
            self._grow(held)
        if line.startswith("--- ") and _headed(line) is not None:
            self._held = line
        elif line.startswith(("+", "-", " ", "@@", "\\")) or not line.strip():
            if not line.startswith(("@@", "\\")) or self._is_diff:
                self._grow(line)
        else:
            return self._leave([line])
        return self, ()

    def end(self) -> Step | None:
        if self._draft is not None and self._collector.cut_off:
            self._collector.cut(self._draft)
            return None
        return self._leave([self._held] if self._held else [])

    @property
    def _is_diff(self) -> bool:
        return self._draft is not None and self._draft.use is Use.DIFF


def _commanded(line: str) -> re.Match[str] | None:
    return _COMMAND.fullmatch(line) if line.startswith("***") and len(line) < _LONG else None


def _headed(line: str) -> str | None:
    """The path in a `---` or `+++` line, without the `a/` and `b/` of git."""
    match = _HEADER.fullmatch(line) if len(line) < _LONG else None
    if match is None:
        return None
    path = match[2].strip()
    if path == _NOWHERE:
        return path
    bare = path[2:] if path[:2] in ("a/", "b/") else path
    return bare if as_path(bare) or (path != bare and " " not in bare) else None
