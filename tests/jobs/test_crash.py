"""Real processes that are killed, stopped, or started twice."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from core.errors import SettingsError
from core.jobs.engine import open_jobs
from tests.jobs import program

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
async def running(folder: Path, *works: str) -> AsyncIterator[Program]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(program.__file__), str(folder), *works, stdout=asyncio.subprocess.PIPE
    )
    try:
        yield Program(process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


def told(folder: Path) -> list[str]:
    return [line for line in (folder / "told").read_text().splitlines() if line != "ready"]


async def test_killed_in_the_middle_of_a_handler_it_goes_on_in_order_and_ends_once(tmp_path: Path) -> None:
    for held in (1, 5):
        (tmp_path / f"hold-{held}").write_text("for ever")
    async with running(tmp_path, "1:s", "2:s", "3:s", "4:t", "5:t") as first:
        await first.says("ready", "begin 1", "begin 5")  # 5 begins once the end of 4 is written down
        first.process.kill()
        await first.ends()
    for held in (1, 5):
        (tmp_path / f"hold-{held}").unlink()
    async with running(tmp_path, "1:s", "4:t", "6:s") as second:  # two of them are known, one has even ended
        await second.says("end 5", "end 6")
        second.process.terminate()
        assert await second.ends() == 0
    lines = told(tmp_path)
    assert of("s", lines) == [
        "begin 1",
        *(f"{what} {n}" for n in (1, 2, 3, 6) for what in ("begin", "end")),
    ]
    assert of("t", lines) == ["begin 4", "end 4", "begin 5", "begin 5", "end 5"]
    async with running(tmp_path, "1:s", "7:s") as third:
        await third.says("end 7")
    assert told(tmp_path)[len(lines) :] == ["begin 7", "end 7"]


def of(session: str, lines: list[str]) -> list[str]:
    ids = {"s": "1236", "t": "45"}[session]
    return [line for line in lines if line[-1] in ids]


async def test_a_stop_lets_the_running_handler_end_and_leaves_the_next_for_the_next_start(
    tmp_path: Path,
) -> None:
    (tmp_path / "hold-1").write_text("until the stop")
    async with running(tmp_path, "1:s", "2:s") as first:
        await first.says("ready", "begin 1")
        first.process.terminate()
        assert await first.ends() == 0
    assert told(tmp_path) == ["begin 1", "end 1"]
    async with running(tmp_path) as second:
        await second.says("end 2")
    assert told(tmp_path) == ["begin 1", "end 1", "begin 2", "end 2"]


async def test_a_second_process_is_refused_and_told_what_to_do(tmp_path: Path) -> None:
    other = tmp_path / "other"
    async with running(tmp_path) as first:
        await first.says("ready")
        for folder in (tmp_path, other):
            with pytest.raises(SettingsError, match=r"another Threadwright is running .* stop that one"):
                async with open_jobs(f"sqlite:///{tmp_path / 'app.sqlite'}", folder, ordered={}, errands={}):
                    pass
    async with open_jobs(f"sqlite:///{tmp_path / 'app.sqlite'}", other, ordered={}, errands={}):
        pass
