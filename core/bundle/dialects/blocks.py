"""Inside of a code block that is a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.bundle.collector import Collector, Draft
from core.bundle.dialects.fences import Fence, closes, dedented, fence_at, fits, glued_pair
from core.bundle.dialects.names import name_line
from core.bundle.dialects.trail import Trail
from core.bundle.paths import shown
from core.bundle.state import State, Step


@dataclass(frozen=True, slots=True)
class Opening:
    """How a block began. ``line``: as it was written. ``home``: the state around it."""

    collector: Collector
    trail: Trail
    line: str
    fence: Fence
    home: State


class Block:
    """Code: the first bare fence that fits ends it."""

    def __init__(self, opening: Opening, draft: Draft) -> None:
        self._opening = opening
        self._draft = draft

    def take(self, line: str) -> Step:
        fence = self._opening.fence
        if closes(fence, line):
            return self._close([])
        if (opener := glued_pair(fence, line)) is not None:
            return self._close([opener])
        if (name := self._forgotten(line)) is not None:
            return self._close([name, line])
        self._grow(line)
        return self, ()

    def end(self) -> Step | None:
        self._opening.collector.cut(self._draft)
        return None

    def _forgotten(self, line: str) -> str | None:
        """The line that names the next file, where its fence comes before this one was closed."""
        fence = fence_at(line)
        if fence is None or not fence.info or not fits(self._opening.fence, fence) or not self._draft.lines:
            return None
        lines = self._draft.lines
        at = len(lines) - (1 if lines[-1].strip() else 2)
        named = name_line(lines[at]) if at >= 0 else None
        if named is None or named.path == self._draft.path:
            return None
        name = lines[at]
        del lines[at:]
        sentence = (
            f"{shown(self._draft.path or '')} had no closing fence: it ends where the next file begins."
        )
        self._draft.warnings.append(sentence)
        return name

    def _grow(self, line: str) -> None:
        self._opening.collector.grow(self._draft, dedented(line, self._opening.fence.indent))

    def _close(self, lines: Sequence[str]) -> Step:
        self._opening.trail.reset()
        self._opening.collector.close(self._draft)
        return self._opening.home, lines


class MarkdownBlock(Block):
    """Markdown holds code blocks itself. One with an info string ends with its own fence. A bare fence that a blank
    line or a fence with an info string follows ends the file; any other one may open a bare block inside of it, so
    what follows is held back until the next fence tells: a bare one was its end, or the name of a file stands above it.
    """

    def __init__(self, opening: Opening, draft: Draft) -> None:
        super().__init__(opening, draft)
        self._inner: Fence | None = None
        self._held: list[str] | None = None

    def take(self, line: str) -> Step:
        if self._inner is not None:
            if closes(self._inner, line):
                self._inner = None
            self._grow(line)
            return self, ()
        if self._held is not None:
            return self._doubtful(self._held, line)
        fence = fence_at(line)
        if fence is not None and fits(self._opening.fence, fence):
            if not fence.info:
                self._held = [line]
                return self, ()
            self._inner = fence
        self._grow(line)
        return self, ()

    def end(self) -> Step | None:
        if self._held is None or (self._opening.collector.cut_off and len(self._held) > 1):
            return super().end()
        return self._close(self._held[1:])

    def _doubtful(self, held: list[str], line: str) -> Step:
        """``held``: the bare fence and what followed it."""
        first = len(held) == 1
        fence = fence_at(line)
        if fence is None or not fits(self._opening.fence, fence):
            if first and not line.strip():
                return self._close([line])
            held.append(line)
            return self, ()
        if first or fence.info or name_line(held[-1]) is not None:
            return self._close([*held[1:], line])
        for inner in (*held, line):
            self._grow(inner)
        self._held = None
        return self, ()
