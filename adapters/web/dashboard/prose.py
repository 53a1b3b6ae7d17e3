"""What people and models wrote, taken apart for the templates: paragraphs, lists, bold, code. Of Markdown everything
else stays as it was typed, and nothing of theirs is ever HTML. Pure, and linear in the length of the text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from typing import Literal

from markupsafe import Markup

from adapters.web.dashboard.wording import weight

ELEMENTS = 600
"""Of one text; what follows stays as it was typed, so that a page stays small whatever is written."""
_TAGS = 50
"""Bytes that the tags of one element take at most."""
_DEEPEST = 4
_FENCE = re.compile(r"[ \t]{0,12}(`{3,}|~{3,})([^`]*)")
_ITEM = re.compile(r"( {0,12})([-*+]|\d{1,4}[.)])[ \t]+(?=\S)")
_HEADING = re.compile(r"#{1,6}[ \t]+(?=\S)")
_PIECE = re.compile(
    r"(?<!`)(?P<ticks>`{1,3})(?!`)(?P<code>[^\n]{1,500}?)(?<!`)(?P=ticks)(?!`)"
    r"|<!time:(?P<time>\d{1,11})>|(?P<mark>\*\*)"
)


@dataclass(frozen=True, slots=True)
class Span:
    """Words in a line."""

    text: str
    strong: bool = False
    code: bool = False
    at: datetime | None = None

    @property
    def elements(self) -> int:
        return self.strong + self.code + (self.at is not None)


@dataclass(frozen=True, slots=True)
class Block:
    """``kind``: `p` has ``spans``; `code`, and `plain` for a table, whose columns stand under each other where all letters
    are of one width, have ``text``; `ul` and `ol` have ``items``, each the words of an item and the lists below them.
    ``start``: the first number."""

    kind: Literal["p", "code", "plain", "ul", "ol"]
    text: str = ""
    spans: tuple[Span, ...] = ()
    items: tuple[tuple[Block, ...], ...] = ()
    start: int = 1


def blocks(text: str) -> tuple[Block, ...]:
    """A fence that is never closed ends with the text."""
    return tuple(_Reader(text).blocks())


def heavy(text: str) -> int:
    """Bytes that it takes on a page, at most."""
    reader = _Reader(text)
    list(reader.blocks())
    return weight(text) + _TAGS * (ELEMENTS - reader.room)


def sentence(text: str) -> Markup:
    """Words of our own that may quote people: bold and code are shown as such."""
    return Markup("").join(_shown(span) for span in _spans(text.strip("\n"), ELEMENTS))


def inline(text: str) -> Markup:
    """Text with its code; bold stays as it was typed."""
    return Markup("").join(_shown(span) for span in _spans(text.strip("\n"), ELEMENTS, bold=False))


def _shown(span: Span) -> Markup:
    if span.at is not None:
        return Markup('<time datetime="{}">{}</time>').format(span.at.isoformat(), span.text)
    whole = Markup("<code>{}</code>").format(span.text) if span.code else span.text
    return Markup("<strong>{}</strong>").format(whole) if span.strong else Markup("{}").format(whole)


class _Reader:
    """``room``: elements that there may still be."""

    def __init__(self, text: str) -> None:
        self._lines = text.splitlines()
        self._at = 0
        self.room = ELEMENTS

    def blocks(self) -> Iterator[Block]:
        while self._at < len(self._lines):
            if self.room <= 0:
                yield Block("p", spans=(Span("\n".join(self._lines[self._at :])),))
                return
            if self._lines[self._at].strip():
                self.room -= 1
                yield self._block(self._lines[self._at])
            else:
                self._at += 1

    def _block(self, line: str) -> Block:
        if fence := _FENCE.match(line):
            return self._code(fence[1])
        if line.startswith("|"):
            return Block("plain", "\n".join(self._while(lambda one: one.startswith("|"))))
        if _ITEM.match(line):
            return self._list(0)
        if heading := _HEADING.match(line):
            self._at += 1
            spans = self._spans(line[heading.end() :])
            return Block("p", spans=tuple(replace(one, strong=True) for one in spans))
        self._at += 1
        return Block("p", spans=self._spans("\n".join([line, *self._while(_goes_on)])))

    def _code(self, fence: str) -> Block:
        self._at += 1
        lines = self._while(lambda one: not _closes(one, fence))
        self._at += 1
        return Block("code", "\n".join(lines))

    def _list(self, depth: int) -> Block:
        first = _ITEM.match(self._lines[self._at])
        assert first is not None
        indent, ordered = len(first[1]), first[2][0].isdigit()
        items: list[list[Block]] = []
        while (found := self._item()) and self.room > 0:
            deeper = len(found[1]) - indent
            if deeper >= 2 and items and depth < _DEEPEST:  # noqa: PLR2004 - as Markdown has it
                items[-1].append(self._list(depth + 1))
            elif deeper < 0 or found[2][0].isdigit() != ordered:
                break
            else:
                items.append([self._words(found)])
        inside = tuple(tuple(one) for one in items)
        start = int(first[2][:-1]) if ordered else 1
        return Block("ol" if ordered else "ul", items=inside, start=start)

    def _item(self) -> re.Match[str] | None:
        """That of this line, or of the next where this one is empty."""
        for at in range(self._at, min(self._at + 2, len(self._lines))):
            if found := _ITEM.match(self._lines[at]):
                self._at = at
                return found
            if self._lines[at].strip():
                return None
        return None

    def _words(self, item: re.Match[str]) -> Block:
        """Of an item, with the indented lines that go on with it."""
        self._at += 1
        more = self._while(lambda one: one.startswith("  ") and _goes_on(one))
        self.room -= 1
        return Block(
            "p", spans=self._spans("\n".join([item.string[item.end() :], *(one.strip() for one in more)]))
        )

    def _spans(self, text: str) -> tuple[Span, ...]:
        spans = tuple(_spans(text, self.room))
        self.room -= sum(span.elements for span in spans)
        return spans

    def _while(self, holds: Callable[[str], bool]) -> list[str]:
        begin = self._at
        while self._at < len(self._lines) and holds(self._lines[self._at]):
            self._at += 1
        return self._lines[begin : self._at]


def _goes_on(line: str) -> bool:
    """More of a paragraph."""
    begins = line.startswith("|") or any(one.match(line) for one in (_FENCE, _ITEM, _HEADING))
    return bool(line.strip()) and not begins


def _closes(line: str, fence: str) -> bool:
    mark = _FENCE.match(line)
    return mark is not None and mark[1].startswith(fence) and not mark[2].strip()


# ---- words in a line


def _spans(text: str, room: int, *, bold: bool = True) -> Iterator[Span]:
    """At most about `room` elements."""
    pieces = list(islice(_PIECE.finditer(text), max(0, room)))
    marks = _pairs(text, [one for one in pieces if one["mark"]]) if bold else {}
    strong, at = False, 0
    for piece in pieces:
        if piece["mark"] and piece.start() not in marks:
            continue
        if piece.start() > at:
            yield Span(text[at : piece.start()], strong)
        at = piece.end()
        if piece["mark"]:
            strong = marks[piece.start()]
        elif piece["time"]:
            yield _moment(int(piece["time"]), strong=strong)
        else:
            yield Span(piece["code"].strip(), strong, code=True)
    if text[at:]:
        yield Span(text[at:], strong)


def _pairs(text: str, marks: list[re.Match[str]]) -> dict[int, bool]:
    """Where bold begins and where it ends: within one paragraph, around something, close to it."""
    found: dict[int, bool] = {}
    begun: re.Match[str] | None = None
    for mark in marks:
        before, after = text[mark.start() - 1 : mark.start()], text[mark.end() : mark.end() + 1]
        if begun is not None and before.strip() and mark.start() > begun.end():
            found |= {begun.start(): True, mark.start(): False}
            begun = None
        elif after.strip():
            begun = mark
    return found


def _moment(unix: int, *, strong: bool) -> Span:
    try:
        at = datetime.fromtimestamp(unix, UTC)
    except (OverflowError, ValueError, OSError):
        return Span("at some time", strong)
    return Span(f"{at:%d %b %Y, %H:%M} UTC", strong, at=at)
