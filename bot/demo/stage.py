"""The stage: a simulated platform, a model, and between them the real program as its own process."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from bot.demo.program import Program, running
from bot.demo.replay import MODEL, Replay
from bot.demo.slack import SlackTeam, slack_team
from bot.demo.team import Team
from bot.simulators.openrouter import OpenRouterSimulator
from bot.simulators.openrouter.models import SimulatedModel

STOPPED = 130
NOBODY_READS = 141
"""Exit codes as shells give them for SIGINT and SIGPIPE."""

_START_SECONDS = 30.0


class NotShown(Exception):
    """Something did not appear. The message names it."""


@dataclass(frozen=True, slots=True)
class Stage:
    team: Team
    program: Program


@asynccontextmanager
async def set_up(log: Path, model: Mapping[str, str] | Replay) -> AsyncIterator[Stage]:
    """Starts all of it; the program is connected when the block begins, and stopped when it ends.

    ``model``: the answers to be replayed, or the settings that lead to a real one. Raises NotShown, ProgramEnded.
    """
    async with AsyncExitStack() as stack:
        data = stack.enter_context(tempfile.TemporaryDirectory(prefix="threadwright-"))
        team = await stack.enter_async_context(slack_team())
        to_model = await stack.enter_async_context(_replaying(model)) if isinstance(model, Replay) else model
        environment = {"DATA_DIR": data, **team.environment, **to_model}
        program = await stack.enter_async_context(running(environment, log))
        await _connected(team, program)
        yield Stage(team, program)


@asynccontextmanager
async def _replaying(replay: Replay) -> AsyncIterator[Mapping[str, str]]:
    async with OpenRouterSimulator.start() as model:
        model.add_model(SimulatedModel(MODEL, prompt="0", completion="0"))
        model.respond(replay)
        yield {
            "OPENROUTER_BASE_URL": model.base_url,
            "OPENROUTER_API_KEY": model.key,
            "OPENROUTER_MODEL": MODEL,
        }


async def _connected(team: SlackTeam, program: Program) -> None:
    async def wait() -> None:
        try:
            await team.connected(_START_SECONDS)
        except TimeoutError:
            raise NotShown("the program's connection to Slack") from None

    await beside(program.must_live, wait)


async def beside(*together: Callable[[], Awaitable[object]]) -> None:
    """Runs the last of them to its end, and the others only as long. The first failure ends all, and is raised."""
    *companions, main = together
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(_coroutine(each)) for each in companions]
            await main()
            for task in tasks:
                task.cancel()
    except ExceptionGroup as failed:
        raise failed.exceptions[0] from None


async def _coroutine(make: Callable[[], Awaitable[object]]) -> None:
    await make()


def until_stopped(work: Callable[[], Awaitable[int]]) -> int:
    """Runs `work`; returns its exit code, or `STOPPED` when Ctrl-C, SIGTERM or a closed terminal ended it in good
    order, or `NOBODY_READS` when the output went to a pipe that was closed."""

    async def main() -> int:
        task = asyncio.current_task()
        assert task is not None
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            with suppress(NotImplementedError, AttributeError):  # not on every system
                asyncio.get_running_loop().add_signal_handler(getattr(signal, name), task.cancel)
        try:
            return await work()
        except asyncio.CancelledError:
            return STOPPED
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is buffered goes nowhere
            return NOBODY_READS

    return asyncio.run(main())
