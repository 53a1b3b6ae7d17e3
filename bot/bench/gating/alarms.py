"""False alarms: what the gates call an error in code that people use."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.bench.gating.real_code import Corpus
from core.checks.gates import Report, check

_BY_SIZE = frozenset(
    {
        "file-too-large",
        "line-too-long",
        "nested-too-deep",
        "chain-too-long",
        "too-many-branches",
        "nul",
        "not-utf-8",
    }
)
_AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class Alarms:
    """``by_size``: files that only the first gate refuses, which it does on purpose. ``aim``: percent."""

    name: str
    files: int
    flagged: int
    by_size: int
    aim: float
    codes: Mapping[str, int]

    def cells(self) -> tuple[str, ...]:
        share = 100 * self.flagged / self.files if self.files else 0.0
        codes = ", ".join(
            f"{code} {count}" for code, count in sorted(self.codes.items(), key=lambda item: -item[1])
        )
        met = "met" if share <= self.aim else "MISSED"
        return (
            self.name,
            str(self.files),
            str(self.flagged),
            f"{share:.2f} %",
            str(self.by_size),
            f"<= {self.aim:g} %: {met}",
            codes,
        )


async def alarms(name: str, corpora: Sequence[Corpus], aim: float) -> Alarms:
    flagged: dict[tuple[int, str], set[str]] = {}
    codes: Counter[str] = Counter()
    for number, report in enumerate(await checked(corpora)):
        must_have_run(report)
        for finding in report.errors:
            if finding.path in corpora[number].counts:
                flagged.setdefault((number, finding.path), set()).add(finding.code)
                codes[finding.code] += 1
    by_size = sum(found <= _BY_SIZE for found in flagged.values())
    return Alarms(name, sum(len(corpus.counts) for corpus in corpora), len(flagged), by_size, aim, codes)


def must_have_run(report: Report) -> None:
    for gate in report.gates:
        if not gate.ran:
            print(f"NOT RUN: {gate.name}: {gate.note}", file=sys.stderr)


async def checked(corpora: Sequence[Corpus]) -> list[Report]:
    turn = asyncio.Semaphore(_AT_ONCE)

    async def one(corpus: Corpus) -> Report:
        async with turn:
            return await check(corpus.files, corpus.beside)

    return await asyncio.gather(*(one(corpus) for corpus in corpora))
