"""Recall: how many seeded faults the gates find, of those that a judge of another make calls faults, too."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from bot.bench.gating import oracles
from bot.bench.gating.alarms import checked, must_have_run
from bot.bench.gating.places import Fault, TextFault
from bot.bench.gating.real_code import Corpus
from bot.bench.gating.words import seeded
from core.automations.model import File
from core.bundle.kinds import ending
from core.checks.gates import check

_BATCH = 40
_CHARACTERS = 60_000
"""Of a text that faults are put into: long ones only take time."""
_SHORTEST = 400
_LEANING = frozenset({"unknown-module", "undeclared-import", "unknown-file"})
"""What a file lacks when it is taken out of its project."""
_BY_MAKING = "none: wrong by its making"
_JUDGED = {"cut a file": "CPython, V8", "delete a mark of a data file": "V8"}
"""Faults that may leave a text right, with who judges it."""

Oracle = Callable[[Sequence[str]], Awaitable[list[bool] | None]]
_JUDGES: Mapping[str, tuple[Oracle, str]] = {
    "py": (oracles.python, "CPython's compile()"),
    "js": (oracles.javascript, "V8"),
    "json": (oracles.json_text, "V8"),
}


@dataclass(frozen=True, slots=True)
class Recall:
    """``taken``: mutants that a judge of another make takes for right. ``judge``: its name."""

    name: str
    made: int
    taken: int
    caught: int
    judge: str

    def cells(self) -> tuple[str, ...]:
        faults = self.made - self.taken
        share = 100 * self.caught / faults if faults else 100.0
        met = "met" if share >= 95 else "MISSED"
        return (
            self.name,
            str(self.made),
            str(self.taken),
            str(self.caught),
            f"{share:.1f} %",
            f">= 95 %: {met}",
            self.judge,
        )


async def text_recall(
    name: str, corpora: Sequence[Corpus], fault: TextFault, judge: tuple[Oracle, str] | None, mutants: int
) -> Recall:
    """Single files of real code, many at a time."""
    random = seeded(name)
    wrong = (await _mutants(_texts(corpora, random), fault, random, mutants))[:mutants]
    taken = await judge[0]([file.content for file in wrong]) if judge else None
    faulty = [file for number, file in enumerate(wrong) if not (taken and taken[number])]
    caught = 0
    for batch in _batches(faulty):
        caught += len(batch) - len(await _clean(batch))
    lacking = judge is not None and taken is None
    says = "missing on this machine" if lacking else judge[1] if judge else _BY_MAKING
    return Recall(name, len(wrong), len(wrong) - len(faulty), caught, says)


def _texts(corpora: Sequence[Corpus], random: Random) -> list[File]:
    texts = [
        file
        for corpus in corpora
        for file in corpus.files
        if file.path in corpus.counts and _SHORTEST < len(file.content) < _CHARACTERS
    ]
    random.shuffle(texts)
    return texts


async def _mutants(texts: Sequence[File], fault: TextFault, random: Random, most: int) -> list[File]:
    """Of files that pass the gates."""
    wrong: list[File] = []
    for batch in _batches(texts):
        for file in await _clean(batch):
            changed = _tried(fault, file, random)
            if changed is not None and changed != file.content:
                wrong.append(replace(file, content=changed))
        if len(wrong) >= most:
            break
    return wrong


def _tried(fault: TextFault, file: File, random: Random) -> str | None:
    """None for texts that Python's tokenizer or the like cannot take."""
    try:
        return fault(file.path, file.content, random)
    except (SyntaxError, ValueError):
        return None


async def _clean(files: Sequence[File]) -> list[File]:
    """Those in which no error is found when each is alone in its folder."""
    apart = [File(f"f{number}/{Path(file.path).name}", file.content) for number, file in enumerate(files)]
    report = await check(apart)
    must_have_run(report)
    wrong = {finding.path for finding in report.errors if finding.code not in _LEANING}
    return [file for file, other in zip(files, apart, strict=True) if other.path not in wrong]


def _batches(items: Sequence[File]) -> Iterator[Sequence[File]]:
    return (items[at : at + _BATCH] for at in range(0, len(items), _BATCH))


async def project_recall(
    name: str, fault: Fault, makers: Sequence[Callable[[Random], list[File]]], mutants: int
) -> Recall:
    """Whole projects, one fault in each."""
    made: list[tuple[list[File], list[File]]] = []
    for seed in range(mutants * 4):
        random = seeded(f"{name} {seed}")
        whole = makers[seed % len(makers)](random)
        changed = fault(whole, random)
        if changed is not None and len(made) < mutants:
            made.append((whole, changed))
    judges = _JUDGED.get(name, "")
    taken = await _taken(made) if judges else set[int]()
    faulty = [
        Corpus(tuple(changed), frozenset()) for number, (_, changed) in enumerate(made) if number not in taken
    ]
    caught = sum(not report.ready for report in await checked(faulty))
    return Recall(f"{name} (projects)", len(made), len(taken), caught, judges or _BY_MAKING)


async def _taken(made: Sequence[tuple[list[File], list[File]]]) -> set[int]:
    """The numbers of the mutants whose one changed file is still right."""
    different = [
        next(new for old, new in zip(whole, changed, strict=True) if old != new) for whole, changed in made
    ]
    found: set[int] = set()
    for kind, (oracle, _) in _JUDGES.items():
        numbers = [
            number
            for number, file in enumerate(different)
            if ending(file.path) == kind and "tsconfig" not in file.path
        ]
        said = await oracle([different[number].content for number in numbers]) or []
        found |= {number for number, right in zip(numbers, said, strict=False) if right}
    return found
