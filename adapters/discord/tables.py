"""Tables of Markdown, which Discord does not draw: as aligned columns in a code block, or as a list when they are too
wide for that. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

_WIDEST: Final = 64
"""Columns of a code block that a window still shows without wrapping; a phone shows fewer, and wraps."""
_RULE: Final = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*")
_CELL_END: Final = re.compile(r"(?<!\\)\|")
_WIDE: Final = frozenset("WF")


@dataclass(frozen=True, slots=True)
class Table:
    """``right``: which columns are aligned to the right."""

    head: tuple[str, ...]
    right: tuple[bool, ...]
    rows: tuple[tuple[str, ...], ...]


def without_tables(lines: Sequence[str]) -> Iterator[str]:
    """`lines` of prose, with each table replaced by lines that Discord shows as one."""
    at = 0
    while at < len(lines):
        end = _table_end(lines, at)
        if end is None:
            yield lines[at]
            at += 1
        else:
            yield from _drawn(_table(lines[at:end]))
            at = end


def _table_end(lines: Sequence[str], at: int) -> int | None:
    """The line after the table that begins here; ``None`` when none does."""
    if at + 1 >= len(lines) or "|" not in lines[at] or "|" not in lines[at + 1]:
        return None
    if not _RULE.fullmatch(lines[at + 1]) or len(_cells(lines[at])) != len(_cells(lines[at + 1])):
        return None
    end = at + 2
    while end < len(lines) and "|" in lines[end]:
        end += 1
    return end


def _table(lines: Sequence[str]) -> Table:
    head = _cells(lines[0])
    right = tuple(cell.endswith(":") and not cell.startswith(":") for cell in _cells(lines[1]))
    rows = [_cells(line) for line in lines[2:]]
    width = len(head)
    return Table(head, right, tuple((*row, *[""] * width)[:width] for row in rows))


def _cells(line: str) -> tuple[str, ...]:
    inside = line.strip().removeprefix("|")
    if inside.endswith("|") and not inside.endswith("\\|"):
        inside = inside[:-1]
    return tuple(cell.strip().replace("\\|", "|") for cell in _CELL_END.split(inside))


def _drawn(table: Table) -> list[str]:
    plain = [tuple(map(_plain, row)) for row in (table.head, *table.rows)]
    widths = [max(map(_width, column)) for column in zip(*plain, strict=True)]
    if sum(widths) + 2 * (len(widths) - 1) > _WIDEST:
        return [_item(table.head, row) for row in table.rows]
    head, *rows = [_padded(row, widths, table.right) for row in plain]
    return ["```", head, "  ".join("-" * width for width in widths), *rows, "```"]


def _padded(row: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    cells = []
    for cell, width, to_right in zip(row, widths, right, strict=True):
        space = " " * (width - _width(cell))
        cells.append(space + cell if to_right else cell + space)
    return "  ".join(cells).rstrip()


def _item(head: Sequence[str], row: Sequence[str]) -> str:
    """A row as an item of a list: its first cell, and the others with their headings."""
    others = [
        f"{name}: {cell}" if name else cell for name, cell in zip(head[1:], row[1:], strict=True) if cell
    ]
    first = row[0] or "…"
    return f"- {first} · {', '.join(others)}" if others else f"- {first}"


def _plain(cell: str) -> str:
    """A cell in a code block: its marks would be seen there, and backticks could end the block."""
    bare = cell.replace("`", "").replace("**", "").replace("<br>", " ")
    return " ".join(bare.split())


def _width(text: str) -> int:
    """Columns that `text` takes."""
    wide = sum(unicodedata.east_asian_width(letter) in _WIDE for letter in text)
    marks = sum(unicodedata.combining(letter) > 0 for letter in text)
    return len(text) + wide - marks
