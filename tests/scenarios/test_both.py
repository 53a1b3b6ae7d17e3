"""Both platforms at once: one process, two teams that know nothing of each other."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.simulators.openrouter import Answer, OpenRouterSimulator
from tests.scenarios.answers import answers, bundle, unzip
from tests.scenarios.discord_team import DiscordTeam, open_discord
from tests.scenarios.main_job import FILES
from tests.scenarios.program import WAIT, running
from tests.scenarios.slack_team import SlackTeam, open_slack
from tests.scenarios.team import Team


@asynccontextmanager
async def both(folder: Path, role: str = "all") -> AsyncIterator[tuple[SlackTeam, DiscordTeam]]:
    async with (
        open_slack() as slack,
        open_discord() as discord,
        OpenRouterSimulator.start() as model,
        running(folder, model, slack.settings, discord.settings, role=role) as program,
    ):
        if role != "discord":
            await program.there(slack.connected(WAIT))
        if role != "slack":
            await program.there(discord.connected(WAIT))
        yield SlackTeam(slack, model, program), DiscordTeam(discord, model, program)


async def together(*teams: Team) -> None:
    """Each opens a session, talks and has its files written."""

    async def one(team: Team) -> None:
        await team.open(title=f"Prices in {team.platform}")
        await team.say(f"Hello {team.platform}")
        await team.see(lambda: len(team.said()) == 2)
        await team.press("Generate")
        shown = await team.delivered()
        assert shown.files[0].name == f"prices-in-{team.platform}-v1.zip"
        assert unzip(shown.files[0].data)["crawler/main.py"] == b"print('hello')\n"

    async with asyncio.TaskGroup() as group:
        for team in teams:
            group.create_task(one(team))


async def test_one_process_serves_both(tmp_path: Path) -> None:
    async with both(tmp_path) as teams:
        teams[0].model.respond(answers(bundle(*FILES)))
        await together(*teams)
        for team, other in zip(teams, reversed(teams), strict=True):
            assert len(team.cards) == 1
            assert not any(other.platform in one.text for one in team.thread)
            await team.command("list")
            told = await team.see(lambda team=team: team.whispers("Ana"))  # type: ignore[misc]  # of this round
            assert f"Prices in {team.platform}" in told[-1].text
            assert f"Prices in {other.platform}" not in told[-1].text


async def test_a_kill_while_both_have_their_files_written(tmp_path: Path) -> None:
    async with both(tmp_path) as teams:
        model, program = teams[0].model, teams[0].program
        held = Answer(bundle(*FILES), hold=asyncio.Event(), hold_after=4)
        model.respond(answers(held, held, bundle(*FILES)))
        for team in teams:
            await team.open()
            await team.press("Generate")
        await model.until(lambda: model.open_streams == 2, WAIT)
        await program.end(signal.SIGKILL)
        await program.start()
        for team in teams:
            shown = await team.delivered()
            assert unzip(shown.files[0].data)["crawler/main.py"] == b"print('hello')\n"
            assert len(team.attached) == 1


async def test_a_role_serves_its_own_platform_only(tmp_path: Path) -> None:
    async with both(tmp_path, role="discord") as (slack, discord):
        discord.model.respond(answers(bundle(*FILES)))
        await together(discord)
        assert slack.slack.counts.get("apps.connections.open", 0) == 0
