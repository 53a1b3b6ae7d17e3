"""Code fences, line by line, as CommonMark has them and as models bend them."""

from __future__ import annotations

import re
from dataclasses import dataclass

_FENCE = re.compile(r"([ \t]*)(`{3,}|~{3,})([^`]*)$")
_GLUED = re.compile(r"(`{3,})([A-Za-z0-9+#.-]*)$")
_LONG = 500
"""Characters; no fence line is longer."""


@dataclass(frozen=True, slots=True)
class Fence:
    """``indent``: columns before it. ``mark``: the character it is made of. ``info``: what follows, stripped."""

    indent: int
    mark: str
    length: int
    info: str


def fence_at(line: str) -> Fence | None:
    """The fence that this line is; a bare one (no info) may open or close."""
    if len(line) > _LONG or ("```" not in line and "~~~" not in line):
        return None
    match = _FENCE.match(line.rstrip())
    if match is None:
        return None
    return Fence(len(match[1].expandtabs(4)), match[2][0], len(match[2]), match[3].strip())


def closes(opener: Fence, line: str) -> bool:
    """Whether this line can end the block: bare, long enough, and not indented deeper than its opener."""
    fence = fence_at(line)
    return fence is not None and not fence.info and fits(opener, fence)


def fits(opener: Fence, fence: Fence) -> bool:
    return fence.mark == opener.mark and fence.length >= opener.length and fence.indent <= opener.indent


def glued_pair(opener: Fence, line: str) -> str | None:
    """A closer and the next opener without a line end between them: the opener's line."""
    fence = fence_at(line)
    if fence is None or not fence.info or fence.mark != opener.mark or fence.length != 2 * opener.length:
        return None
    return fence.mark * opener.length + fence.info + "\n"


def glued_name(line: str) -> tuple[str, str] | None:
    """An opener glued to the end of the line above it: that line, and the opener's."""
    if len(line) > _LONG or "```" not in line:
        return None
    match = _GLUED.search(line.rstrip())
    before = line[: match.start()].rstrip() if match else ""
    if match is None or not before or "```" in before:
        return None
    return before, match[0] + "\n"


def dedented(line: str, indent: int) -> str:
    """Without up to `indent` columns of space, as the opener of its block was indented."""
    cut = 0
    while indent > 0 and cut < len(line) and line[cut] in " \t":
        indent -= 4 if line[cut] == "\t" else 1
        cut += 1
    return line[cut:]
