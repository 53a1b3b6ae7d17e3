"""Telling what is said about files from the text of files, by its looks."""

from __future__ import annotations

import re
from collections.abc import Sequence

_SENTENCE = re.compile(r"[A-Z][a-z'\u2019]*(?:,? [^\s{}=;<>]+){2,}[.:!?)]")
_LONG = 3000
_MARKDOWN = re.compile(r"\s*(?:\d{1,3}\.|[-*]) +\*\*|\*\*[^*]+\*\*:?\s*$|#{3,6} \S")


def is_prose(text: str) -> bool:
    """Whether these are sentences without anything that only code has."""
    text = " ".join(text.split()) if len(text) <= _LONG else ""
    return bool(_SENTENCE.fullmatch(text))


def is_markdown_line(line: str) -> bool:
    """A heading, a bold line, or a list of bold things."""
    return bool(_MARKDOWN.match(line))


def prose_from(lines: Sequence[str]) -> int:
    """The number of the line, from 0, from which on there is nothing but prose: `len(lines)` when there is none."""
    end = len(lines)
    while (start := _last_paragraph(lines, end)) is not None:
        end = start
    return end


def _last_paragraph(lines: Sequence[str], end: int) -> int | None:
    """Where the last paragraph before `end` starts, with the blank lines above it, if it is prose."""
    last = _up(lines, end, blank=True)
    first = _up(lines, last, blank=False)
    if first == last or not is_prose("\n".join(lines[first:last])):
        return None
    return _up(lines, first, blank=True)


def _up(lines: Sequence[str], at: int, *, blank: bool) -> int:
    while at and (not lines[at - 1].strip()) is blank:
        at -= 1
    return at
