"""JSON with files in it, in the middle of the answer or in a code block without a name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.bundle.collector import Collector
from core.bundle.dialects.objects import JsonFiles, NotFiles
from core.bundle.fileset import Claim
from core.bundle.state import State, Step

_BEGINS = re.compile(r"\s*(?:\{\s*(?:\"|$)|\[\s*(?:\{|$))")
_START = 200
"""Characters of a line that tell whether JSON can begin in it."""


class Objects:
    def __init__(self, collector: Collector) -> None:
        self._collector = collector
        self._passing = 0

    def open(self, line: str, home: State) -> Step | None:
        if self._passing:
            self._passing -= 1
            return None
        if line.lstrip()[:1] not in ("{", "[") or not _BEGINS.match(line[:_START]):
            return None
        return _Reading(self, self._collector, home), [line]

    def passed(self, line: str) -> None:
        """Prose says nothing about objects."""

    def returned(self, lines: Sequence[str]) -> None:
        """`lines` come again and are none of these."""
        self._passing = len(lines)


class _Reading:
    """Inside of what may be such JSON. Its lines are held until a file proves it."""

    def __init__(self, dialect: Objects, collector: Collector, home: State) -> None:
        self._dialect = dialect
        self._collector = collector
        self._home = home
        self._json = JsonFiles()
        self._held: list[str] = []
        self._taken = 0

    def take(self, line: str) -> Step:
        self._held.append(line)
        try:
            rest = self._json.take(line)
        except NotFiles:
            return self._home, self._given_back() or [line]
        self._emit()
        if not self._json.done:
            return self, ()
        if not self._taken:
            return self._home, self._given_back()
        return self._home, [rest] if rest.strip() else ()

    def end(self) -> Step | None:
        if (cut := self._json.open) is not None:
            draft = self._collector.open(cut[0], Claim.STATED)
            self._collector.grow(draft, cut[1])
            self._collector.cut(draft)
        elif self._taken:
            self._collector.torn()
        else:
            return self._home, self._given_back()
        return None

    def _emit(self) -> None:
        for path, content in self._json.files[self._taken :]:
            draft = self._collector.open(path, Claim.STATED)
            for line in content.splitlines(keepends=True):
                self._collector.grow(draft, line)
            self._collector.close(draft)
        self._taken = len(self._json.files)
        if self._taken:
            self._held.clear()

    def _given_back(self) -> Sequence[str]:
        lines = list(self._held)
        self._dialect.returned(lines)
        return lines
