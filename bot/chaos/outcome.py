"""The figures of a run, as a table and with all that is needed to understand what went wrong. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.chaos.comparing import Finding
from bot.chaos.paying import Repaid

_ZEROS = ("lost", "duplicated", "out of order", "stuck")


@dataclass(frozen=True, slots=True)
class Outcome:
    """``turns``: answers that were expected, first words included. ``broken``: what must not be besides, like a process
    that ended by itself. ``excused``: events that a platform itself gave up. ``figures``: others, by name."""

    kills: int
    turns: int
    findings: Sequence[Finding]
    repaid: Repaid
    broken: Sequence[str] = ()
    excused: int = 0
    figures: Mapping[str, int] = field(default_factory=dict)

    def count(self, kind: str) -> int:
        found = sum(each.kind == kind for each in self.findings)
        if kind == "lost":
            found += max(0, sum(each.kind == "undelivered" for each in self.findings) - self.excused)
        return found

    @property
    def good(self) -> bool:
        return not self.broken and not self.repaid.after_commit and not any(map(self.count, _ZEROS))

    def rows(self) -> list[tuple[str, str, str]]:
        zeros = [(kind, self.count(kind)) for kind in _ZEROS]
        zeros += [("repaid after commit", len(self.repaid.after_commit)), ("other defects", len(self.broken))]
        return [
            ("kills", str(self.kills), ""),
            *((name, str(number), "") for name, number in self.figures.items()),
            ("turns", str(self.turns), ""),
            *((name, str(number), "met" if not number else "MISSED") for name, number in zeros),
            ("repaid in flight", str(len(self.repaid.in_flight)), ""),
        ]

    def text(self) -> str:
        """As a table that reads well in a terminal and in Markdown."""
        rows = [("", "count", "aim 0"), *self.rows()]
        first, second, third = (max(len(row[column]) for row in rows) for column in range(3))
        lines = [f"| {a.ljust(first)} | {b.rjust(second)} | {c.ljust(third)} |" for a, b, c in rows]
        rule = f"|{'-' * (first + 2)}|{'-' * (second + 1)}:|{'-' * (third + 2)}|"
        return "\n".join([lines[0], rule, *lines[1:]])

    def told(self) -> list[str]:
        """What is wrong, one line each."""
        return [
            *(f"{each.kind}: {each.title}: {each.what}" for each in self.findings),
            *(f"repaid after commit: {each}" for each in self.repaid.after_commit),
            *self.broken,
        ]
