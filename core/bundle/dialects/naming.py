"""Which file a code block is, by its fence, its first line and the trail of what was said before it."""

from __future__ import annotations

from core.bundle.dialects.fences import Fence
from core.bundle.dialects.languages import contradicts, is_code, is_data, is_shell, language, may_hold
from core.bundle.dialects.names import attribute_name, bare_name, comment_name, info_name, labelled_name
from core.bundle.dialects.trail import Trail
from core.bundle.kinds import ending


class Naming:
    """Of the block that `fence` opens. ``language``: what its fence says."""

    def __init__(self, trail: Trail, fence: Fence) -> None:
        self.language = language(fence.info)
        self._trail = trail
        self._fence = fence

    def name(self, first: str) -> str | None:
        """The path of the block, whose first telling line is `first`."""
        trail = self._trail
        stated, told = self._stated(first), self._told(first)
        if stated is not None and (told is None or not told.endswith("/" + stated)):
            return stated
        gap = trail.gap if trail.gap and may_hold(self.language, trail.gap) else None
        return told or trail.label or gap

    def _stated(self, first: str) -> str | None:
        above = self._trail.above
        if above is not None and contradicts(self.language, above):
            above = None
        return info_name(self._fence.info) or attribute_name(first) or above

    def _told(self, first: str) -> str | None:
        """What the first line says about the name in a comment or the like."""
        comment = comment_name(first)
        if comment is None:
            return None if is_data(self.language) else labelled_name(first)
        return None if contradicts(self.language, comment[0]) else comment[0]

    def only_names(self, line: str, path: str | None) -> bool:
        """Whether this first line is there for the name alone."""
        if path is None:
            return False
        if path in (attribute_name(line), bare_name(line)):
            return True
        elsewhere = self._stated("") or self._trail.label
        return not elsewhere and (comment_name(line) == (path, True) or labelled_name(line) == path)

    def created(self) -> str | None:
        """The file that a sentence tells people to create, if the block can be it."""
        path = self._trail.created
        named = self.language
        fits = is_code(named) or (is_shell(named) and ending(path or "") != "") or not self._fence.info
        return path if path and fits and may_hold(named, path) else None
