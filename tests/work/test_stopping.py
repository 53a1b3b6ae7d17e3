"""*Cancel* in one process ends what runs in another."""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from collections.abc import AsyncIterator, Callable, Collection, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest

from bot.chaos.postgres import NoPostgres
from core.bus import Alone
from core.intents import OpenSession, Origin, Person, Place
from core.storage.bus import open_bus
from core.storage.unit_of_work import Database
from core.vocabulary import AgentType, Language
from core.work.stopping import Stopped, Stopping, cancelled_in
from tests.fakes.bus import FakeTown
from tests.storage.postgres import server
from tests.work import stoppable

STOPS = 200


@pytest.fixture
def town() -> FakeTown:
    return FakeTown()


@asynccontextmanager
async def looking(stopping: Stopping) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as group:
        task = group.create_task(stopping.keep_looking())
        yield
        task.cancel()


async def stopped_by(stopping: Stopping, stop: Callable[[], object], job: str = "J1") -> float:
    """Runs a job until `stop` has ended it; seconds that this took."""
    began = time.monotonic()
    try:
        async with asyncio.timeout(5), stopping.stoppable(job):
            stop()
            await asyncio.Event().wait()
    except Stopped:
        return time.monotonic() - began
    raise AssertionError(f"{job} ended by itself")


async def test_a_stop_here_ends_what_runs_here() -> None:
    stopping = Stopping()
    assert await stopped_by(stopping, lambda: stopping.stop("J1")) < 0.5


async def test_a_stop_ends_what_runs_elsewhere_and_nothing_else(town: FakeTown) -> None:
    here, there = Stopping(town.bus()), Stopping(town.bus())
    async with there.stoppable("J2"):
        assert await stopped_by(there, lambda: here.stop("J1")) < 0.5
        here.stop("J3")
        await asyncio.sleep(0)


class Stored:
    """What is stored about jobs; it may be away."""

    def __init__(self) -> None:
        self.cancelled: set[str] = set()
        self.away = False
        self.asked: list[set[str]] = []
        self._news = asyncio.Event()

    async def __call__(self, job_ids: Collection[str]) -> Collection[str]:
        self.asked.append(set(job_ids))
        self._news.set()
        if self.away:
            raise ConnectionError
        return self.cancelled & set(job_ids)

    async def until_asked(self, times: int) -> None:
        async with asyncio.timeout(5):
            while len(self.asked) < times:
                self._news.clear()
                await self._news.wait()


async def test_without_the_bus_it_is_found_in_the_database_within_a_second(town: FakeTown) -> None:
    stored = Stored()
    there = Stopping(town.bus(), stored)
    town.cut = True
    async with looking(there), there.stoppable("J2"):
        await stored.until_asked(1)
        assert await stopped_by(there, lambda: stored.cancelled.add("J1")) < 1
        assert stored.asked[0] == {"J2"}
        assert stored.asked[-1] == {"J1", "J2"}
        stored.away = True
        stored.cancelled.clear()
        await stored.until_asked(len(stored.asked) + 2)
        stored.away = False
        assert await stopped_by(there, lambda: stored.cancelled.add("J1")) < 1


async def test_when_the_bus_stands_anew_it_is_looked_up_at_once(town: FakeTown) -> None:
    stored = Stored()
    there = Stopping(town.bus(), stored)
    async with looking(there), there.stoppable("J2"):
        await stored.until_asked(1)

        def missed() -> None:
            stored.cancelled.add("J1")
            town.join()

        assert await stopped_by(there, missed) < 0.3


async def test_nothing_is_looked_up_while_nothing_runs_nor_where_nobody_else_is(town: FakeTown) -> None:
    stored = Stored()
    there = Stopping(town.bus(), stored)
    async with looking(there):
        async with there.stoppable("J1"):
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.6)
        assert len(stored.asked) <= 1
    await asyncio.wait_for(Stopping(Alone(), stored).keep_looking(), 1)


async def test_which_jobs_are_cancelled(database: Database) -> None:
    origin = Origin(Place("slack", "T1", "C1"), Person("T1", "U1"), "open", datetime.now(UTC))
    async with database.write() as unit:
        session = await unit.sessions.add(OpenSession(origin, "Title", AgentType.RESEARCH), "Ana", "")
        jobs = [await unit.automations.add_job(session, Language.PYTHON, origin.person) for _ in range(2)]
        await unit.automations.ask_cancel(jobs[1])
    assert await cancelled_in(database)([*jobs, "deleted"]) == {jobs[1], "deleted"}


# -- over a real PostgreSQL


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    try:
        with server() as url:
            yield url
    except NoPostgres as none:
        pytest.skip(str(none))


class Process:
    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def run(self, *jobs: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(" ".join(jobs).encode() + b"\n")
        for job in jobs:
            assert await self.says() == ["runs", job]

    async def says(self) -> list[str]:
        assert self._process.stdout is not None
        async with asyncio.timeout(10):
            return (await self._process.stdout.readline()).decode().split()


@asynccontextmanager
async def another(url: str) -> AsyncIterator[Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(stoppable.__file__),
        url,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        other = Process(process)
        assert await other.says() == ["ready"]
        yield other
    finally:
        process.kill()
        await process.communicate()


async def test_a_stop_reaches_another_process_within_a_second(postgres: str) -> None:
    seconds: list[float] = []
    async with another(postgres) as there, open_bus(postgres) as bus:
        here = Stopping(bus)
        for number in range(STOPS):
            await there.run(f"J{number}")
            began = time.monotonic()
            here.stop(f"J{number}")
            what, job, at = await there.says()
            assert (what, job) == ("stopped", f"J{number}")
            seconds.append(float(at) - began)
    cuts = statistics.quantiles(seconds, n=100)
    print(f"\nstop in another process: p50 {1000 * cuts[49]:.1f} ms, p99 {1000 * cuts[98]:.1f} ms of {STOPS}")  # noqa: T201 - a figure, with -s
    assert cuts[98] < 1
