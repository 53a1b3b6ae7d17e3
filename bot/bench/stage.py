"""The simulators, in this process and with their rate tiers on, and the processes that are measured against them."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.simulators.openrouter import OpenRouterSimulator
from bot.simulators.slack import SlackSimulator

ROOT = Path(__file__).parents[2]
_TAIL = 3_000
"""Characters of a log that go with a failure."""


@dataclass(frozen=True, slots=True)
class Stage:
    slack: SlackSimulator
    model: OpenRouterSimulator

    def settings(self, folder: str) -> dict[str, str]:
        """The environment of the program: the same variables as in production, and nothing else."""
        return {
            "SLACK_BOT_TOKEN": self.slack.bot_token,
            "SLACK_APP_TOKEN": self.slack.app_token,
            "SLACK_API_URL": self.slack.api_url,
            "OPENROUTER_BASE_URL": self.model.base_url,
            "OPENROUTER_API_KEY": self.model.key,
            "DATA_DIR": folder,
            "LOG_FORMAT": "json",
        }


@asynccontextmanager
async def open_stage() -> AsyncIterator[Stage]:
    async with SlackSimulator.start(tiers=True) as slack, OpenRouterSimulator.start() as model:
        yield Stage(slack, model)


@dataclass(frozen=True, slots=True)
class Spot:
    """A person and the channel in which they have a thread. One each: Slack limits what is posted to a channel."""

    user: str
    channel: str


def spots(stage: Stage, number: int) -> list[Spot]:
    made = [Spot(f"UP{index}", f"CP{index}") for index in range(number)]
    for index, spot in enumerate(made):
        stage.slack.add_person(spot.user, f"Person {index}")
        stage.slack.add_channel(spot.channel, f"channel-{index}", members=[spot.user])
    return made


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
