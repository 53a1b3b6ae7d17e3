"""What the queue takes: from the desk to the handler, on a database of its own, in this process."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.bench.report import Row
from bot.bench.size import Size
from core.intake.decision import TURN
from core.intake.desk import IntakeDesk
from core.intents import OpenSession, Origin, Person, Place, Say
from core.jobs.engine import Engine, open_jobs
from core.jobs.home import open_home
from core.storage.engine import open_engine
from core.storage.inbox import Work
from core.storage.migrate import upgrade
from core.storage.unit_of_work import Database
from core.system import SystemClock, TimeIds
from core.vocabulary import AgentType

_ANA = Person("T1", "U1")
_ROOT = "100.0"
_PAUSE = 0.02
"""Seconds between two turns, so that the end of one is not measured with the next."""
_INSERT = "INSERT INTO said (at, text) VALUES (?, ?)"


async def queueing(size: Size) -> tuple[Row, Row]:
    """Milliseconds: of the program, and of the least there is to do."""
    times = size.turns * size.rounds
    with TemporaryDirectory(prefix="tw-queue-") as folder:
        program = await _program(Path(folder), times)
        bare = await _bare(Path(folder), times)
    return Row("Threadwright, received to begun", program), Row("bare queue, received to begun", bare)


class Begun:
    """Handles a turn by noting when it began. ``nudge``: as its engine's; nothing is ever stopped."""

    def __init__(self) -> None:
        self.at: asyncio.Queue[float] = asyncio.Queue()

    async def __call__(self, work: Work) -> None:  # noqa: ARG002 - all are alike
        self.at.put_nowait(time.perf_counter())


class Follower:
    """Tells the engine of new work."""

    def __init__(self, engine: Engine) -> None:
        self.nudge = engine.nudge

    def stop(self, job_id: str) -> None:
        """Nothing is ever stopped."""


async def _program(folder: Path, times: int) -> tuple[float, ...]:
    begun = Begun()
    async with _opened(folder, begun) as desk:
        values = [await _received(desk, begun, number) for number in range(times + 1)]
    return tuple(values[1:])


@asynccontextmanager
async def _opened(folder: Path, begun: Begun) -> AsyncIterator[IntakeDesk]:
    url = f"sqlite:///{folder / 'bench.db'}"
    upgrade(url)
    async with open_engine(url) as store:
        database = Database(store, SystemClock(), TimeIds())
        async with database.write() as unit:
            intent = OpenSession(_origin("open"), "Watch prices", AgentType.RESEARCH)
            session = await unit.sessions.add(intent, "Ana", intent.title)
            await unit.sessions.update(session, thread=_ROOT)
        with open_home(url, folder) as home:
            async with (
                open_jobs(home, database, ordered={TURN: begun}, errands={}) as engine,
                asyncio.TaskGroup() as group,
            ):
                running = group.create_task(engine.run())
                yield IntakeDesk(database, Follower(engine))
                running.cancel()


async def _received(desk: IntakeDesk, begun: Begun, number: int) -> float:
    await asyncio.sleep(_PAUSE)
    said = Say(_origin(f"event:{number}", _ROOT), f"m{number}", "And what about the night?")
    began = time.perf_counter()
    await desk.receive(said)
    return 1000 * (await begun.at.get() - began)


def _origin(key: str, thread: str | None = None) -> Origin:
    return Origin(Place("slack", "T1", "C1", thread), _ANA, key, datetime.now(UTC))


async def _bare(folder: Path, times: int) -> tuple[float, ...]:
    """A row that is committed, and an asyncio.Queue to a task that waits."""
    values: list[float] = []
    queue: asyncio.Queue[float] = asyncio.Queue()

    async def work() -> None:
        while True:
            began = await queue.get()
            values.append(1000 * (time.perf_counter() - began))

    with closing(sqlite3.connect(folder / "bare.db", isolation_level=None)) as bare:
        for line in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=NORMAL", "CREATE TABLE said (at, text)"):
            bare.execute(line)
        async with asyncio.TaskGroup() as group:
            working = group.create_task(work())
            for _ in range(times):
                await asyncio.sleep(_PAUSE)
                began = time.perf_counter()
                bare.execute(_INSERT, (began, "And what about the night?"))
                queue.put_nowait(began)
            await asyncio.sleep(_PAUSE)
            working.cancel()
    return tuple(values)
