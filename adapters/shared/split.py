"""Splits Markdown into messages: at paragraphs or lines where that is possible, never through a code fence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from adapters.shared.fences import Fence, after

SMALLEST_LIMIT = 400
"""Below this the fence lines that are added could fill a whole part."""
_LOOK_BACK = 64


@dataclass(frozen=True, slots=True)
class Part:
    """``body``: a piece of the text as it was. ``before`` and ``after``: fence lines that were added around it."""

    before: str
    body: str
    after: str

    @property
    def text(self) -> str:
        return self.before + self.body + self.after


@dataclass(frozen=True, slots=True)
class _Border:
    """A place where the text may be cut. ``at``: offset. ``fence``: what is open there. ``rank``: 2 between
    paragraphs, 1 between lines, 0 between lines of code, -1 just before a closing fence."""

    at: int
    fence: Fence | None
    rank: int


def split(text: str, limit: int) -> list[str]:
    """Parts of at most `limit` characters (at least 400). An empty text is one empty part."""
    return [part.text for part in pieces(text, limit)]


def pieces(text: str, limit: int) -> list[Part]:
    """The same with what was added kept apart: the bodies, joined, are the text."""
    if limit < SMALLEST_LIMIT:
        raise ValueError(f"A limit of {limit} leaves no room for code fences.")
    parts = list(_pieces(text, limit))
    return parts or [Part("", "", "")]


def _pieces(text: str, limit: int) -> Iterator[Part]:
    start = 0
    fence: Fence | None = None
    while start < len(text):
        before = fence.opening if fence else ""
        border = _cut(text, start, fence, limit - len(before))
        body = text[start : border.at]
        yield Part(before, body, "" if border.at == len(text) else _closing(body, border.fence))
        start, fence = border.at, border.fence


def _cut(text: str, start: int, fence: Fence | None, room: int) -> _Border:
    """Where the part that begins at `start` ends."""
    if len(text) - start <= room:
        return _Border(len(text), None, 2)
    fitting = [
        border
        for border in _borders(text, start, fence, room)
        if border.at - start + len(_closing(text[start : border.at], border.fence)) <= room
    ]
    for rank, least in ((2, room // 2), (1, room // 2), (0, 0), (-1, 0)):
        good = [border for border in fitting if border.rank >= rank and border.at - start >= least]
        if good:
            return good[-1]
    return _inside_line(text, start, fence, room)


def _borders(text: str, start: int, fence: Fence | None, room: int) -> Iterator[_Border]:
    at = start
    while (end := text.find("\n", at, start + room)) >= 0:
        line = text[at : end + 1]
        opened, fence = fence, after(fence, line)
        at = end + 1
        if fence is None:
            yield _Border(at, None, 2 if not line.strip() and _line(text, at).strip() else 1)
        elif opened is not None:  # directly after an opening line the code block would stay empty
            yield _Border(at, fence, -1 if fence.closed_by(_line(text, at)) else 0)


def _line(text: str, at: int) -> str:
    end = text.find("\n", at)
    return text[at:] if end < 0 else text[at:end]


def _inside_line(text: str, start: int, fence: Fence | None, room: int) -> _Border:
    """A line longer than a part: cut at a space of prose, anywhere in code. The rest must not look like a fence."""
    begin = start
    if fence is None and (fence := after(None, _line(text, start))):
        begin += len(_line(text, start)) + 1
    at = start + room - (len(fence.closing) + 1 if fence else 0)
    space = text.rfind(" ", begin + (at - begin) // 2, at)
    if fence is None and space > 0:
        at = space + 1
    earliest = max(begin + 1, at - _LOOK_BACK)
    while at > earliest and text[at] in "`~ \t\n":
        at -= 1
    return _Border(at, fence, 0)


def _closing(body: str, fence: Fence | None) -> str:
    if fence is None:
        return ""
    return fence.closing if body.endswith("\n") else "\n" + fence.closing
