"""Handlers that do what a test tells them, and a place to watch them from."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from core.errors import ThreadwrightError
from core.intents import Origin, Person, Place
from core.jobs.attempts import Patience
from core.jobs.engine import Engine, open_jobs
from core.jobs.home import open_home
from core.jobs.queue import Slots
from core.storage.engine import open_engine
from core.storage.inbox import Work
from core.storage.unit_of_work import Database
from core.system import SystemClock, TimeIds

Act = Callable[[Work], Awaitable[None]]


async def store(
    database: Database, key: str, session: str | None, kind: str = "turn", workspace: str = "T1"
) -> int:
    """As the desk does; returns the id."""
    origin = Origin(Place("slack", workspace, "C1"), Person("T1", "U1"), key, datetime.now(UTC))
    async with database.write() as unit:
        return await unit.inbox.add(origin, kind, session, {"text": "שלום 🚀"})


@dataclass
class Stage:
    """``begun`` and ``done``: ids, in the order in which it happened. ``given_up``: what people would hear of."""

    database: Database
    engine: Engine | None = None
    begun: list[int] = field(default_factory=list)
    done: list[int] = field(default_factory=list)
    given_up: list[tuple[int, ThreadwrightError]] = field(default_factory=list)
    _acts: dict[int, Act] = field(default_factory=dict)
    _keys: itertools.count[int] = field(default_factory=itertools.count)
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def work(
        self, session: str | None, act: Act | None = None, kind: str = "turn", workspace: str = "T1"
    ) -> int:
        """The id of a new one in the inbox. Nobody looks for it before `nudge`, or a second later."""
        work = await store(self.database, f"key-{next(self._keys)}", session, kind, workspace)
        if act is not None:
            self._acts[work] = act
        return work

    def nudge(self) -> None:
        assert self.engine is not None
        self.engine.nudge()

    async def handle(self, work: Work) -> None:
        await self._note(lambda: self.begun.append(work.id))
        if act := self._acts.get(work.id):
            await act(work)
        await self._note(lambda: self.done.append(work.id))

    async def give_up(self, work: Work, error: ThreadwrightError) -> None:
        await self._note(lambda: self.given_up.append((work.id, error)))

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(10), self._changed:
            await self._changed.wait_for(condition)

    async def until_done(self, *works: int) -> None:
        self.nudge()
        await self.until(lambda: set(works) <= set(self.done))

    async def until_begun(self, *works: int) -> None:
        self.nudge()
        await self.until(lambda: set(works) <= set(self.begun))

    def error_of(self, work: int) -> ThreadwrightError:
        return dict(self.given_up)[work]

    async def _note(self, change: Callable[[], None]) -> None:
        async with self._changed:
            change()
            self._changed.notify_all()


@asynccontextmanager
async def on_stage(
    url: str,
    folder: Path,
    *,
    slots: Slots | None = None,
    drain_seconds: float = 5,
    stage: Stage | None = None,
) -> AsyncIterator[Stage]:
    """A running engine on the migrated database at `url`, whose handlers are the stage's."""
    async with open_engine(url) as connections:
        stage = stage or Stage(Database(connections, SystemClock(), TimeIds()))
        with open_home(url, folder) as home:
            async with (
                open_jobs(
                    home,
                    stage.database,
                    ordered={"turn": stage.handle},
                    errands={"errand": stage.handle},
                    on_failure=stage.give_up,
                    patience=Patience(waits=(0.01, 0.02), longest=1),
                    slots=slots,
                    drain_seconds=drain_seconds,
                ) as stage.engine,
                asyncio.TaskGroup() as group,
            ):
                running = group.create_task(stage.engine.run())
                yield stage
                running.cancel()
