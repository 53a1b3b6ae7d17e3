"""What was measured, as a table that reads well in a terminal and in Markdown. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import fill

_WIDTH = 118
_HEAD = ("n", "p50", "p99", "max", "aim")


@dataclass(frozen=True, slots=True)
class Aim:
    """``at``: the quantile that must stay below ``below``, in the unit of its table."""

    at: float
    below: float

    def judged(self, values: Sequence[float]) -> str:
        met = quantile(values, self.at) < self.below
        return f"p{self.at * 100:.0f} < {self.below:g}: {'met' if met else 'MISSED'}"


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    values: tuple[float, ...]
    aim: Aim | None = None

    def cells(self) -> tuple[str, ...]:
        figures = (quantile(self.values, 0.5), quantile(self.values, 0.99), max(self.values))
        return (
            self.name,
            str(len(self.values)),
            *map(figure, figures),
            self.aim.judged(self.values) if self.aim else "",
        )


@dataclass(frozen=True, slots=True)
class Report:
    """``notes``: from where to where, under which load, and in which processes."""

    title: str
    unit: str
    rows: tuple[Row, ...]
    notes: str

    def text(self) -> str:
        head = (self.unit, *_HEAD)
        table = _table([head, *(row.cells() for row in self.rows)])
        return "\n".join(
            [f"### {self.title}", "", *table, "", fill(self.notes, _WIDTH, break_on_hyphens=False)]
        )


def quantile(values: Sequence[float], q: float) -> float:
    """The nearest rank: always a value that was measured. Under a hundred values p99 is the largest."""
    return sorted(values)[max(0, math.ceil(q * len(values)) - 1)]


def ratio(one: Row, other: Row) -> str:
    """How many times more the first one takes, in the middle."""
    more, less = quantile(one.values, 0.5), quantile(other.values, 0.5)
    times = f"{more / less:.1f}" if less else "more than can be measured"
    return f"{one.name} : {other.name} = {times} at p50."


def figure(value: float) -> str:
    """With as many digits as can be believed."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]

    def line(row: Sequence[str]) -> str:
        first, *figures, aim = row
        cells = [
            first.ljust(widths[0]),
            *(cell.rjust(w) for cell, w in zip(figures, widths[1:], strict=False)),
        ]
        return f"| {' | '.join([*cells, aim.ljust(widths[-1])])} |"

    rule = "|".join(
        ["-" * (widths[0] + 2), *("-" * (w + 1) + ":" for w in widths[1:-1]), "-" * (widths[-1] + 2)]
    )
    return [line(rows[0]), f"|{rule}|", *map(line, rows[1:])]
