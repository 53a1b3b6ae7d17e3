"""From the inbox to the handlers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.intents import Origin, Person, Place
from core.jobs.sweep import Dispatcher
from core.storage.engine import open_engine
from core.storage.unit_of_work import Database, Unit
from core.system import SystemClock, TimeIds
from tests.jobs.stage import Stage, on_stage


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with on_stage(tmp_path) as opened:
        yield opened


async def store(database: Database, key: str, work: str = "turn") -> int:
    origin = Origin(Place("slack", "T1", "C1"), Person("T1", "U1"), key, datetime.now(UTC))
    async with database.write() as unit:
        return await unit.inbox.add(origin, work, "s1", {"key": key})


async def left(database: Database) -> list[int]:
    async with database.read() as unit:
        return [work.id for work in await unit.inbox.undispatched()]


async def test_all_that_waits_is_done_in_order_and_handed_over_once(database: Database, stage: Stage) -> None:
    ids = [await store(database, f"e{n}") for n in range(5)]
    await store(database, "nothing to do", work="")
    assert stage.engine is not None
    dispatcher = Dispatcher(database, stage.engine)
    await dispatcher.sweep()
    assert await left(database) == []
    await dispatcher.sweep()
    await stage.until(lambda: len(stage.done) == 5)
    assert stage.done == stage.begun == ids


async def test_what_was_stored_without_a_nudge_is_found(database: Database, stage: Stage) -> None:
    assert stage.engine is not None
    dispatcher = Dispatcher(database, stage.engine)
    before = await store(database, "before the start")
    async with asyncio.TaskGroup() as group:
        running = group.create_task(dispatcher.run())
        await stage.until(lambda: stage.done == [before])
        later = await store(database, "meanwhile")
        await stage.until(lambda: stage.done == [before, later])
        nudged = await store(database, "nudged")
        dispatcher.nudge()
        await stage.until(lambda: nudged in stage.done)
        running.cancel()


class Away(Database):
    """Fails at the first question."""

    asked = 0

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Unit]:
        self.asked += 1
        if self.asked == 1:
            raise ConnectionError("the database is away")
        async with super().read() as unit:
            yield unit


async def test_a_database_that_is_away_for_a_while_is_outlived(database_url: str, stage: Stage) -> None:
    assert stage.engine is not None
    async with open_engine(database_url) as engine, asyncio.TaskGroup() as group:
        database = Away(engine, SystemClock(), TimeIds())
        stored = await store(database, "e1")
        running = group.create_task(Dispatcher(database, stage.engine).run())
        await stage.until(lambda: stage.done == [stored])
        running.cancel()
