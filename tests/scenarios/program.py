"""The real program as a process of its own, as production starts it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from bot.simulators.openrouter import OpenRouterSimulator
from tests.surroundings import measured

ROOT = Path(__file__).parents[2]
WAIT = 20.0
"""Seconds; on a busy machine everything is slow, and nothing waits so long that goes well."""


class Program:
    """`python -m bot run` with nothing but its environment."""

    def __init__(self, environment: Mapping[str, str], log: Path, role: str) -> None:
        self._environment = environment
        self._log = log
        self._role = role
        self._process: asyncio.subprocess.Process | None = None
        self._starts = 0

    async def start(self) -> None:
        self._starts += 1
        command = (sys.executable, "-m", "bot", "run", self._role)
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *command, cwd=ROOT, env=dict(self._environment), stdout=log, stderr=log
            )

    async def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        assert self._process is not None
        if self._process.returncode is None:
            self._process.send_signal(how)
        return await self._process.wait()

    async def there(self, connected: Awaitable[None]) -> None:
        """Waits for it to be connected."""
        try:
            await connected
        except TimeoutError:
            raise AssertionError(f"it does not connect\n{self.log[-6000:]}") from None

    async def ended(self) -> int:
        """Waits for it to end by itself."""
        assert self._process is not None
        return await self._process.wait()

    async def is_ready(self) -> None:
        """Waits until it says so, for a process that connects to nothing that a simulator could see."""
        times = self._starts
        async with asyncio.timeout(WAIT):
            while self.log.count('"event": "ready"') < times:  # noqa: ASYNC110 - another process says it, in a file
                await asyncio.sleep(0.05)

    @property
    def log(self) -> str:
        return self._log.read_text(errors="replace")

    @property
    def crashes(self) -> list[str]:
        """Tracebacks of our own. The platforms' libraries log one for each connection that is cut."""
        lines = self.log.splitlines()
        ours = [
            line for line in lines if '"logger": "slack_' not in line and '"logger": "discord.' not in line
        ]
        return [line for line in ours if "Traceback" in line]


@asynccontextmanager
async def running(
    folder: Path,
    model: OpenRouterSimulator,
    *platforms: Mapping[str, str],
    role: str = "all",
    key: str | None = None,
) -> AsyncIterator[Program]:
    """Started when the block begins; at its end it drains, with nothing to complain of. ``platforms``: the settings
    that lead to them. ``key``: another one than the right one for the model."""
    environment = {
        **measured(),
        "PATH": os.defpath,
        "DATA_DIR": str(folder / "data"),
        "PORT": "0",
        "OPENROUTER_BASE_URL": model.base_url,
        "OPENROUTER_API_KEY": model.key if key is None else key,
    }
    for each in platforms:
        environment |= each
    program = Program(environment, folder / "program.log", role)
    await program.start()
    try:
        yield program
        assert await program.end() == 0, program.log
    finally:
        await program.end(signal.SIGKILL)
    assert program.crashes == []
