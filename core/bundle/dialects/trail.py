"""What was said since the last code block, as far as it may name the next one."""

from __future__ import annotations

from core.bundle.dialects.names import heading_name, is_caption, is_heading, mentioned, name_line
from core.bundle.dialects.sentences import created_by
from core.bundle.drafts import Lone


class Trail:
    """``label``: the path that stood alone in a block of its own just before. ``lone``: the block just before, when it
    was code without a name."""

    def __init__(self) -> None:
        self.reset()

    def reset(self, label: str | None = None, lone: Lone | None = None) -> None:
        """A block has ended; with `label` it was nothing but that path."""
        self.label = label
        self.lone = lone
        self._blanks = 0
        self._above: str | None = None
        self._gap: str | None = None
        self._gap_listed = False
        self._weak: str | None = None
        self._created: str | None = None
        self._in_list = False

    def passed(self, line: str) -> None:
        if not line.strip():
            self._blanks += 1
            return
        if is_caption(line):
            return
        self._blanks = 0
        self.label = None
        named = name_line(line)
        in_run = named is not None and named.listed and self._in_list and not named.colon
        self._in_list = named is not None and named.listed and not named.colon
        strict = named.path if named is not None and not in_run else None
        self._above = strict
        self._note_gap(line, strict, listed=named is not None and named.listed, in_run=in_run)
        found = mentioned(line)
        self._weak = found[0] if found else self._weak
        if found:
            self._created = created_by(line) or (self._created if self._created in found else None)

    def name(self, path: str) -> None:
        """The line just passed names this file."""
        self._above = path

    def _note_gap(self, line: str, strict: str | None, *, listed: bool, in_run: bool) -> None:
        if in_run:
            self._gap = None if self._gap_listed else self._gap
        elif is_heading(line):
            self._gap, self._gap_listed = strict or heading_name(line), False
        elif strict is not None and listed:
            self._gap, self._gap_listed = strict, True

    @property
    def above(self) -> str | None:
        """The name on the line above, with at most one blank line between."""
        return self._above if self._blanks <= 1 else None

    @property
    def gap(self) -> str | None:
        """The name in the last heading, directly above or with prose between."""
        return self._gap

    @property
    def created(self) -> str | None:
        """The file that a sentence tells people to create."""
        return self._created

    @property
    def weak(self) -> str | None:
        """The last file that prose mentions."""
        return self._weak
