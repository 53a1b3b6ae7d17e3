"""One installation of several processes on PostgreSQL: doors that listen, and workers that come and go."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.simulators.openrouter import Answer, OpenRouterSimulator
from tests.scenarios import discord_team, slack_team
from tests.scenarios.answers import answers, bundle, unzip
from tests.scenarios.main_job import FILES
from tests.scenarios.program import WAIT, Program, running
from tests.scenarios.team import Team
from tests.scenarios.test_browser import said_on_the_web_and_in_the_thread


@dataclass
class Installation:
    slack: Team
    discord: Team
    workers: tuple[Program, Program]


@asynccontextmanager
async def installed(folder: Path, database: str, port: int | None = None) -> AsyncIterator[Installation]:
    """`run slack`, `run discord` and two times `run worker`; with a `port` also `run web`."""
    async with AsyncExitStack() as stack:
        slack = await stack.enter_async_context(slack_team.open_slack())
        discord = await stack.enter_async_context(discord_team.open_discord())
        model = await stack.enter_async_context(OpenRouterSimulator.start())
        settings = {**slack.settings, **discord.settings, "DATABASE_URL": database}
        if port is not None:
            settings |= {"PORT": str(port), "PUBLIC_URL": f"http://127.0.0.1:{port}"}

        async def program(role: str, name: str) -> Program:
            (folder / name).mkdir()
            return await stack.enter_async_context(running(folder / name, model, settings, role=role))

        workers = await program("worker", "w1"), await program("worker", "w2")
        for worker in workers:
            await worker.is_ready()
        doors = await program("slack", "slack"), await program("discord", "discord")
        await doors[0].there(slack.connected(WAIT))
        await doors[1].there(discord.connected(WAIT))
        if port is not None:
            await (await program("web", "web")).is_ready()
        yield Installation(
            slack_team.SlackTeam(slack, model, doors[0]),
            discord_team.DiscordTeam(discord, model, doors[1]),
            workers,
        )


async def test_a_team_in_each_place_goes_through_the_main_job(postgres_url: str, tmp_path: Path) -> None:
    async with installed(tmp_path, postgres_url) as here:
        here.slack.model.respond(answers(bundle(*FILES)))
        async with asyncio.TaskGroup() as group:
            for team in (here.slack, here.discord):
                group.create_task(main_job(team))


async def main_job(team: Team) -> None:
    await team.open()
    await team.say("Only the shop's own pages.", copies=2)
    await team.see(lambda: len(team.said()) == 2)
    await team.press("Generate")
    shown = await team.delivered()
    contents = unzip(shown.files[0].data)
    assert {path: contents[path].decode() for path, _ in FILES} == dict(FILES)
    await team.press("Download")
    (handed,) = await team.see(lambda: team.handed("Ana"))
    assert unzip(handed.files[0].data) == contents
    if isinstance(team, discord_team.DiscordTeam):  # by the word that the door promised it with
        assert any(one.files for one in team.whispers("Ana"))


async def test_what_a_killed_worker_was_doing_the_other_one_ends(postgres_url: str, tmp_path: Path) -> None:
    async with installed(tmp_path, postgres_url) as here:
        team = here.slack
        team.model.respond(
            answers(Answer(bundle(*FILES), hold=asyncio.Event(), hold_after=4), bundle(*FILES))
        )
        await team.open()
        await team.press("Generate")
        await team.model.until(lambda: len(team.model.requests) == 2 and team.model.open_streams == 1, WAIT)
        await here.workers[0].end(signal.SIGKILL)
        await here.workers[0].start()
        await here.workers[0].is_ready()
        await here.workers[1].end(signal.SIGKILL)
        await here.workers[1].start()
        await here.workers[1].is_ready()
        shown = await team.delivered()
        assert unzip(shown.files[0].data)["crawler/main.py"] == b"print('hello')\n"
        assert len(team.attached) == 1
        assert (
            sum("v1" in one.text for one in team.thread[1:]) == 2
        )  # the end of the progress, and the delivery


async def test_cancel_in_a_door_closes_the_connection_that_a_worker_holds(
    postgres_url: str, tmp_path: Path
) -> None:
    async with installed(tmp_path, postgres_url) as here:
        team = here.discord
        team.model.respond(answers(Answer(bundle(*FILES), hold=asyncio.Event(), hold_after=9)))
        await team.open()
        await team.press("Generate")
        await team.see(lambda: any("Writing" in one.text for one in team.thread))
        closed, began = team.model.closed_early, asyncio.get_running_loop().time()
        await team.press("Cancel")
        await team.model.until(lambda: team.model.closed_early == closed + 1, WAIT)
        assert asyncio.get_running_loop().time() - began < 2
        await team.see(lambda: any(one.text.startswith("🛑 Stopped") for one in team.thread))
        assert not team.attached


async def test_the_web_process_is_reached_from_a_door_and_sees_what_a_worker_writes(
    postgres_url: str, tmp_path: Path, unused_tcp_port: int
) -> None:
    async with installed(tmp_path, postgres_url, unused_tcp_port) as here:
        await said_on_the_web_and_in_the_thread(here.slack)


@pytest.mark.parametrize("role", ["worker", "web"])
async def test_one_file_is_for_one_process(tmp_path: Path, role: str) -> None:
    async with slack_team.open_slack() as slack, OpenRouterSimulator.start() as model:
        program = Program(
            {
                "PATH": "",
                "DATA_DIR": str(tmp_path),
                **slack.settings,
                "OPENROUTER_BASE_URL": model.base_url,
            },
            tmp_path / "log",
            role,
        )
        await program.start()
        assert await program.ended() == 2
        assert "several processes need PostgreSQL" in program.log
