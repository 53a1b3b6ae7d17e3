"""Tags around whole files: `<file path="…">` as the prompt asks for it, and the tags that other tools taught models."""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.bundle.collector import Collector
from core.bundle.dialects.children import Children
from core.bundle.dialects.fences import Fence, closes, fence_at
from core.bundle.dialects.openers import OURS, Opener, Sort, opener_at, wrapper_at
from core.bundle.dialects.tags import LONG_LINE, closer, is_near_close, tag_at
from core.bundle.dialects.trail import Trail
from core.bundle.drafts import Draft, Use
from core.bundle.fileset import Claim
from core.bundle.kinds import is_markdown, is_markup
from core.bundle.paths import shown
from core.bundle.state import State, Step

_PROSE = re.compile(r"[A-Z][\w'\u2019]*(?: [\w'\u2019,;:()`*/.-]+){3,}[.:!]?\s*")


class Tagged:
    """``trail``: names a file where its tag does not."""

    def __init__(self, collector: Collector, trail: Trail) -> None:
        self._collector = collector
        self._trail = trail
        self._children = Children(self._begin)

    def open(self, line: str, home: State) -> Step | None:
        if "<" not in line:
            return None
        opener = opener_at(line)
        if opener is not None and (opener.sort is not Sort.FENCE or self._trail.above is not None):
            return self._begin(opener, home)
        return self._children.open(line, home)

    def passed(self, line: str) -> None:
        self._children.passed(line)

    def _begin(self, opener: Opener, home: State) -> Step:
        tag = opener.tag
        draft = self._draft(opener)
        self._trail.reset()
        if tag.closed:
            self._collector.close(draft)
            return home, [tag.rest] if tag.rest.strip() and len(tag.rest) < LONG_LINE else ()
        return _TaggedFile(self._collector, draft, opener, home), [tag.rest] if tag.rest.strip() else ()

    def _draft(self, opener: Opener) -> Draft:
        collector, language = self._collector, opener.tag.attributes.get("language", "")
        if opener.sort is Sort.SHELL:
            return Draft(None, Use.SHELL)
        if opener.sort is Sort.ARTIFACT:
            return (
                collector.open(opener.path, Claim.PROSE)
                if opener.path
                else Draft(None, Use.LONE, language=language)
            )
        path = opener.path or self._trail.above
        if path is not None and opener.sort is Sort.FENCE:
            return collector.open(path, Claim.GUESSED)
        if path is None:
            return Draft(None, Use.LONE, language=opener.tag.attributes.get("lang", language))
        return collector.open(path, Claim.STATED, Use.EDIT if opener.sort is Sort.EDIT else Use.FILE)


class _TaggedFile:
    """Inside of a file. A `</file>` within a line is content, unless the opener shared its line with content, too. In
    Markdown and markup, where tags are content, pairs inside of the file are counted."""

    def __init__(self, collector: Collector, draft: Draft, opener: Opener, home: State) -> None:
        path = opener.path or draft.path or ""
        self._collector = collector
        self._draft = draft
        self._home = home
        self._closer = closer(opener.tag.written)
        self._name = shown(path)
        self._inline = bool(opener.tag.rest.strip())
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
        if self._closer.is_alone(line):
            return self._closed(line)
        if self._inline and (parts := self._closer.is_inline(line)) is not None:
            before, after = parts
            self._collector.grow(self._draft, before)
            return self._close([after] if after.strip() else [])
        rest = self._closer.is_leading(line) if self._depth == 0 else None
        if rest is not None and rest.lstrip().startswith("<") and _is_outside(rest):
            return self._close([rest])
        if self._is_next(line):
            self._draft.warnings.append(
                f"{self._name} had no closing tag: it ends where the next file begins."
            )
            return self._close([line])
        glued = self._closer.is_glued(line)
        if self._nests and self._closer.begins_again(line):
            self._depth += 1
        elif glued is not None or is_near_close(line, self._closer.written):
            self._doubt = _Doubt(len(self._draft.lines), glued)
        return None

    def _closed(self, line: str) -> Step:
        if self._depth == 0:
            return self._close([])
        self._depth -= 1
        self._collector.grow(self._draft, line)
        return self, ()

    def _is_next(self, line: str) -> bool:
        """Whether the next file begins here, and this one has no closing tag."""
        opener = None if line[0].isspace() else opener_at(line)
        if opener is None or not opener.known or (opener.path is None and opener.sort is not Sort.SHELL):
            return False
        loose = not self._nests or (self._markdown and self._block is None)
        return loose or self._collector.planned(opener.path or "")

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
        elif self._draft.kept:
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
    if _PROSE.fullmatch(line):
        return True
    tag = tag_at(line)
    if tag is not None and tag.name in OURS:
        return True
    opener = opener_at(line)
    return (opener is not None and opener.known) or wrapper_at(line) is not None
