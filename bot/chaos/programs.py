"""The processes of a run, as production starts them: which there are, with which environment, and how they die."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from asyncio.subprocess import DEVNULL, STDOUT, Process
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

_ROOT = Path(__file__).parents[2]
_LOOK = 0.05
_PAUSE = 1.0
"""Seconds until a process that ended by itself is started again."""
_READY = b'"event": "ready"'
_DRAIN_SECONDS = 40.0
Database = Literal["sqlite", "postgres"]


class Program:
    """One process, and those that follow it when it dies. ``log``: of all of them."""

    def __init__(self, role: str, name: str, environment: Mapping[str, str], log: Path) -> None:
        self.role, self.name, self.log = role, name, log
        self._environment = environment
        self._process: Process | None = None
        self._from = 0
        self._ending = False

    async def start(self) -> None:
        self._from = self.log.stat().st_size if self.log.exists() else 0
        self._ending = False
        self._process = await _started(("run", self.role), self._environment, self.log)

    async def ready(self, timeout: float) -> bool:
        """Whether it says within `timeout` seconds that it serves."""
        try:
            async with asyncio.timeout(timeout):
                while not self._says_ready():  # noqa: ASYNC110 - another process says it, in a file
                    await asyncio.sleep(_LOOK)
        except TimeoutError:
            return False
        return True

    def _says_ready(self) -> bool:
        with self.log.open("rb") as log:
            log.seek(self._from)
            return _READY in log.read()

    @property
    def fell(self) -> int | None:
        """The exit code of a process that nobody ended."""
        return None if self._process is None or self._ending else self._process.returncode

    async def kill(self) -> None:
        await self._end(signal.SIGKILL)

    async def stop(self) -> int:
        """Asks it to drain; its exit code."""
        try:
            async with asyncio.timeout(_DRAIN_SECONDS):
                return await self._end(signal.SIGTERM)
        except TimeoutError:
            return await self._end(signal.SIGKILL)

    async def _end(self, how: signal.Signals) -> int:
        process = self._process
        if process is None:
            return 0
        self._ending = True
        if process.returncode is None:
            process.send_signal(how)
        code = await process.wait()
        self._process = None
        return code


class Fleet:
    """``deaths``: when processes were killed, unix seconds. ``fallen``: what ended by itself."""

    def __init__(self, programs: Sequence[Program]) -> None:
        self.programs = programs
        self.deaths: list[float] = []
        self.fallen: list[str] = []

    async def start(self) -> None:
        async with asyncio.TaskGroup() as group:
            for each in self.programs:
                group.create_task(each.start())

    async def keep(self) -> None:
        """Starts again what ended by itself, as whoever runs such processes does. For ever."""
        while True:
            for each in self.programs:
                await self._revive(each)
            await asyncio.sleep(_LOOK)

    async def kill(self, program: Program) -> None:
        await self._note_fallen(program)
        await program.kill()
        self.deaths.append(time.time())

    async def _revive(self, program: Program) -> None:
        if await self._note_fallen(program):
            await asyncio.sleep(_PAUSE)
            await program.start()

    async def _note_fallen(self, program: Program) -> bool:
        """Whether it has ended by itself, which goes into the report."""
        code = program.fell
        if code is not None:
            self.fallen.append(f"{program.name} ended by itself with exit code {code}")
            await program.kill()
        return code is not None

    async def stop(self) -> list[str]:
        """What did not end in good order."""
        codes = await asyncio.gather(*(each.stop() for each in self.programs))
        return [
            f"{each.name} was asked to stop, and ended with exit code {code}"
            for each, code in zip(self.programs, codes, strict=True)
            if code != 0
        ]


@asynccontextmanager
async def fleet(
    database: Database, url: str, workers: int, settings: Mapping[str, str], folder: Path
) -> AsyncIterator[Fleet]:
    """Not started yet; whatever lives at the end is killed. ``settings``: what leads to the simulators; ``folder``: for
    data and logs."""
    shared = {
        "PATH": os.defpath,
        "PYTHONUTF8": "1",
        "LOG_FORMAT": "json",
        "PORT": "0",
        "DATABASE_URL": url,
        # No sandbox: what is looked at here are the ways of messages, not what the code does.
        "SANDBOX_ENV": str(folder / "none"),
        **settings,
    }
    made = Fleet([_program(role, name, shared, folder) for role, name in roles(database, workers)])
    if database == "postgres":
        await _migrate(shared, folder)
    try:
        yield made
    finally:
        for each in made.programs:
            await each.kill()


def roles(database: Database, workers: int) -> list[tuple[str, str]]:
    """The roles, and a name for each process."""
    if database == "sqlite":
        return [("all", "all")]
    doors = [("slack", "slack"), ("discord", "discord"), ("web", "web")]
    return [*doors, *(("worker", f"worker-{number}") for number in range(1, workers + 1))]


def _program(role: str, name: str, shared: Mapping[str, str], folder: Path) -> Program:
    return Program(role, name, {**shared, "DATA_DIR": str(folder / f"data-{name}")}, folder / f"{name}.log")


async def _migrate(environment: Mapping[str, str], folder: Path) -> None:
    process = await _started(("migrate",), environment, folder / "migrate.log")
    if await process.wait() != 0:
        raise RuntimeError(f"the migration failed: {folder / 'migrate.log'}")


async def _started(arguments: Sequence[str], environment: Mapping[str, str], log: Path) -> Process:
    """In a group of its own: Ctrl-C reaches us alone."""
    with log.open("ab") as lines:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            *arguments,
            cwd=_ROOT,
            env=dict(environment),
            stdin=DEVNULL,
            stdout=lines,
            stderr=STDOUT,
            process_group=0,
        )
