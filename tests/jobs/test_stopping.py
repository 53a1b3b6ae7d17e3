"""The end of an engine, and the next one on the same files."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from core.errors import ModelUnavailable, OwnFault
from core.storage.boxes import Work
from tests.jobs.stage import Stage, on_stage

ALONE_OR_NOT = pytest.mark.parametrize("alone", [True, False])


@ALONE_OR_NOT
async def test_a_handler_that_does_not_end_in_time_is_entered_again_at_the_next_start(
    tmp_path: Path, alone: bool
) -> None:
    cleaned = asyncio.Event()

    async def stay(work: Work) -> None:
        if stage.begun.count(work.id) == 1:
            try:
                await asyncio.Event().wait()
            finally:
                cleaned.set()

    stage = Stage()
    work, after = stage.work("s", stay), stage.work("s")
    async with on_stage(tmp_path, alone=alone, drain_seconds=0.1, stage=stage):
        await stage.dispatch(work, after)
        await stage.until_begun(work)
    assert cleaned.is_set()
    assert stage.done == []
    async with on_stage(tmp_path, alone=alone, stage=stage):
        await stage.until_done(after)
    assert (stage.begun, stage.done) == ([work.id, work.id, after.id], [work.id, after.id])


async def test_a_stop_does_not_wait_for_the_next_attempt(tmp_path: Path) -> None:
    async def fail_once(work: Work) -> None:
        if stage.begun.count(work.id) == 1:
            raise ModelUnavailable("busy", retry_after=0.9)

    stage = Stage()
    work, after = stage.work("s", fail_once), stage.work("s")
    async with on_stage(tmp_path, stage=stage):
        await stage.dispatch(work, after)
        await stage.until_begun(work)
        stop = asyncio.get_running_loop().time()
    assert asyncio.get_running_loop().time() - stop < 0.8
    async with on_stage(tmp_path, stage=stage):
        await stage.until_done(after)
    assert (stage.begun, stage.done) == ([work.id, work.id, after.id], [work.id, after.id])


async def test_work_that_survives_every_start_is_given_up_and_its_session_goes_on(tmp_path: Path) -> None:
    async def stay(work: Work) -> None:
        await asyncio.Event().wait()

    stage = Stage()
    work, after = stage.work("s", stay), stage.work("s")
    async with on_stage(tmp_path, drain_seconds=0, stage=stage):
        await stage.dispatch(work, after)
        await stage.until_begun(work)
    with closing(sqlite3.connect(tmp_path / "dbos.sqlite")) as state, state:
        # A process that dies again and again leaves exactly this; only quicker.
        state.execute("UPDATE workflow_status SET recovery_attempts = 21 WHERE workflow_uuid = 'event:1'")
    async with on_stage(tmp_path, stage=stage):
        await stage.until_done(after)
    assert stage.begun == [1, 2] == [work.id, after.id]
    assert isinstance(stage.error_of(work), OwnFault)


async def test_threads_are_there_after_the_engine_is_gone(tmp_path: Path) -> None:
    async with on_stage(tmp_path) as stage:
        await stage.dispatch(work := stage.work("s"))
        await stage.until_done(work)
    assert await asyncio.to_thread(lambda: 42) == 42
