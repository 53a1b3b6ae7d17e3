"""Whose turn it is: in order, fair to workspaces, and never more than there is room for."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import update

from core.jobs.queue import Slots
from core.storage.engine import open_engine
from core.storage.inbox import Work
from core.storage.tables import inbox as inbox_events
from core.storage.unit_of_work import Database, Unit
from core.system import SystemClock, TimeIds
from tests.jobs.stage import Act, Stage, on_stage, store

ORDERED = ("turn",)


@pytest.fixture
async def inbox(url: str) -> AsyncIterator[Database]:
    async with open_engine(url) as connections:
        yield Database(connections, SystemClock(), TimeIds())


async def take(inbox: Database, lanes: int = 100, errands: int = 100, workspace: int = 100) -> list[int]:
    async with inbox.write() as unit:
        works = await unit.inbox.take(
            "me", ordered=ORDERED, lanes=lanes, errands=errands, workspace=workspace
        )
    return [work.id for work in works]


async def end(inbox: Database, *works: int) -> None:
    async with inbox.write() as unit:
        for work in works:
            await unit.inbox.ended(work)


async def test_of_a_session_one_work_is_taken_at_a_time_the_oldest_first(inbox: Database) -> None:
    first, second = await store(inbox, "1", "s"), await store(inbox, "2", "s")
    other = await store(inbox, "3", "t")
    assert await take(inbox) == [first, other]
    assert await take(inbox) == []
    await end(inbox, first)
    assert await take(inbox) == [second]


async def test_errands_wait_for_no_session(inbox: Database) -> None:
    turn, errand = await store(inbox, "1", "s"), await store(inbox, "2", "s", "errand")
    alone = await store(inbox, "3", None)
    assert sorted(await take(inbox)) == [turn, errand, alone]


async def test_a_busy_workspace_does_not_starve_another(inbox: Database) -> None:
    busy = [await store(inbox, f"b{n}", f"b{n}", workspace="T1") for n in range(20)]
    quiet = await store(inbox, "q", "q", workspace="T2")
    assert await take(inbox, lanes=4) == [busy[0], quiet, *busy[1:3]]
    await end(inbox, quiet)
    later = await store(inbox, "q2", "q", workspace="T2")
    assert await take(inbox, lanes=1) == [later]


async def test_no_workspace_takes_all_there_is(inbox: Database) -> None:
    works = [await store(inbox, f"b{n}", f"b{n}") for n in range(5)]
    assert await take(inbox, workspace=3) == works[:3]
    assert await take(inbox, workspace=3) == []
    await end(inbox, works[1])
    assert await take(inbox, workspace=3) == [works[3]]


async def test_there_is_never_more_than_there_is_room_for(inbox: Database) -> None:
    turns = [await store(inbox, f"t{n}", f"s{n}") for n in range(5)]
    errands = [await store(inbox, f"e{n}", None, "errand") for n in range(5)]
    assert await take(inbox, lanes=2, errands=1) == [*turns[:2], errands[0]]
    assert await take(inbox, lanes=0, errands=0) == []


async def test_several_that_take_at_once_share_and_keep_the_lanes(postgres_url: str) -> None:
    async with open_engine(postgres_url) as connections:
        inbox = Database(connections, SystemClock(), TimeIds())
        works = [await store(inbox, f"w{n}", f"s{n % 10}") for n in range(60)]
        got = list[int]()

        async def taker() -> None:
            while len(got) < len(works):
                for work in await take(inbox, lanes=2):
                    got.append(work)
                    await end(inbox, work)

        async with asyncio.timeout(30), asyncio.TaskGroup() as group:
            for _ in range(5):
                group.create_task(taker())
        assert max(Counter(got).values()) == 1
        for lane in range(10):
            assert [work for work in got if work in works[lane::10]] == works[lane::10]


async def test_one_that_waits_goes_when_a_slot_is_free(url: str, tmp_path: Path) -> None:
    async with on_stage(url, tmp_path, slots=Slots(sessions=3, errands=1, workspace=3)) as stage:
        opened = {n: asyncio.Event() for n in range(9)}

        def waiting(n: int) -> Act:
            async def wait(work: Work) -> None:
                await opened[n].wait()

            return wait

        busy = [await stage.work(f"b{n}", waiting(n), workspace="T1") for n in range(9)]
        await stage.until_begun(*busy[:3])
        quiet = await stage.work("q", workspace="T2")
        opened[0].set()
        await stage.until(lambda: quiet in stage.done)
        assert not set(busy[4:]) & set(stage.begun)
        for event in opened.values():
            event.set()
        await stage.until_done(*busy)


async def test_what_was_stored_without_a_nudge_is_found(url: str, tmp_path: Path) -> None:
    async with on_stage(url, tmp_path) as stage:
        stored = await stage.work("s")
        await stage.until(lambda: stage.done == [stored])


class Away(Database):
    """Fails at the first questions."""

    asked = 0

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Unit]:
        self.asked += 1
        if self.asked <= 2:
            raise ConnectionError("the database is away")
        async with super().read() as unit:
            yield unit


async def test_a_database_that_is_away_for_a_while_is_outlived(url: str, tmp_path: Path) -> None:
    async with open_engine(url) as connections:
        away = Away(connections, SystemClock(), TimeIds())
        stored = await store(away, "e1", "s")
        async with on_stage(url, tmp_path, stage=Stage(away)) as stage:
            await stage.until(lambda: stage.done == [stored])
        assert away.asked > 2


async def test_one_that_was_taken_but_never_begun_is_begun(url: str, inbox: Database, tmp_path: Path) -> None:
    """A process died, or lost its database, between the two."""
    lost = await store(inbox, "lost", "s")
    async with inbox.write() as unit:
        await unit.inbox.take("one that is no more", ordered=ORDERED, lanes=1, errands=0, workspace=9)
    async with on_stage(url, tmp_path) as stage:
        after = await stage.work("s")
        await stage.until(lambda: stage.done == [lost, after])


async def test_what_ends_the_program_again_and_again_is_given_up(
    url: str, inbox: Database, tmp_path: Path
) -> None:
    poison = await store(inbox, "poison", "s")
    async with inbox.write() as unit:
        (work,) = await unit.inbox.take("dead", ordered=ORDERED, lanes=1, errands=0, workspace=9)
        for _ in range(30):
            await unit.inbox.retake(work, "dead")
    async with on_stage(url, tmp_path) as stage:
        await stage.until(lambda: poison in dict(stage.given_up))
        assert "starts of the program" in stage.error_of(poison).detail
        assert poison not in stage.begun


async def test_one_whose_workflow_ended_without_it_is_begun_anew(
    url: str, inbox: Database, tmp_path: Path
) -> None:
    """What it came to could not be written down, since the database was away."""
    async with on_stage(url, tmp_path) as stage:
        lost = await stage.work("s")
        await stage.until_done(lost)
    async with open_engine(url) as connections, connections.begin() as connection:
        await connection.execute(
            update(inbox_events)
            .where(inbox_events.c.id == lost)
            .values(state="taken", args={"text": "again"})
        )
    after = await store(inbox, "after", "s")
    async with on_stage(url, tmp_path) as stage:
        await stage.until(lambda: stage.done == [lost, after])
