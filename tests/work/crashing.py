"""Plays of the same scene, in each of which the program is killed at another step of its work, and taken up by the next."""

from __future__ import annotations

import copy
import re
import shutil
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from sqlalchemy import select

from core.automations.evidence import Evidence, Finding
from core.automations.model import File
from core.delivery.courier import Courier
from core.ports import ChatPlatform
from core.replies import Reply
from core.sessions.model import Requirement
from core.storage import tables
from core.storage.engine import open_engine
from core.storage.inbox import Work
from core.storage.unit_of_work import Database
from core.system import TimeIds
from core.vocabulary import Language
from core.work.handlers import errands, ordered
from tests.fakes.checker import FakeChecker
from tests.fakes.house import FakeClock, House
from tests.fakes.model import FakeModel, Says
from tests.fakes.platform import FakePlatform
from tests.work.mortal import MortalChecker, MortalDatabase, MortalModel, MortalPlatform, Steps

_STORED = 3
"""What is stored of a call that fails: its start, its end, and that it is not tried again."""


class Findings(FakeChecker):
    """The same files are found the same about, however often they are looked at."""

    async def check(
        self,
        files: Sequence[File],
        language: Language,
        requirements: Sequence[Requirement],
        say: Callable[[str], None],
        noticed: Sequence[Finding] = (),
    ) -> Evidence:
        known = [tuple(one) for one in self.asked]
        place = known.index(tuple(files)) if tuple(files) in known else len(known)
        if place == len(known):
            self.asked.append(tuple(files))
        found = self.finds[min(place, len(self.finds) - 1)]
        return replace(found, findings=(*noticed, *found.findings))


@dataclass
class Scene:
    """How things stood before the work: each play of it begins there."""

    file: Path
    platform: FakePlatform
    answers: list[Says]
    finds: list[Evidence]
    at: datetime
    works: frozenset[str]

    async def play(
        self, file: Path, *fatal: int, between: Callable[[House], Awaitable[None]] | None = None
    ) -> Played:
        """Does all work, in order. The program dies at step `fatal` of it, and a new one takes the work up, which may die
        at a step of its own. `between`: what happens after each death."""
        shutil.copy(self.file, file)
        clock = FakeClock(self.at)
        async with open_engine(f"sqlite:///{file}") as engine:
            house = House(Database(engine, clock, TimeIds()), clock, Findings(self.finds))
            house.platform = copy.deepcopy(self.platform)
            said, given, deaths = iter(self.answers), dict[bytes, Says](), iter(fatal)
            steps = Steps(next(deaths, None))
            trails = [steps.trail]
            while waiting := await house.waiting():
                await _do(house, waiting[0], steps, said, given)
                if steps.dead:
                    steps = Steps(next(deaths, None))
                    trails.append(steps.trail)
                    if between is not None:
                        await between(house)
                else:
                    async with house.database.write() as unit:
                        await unit.inbox.ended(waiting[0].id)
            house.restart()
            return Played(await visible(house), house.model, trails, await _open_ends(house))


@dataclass(frozen=True, slots=True)
class Played:
    """``visible``: what people see. ``trails``: the steps of each process. ``open_ends``: what should be over, and is
    not."""

    visible: Any
    model: FakeModel
    trails: list[list[str]]
    open_ends: list[str]

    @property
    def trail(self) -> list[str]:
        return self.trails[0]

    @property
    def paid(self) -> int:
        """Completions."""
        return self.model.paid

    @property
    def said(self) -> list[str]:
        """The texts in all threads, in order."""
        return [text for thread in self.visible["threads"].values() for text, _, _ in thread]

    def in_flight(self, step: int) -> bool:
        """Whether a completion was under way when the program died at `step`: begun, and neither given in full nor, as
        the third thing that is stored of a call, known to have failed."""
        passed = self.trail[: step + 1]
        if "ask" not in passed:
            return False
        call = passed[len(passed) - 1 - passed[::-1].index("ask") :]
        return "heard Completed" not in call and call.count("written") < _STORED


async def arranged(folder: Path, migrated: Path, prepare: Callable[[House], Awaitable[None]]) -> Scene:
    """The scene in which `prepare` leaves a house: with work that is not done yet, and what the model will answer."""
    file = Path(shutil.copy(migrated, folder / "scene.sqlite"))
    clock = FakeClock()
    async with open_engine(f"sqlite:///{file}") as engine:
        house = House(Database(engine, clock, TimeIds()), clock)
        await prepare(house)
        assert isinstance(house.checker, FakeChecker)
        works = frozenset(work.work for work in await house.waiting())
        return Scene(file, house.platform, house.model.answers, house.checker.finds, clock.at, works)


async def _do(house: House, work: Work, steps: Steps, said: Iterator[Says], given: dict[bytes, Says]) -> None:
    """As a process of its own."""
    house.restart()
    database = MortalDatabase(house.database, steps)
    platform = cast("ChatPlatform", MortalPlatform(house.platform, steps))
    checker = house.checker
    assert isinstance(checker, FakeChecker)
    shop = replace(
        house.shop,
        database=database,
        courier=Courier(database, {"slack": platform}),
        model=MortalModel(house.model, steps, said, given),
        checker=MortalChecker(checker, steps),
    )
    try:
        await {**ordered(shop), **errands(shop)}[work.work](work)
    except BaseException:
        if not steps.dead:
            raise


async def visible(house: House) -> Any:
    threads = {
        thread: [
            (_steady(seen.text), _labels(seen.reply), [file.name for file in seen.files]) for seen in all_seen
        ]
        for thread, all_seen in house.platform.threads.items()
    }
    handed = [(person, file.name, text) for person, file, text in house.platform.handed]
    return {"threads": threads, "handed": handed, **await _stored(house)}


async def _stored(house: House) -> dict[str, Any]:
    wanted = {
        tables.sessions: ("title", "status", "channel", "thread"),
        tables.messages: ("seq", "speaker", "author", "text", "platform_message", "turn"),
        tables.jobs: ("status", "sentence"),
        tables.automations: ("number", "status", "summary", "evidence"),
        tables.files: ("position", "path", "sha256"),
        tables.suggestions: ("number", "path", "line", "text"),
        tables.proposals: ("text", "number"),
        tables.downloads: ("how",),
    }
    found: dict[str, Any] = {}
    async with house.database._engine.connect() as connection:
        for table, names in wanted.items():
            rows = await connection.execute(select(*(table.c[name] for name in names)))
            found[table.name] = sorted(_steady(repr(tuple(row))) for row in rows)
    return found


async def _open_ends(house: House) -> list[str]:
    async with house.database._engine.connect() as connection:
        running = tables.model_calls.c.state == "running"
        calls = await connection.execute(select(tables.model_calls.c.purpose).where(running))
        questions = await connection.execute(select(tables.model_questions.c.purpose))
        posts = await connection.execute(select(tables.outbox.c.key).where(tables.outbox.c.result.is_(None)))
        return [
            *(f"running: {row.purpose}" for row in calls),
            *(f"not settled: {row.purpose}" for row in questions),
            *(f"not sent: {row.key}" for row in posts),
        ]


def _labels(reply: Reply) -> list[str]:
    return [button.label for button in reply.buttons]


def _steady(text: str) -> str:
    """Without what no two plays have in common: ids, references, and what was paid."""
    text = re.sub(r"ref [0-9a-f]{8}", "ref", text)
    text = re.sub(r"( · )?([\d,]+ tokens|\$\d+\.\d+)", "", text)
    text = re.sub(r"'(prompt_tokens|completion_tokens|cached_tokens|cost)': [^,}]+", "", text)
    return re.sub(r"\b(turn|job|opening):[0-9a-zA-Z]+", r"\1", text)
