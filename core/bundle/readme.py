"""The parts of a README by its headings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.automations.model import File
from core.bundle.dialects.fences import Fence, closes, fence_at

_ATX = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*?))??(?:[ \t]+#+)?[ \t]*$")
_UNDERLINE = re.compile(r" {0,3}(=+|-{2,})[ \t]*$")
_LONG = 300
_NAME = re.compile(r"(?:.*/)?readme(?:\.(?:md|mdx|markdown|rst|txt))?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Section:
    """``level``: 0 for what stands before the first heading. ``body``: Markdown, with its smaller sections; ``lead``:
    without them."""

    level: int
    title: str
    body: str
    lead: str


def readme_of(files: Sequence[File]) -> str:
    """The README nearest to the project's root; "" when there is none."""
    found = [file for file in files if _NAME.fullmatch(file.path)]
    return min(found, key=lambda file: file.path.count("/")).content if found else ""


def sections(text: str) -> list[Section]:
    """All sections in order; a heading inside of a code block is none."""
    lines = text.split("\n")
    heads = _heads(lines)
    top = _joined(lines[: heads[0].at if heads else len(lines)])
    found = [Section(0, "", top, top)]
    for number, head in enumerate(heads, 1):
        later = (heads[at] for at in range(number, len(heads)))
        end = next((other.at for other in later if other.level <= head.level), len(lines))
        first = heads[number].at if number < len(heads) else len(lines)
        body, lead = _joined(lines[head.end : end]), _joined(lines[head.end : first])
        found.append(Section(head.level, head.title, body, lead))
    return found


def _joined(lines: list[str]) -> str:
    return "\n".join(lines).strip()


@dataclass(frozen=True, slots=True)
class _Head:
    at: int
    end: int
    level: int
    title: str


def _heads(lines: list[str]) -> list[_Head]:
    heads: list[_Head] = []
    block: Fence | None = None
    for at, line in enumerate(lines):
        if block is not None:
            block = None if closes(block, line) else block
            continue
        block = fence_at(line)
        if len(line) > _LONG:
            continue
        if atx := _ATX.match(line):
            heads.append(_Head(at, at + 1, len(atx[1]), atx[2] or ""))
        elif at and (under := _UNDERLINE.match(line)) and _is_title(lines, at - 1):
            heads.append(_Head(at - 1, at + 1, 1 if under[1][0] == "=" else 2, lines[at - 1].strip()))
    return heads


def _is_title(lines: list[str], at: int) -> bool:
    """A line of text, alone between blank ones, that an underline makes a heading."""
    line = lines[at].strip()
    return (
        bool(line)
        and not line.startswith(("-", "|", "#", "`", ">"))
        and (at == 0 or not lines[at - 1].strip())
    )
