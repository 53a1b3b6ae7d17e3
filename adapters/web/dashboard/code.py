"""Files and differences between files as pages of lines, with the classes of their syntax. Pure, and slow for large
files: call it in a thread."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape
from pygments import lex
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_for_filename
from pygments.lexers.special import TextLexer
from pygments.token import Token
from pygments.util import ClassNotFound

from adapters.web.dashboard.wording import weight
from core.automations.comparing import FileChange, changed_lines
from core.automations.model import File

PAGE = 44_000
"""Bytes of HTML that the code on one page takes at most, so that a page stays small."""
_HIGHLIGHTED = 200_000
"""Characters; longer files are shown without colours."""
_WIDEST = 2_000
"""Characters of one line that are shown."""


@dataclass(frozen=True, slots=True)
class Line:
    number: int
    html: Markup


@dataclass(frozen=True, slots=True)
class Listing:
    """Lines of a file from ``first`` on. ``next``: number of the first line that did not fit, 0 at the end."""

    lines: tuple[Line, ...]
    first: int
    total: int
    next: int
    cut: bool
    """Some line is longer than what is shown of it."""


def listing(file: File, first: int = 1) -> Listing:
    content = file.content.expandtabs(4)
    cut = any(len(line) > _WIDEST for line in content.splitlines())
    shown = "\n".join(line[:_WIDEST] for line in content.splitlines())
    rendered = _rendered(file.path, shown) if content.splitlines() else []
    first = min(max(1, first), max(1, len(rendered)))
    room = PAGE
    lines: list[Line] = []
    for number, html in enumerate(rendered[first - 1 :], first):
        room -= len(html.encode()) + 80
        if room < 0 and lines:
            break
        lines.append(Line(number, html))
    after = first + len(lines)
    return Listing(tuple(lines), first, len(rendered), after if after <= len(rendered) else 0, cut)


def _rendered(path: str, content: str) -> list[Markup]:
    """Line by line: a token that goes over several lines is closed and opened again."""
    if len(content) > _HIGHLIGHTED:
        return [escape(line) for line in content.split("\n")]
    lines: list[Markup] = []
    current = Markup("")
    for kind, text in lex(content, _lexer(path)):
        css = _css(kind)
        for number, piece in enumerate(text.split("\n")):
            if number:
                lines.append(current)
                current = Markup("")
            if piece:
                current += Markup('<span class="{}">{}</span>').format(css, piece) if css else escape(piece)
    return [*lines, current]


def _lexer(path: str) -> Lexer:
    try:
        found: Lexer = get_lexer_for_filename(path.rpartition("/")[2], stripnl=False, ensurenl=False)
    except ClassNotFound:
        return TextLexer(stripnl=False, ensurenl=False)
    return found


def _css(kind: Any) -> str:
    """The short class of a kind of token by its family, for which the style sheet has a colour; "" for plain ones."""
    for family, name in _FAMILIES:
        if kind in family:
            return name
    return ""


_FAMILIES = (
    (Token.Comment, "kc"),
    (Token.Keyword, "kk"),
    (Token.Operator.Word, "kk"),
    (Token.Literal.String.Doc, "kc"),
    (Token.Literal.String, "ks"),
    (Token.Literal.Number, "kn"),
    (Token.Name.Function, "kf"),
    (Token.Name.Class, "kf"),
    (Token.Name.Decorator, "kd"),
    (Token.Name.Tag, "kk"),
    (Token.Name.Attribute, "kd"),
    (Token.Name.Builtin, "kb"),
    (Token.Name.Exception, "kb"),
    (Token.Generic.Heading, "kf"),
    (Token.Generic.Subheading, "kf"),
)


@dataclass(frozen=True, slots=True)
class DiffLine:
    """``kind``: `plus`, `minus`, `hunk` or `same`. ``old``, ``new``: line numbers, 0 where the line is not."""

    kind: str
    old: int
    new: int
    text: str


@dataclass(frozen=True, slots=True)
class FileDiff:
    """``cut``: more lines follow than are shown."""

    change: FileChange
    lines: tuple[DiffLine, ...]
    cut: bool


def diffs(old: Sequence[File], new: Sequence[File], changed: Sequence[FileChange]) -> Iterator[FileDiff]:
    """Of `changed`, in order, as many as fit on a page."""
    before = {file.path: file.content for file in old}
    after = {file.path: file.content for file in new}
    room = PAGE
    for change in changed:
        lines: list[DiffLine] = []
        cut = False
        for line in _numbered(changed_lines(before.get(change.old_path, ""), after.get(change.path, ""))):
            room -= weight(line.text) + 170
            if room < 0:
                cut = True
                break
            lines.append(line)
        yield FileDiff(change, tuple(lines), cut)


def _numbered(hunks: Iterator[str]) -> Iterator[DiffLine]:
    old = new = 0
    for raw in hunks:
        line, text = raw.rstrip("\r\n"), raw.rstrip("\r\n")[1:_WIDEST]
        if line.startswith("@@"):
            old, new = _starts(line)
            yield DiffLine("hunk", 0, 0, line[:200])
        elif line.startswith("+"):
            yield DiffLine("plus", 0, new, text)
            new += 1
        elif line.startswith("-"):
            yield DiffLine("minus", old, 0, text)
            old += 1
        elif line.startswith("\\"):
            yield DiffLine("hunk", 0, 0, line)
        else:
            yield DiffLine("same", old, new, text)
            old, new = old + 1, new + 1


def _starts(header: str) -> tuple[int, int]:
    """`@@ -3,7 +3,8 @@` -> 3, 3."""
    parts = header.split()
    return tuple(int(part[1:].partition(",")[0]) for part in parts[1:3])  # type: ignore[return-value]  # always two
