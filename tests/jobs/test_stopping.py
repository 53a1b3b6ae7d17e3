"""The end of an engine, and the next one on the same database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.errors import ModelUnavailable
from core.storage.engine import open_engine
from core.storage.inbox import Work
from core.storage.unit_of_work import Database
from core.system import SystemClock, TimeIds
from tests.jobs.stage import Stage, on_stage


@pytest.fixture
async def stage(url: str) -> AsyncIterator[Stage]:
    async with open_engine(url) as connections:
        yield Stage(Database(connections, SystemClock(), TimeIds()))


async def test_a_handler_that_does_not_end_in_time_is_entered_again_at_the_next_start(
    url: str, stage: Stage, tmp_path: Path
) -> None:
    cleaned = asyncio.Event()

    async def stay(work: Work) -> None:
        if stage.begun.count(work.id) == 1:
            try:
                await asyncio.Event().wait()
            finally:
                cleaned.set()

    work, after = await stage.work("s", stay), await stage.work("s")
    async with on_stage(url, tmp_path, drain_seconds=0.1, stage=stage):
        await stage.until_begun(work)
    assert cleaned.is_set()
    assert stage.done == []
    async with on_stage(url, tmp_path, stage=stage):
        await stage.until_done(after)
    assert (stage.begun, stage.done) == ([work, work, after], [work, after])


async def test_a_stop_does_not_wait_for_the_next_attempt(url: str, stage: Stage, tmp_path: Path) -> None:
    async def fail_once(work: Work) -> None:
        if stage.begun.count(work.id) == 1:
            raise ModelUnavailable("busy", retry_after=0.9)

    work, after = await stage.work("s", fail_once), await stage.work("s")
    async with on_stage(url, tmp_path, stage=stage):
        await stage.until_begun(work)
        stop = asyncio.get_running_loop().time()
    assert asyncio.get_running_loop().time() - stop < 0.8
    async with on_stage(url, tmp_path, stage=stage):
        await stage.until_done(after)
    assert (stage.begun, stage.done) == ([work, work, after], [work, after])


async def test_threads_are_there_after_the_engine_is_gone(sqlite_url: str, tmp_path: Path) -> None:
    async with on_stage(sqlite_url, tmp_path) as stage:
        await stage.until_done(await stage.work("s"))
    assert await asyncio.to_thread(lambda: 42) == 42
