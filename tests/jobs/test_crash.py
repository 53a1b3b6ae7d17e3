"""Real processes that are killed, stopped, or started twice."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from core.errors import SettingsError
from core.jobs.home import open_home
from core.storage.engine import open_engine
from core.storage.unit_of_work import Database
from core.system import SystemClock, TimeIds
from tests.fakes.house import open_works
from tests.jobs import program
from tests.jobs.stage import store

SECONDS = 20


class Program:
    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self._heard: set[str] = set()

    async def says(self, *words: str) -> None:
        """Returns when all of them were said, in any order, since the start."""
        assert self.process.stdout is not None
        async with asyncio.timeout(SECONDS):
            while not set(words) <= self._heard:
                line = await self.process.stdout.readline()
                assert line, f"it ended without saying {words}"
                self._heard.add(line.decode().strip())

    async def ends(self) -> int:
        async with asyncio.timeout(SECONDS):
            return await self.process.wait()


@asynccontextmanager
async def running(url: str, folder: Path) -> AsyncIterator[Program]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(program.__file__), url, str(folder), stdout=asyncio.subprocess.PIPE
    )
    try:
        yield Program(process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


def told(folder: Path) -> list[str]:
    return [line for line in (folder / "told").read_text().splitlines() if line != "ready"]


@pytest.fixture
async def inbox(url: str) -> AsyncIterator[Database]:
    async with open_engine(url) as connections:
        yield Database(connections, SystemClock(), TimeIds())


async def test_killed_in_the_middle_of_a_handler_it_goes_on_in_order_and_ends_once(
    url: str, inbox: Database, tmp_path: Path
) -> None:
    s1, s2, s3 = [await store(inbox, f"s{n}", "s") for n in range(3)]
    t1, t2 = [await store(inbox, f"t{n}", "t") for n in range(2)]
    for held in (s1, t2):
        (tmp_path / f"hold-{held}").write_text("for ever")
    async with running(url, tmp_path) as first:
        await first.says(
            "ready", f"begin {s1}", f"begin {t2}"
        )  # it begins once the end of t1 is written down
        first.process.kill()
        await first.ends()
    for held in (s1, t2):
        (tmp_path / f"hold-{held}").unlink()
    s4 = await store(inbox, "s4", "s")
    async with running(url, tmp_path) as second:
        await second.says(f"end {t2}", f"end {s4}")
        second.process.terminate()
        assert await second.ends() == 0
    lines = told(tmp_path)
    assert of([s1, s2, s3, s4], lines) == [
        f"begin {s1}",
        *(f"{what} {n}" for n in (s1, s2, s3, s4) for what in ("begin", "end")),
    ]
    assert of([t1, t2], lines) == [f"begin {t1}", f"end {t1}", *[f"begin {t2}"] * 2, f"end {t2}"]
    last = await store(inbox, "last", "s")
    async with running(url, tmp_path) as third:
        await third.says(f"end {last}")
    assert told(tmp_path)[len(lines) :] == [f"begin {last}", f"end {last}"]


def of(ids: list[int], lines: list[str]) -> list[str]:
    return [line for line in lines if int(line.split()[1]) in ids]


async def test_a_stop_lets_the_running_handler_end_and_leaves_the_next_for_the_next_start(
    url: str, inbox: Database, tmp_path: Path
) -> None:
    one, two = [await store(inbox, f"s{n}", "s") for n in range(2)]
    (tmp_path / f"hold-{one}").write_text("until the stop")
    async with running(url, tmp_path) as first:
        await first.says("ready", f"begin {one}")
        first.process.terminate()
        assert await first.ends() == 0
    assert told(tmp_path) == [f"begin {one}", f"end {one}"]
    async with running(url, tmp_path) as second:
        await second.says(f"end {two}")
    assert told(tmp_path) == [f"{what} {n}" for n in (one, two) for what in ("begin", "end")]


async def test_what_a_killed_worker_had_another_one_takes_over(postgres_url: str, tmp_path: Path) -> None:
    async with open_engine(postgres_url) as connections:
        inbox = Database(connections, SystemClock(), TimeIds())
        works = [await store(inbox, f"e{n}", f"s{n}") for n in range(8)]
        for work in works:
            (tmp_path / f"hold-{work}").write_text("for ever")
        async with running(postgres_url, tmp_path) as first:
            await first.says(*(f"begin {work}" for work in works))
            for work in works:
                (tmp_path / f"hold-{work}").unlink()
            async with running(postgres_url, tmp_path) as second:
                await second.says("ready")
                later = await store(inbox, "later", "s0")  # behind the one that the first still has
                first.process.kill()
                await second.says(*(f"end {work}" for work in (*works, later)))
        async with inbox.read() as unit:
            assert await open_works(unit) == []
        lines = told(tmp_path)
        assert all(lines.count(f"end {work}") == 1 for work in (*works, later))
        assert lines.index(f"end {works[0]}") < lines.index(f"begin {later}")


async def test_a_second_process_is_refused_and_told_what_to_do(sqlite_url: str, tmp_path: Path) -> None:
    other = tmp_path / "other"
    async with running(sqlite_url, tmp_path) as first:
        await first.says("ready")
        for folder in (tmp_path, other):
            with (
                pytest.raises(SettingsError, match=r"another Threadwright is running .* stop that one"),
                open_home(sqlite_url, folder),
            ):
                pass
    with open_home(sqlite_url, other):
        pass
