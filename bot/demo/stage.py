"""The stage: simulated platforms, a model, and between them the real program as one process of its own."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bot.demo.discord import discord_team
from bot.demo.program import Program, once, running
from bot.demo.replay import MODEL, Replay
from bot.demo.slack import slack_team
from bot.demo.team import Team
from bot.simulators.openrouter import OpenRouterSimulator
from bot.simulators.openrouter.models import SimulatedModel

STOPPED = 130
NOBODY_READS = 141
"""Exit codes as shells give them for SIGINT and SIGPIPE."""

_START_SECONDS = 30.0


class NotShown(Exception):
    """Something did not appear. The message names it."""


class StagedTeam(Team, Protocol):
    """A team on a platform that is part of the stage."""

    @property
    def environment(self) -> Mapping[str, str]:
        """What leads the program there."""
        ...

    async def connected(self, timeout: float) -> None:
        """Returns when the program listens. Raises TimeoutError."""
        ...


TEAMS: Mapping[str, Callable[[], AbstractAsyncContextManager[StagedTeam]]] = {
    "slack": slack_team,
    "discord": discord_team,
}


@dataclass(frozen=True, slots=True)
class Stage:
    """``teams``: as they were asked for, at least one."""

    teams: Sequence[StagedTeam]
    program: Program

    @property
    def team(self) -> Team:
        return self.teams[0]


@asynccontextmanager
async def set_up(
    log: Path, model: Mapping[str, str] | Replay, platforms: Sequence[str] = ("slack",)
) -> AsyncIterator[Stage]:
    """Starts all of it; the program is connected when the block begins, and stopped when it ends.

    ``model``: the answers to be replayed, or the settings that lead to a real one. ``platforms``: of `TEAMS`. Raises
    NotShown, ProgramEnded.
    """
    async with AsyncExitStack() as stack:
        data = stack.enter_context(tempfile.TemporaryDirectory(prefix="threadwright-"))
        teams = [await stack.enter_async_context(TEAMS[each]()) for each in platforms]
        to_model = await stack.enter_async_context(_replaying(model)) if isinstance(model, Replay) else model
        environment = {"DATA_DIR": data, "PORT": "0", **to_model}
        for team in teams:
            environment |= team.environment
        program = await stack.enter_async_context(running(environment, log))
        if "discord" in platforms:
            await once(("commands", "sync"), environment, log)
        for team in teams:
            await _connected(team, program)
        yield Stage(teams, program)


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


async def _connected(team: StagedTeam, program: Program) -> None:
    async def wait() -> None:
        try:
            await team.connected(_START_SECONDS)
        except TimeoutError:
            raise NotShown(f"the program's connection to {team.platform}") from None

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


async def together(works: Sequence[Callable[[], Awaitable[object]]]) -> None:
    """Runs all of them to their ends. The first failure ends all, and is raised."""
    try:
        async with asyncio.TaskGroup() as group:
            for work in works:
                group.create_task(_coroutine(work))
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
