"""A backup that is made while people work is whole, and what was under way in it goes on after a restore, once."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Table, func, select

from core.intents import Origin
from core.storage.engine import open_engine
from core.storage.migrate import drift
from core.storage.tables import inbox, outbox
from core.storage.unit_of_work import Database
from core.system import SystemClock, TimeIds
from tests.bot.program import run
from tests.intake.people import ANA, HOME
from tests.jobs.stage import on_stage, store
from tests.storage.postgres import copied

DUMP, RESTORE = shutil.which("pg_dump"), shutil.which("pg_restore")
needs_dump = pytest.mark.skipif(not (DUMP and RESTORE), reason="no pg_dump and pg_restore on this machine")


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    async with open_engine(url) as engine:
        yield Database(engine, SystemClock(), TimeIds())


async def written_during(database: Database, action: Callable[[], Awaitable[None]]) -> tuple[int, int]:
    """How many pairs of an event and a post, each in one transaction, there were when `action` began and ended."""
    async with asyncio.TaskGroup() as group:
        begun = asyncio.Event()
        writing = group.create_task(_write(database, begun))
        await begun.wait()
        before = await _count(database, inbox)
        await action()
        after = await _count(database, inbox)
        writing.cancel()
    assert before < after, "somebody wrote meanwhile"
    return before, after


async def _write(database: Database, begun: asyncio.Event) -> None:
    number = 0
    while True:
        number += 1
        async with database.write() as unit:
            origin = Origin(HOME, ANA, f"event {number}", datetime.now(UTC))
            work = await unit.inbox.add(origin, "turn", None, {"text": "x" * 2000})
            await unit.outbox.begin(f"turn:{work}", None, "local")
        if number == 5:
            begun.set()


async def _count(database: Database, table: Table) -> int:
    async with database._engine.connect() as connection:
        return int(await connection.scalar(select(func.count()).select_from(table)) or 0)


def private(copy: Path) -> bool:
    """Nobody else may read it, and it needs no second file."""
    return not copy.stat().st_mode & 0o077 and list(copy.parent.glob(f"{copy.name}*")) == [copy]


async def check_whole(url: str, between: tuple[int, int]) -> None:
    async with opened(url) as restored:
        events, posts = await _count(restored, inbox), await _count(restored, outbox)
    assert events == posts
    assert between[0] <= events <= between[1]
    assert await asyncio.to_thread(drift, url) == []


async def test_a_file_is_copied_while_somebody_writes(tmp_path: Path, sqlite_url: str) -> None:
    copy = tmp_path / "copy.sqlite"

    async def back_up() -> None:
        done = await asyncio.to_thread(run, "backup", str(copy), DATABASE_URL=sqlite_url)
        assert (done.returncode, done.stderr) == (0, "")

    async with opened(sqlite_url) as database:
        between = await written_during(database, back_up)
    assert private(copy)
    await check_whole(f"sqlite:///{copy}", between)


@needs_dump
async def test_a_server_is_dumped_while_somebody_writes(
    tmp_path: Path, postgres: str, postgres_url: str
) -> None:
    file = tmp_path / "copy.dump"

    async def back_up() -> None:
        await _shell(str(DUMP), "--format=custom", f"--file={file}", postgres_url)

    async with opened(postgres_url) as database:
        between = await written_during(database, back_up)
    with copied(postgres, "template0") as restored:
        await _shell(str(RESTORE), "--exit-on-error", "--no-owner", f"--dbname={restored}", str(file))
        await check_whole(restored, between)


async def _shell(*command: str) -> None:
    await asyncio.to_thread(subprocess.run, command, check=True, timeout=50)


async def test_what_was_under_way_goes_on_after_a_restore(tmp_path: Path, sqlite_url: str) -> None:
    """As docs/operating.md restores: without the engine's own file, which is made anew."""
    copy, elsewhere = tmp_path / "copy.sqlite", tmp_path / "elsewhere"
    reached, never = asyncio.Event(), asyncio.Event()

    async def hang(_: object) -> None:
        reached.set()
        await never.wait()

    async with on_stage(sqlite_url, tmp_path, drain_seconds=0.1) as stage:
        done = await stage.work("s1")
        await stage.until_done(done)
        taken = await stage.work("s1", hang)
        behind = await store(stage.database, "behind", "s1")
        stage.nudge()
        async with asyncio.timeout(10):
            await reached.wait()
        await asyncio.to_thread(run, "backup", str(copy), DATABASE_URL=sqlite_url)
    async with on_stage(f"sqlite:///{copy}", elsewhere) as stage:
        later = await store(stage.database, "later", "s1")
        await stage.until_done(taken, behind, later)
        assert stage.done == [taken, behind, later]


def test_nothing_is_overwritten(tmp_path: Path, sqlite_url: str) -> None:
    copy = tmp_path / "copy.sqlite"
    copy.write_text("mine")
    done = run("backup", str(copy), DATABASE_URL=sqlite_url)
    assert (done.returncode, copy.read_text()) == (1, "mine")
    assert "there already" in done.stderr


def test_a_damaged_database_is_no_backup(tmp_path: Path, sqlite_url: str) -> None:
    copy, file = tmp_path / "copy.sqlite", tmp_path / "test.sqlite"
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA journal_mode=DELETE")
    data = bytearray(file.read_bytes())
    data[8192:40960] = bytes(32768)
    file.write_bytes(data)
    done = run("backup", str(copy), DATABASE_URL=sqlite_url)
    assert done.returncode == 1
    assert not list(tmp_path.glob("copy*"))


def test_a_server_is_backed_up_by_its_own_program(tmp_path: Path) -> None:
    done = run("backup", str(tmp_path / "copy"), DATABASE_URL="postgres://u:hidden@db.test/x")
    assert done.returncode == 1
    assert "pg_dump" in done.stderr
    assert "hidden" not in done.stderr


def test_there_must_be_one(tmp_path: Path) -> None:
    done = run("backup", str(tmp_path / "copy"), DATABASE_URL=f"sqlite:///{tmp_path / 'none.sqlite'}")
    assert (done.returncode, list(tmp_path.iterdir())) == (1, [])


async def test_notes_of_the_engine_that_are_newer_than_a_restored_store_are_of_another_work(
    tmp_path: Path, sqlite_url: str
) -> None:
    copy = tmp_path / "copy.sqlite"
    async with on_stage(sqlite_url, tmp_path) as stage:
        await stage.until_done(await stage.work("s1"))
        await asyncio.to_thread(run, "backup", str(copy), DATABASE_URL=sqlite_url)
        lost = await stage.work("s1")
        await stage.until_done(lost)
    async with on_stage(f"sqlite:///{copy}", tmp_path) as stage:
        new = await store(stage.database, "new", "s1")
        assert new == lost
        await stage.until_done(new)
        assert stage.done == [new]
