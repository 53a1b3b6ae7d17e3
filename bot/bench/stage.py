"""The simulators, in this process and with their rate limits on, and the processes that are measured against them."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Generic, TypeVar

from bot.bench.discord import discord
from bot.bench.places import Place, Spot
from bot.bench.slack import Slack, slack
from bot.simulators.openrouter import OpenRouterSimulator

P_co = TypeVar("P_co", bound=Place, covariant=True)

ROOT = Path(__file__).parents[2]
_TAIL = 3_000
"""Characters of a log that go with a failure."""


PLACES: tuple[Callable[[], AbstractAsyncContextManager[Place]], ...] = (slack, discord)


@dataclass(frozen=True, slots=True)
class Stage(Generic[P_co]):
    place: P_co
    model: OpenRouterSimulator

    def settings(self, folder: str) -> dict[str, str]:
        """The environment of the program: the same variables as in production, and nothing else."""
        return {
            **self.place.settings,
            "OPENROUTER_BASE_URL": self.model.base_url,
            "OPENROUTER_API_KEY": self.model.key,
            "DATA_DIR": folder,
            "PORT": "0",
            "LOG_FORMAT": "json",
        }


@asynccontextmanager
async def open_stage(opened: Callable[[], AbstractAsyncContextManager[P_co]]) -> AsyncIterator[Stage[P_co]]:
    async with opened() as place, OpenRouterSimulator.start() as model:
        yield Stage(place, model)


def slack_stage() -> AbstractAsyncContextManager[Stage[Slack]]:
    return open_stage(slack)


def spots(stage: Stage[Place], number: int) -> list[Spot]:
    return [stage.place.spot(index) for index in range(number)]


@asynccontextmanager
async def process(*arguments: str, environment: Mapping[str, str] | None = None) -> AsyncIterator[int]:
    """A Python process while the block runs, then killed; its id. What it wrote last goes with a failure."""
    with TemporaryDirectory() as folder, _telling(Path(folder) / "log") as log:
        with log.open("wb") as out:
            running = await asyncio.create_subprocess_exec(
                sys.executable, *arguments, cwd=ROOT, env=dict(environment or {}), stdout=out, stderr=out
            )
        try:
            yield running.pid
        finally:
            with suppress(ProcessLookupError):
                running.kill()
            await running.wait()


@contextmanager
def _telling(log: Path) -> Iterator[Path]:
    try:
        yield log
    except Exception as error:
        error.add_note(log.read_text(errors="replace")[-_TAIL:] if log.exists() else "")
        raise


async def output(*arguments: str) -> str:
    """What a Python process prints until its end. Raises RuntimeError when it fails."""
    running = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, cwd=ROOT, env={}, stdout=asyncio.subprocess.PIPE
    )
    printed, _ = await running.communicate()
    if running.returncode:
        raise RuntimeError(f"{' '.join(arguments)} ended with {running.returncode}")
    return printed.decode()
