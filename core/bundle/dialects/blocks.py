"""Inside of a code block that is a file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.bundle.changes import begins_change, ends_change
from core.bundle.collector import Collector
from core.bundle.dialects.fences import Fence, closes, dedented, fence_at, fits, glued_pair
from core.bundle.dialects.names import name_line, series_name
from core.bundle.dialects.prose import is_markdown_line, is_prose, prose_from
from core.bundle.dialects.trail import Trail
from core.bundle.drafts import Draft
from core.bundle.fileset import Claim
from core.bundle.kinds import ending, is_markdown
from core.bundle.paths import shown
from core.bundle.state import State, Step

_PLAIN = frozenset({"txt", "in", ""})
_WORD = re.compile(r"\S+\s*")
_CODE = re.compile(
    r"[#\"'@\[(]|//|/\*|(?:import|from|package|use|using|module|def|class|function|const|let|var|export)\b|.*[={};]"
)
"""What a first line of code has, and prose has not."""


@dataclass(frozen=True, slots=True)
class Opening:
    """How a block began. ``line``: as it was written. ``home``: the state around it."""

    collector: Collector
    trail: Trail
    line: str
    fence: Fence
    home: State


class Block:
    """Code: the first bare fence that fits ends it. ``series``: what the line that named it has in common with those
    that name further files in the same block."""

    def __init__(self, opening: Opening, draft: Draft, series: str = "") -> None:
        self._opening = opening
        self._draft = draft
        self._series = series

    def take(self, line: str) -> Step:
        fence = self._opening.fence
        if closes(fence, line):
            return self._close([])
        if (opener := glued_pair(fence, line)) is not None:
            return self._close([opener])
        if (name := self._forgotten(line)) is not None:
            return self._close([name, line])
        if self._series and (path := self._another(line)) is not None:
            self._opening.collector.close(self._draft)
            self._draft = self._opening.collector.open(path, self._draft.claim)
        else:
            self._grow(line)
        return self, ()

    def end(self) -> Step | None:
        self._opening.collector.cut(self._draft)
        return None

    def _another(self, line: str) -> str | None:
        """The path of a file that begins here in the same block."""
        named, lines = series_name(dedented(line, self._opening.fence.indent)), self._draft.lines
        if named is None or named[1] != self._series or named[0] == self._draft.path:
            return None
        return named[0] if self._series == ":" or (lines and not lines[-1].strip()) else None

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
        self._paired: int | None = None

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
        if self._held is None:
            return self._unended()
        if self._opening.collector.cut_off and len(self._held) > 1:
            return super().end()
        return self._close(self._held[1:])

    def _unended(self) -> Step | None:
        """A block inside of the file was the last one, and but for prose nothing follows: the file's own closing fence
        was forgotten."""
        lines, paired = self._draft.lines, self._paired
        if paired is None or self._opening.collector.cut_off or prose_from(lines[paired:]):
            return super().end()
        after = lines[paired:]
        del lines[paired:]
        return self._close(after)

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
        self._held, self._paired = None, len(self._draft.lines)
        return self, ()


class BelowBlock(Block):
    """The text below a block with nothing but its path in it. At the end of the answer nothing need close it."""

    def end(self) -> Step | None:
        if self._opening.collector.cut_off:
            return super().end()
        start = prose_from(self._draft.lines)
        after = self._draft.lines[start:]
        del self._draft.lines[start:]
        return self._close(after)


class Below:
    """Directly below such a block. Code there is the file, up to the next bare fence."""

    def __init__(self, opening: Opening, path: str) -> None:
        self._opening = replace(opening, fence=replace(opening.fence, info=""))
        self._path = path

    def take(self, line: str) -> Step:
        if not self._is_text(line):
            return self._opening.home, [line]
        draft = self._opening.collector.open(self._path, Claim.GUESSED)
        kind = MarkdownBlock if is_markdown(self._path) else BelowBlock
        return kind(self._opening, draft), [line]

    def _is_text(self, line: str) -> bool:
        if self._opening.fence.indent or fence_at(line) or line.startswith("<"):
            return False
        if ending(self._path) in _PLAIN:
            return bool(_WORD.fullmatch(line))
        return bool(_CODE.match(line)) and not is_prose(line) and not is_markdown_line(line)

    def end(self) -> Step | None:
        return None


class ChangesBlock(Block):
    """SEARCH/REPLACE blocks: fences inside of one are part of it, unless its end never comes."""

    def __init__(self, opening: Opening, draft: Draft) -> None:
        super().__init__(opening, draft)
        self._inside = False
        self._since: list[str] = []
        self._at = 0

    def take(self, line: str) -> Step:
        if begins_change(line):
            if self._since:
                return self._give_back([line])
            self._inside = True
        elif not self._inside:
            return super().take(line)
        elif ends_change(line):
            self._inside = False
            self._since = []
        elif self._since:
            self._since.append(line)
        elif closes(self._opening.fence, line):
            self._since, self._at = [line], len(self._draft.lines)
        self._grow(line)
        return self, ()

    def end(self) -> Step | None:
        return self._give_back([]) if self._since else super().end()

    def _give_back(self, lines: Sequence[str]) -> Step:
        """The first fence ended the block after all."""
        since = self._since
        del self._draft.lines[self._at :]
        return self._close([*since[1:], *lines])
