"""Code fences of Markdown, line by line: what is open after each line, and how to close and reopen it."""

from __future__ import annotations

import re
from dataclasses import dataclass

_OPENING = re.compile(
    r"(?P<indent>[ \t]{0,40})(?P<marker>`{3,20}|~{3,20})(?P<info>[^`~\n][^\n]{0,100})?\n?\Z"
)
_INFO_KEPT = 40
"""Characters of an info string that are repeated when a fence is reopened."""


@dataclass(frozen=True, slots=True)
class Fence:
    """An open code fence. ``opening``: the line that opens it again; ``closing``: the line that closes it."""

    indent: str
    marker: str
    info: str

    @property
    def opening(self) -> str:
        return f"{self.indent}{self.marker}{self.info}\n"

    @property
    def closing(self) -> str:
        return f"{self.indent}{self.marker}"

    def closed_by(self, line: str) -> bool:
        bare = line.strip()
        return len(bare) >= len(self.marker) and not bare.strip(self.marker[0])


def after(fence: Fence | None, line: str) -> Fence | None:
    """The fence that is open after `line`, a whole line with or without its line end.

    Any indentation counts, since models indent fences inside lists; CommonMark stops at three spaces."""
    if fence is not None:
        return None if fence.closed_by(line) else fence
    match = _OPENING.match(line)
    if match is None:
        return None
    info = (match["info"] or "").rstrip()
    if match["marker"][0] == "`" and "`" in info:
        return None
    return Fence(match["indent"][:8], match["marker"], info if len(info) <= _INFO_KEPT else "")
