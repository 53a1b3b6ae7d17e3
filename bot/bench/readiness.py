"""``python -m bot.bench.readiness``: known-good projects as replayed answers reach `ready` at the first go; twins with
one fault in each do not before it is repaired, and do after."""

from __future__ import annotations

import argparse
import asyncio
import re
import sys
import time
from collections import Counter
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from bot.bench.gates import table
from bot.bench.gating.places import Fault
from bot.bench.gating.project_faults import FAULTS
from bot.bench.projects import Project, as_answer, projects
from bot.bench.report import quantile
from core.automations.model import File
from core.bundle.events import Event
from core.checks.tracing import is_test
from core.delivery.courier import Courier
from core.generation.prompts.library import load_prompts
from core.intents import OpenSession, Origin, Person, Place
from core.ports import Completed, ModelEvent, ModelLimits, ModelMessage, ModelRequest, TextDelta, Usage
from core.sandbox.choosing import open_sandbox
from core.storage.engine import open_engine
from core.storage.migrate import upgrade
from core.storage.unit_of_work import Database
from core.system import SystemClock, TimeIds
from core.vocabulary import Language
from core.work.making import Made, Making, Order
from core.work.proving import Proving
from core.work.stopping import Stopping
from core.work.workshop import Workshop

_SEED = 7
_STILL_USABLE = "drop the README's usage"
"""No fault of these projects: each README shows in its example, too, how the program is started."""
_LITERAL = re.compile(r"(?<![\w.])(\d+)(?![\w.])|\"([\w ]+)\"|'([\w ]+)'")
_ASSERTION = re.compile(r"assert|expect|\bcheck|\[\[? ")


@dataclass
class Replay:
    """A model that gives these answers, one after the other."""

    answers: list[str]

    def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:  # noqa: ARG002 -- the port's signature
        return self.send(b"")

    async def write(self, request: ModelRequest) -> bytes:  # noqa: ARG002 -- the same
        return b""

    async def send(self, body: bytes, *, again: bool = False) -> AsyncGenerator[ModelEvent, None]:  # noqa: ARG002 -- the same
        yield TextDelta(self.answers.pop(0) if self.answers else "I have nothing to add.")
        yield Completed("stop", "replay")

    async def price(self, generation_id: str) -> Usage | None:  # noqa: ARG002 -- the same
        return None

    async def limits(self, model: str | None = None) -> ModelLimits:  # noqa: ARG002 -- the same
        return ModelLimits(200_000, 32_000, known=True)


class Nobody:
    """Watches."""

    def note(self, *events: Event) -> None: ...

    def think(self) -> None: ...

    def stage(self, words: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Twin:
    """A project with one fault, and what came of it."""

    fault: str
    project: str
    ready_before: bool
    ready_after: bool
    notes: tuple[str, ...]


class Workbench:
    """The workshop with its real checker and store, and a model that replays."""

    def __init__(self, database: Database, proving: Proving) -> None:
        self._database = database
        self._proving = proving
        self._prompts = load_prompts()

    async def make(self, project: Project, *answers: str) -> Made:
        shop = Workshop(
            database=self._database,
            courier=Courier(self._database, {}),
            model=Replay(list(answers)),
            prompts=self._prompts,
            checker=self._proving,
            stopping=Stopping(),
            clock=SystemClock(),
            ids=TimeIds(),
        )
        order = Order(
            session_id=await self._session(project),
            purpose="bench",
            request=ModelRequest((ModelMessage("user", project.title),), 32_000, 0.2, "bench"),
            language=project.language,
            requirements=project.requirements,
        )
        return await Making(shop, order, Nobody()).make()

    async def _session(self, project: Project) -> str:
        clock = SystemClock()
        place = Place("slack", "T", "C", f"{clock.monotonic()}")
        origin = Origin(place, Person("T", "U"), place.thread or "", clock.now())
        opened = OpenSession(origin, project.title, project.agent_type)
        async with self._database.write() as unit:
            return await unit.sessions.add(opened, "Ana", project.title)


async def known_good(bench: Workbench, all_: Sequence[Project]) -> str:
    rows, lines = Counter[Language](), []
    seconds: dict[Language, list[float]] = {}
    for project in all_:
        began = time.perf_counter()
        made = await bench.make(project, project.answer)
        seconds.setdefault(project.language, []).append(time.perf_counter() - began)
        first = made.evidence.proved and not made.evidence.rounds
        rows[project.language] += first
        if not first:
            lines.append(f"- {project.name}: {'; '.join(made.evidence.notes) or 'only after a repair'}")
    total = sum(rows.values())
    heads = ("language", "projects", "ready at the first go", "p50 seconds from answer to evidence")
    cells = [
        (language.label, str(len(times)), str(rows[language]), f"{quantile(times, 0.5):.2f}")
        for language, times in seconds.items()
    ]
    verdict = f"{total} of {len(all_)} are ready at the first go; aim: at least 38 of 40."
    return "\n".join(["### Known-good projects", "", table([heads, *cells]), "", verdict, *lines])


async def faulty(bench: Workbench, all_: Sequence[Project]) -> str:
    twins = [await _twin(bench, project, number) for number, project in enumerate(all_)]
    heads = ("fault", "twins", "ready before repair", "ready after it")
    names = sorted({twin.fault for twin in twins})
    cells = []
    for name in names:
        own = [twin for twin in twins if twin.fault == name]
        before, after = sum(twin.ready_before for twin in own), sum(twin.ready_after for twin in own)
        cells.append((name, str(len(own)), str(before), str(after)))
    before, after = sum(twin.ready_before for twin in twins), sum(twin.ready_after for twin in twins)
    verdict = f"Before repair {before} of {len(twins)} are ready (aim: none), after it {after}."
    odd = [
        f"- {twin.project}, {twin.fault}: {'ready with the fault in it' if twin.ready_before else '; '.join(twin.notes)}"
        for twin in twins
        if twin.ready_before or not twin.ready_after
    ]
    return "\n".join(["### Faulty twins", "", table([heads, *cells]), "", verdict, *odd])


async def _twin(bench: Workbench, project: Project, number: int) -> Twin:
    random = Random(_SEED + number)  # noqa: S311 -- chance, not secrecy
    names = list(_TWIN_FAULTS)
    for name in names[number % len(names) :] + names[: number % len(names)]:
        wrong = _TWIN_FAULTS[name](project.files, random)
        if wrong is not None:
            return await _repaired(bench, project, name, wrong)
    raise ValueError(f"no fault fits {project.name}")


async def _repaired(bench: Workbench, project: Project, fault: str, wrong: Sequence[File]) -> Twin:
    now = {file.path: file.content for file in wrong}
    right = [file for file in project.files if now.get(file.path) != file.content]
    made = await bench.make(project, as_answer(list(wrong)), as_answer(right))
    proved, rounds = made.evidence.proved, made.evidence.rounds
    return Twin(fault, project.name, proved and not rounds, proved, made.evidence.notes)


def _wrong_expectation(files: Sequence[File], random: Random) -> list[File] | None:
    """A test expects something else."""
    places = [
        (file, found)
        for file in files
        if is_test(file.path)
        for line in re.finditer(r"(?m)^.+$", file.content)
        if _ASSERTION.search(line[0])
        for found in _LITERAL.finditer(file.content, line.start(), line.end())
    ]
    if not places:
        return None
    file, found = random.choice(places)
    number = found[1]
    wrong = str(int(number) + 1) if number else f"{found[0][0]}{found[2] or found[3]} wrong{found[0][-1]}"
    text = file.content[: found.start()] + wrong + file.content[found.end() :]
    return [replace(each, content=text) if each is file else each for each in files]


def _untested(files: Sequence[File], _: Random) -> list[File] | None:
    left = [file for file in files if not is_test(file.path)]
    return left if len(left) < len(files) else None


def _unmarked(files: Sequence[File], _: Random) -> list[File] | None:
    """No test says any more which requirement it is about."""
    mark = re.compile(r"\b[Rr](?=\d)")
    changed = [
        replace(file, content=mark.sub("item ", file.content)) if is_test(file.path) else file
        for file in files
    ]
    return changed if changed != list(files) else None


_TWIN_FAULTS: dict[str, Fault] = {
    **{name: fault for name, fault in FAULTS.items() if name != _STILL_USABLE},
    "a test that expects something else": _wrong_expectation,
    "no tests": _untested,
    "tests that name no requirement": _unmarked,
}


async def readiness(names: str) -> str:
    all_ = [project for project in projects() if names in project.name]
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory(prefix="threadwright-bench-"))
        url = f"sqlite+aiosqlite:///{Path(folder) / 'bench.sqlite'}"
        upgrade(url)
        engine = await stack.enter_async_context(open_engine(url))
        proving = Proving(partial(open_sandbox, Path(".sandbox-env"), None))
        bench = Workbench(Database(engine, SystemClock(), TimeIds()), proving)
        sandbox = await proving.sandbox()
        parts = [await known_good(bench, all_), await faulty(bench, all_), f"Tests ran in {sandbox.name}."]
    return "\n\n".join(parts)


def main(arguments: Iterable[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bot.bench.readiness", description=__doc__)
    parser.add_argument("--only", default="", metavar="TEXT", help="projects with TEXT in their name")
    options = parser.parse_args(None if arguments is None else list(arguments))
    began = time.perf_counter()
    print(asyncio.run(readiness(options.only)))
    print(f"\nIt took {time.perf_counter() - began:.0f} s.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
