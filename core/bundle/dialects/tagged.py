"""The format that the prompt asks for: `<file path="…">`, the content as it is, `</file>`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.bundle.collector import Collector, Draft
from core.bundle.dialects.fences import Fence, closes, fence_at
from core.bundle.dialects.tags import (
    LONG_LINE,
    Tag,
    begins_file,
    file_tag,
    glued_close,
    inline_close,
    is_close,
    is_near_close,
    tag_at,
)
from core.bundle.fileset import Claim
from core.bundle.kinds import is_markdown, is_markup
from core.bundle.paths import shown
from core.bundle.state import State, Step

OURS = frozenset({"file", "edit", "plan", "notes", "done", "delete", "rename"})
"""Tags of the format; inside of a file they are content unless the rules below say that the file is over."""

_PROSE = re.compile(r"[A-Z][\w'\u2019]*(?: [\w'\u2019,;:()`*/.-]+){3,}[.:!]?\s*")


class Tagged:
    def __init__(self, collector: Collector) -> None:
        self._collector = collector

    def open(self, line: str, home: State) -> Step | None:
        tag = file_tag(line)
        if tag is None or tag.path is None:
            return None
        draft = self._collector.open(tag.path, Claim.STATED)
        if tag.closed:
            self._collector.close(draft)
            return home, [tag.rest] if tag.rest.strip() and len(tag.rest) < LONG_LINE else ()
        file = _TaggedFile(self._collector, draft, tag, home)
        return file, [tag.rest] if tag.rest.strip() else ()

    def passed(self, line: str) -> None:
        """Prose says nothing about tags."""


class _TaggedFile:
    """Inside of a file. A `</file>` within a line is content, unless the opener shared its line with content, too. In
    Markdown and markup, where tags are content, pairs inside of the file are counted."""

    def __init__(self, collector: Collector, draft: Draft, tag: Tag, home: State) -> None:
        path = tag.path or ""
        self._collector = collector
        self._draft = draft
        self._home = home
        self._written = tag.written
        self._name = shown(path)
        self._inline = bool(tag.rest.strip())
        self._markdown = is_markdown(path)
        self._nests = self._markdown or is_markup(path)
        self._depth = 0
        self._block: Fence | None = None
        self._doubt: _Doubt | None = None

    def take(self, line: str) -> Step:
        if self._doubt is not None and line.strip():
            if _is_outside(line):
                return self._close_at(self._doubt, [line])
            self._doubt = None
        if "<" in line and (step := self._tagged(line)) is not None:
            return step
        if self._markdown:
            self._watch_blocks(line)
        self._collector.grow(self._draft, line)
        return self, ()

    def end(self) -> Step | None:
        if self._doubt is not None:
            return self._close_at(self._doubt, [])
        self._collector.cut(self._draft)
        return None

    def _tagged(self, line: str) -> Step | None:
        """The step that a tag in this line causes; ``None``: the line is content."""
        if is_close(line, self._written):
            return self._closed(line)
        if self._inline and (parts := inline_close(line)) is not None:
            before, after = parts
            self._collector.grow(self._draft, before)
            return self._close([after] if after.strip() else [])
        if self._is_next(line):
            self._draft.warnings.append(
                f"{self._name} had no closing tag: it ends where the next file begins."
            )
            return self._close([line])
        if self._nests and begins_file(line, self._written):
            self._depth += 1
        elif is_near_close(line) or glued_close(line) is not None:
            self._doubt = _Doubt(len(self._draft.lines), glued_close(line))
        return None

    def _closed(self, line: str) -> Step:
        if self._depth == 0:
            return self._close([])
        self._depth -= 1
        self._collector.grow(self._draft, line)
        return self, ()

    def _is_next(self, line: str) -> bool:
        """Whether the next file begins here, and this one has no closing tag."""
        tag = None if line[0].isspace() else file_tag(line)
        if tag is None or tag.path is None:
            return False
        loose = not self._nests or (self._markdown and self._block is None)
        return loose or self._collector.planned(tag.path)

    def _watch_blocks(self, line: str) -> None:
        if self._block is None:
            self._block = fence_at(line)
        elif closes(self._block, line):
            self._block = None

    def _close_at(self, doubt: _Doubt, lines: Sequence[str]) -> Step:
        """The doubtful line was the end of the file after all."""
        del self._draft.lines[doubt.at :]
        if doubt.before is None:
            self._draft.warnings.append(f"{self._name} ended with a damaged closing tag.")
        elif self._draft.path is not None:
            self._draft.lines.append(doubt.before)
        return self._close(lines)

    def _close(self, lines: Sequence[str]) -> Step:
        self._collector.close(self._draft)
        return self._home, lines


class _Doubt:
    """A line that ends the file if nothing but blank lines and then something that is no content follows.

    ``at``: the number of lines before it. ``before``: what of it belongs to the file.
    """

    def __init__(self, at: int, before: str | None) -> None:
        self.at = at
        self.before = before


def _is_outside(line: str) -> bool:
    tag = tag_at(line)
    return (tag is not None and tag.name in OURS) or bool(_PROSE.fullmatch(line))
