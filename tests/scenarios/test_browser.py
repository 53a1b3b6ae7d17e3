"""The same session in the chat and over the web, over the real program: signed in by a link of the chat, said here and
read there."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import httpx
import pytest

from adapters.web.client import Event, ProblemError, Threadwright
from core.vocabulary import AgentType
from tests.scenarios.answers import answers, bundle, unzip
from tests.scenarios.discord_team import DiscordTeam, discord_team
from tests.scenarios.main_job import FILES
from tests.scenarios.program import WAIT
from tests.scenarios.slack_team import slack_team
from tests.scenarios.team import Team

Opened = Callable[..., AbstractAsyncContextManager[Team]]
TEAMS = pytest.mark.parametrize("opened", [slack_team, discord_team], ids=["slack", "discord"])


async def told(it: Team, pattern: str, command: str, **options: str) -> str:
    """What Ana is told to her alone after a command."""
    if options and isinstance(it, DiscordTeam):
        await it.discord.slash(it.people["Ana"], it.channel, f"automation {command}", options)
    else:
        await it.command(" ".join((command, *options.values())))
    seen = await it.see(
        lambda: [found for one in it.whispers("Ana") if (found := re.search(pattern, one.text))]
    )
    return str(seen[-1][1])


async def client(it: Team, link: str) -> Threadwright:
    token = await told(it, r"(tw_[\w-]{40,})", "token", name="laptop")
    return Threadwright(link.partition("/sign-in/")[0], token)


@TEAMS
async def test_a_link_of_the_chat_opens_the_dashboard_once(opened: Opened, tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        await it.open()
        link = await told(it, r"(http://127\.0\.0\.1:\d+/sign-in/[\w-]+)", "dashboard")
        async with httpx.AsyncClient(trust_env=False, follow_redirects=True) as browser:
            assert (await browser.get(link)).status_code == 200
            assert "Watch prices" in (await browser.post(link)).text
        async with httpx.AsyncClient(trust_env=False, follow_redirects=True) as other:
            assert "Watch prices" not in (await other.post(link)).text
        assert it.whispers("Ben") == []
        assert not any("sign-in" in one.text for one in (*it.cards, *it.thread))
        assert link.rpartition("/")[2] not in it.program.log


@TEAMS
async def test_what_is_said_on_the_web_is_in_the_thread_and_back(opened: Opened, tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        await said_on_the_web_and_in_the_thread(it)


async def said_on_the_web_and_in_the_thread(it: Team) -> None:
    it.model.respond(answers(bundle(*FILES), chat="Understood, every hour."))
    await it.open()
    link = await told(it, r"(http://127\.0\.0\.1:\d+/sign-in/[\w-]+)", "dashboard")
    async with await client(it, link) as web, asyncio.TaskGroup() as group:
        [session] = [one async for one in web.sessions()]
        stands = asyncio.Event()
        watching = group.create_task(watched(web, session.id, stands, answers=2))
        await stands.wait()
        await web.say(session.id, f"<@{it.bot}> generate, @everyone?")
        await it.see(lambda: len(it.said()) == 3)
        echo, answer = it.said()[1:]
        assert re.fullmatch(r"\W*Ana\W* \(web\): .* generate, @.?everyone\?", echo)
        assert answer == "Understood, every hour."
        assert all(one.pings == () for one in it.thread if one.user == it.bot)
        await it.say("And at night?", who="Ben")
        await it.see(lambda: len(it.said()) == 4)
        events = await watching
        stored = [one async for one in web.messages(session.id)]
    people = [(one.author, one.text) for one in reversed(stored) if one.speaker == "person"]
    assert people == [("Ana", f"<@{it.bot}> generate, @everyone?"), ("Ben", "And at night?")]
    by = sorted(one.data["by"] for one in events if one.kind == "message")
    assert by == ["agent", "agent", "person", "person"]
    words = "".join(one.data["text"] for one in events if one.kind == "token")
    assert words == 2 * "Understood, every hour."


@TEAMS
async def test_files_that_are_written_over_the_web_come_into_the_thread(
    opened: Opened, tmp_path: Path
) -> None:
    async with opened(tmp_path) as it:
        it.model.respond(answers(bundle(*FILES)))
        await it.open()
        link = await told(it, r"(http://127\.0\.0\.1:\d+/sign-in/[\w-]+)", "dashboard")
        async with await client(it, link) as web:
            [session] = [one async for one in web.sessions()]
            await web.generate(session.id)
            shown = await it.delivered()
            [version] = await web.automations(session.id)
            zipped = await web.download(session.id, version.id)
        assert (shown.files[0].name, unzip(shown.files[0].data)["crawler/main.py"]) == (
            zipped.name,
            unzip(zipped.data)["crawler/main.py"],
        )


@TEAMS
async def test_a_session_without_a_thread_is_talked_to_and_written_and_nobody_else_sees_it(
    opened: Opened, tmp_path: Path
) -> None:
    async with opened(tmp_path) as it:
        it.model.respond(answers(bundle(*FILES), chat="Understood, every hour."))
        link = await told(it, r"(http://127\.0\.0\.1:\d+/sign-in/[\w-]+)", "dashboard")
        async with await client(it, link) as web:
            made = await web.open_session("My own", AgentType.WEB_CRAWLER, requirements=["Crawl politely"])
            stands = asyncio.Event()
            async with asyncio.TaskGroup() as group, asyncio.timeout(WAIT):
                watching = group.create_task(watched(web, made.id, stands, answers=1))
                await stands.wait()
                await said(web, made.id, "Every hour?")
                events = await watching
            assert events[-1].data["text"] == "Understood, every hour."
            assert "Every hour?" in [one.text async for one in web.messages(made.id)]
            job = await web.generate(made.id)
            async with asyncio.timeout(WAIT):
                async for _ in web.events(made.id, after=0):
                    job = await web.job(made.id, job.id)
                    if job.automation is not None:
                        break
            [version] = await web.automations(made.id)
            zipped = await web.download(made.id, version.id)
        assert unzip(zipped.data)["crawler/main.py"] == b"print('hello')\n"
        assert it.cards == []


async def said(web: Threadwright, session: str, text: str) -> None:
    """As soon as the session is open."""
    while True:
        try:
            await web.say(session, text)
        except ProblemError as error:
            if error.status != 409:
                raise
            await asyncio.sleep(0.05)
        else:
            return


async def watched(web: Threadwright, session: str, stands: asyncio.Event, answers: int) -> list[Event]:
    """What happens until so many answers are there. ``stands``: from then on nothing is missed."""
    seen: list[Event] = []
    async for event in web.events(session, after=0):  # of which nothing is kept: the first is a `reset`
        stands.set()
        seen.append(event)
        if sum(one.data.get("by") == "agent" for one in seen) == answers:
            break
    return seen
