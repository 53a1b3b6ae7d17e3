"""`<<<<<<< SEARCH … ======= … >>>>>>> REPLACE` in the middle of the answer, below the name of the file."""

from __future__ import annotations

from core.bundle.changes import begins_change, ends_change
from core.bundle.collector import Collector
from core.bundle.dialects.trail import Trail
from core.bundle.drafts import Draft, Use
from core.bundle.fileset import Claim
from core.bundle.state import State, Step


class Replaced:
    def __init__(self, collector: Collector, trail: Trail) -> None:
        self._collector = collector
        self._trail = trail

    def open(self, line: str, home: State) -> Step | None:
        if not begins_change(line):
            return None
        path = edited_path(self._collector, self._trail)
        if path is None:
            return None
        self._trail.reset()
        draft = self._collector.open(path, Claim.STATED, Use.EDIT)
        self._collector.grow(draft, line)
        return _Replacement(self._collector, draft, home), ()

    def passed(self, line: str) -> None:
        """The trail is told by the dialect that owns it."""


def edited_path(collector: Collector, trail: Trail) -> str | None:
    """Which file changes without a name of their own are for."""
    return trail.above or trail.label or trail.gap or trail.weak or collector.last_edited


class _Replacement:
    def __init__(self, collector: Collector, draft: Draft, home: State) -> None:
        self._collector = collector
        self._draft = draft
        self._home = home

    def take(self, line: str) -> Step:
        if begins_change(line):
            self._collector.close(self._draft)
            return self._home, [line]
        self._collector.grow(self._draft, line)
        if ends_change(line):
            self._collector.close(self._draft)
            return self._home, ()
        return self, ()

    def end(self) -> Step | None:
        self._collector.cut(self._draft)
        return None
