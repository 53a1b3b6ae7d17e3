"""Code fences with a file name in, on or above them: what models fall back to, also between the tags of the format.

Names are told in this order: info string, attribute line, line above, comment or bare path in the first line, a block
of its own with nothing but the path, the last heading. A name that only prose mentions makes no file.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.bundle.collector import Collector
from core.bundle.dialects.blocks import Block, MarkdownBlock, Opening
from core.bundle.dialects.fences import closes, fence_at, fits, glued_name, glued_pair
from core.bundle.dialects.languages import contradicts, is_code, is_data, is_shell, language, may_hold
from core.bundle.dialects.names import (
    attribute_name,
    bare_name,
    comment_name,
    info_name,
    labelled_name,
    name_line,
)
from core.bundle.dialects.trail import Trail
from core.bundle.fileset import Claim
from core.bundle.kinds import ending, is_markdown
from core.bundle.state import Dialect, State, Step

_PREAMBLE = re.compile(r"\s*(?:#!|<\?|<!doctype\b|['\"]use strict['\"])", re.IGNORECASE)
_CHANGES = {"diff", "patch"}
_MARKDOWN = {"markdown", "md", "mdx"}


class Fenced:
    """``within``: the dialects whose files may stand inside of a fence that is no file itself."""

    def __init__(self, collector: Collector, within: Sequence[Dialect]) -> None:
        self._collector = collector
        self._within = within
        self._trail = Trail()

    def open(self, line: str, home: State) -> Step | None:
        fence = fence_at(line)
        if fence is not None:
            opening = Opening(self._collector, self._trail, line, fence, home)
            return _Head(opening, self._within), ()
        glued = glued_name(line)
        if glued is None or name_line(glued[0]) is None:
            return None
        self.passed(glued[0])
        return self.open(glued[1], home)

    def passed(self, line: str) -> None:
        self._trail.passed(line)

    def names(self, line: str) -> bool:
        """Whether this line opens a block that is a file for sure."""
        fence = fence_at(line)
        return bool(fence and fence.info and (info_name(fence.info) or self._trail.above))


class _Head:
    """Behind an opening fence, until a line tells which file the block is."""

    def __init__(self, opening: Opening, within: Sequence[Dialect]) -> None:
        self._opening = opening
        self._within = within
        self._language = language(opening.fence.info)
        self._held: list[str] = []
        self._bare: str | None = None

    def take(self, line: str) -> Step:
        if closes(self._opening.fence, line):
            return self._begin(self._name(""), [*self._held, line])
        if self._is_label(line):
            self._opening.trail.reset(self._bare or self._opening.trail.label)
            return self._opening.home, [line]
        if self._bare is not None:
            return self._second(line, self._bare)
        if not line.strip() or (not self._held and _PREAMBLE.match(line)):
            self._held.append(line)
            return self, ()
        if (step := self._wrapped(line)) is not None:
            return step
        path = self._name(line)
        if path is None and (bare := bare_name(line)) is not None:
            self._bare = bare
            self._held.append(line)
            return self, ()
        return self._begin(path, self._held if self._only_names(line, path) else [*self._held, line])

    def end(self) -> Step | None:
        return self._begin(self._name(""), self._held)

    def _wrapped(self, line: str) -> Step | None:
        """A file of another dialect in a fence of its own, which has its name or none: the fence says nothing."""
        nameless = _Nameless(self._opening, self._within, None)
        steps = (dialect.open(line, nameless) for dialect in self._within)
        step = next((step for step in steps if step is not None), None)
        if step is not None:
            self._opening.trail.reset()
            self._opening.collector.say(self._opening.line)
        return step

    def _second(self, line: str, bare: str) -> Step:
        """Behind a bare path: is the block that file, or a list of names?"""
        if not line.strip():
            self._held.append(line)
            return self, ()
        if bare_name(line) is not None:
            return self._begin(self._name(""), [*self._held, line])
        kept = [held for held in self._held if bare_name(held) is None]
        return self._begin(bare, [*kept, line])

    def _is_label(self, line: str) -> bool:
        """A fence that opens where nothing, or only a path, came before it: this one was no block."""
        opener, fence = self._opening.fence, fence_at(line)
        if opener.info or fence is None or not fence.info or not fits(opener, fence):
            return False
        return self._opening.trail.above is None and (self._bare is not None or not self._held)

    def _name(self, first: str) -> str | None:
        """The path of the block, whose first telling line is `first`."""
        trail = self._opening.trail
        stated, told = self._stated(first), self._told(first)
        if stated is not None and (told is None or not told.endswith("/" + stated)):
            return stated
        gap = trail.gap if trail.gap and may_hold(self._language, trail.gap) else None
        return told or trail.label or gap

    def _stated(self, first: str) -> str | None:
        above = self._opening.trail.above
        if above is not None and contradicts(self._language, above):
            above = None
        return info_name(self._opening.fence.info) or attribute_name(first) or above

    def _told(self, first: str) -> str | None:
        """What the first line says about the name in a comment or the like."""
        comment = comment_name(first)
        if comment is None:
            return None if is_data(self._language) else labelled_name(first)
        return None if contradicts(self._language, comment[0]) else comment[0]

    def _only_names(self, line: str, path: str | None) -> bool:
        """Whether this first line is there for the name alone."""
        if path is None:
            return False
        if path in (attribute_name(line), bare_name(line)):
            return True
        elsewhere = self._stated("") or self._opening.trail.label
        return not elsewhere and (comment_name(line) == (path, True) or labelled_name(line) == path)

    def _begin(self, path: str | None, lines: Sequence[str]) -> Step:
        opening = self._opening
        weak = opening.trail.weak
        opening.trail.reset()
        if path is None:
            opening.collector.say(opening.line)
            return _Nameless(opening, self._within, weak), lines
        draft = opening.collector.open(path, Claim.GUESSED)
        draft.changes = self._language in _CHANGES and ending(path) not in _CHANGES
        markdown = is_markdown(path) or self._language in _MARKDOWN
        return (MarkdownBlock if markdown else Block)(opening, draft), lines


class _Nameless:
    """A block that is no file: commands, output, a tree of folders, a snippet; or a fence around the whole answer."""

    def __init__(self, opening: Opening, within: Sequence[Dialect], weak: str | None) -> None:
        self._opening = opening
        self._within = within
        self._inside = Fenced(opening.collector, within)
        self._language = language(opening.fence.info)
        self._weak = weak
        self._only: str | None = None
        self._lines = 0

    def take(self, line: str) -> Step:
        opening = self._opening
        if closes(opening.fence, line):
            opening.collector.say(line)
            return self._close([])
        if (opener := glued_pair(opening.fence, line)) is not None:
            return self._close([opener])
        for dialect in self._within:
            if (step := dialect.open(line, self)) is not None:
                self._weak, self._language = None, ""
                return step
        if self._wraps and self._inside.names(line):
            step = self._inside.open(line, self._around())
            return step if step is not None else (self, ())
        self._note(line)
        return self, ()

    def end(self) -> Step | None:
        if self._lines:
            self._opening.collector.torn()
        return None

    @property
    def _wraps(self) -> bool:
        return not is_code(self._language) and not is_shell(self._language)

    def _around(self) -> State:
        """Where a file inside leads back to: a fence that held nothing but the file's name is over."""
        return self._opening.home if self._only is not None else self

    def _note(self, line: str) -> None:
        self._opening.collector.say(line)
        self._inside.passed(line)
        if line.strip():
            self._lines += 1
            named = name_line(line) if self._lines == 1 else None
            self._only = named.path if named else None

    def _close(self, lines: Sequence[str]) -> Step:
        self._opening.trail.reset(self._only)
        if self._lines and self._only is None and is_code(self._language):
            self._opening.collector.unnamed(self._weak)
        return self._opening.home, lines
