"""Code fences with a file name in, on or above them: what models fall back to, also between the tags of the format.

Names are told in this order: info string, attribute line, line above, comment or bare path in the first line, a block
of its own with nothing but the path, the last heading; last and weakest, a sentence that tells people to create or save
the file. A name that prose only mentions makes no file.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.bundle.changes import begins_change
from core.bundle.collector import Collector
from core.bundle.dialects.blocks import Below, Block, ChangesBlock, MarkdownBlock, Opening
from core.bundle.dialects.fences import closes, dedented, fence_at, fits, glued_name, glued_pair
from core.bundle.dialects.languages import is_code, is_shell, language, may_hold
from core.bundle.dialects.names import bare_name, info_name, name_line, series_name
from core.bundle.dialects.naming import Naming
from core.bundle.dialects.replaced import edited_path
from core.bundle.dialects.sentences import saved_as
from core.bundle.dialects.trail import Trail
from core.bundle.drafts import Lone, Use
from core.bundle.fileset import Claim
from core.bundle.kinds import ending, is_markdown
from core.bundle.state import Dialect, State, Step, first_step

_PREAMBLE = re.compile(r"\s*(?:#!|<\?|<!doctype\b|['\"]use strict['\"])", re.IGNORECASE)
_MARKS = frozenset("<*-")
"""What a file of another dialect can begin with inside of a fence."""
_OBJECTS = {"json", "jsonc", "json5"}
_CHANGES = {"diff", "patch"}
_MARKDOWN = {"markdown", "md", "mdx"}


class Fenced:
    """``within``: the dialects whose files may stand inside of a fence that is no file itself. ``around``: those whose
    files may be all that is inside of a fence that has no name, and no language of programs."""

    def __init__(
        self, collector: Collector, trail: Trail, within: Sequence[Dialect], around: Sequence[Dialect] = ()
    ) -> None:
        self._collector = collector
        self._trail = trail
        self._within = within
        self._around = around

    def open(self, line: str, home: State) -> Step | None:
        fence = fence_at(line)
        if fence is not None:
            opening = Opening(self._collector, self._trail, line, fence, home)
            return _Head(opening, self._within, self._around), ()
        glued = glued_name(line)
        if glued is None or name_line(glued[0]) is None:
            return None
        self.passed(glued[0])
        return self.open(glued[1], home)

    def passed(self, line: str) -> None:
        trail = self._trail
        if trail.lone is not None and (path := saved_as(line)) and may_hold(trail.lone.language, path):
            self._collector.name_lone(trail.lone, path)
        trail.passed(line)

    def names(self, line: str) -> bool:
        """Whether this line opens a block that is a file for sure."""
        fence = fence_at(line)
        return bool(fence and fence.info and (info_name(fence.info) or self._trail.above))


class _Head:
    """Behind an opening fence, until a line tells which file the block is."""

    def __init__(self, opening: Opening, within: Sequence[Dialect], around: Sequence[Dialect]) -> None:
        self._opening = opening
        self._within = within
        self._around = around
        self._naming = Naming(opening.trail, opening.fence)
        self._held: list[str] = []
        self._bare: str | None = None

    def take(self, line: str) -> Step:
        if closes(self._opening.fence, line):
            return self._begin(self._naming.name(""), [*self._held, line])
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
        if begins_change(line):
            return self._changes(line)
        path = self._naming.name(line)
        if path is None and (bare := bare_name(line)) is not None:
            self._bare = bare
            self._held.append(line)
            return self, ()
        kept = self._held if self._naming.only_names(line, path) else [*self._held, line]
        return self._begin(path, kept, self._series(line, path))

    def _series(self, line: str, path: str | None) -> str:
        """What the line has in common with those that may name further files: nothing where the text above the block
        says that it is this one file."""
        series = series_name(dedented(line, self._opening.fence.indent))
        apart = series is not None and series[0] == path and self._opening.trail.weak != path
        return series[1] if series is not None and apart else ""

    def end(self) -> Step | None:
        return self._begin(self._naming.name(""), self._held)

    def _wrapped(self, line: str) -> Step | None:
        """A file of another dialect in a fence of its own, which has its name or none: the fence says nothing."""
        if line.lstrip()[:1] not in _MARKS or ending(self._naming.name(line) or "") in _CHANGES:
            return None
        nameless = _Nameless(self._opening, self._within, self._around, None)
        step = first_step(self._within, line, nameless)
        if step is not None:
            self._opening.trail.reset()
            self._opening.collector.say(self._opening.line)
        return step

    def _changes(self, line: str, path: str | None = None) -> Step:
        opening = self._opening
        path = path or self._naming.name("") or edited_path(opening.collector, opening.trail)
        if path is None:
            return self._begin(None, [*self._held, line])
        opening.trail.reset()
        draft = opening.collector.open(path, Claim.GUESSED, Use.EDIT)
        return ChangesBlock(opening, draft), [line]

    def _second(self, line: str, bare: str) -> Step:
        """Behind a bare path: is the block that file, or a list of names?"""
        if not line.strip():
            self._held.append(line)
            return self, ()
        if bare_name(line) is not None:
            return self._begin(self._naming.name(""), [*self._held, line])
        if begins_change(line):
            return self._changes(line, bare)
        kept = [held for held in self._held if bare_name(held) is None]
        return self._begin(bare, [*kept, line])

    def _is_label(self, line: str) -> bool:
        """A fence that opens where nothing, or only a path, came before it: this one was no block."""
        opener, fence = self._opening.fence, fence_at(line)
        if opener.info or fence is None or not fence.info or not fits(opener, fence):
            return False
        return self._opening.trail.above is None and (self._bare is not None or not self._held)

    def _begin(self, path: str | None, lines: Sequence[str], series: str = "") -> Step:
        opening = self._opening
        weak, told = opening.trail.weak, self._naming.created() if path is None else None
        opening.trail.reset()
        if path is None and told is None:
            opening.collector.say(opening.line)
            return _Nameless(opening, self._within, self._around, weak), lines
        path = path or told or ""
        changes = self._naming.language in _CHANGES and ending(path) not in _CHANGES
        use = Use.DIFF if changes else Use.FILE
        draft = opening.collector.open(path, Claim.PROSE if told else Claim.GUESSED, use)
        markdown = is_markdown(path) or self._naming.language in _MARKDOWN
        return MarkdownBlock(opening, draft) if markdown else Block(opening, draft, series), lines


class _Nameless:
    """A block that is no file: commands, output, a tree of folders, a snippet; or a fence around the whole answer."""

    def __init__(
        self,
        opening: Opening,
        within: Sequence[Dialect],
        around: Sequence[Dialect],
        weak: str | None,
    ) -> None:
        self._opening = opening
        self._language = language(opening.fence.info)
        self._dialects = (*within, *around) if self._wraps or self._language in _OBJECTS else within
        self._inside = Fenced(opening.collector, Trail(), within) if self._wraps else None
        self._weak = weak
        self._only: str | None = None
        self._lines: list[str] = []
        self._opened = opening.collector.opened

    def take(self, line: str) -> Step:
        opening = self._opening
        if closes(opening.fence, line):
            opening.collector.say(line)
            return self._close([])
        if (opener := glued_pair(opening.fence, line)) is not None:
            return self._close([opener])
        if (step := first_step(self._dialects, line, self)) is not None:
            return step
        if self._inside is not None and self._inside.names(line):
            step = self._inside.open(line, self._outside())
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

    def _outside(self) -> State:
        """Where a file inside leads back to: a fence that held nothing but the file's name is over."""
        return self._opening.home if self._only is not None else self

    def _note(self, line: str) -> None:
        self._opening.collector.say(line)
        if self._inside is not None:
            self._inside.passed(line)
        for dialect in self._dialects:
            dialect.passed(line)
        if line.strip():
            named = name_line(line) if not self._lines else None
            self._only = named.path if named else None
        if line.strip() or self._lines:
            self._lines.append(line)

    def _close(self, lines: Sequence[str]) -> Step:
        lone = self._lone()
        self._opening.trail.reset(self._only, lone)
        if self._only is not None and not lines:
            return Below(self._opening, self._only), ()
        return self._opening.home, lines

    def _lone(self) -> Lone | None:
        """The code without a name that this block is, reported."""
        collector = self._opening.collector
        if not self._lines or self._only is not None or collector.opened != self._opened:
            return None
        indent = self._opening.fence.indent
        lone = Lone(self._language, "".join(dedented(line, indent) for line in self._lines), self._weak)
        if is_shell(self._language):
            collector.add_commands(lone.text)
            collector.add_lone(lone, script=True)
        elif is_code(self._language):
            collector.add_lone(lone)
            return lone
        return None
