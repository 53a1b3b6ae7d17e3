"""The main job in Discord, and what only Discord has: its form, its names of files, its gateway, and its way of
forgetting a program that is away."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.simulators.discord import ClientRefused, DiscordSimulator, Fault
from bot.simulators.discord.faults import FaultKind
from bot.simulators.openrouter import Answer
from tests.scenarios.answers import answers, bundle, unzip
from tests.scenarios.discord_team import DiscordTeam, discord_team
from tests.scenarios.main_job import FILES, MainJob
from tests.scenarios.program import WAIT


class TestDiscord(MainJob):
    team = staticmethod(discord_team)
    names = ["watch-prices-v1.zip", "requirements.txt", "init__.py", "main.py", "README.md"]  # noqa: RUF012 - read only


# -- forms, buttons and files


async def test_a_refused_form_comes_back_as_it_was_typed_even_after_a_kill(tmp_path: Path) -> None:
    """Discord itself refuses an empty title; one of blanks is told to the person, with a way back."""
    async with discord_team(tmp_path, role="discord") as it:
        await it.command("new")
        with pytest.raises(ClientRefused, match="title"):
            await it.discord.submit("101", {"title": ""})
        await it.discord.submit("101", {"title": "   ", "requirements": "Crawl politely"})
        (told,) = it.whispers("Ana")
        assert told.text.startswith("**Title**")
        await restarted(it, signal.SIGKILL)
        await it.discord.click("101", told, "Fix")
        form = it.discord.modal("101")
        assert form is not None
        assert form.input("requirements").value == "Crawl politely"
        await it.discord.submit("101", {"title": "Watch prices"})
        (card,) = await it.see(lambda: it.cards)
        assert "R1. Crawl politely" in card.text


async def test_a_form_and_a_button_outlive_the_program(tmp_path: Path) -> None:
    async with discord_team(tmp_path) as it:
        it.model.respond(answers(bundle(*FILES)))
        await it.command("new")
        await restarted(it)
        await it.fill({"title": "Watch prices"})
        (card,) = await it.see(lambda: it.cards)
        it.root = card.id
        await it.see(lambda: len(it.said()) == 1)
        await restarted(it)
        await it.press("Generate")
        await it.delivered()


async def test_discord_renames_files_and_the_zip_has_the_true_names(tmp_path: Path) -> None:
    async with discord_team(tmp_path) as it:
        files = [(".env.example", "KEY=\n"), ("pkg/__main__.py", "x\n"), (".github/work flow.yml", "on:\n")]
        it.model.respond(answers(bundle(*files)))
        await it.open()
        await it.press("Generate")
        shown = await it.delivered()
        assert [file.name for file in shown.files] == [
            "watch-prices-v1.zip",
            "env.example",
            "main__.py",
            "work_flow.yml",
        ]
        contents = unzip(shown.files[0].data)
        assert {path: contents[path].decode() for path, _ in files} == dict(files)
        delivery = next(one for one in it.thread if "v1 · Auto" in one.text)
        assert all(path in delivery.text for path, _ in files)


async def test_a_thread_that_people_closed_or_archived(tmp_path: Path) -> None:
    async with discord_team(tmp_path) as it:
        it.model.respond(answers(bundle(*FILES)))
        await it.open()
        await it.discord.archive_thread(it.root)
        await it.discord.click("101", it.root, "Generate")
        await it.delivered()
        await it.discord.lock_thread(it.root)
        async with asyncio.timeout(WAIT):
            while "Watch prices" in await listed(it):
                continue


async def test_without_the_intent_it_works_by_mentions_and_says_so(tmp_path: Path) -> None:
    async with discord_team(tmp_path, privileged=()) as it:
        it.model.respond(answers(bundle(*FILES)))
        await it.open()
        await it.say("nobody can read this")
        await it.see(lambda: any("Message Content Intent" in text for text in it.said()))
        await it.say("and this", mention=True)
        await it.see(lambda: it.said()[-1] == "Understood.")
        assert "and this" in str(it.model.requests[-1]["messages"])
        await it.say("generate", mention=True)
        await it.delivered()


# -- faults of the platform

FAULTS: tuple[FaultKind, ...] = ("ratelimited", "500", "500_after", "cut_before", "cut_after")
OPENING = ("create_message", "create_thread_from_message", "create_interaction_response")


@pytest.mark.parametrize("kind", FAULTS)
async def test_discord_having_a_bad_day_loses_and_doubles_nothing(tmp_path: Path, kind: FaultKind) -> None:
    async with discord_team(tmp_path) as it:
        it.model.respond(answers(bundle(*FILES)))
        for operation in OPENING:
            it.discord.order(Fault(operation, kind))
        await it.open()
        assert len(it.cards) == 1
        assert len(it.discord.threads(it.channel)) == 1
        it.discord.order(Fault("create_message", kind))
        await it.say("still there?")
        await it.see(lambda: len(it.said()) == 2)
        for operation in ("update_message", "create_interaction_response"):
            it.discord.order(Fault(operation, kind))
        for passing in range(3):  # the progress message, the delivery, the files
            it.discord.order(Fault("create_message", kind, after_calls=passing))
        await it.press("Generate")
        shown = await it.delivered()
        assert unzip(shown.files[0].data)["crawler/main.py"] == b"print('hello')\n"
        await it.say("thanks")
        await it.see(lambda: len(it.said()) == 3)
        assert len(it.attached) == 1
        assert sum("v1 · Auto" in one.text for one in it.thread) == 1


CUTS: dict[str, Callable[[DiscordSimulator], None]] = {
    "op 7": lambda discord: discord.ask_reconnect(),
    "op 9, resumable": lambda discord: discord.invalidate_sessions(resumable=True),
    "op 9": lambda discord: discord.invalidate_sessions(),
    "abort": lambda discord: discord.drop_sockets(),
    "close 1000": lambda discord: discord.close_sockets(1000),
    "close 4009": lambda discord: discord.close_sockets(4009),
}


@pytest.mark.parametrize("cut", CUTS)
async def test_a_cut_of_the_gateway_loses_and_doubles_nothing(tmp_path: Path, cut: str) -> None:
    """While an answer is being written, and with words said before anybody is connected again."""
    async with discord_team(tmp_path) as it:
        it.model.respond(answers(bundle(*FILES)))
        await it.open()
        going_on = asyncio.Event()
        it.model.answer(Answer("The first answer.", chunk=4, hold=going_on, hold_after=2))
        await it.say("before it")
        await it.model.until(lambda: it.model.open_streams == 1, WAIT)
        CUTS[cut](it.discord)
        for number in range(3):
            await it.say(f"during it {number}")
        await it.discord.connected(WAIT)
        going_on.set()
        await all_answered(it, "before it", "during it 0", "during it 1", "during it 2")
        assert it.said()[1] == "The first answer."
        await it.discord.click("101", it.root, "Requirements")


# -- away


async def test_what_was_said_while_it_was_away_is_answered_in_order(tmp_path: Path) -> None:
    async with discord_team(tmp_path) as it:
        it.model.respond(answers(bundle(*FILES)))
        await it.open()
        await it.program.end()
        for number in range(120):  # more than one page of Discord's history
            await it.say(f"word {number:03}.")
        await it.say("// for us")
        await it.program.start()
        await all_answered(it, *(f"word {number:03}." for number in range(120)))


async def test_what_is_older_than_an_hour_is_offered(tmp_path: Path) -> None:
    async with discord_team(tmp_path, ago=7200) as it:
        it.model.respond(answers(bundle(*FILES)))
        await it.open()
        await it.program.end()
        await it.say("long ago")
        await it.say("generate", mention=True)
        it.discord.advance(7200)
        await it.program.start()
        await it.see(lambda: it.offers("Answer now"))
        assert "2 messages came in while I was away" in it.said()[-1]
        assert len(it.model.requests) == 1
        await it.press("Answer now")
        await it.see(lambda: it.said()[-1] == "Understood.")
        assert "long ago" in str(it.model.requests[-1]["messages"])
        assert not it.attached


async def listed(it: DiscordTeam) -> str:
    """What `/automation list` says."""
    before = len(it.whispers("Ana"))
    await it.command("list")
    (told,) = it.whispers("Ana")[before:]
    return told.text


async def all_answered(it: DiscordTeam, *words: str) -> None:
    """Each reached the model once and in order, and each question to the model has one answer in the thread."""

    def asked() -> str:
        return str(it.model.requests[-1]["messages"])

    await it.see(lambda: all(each in asked() for each in words) and len(it.said()) == len(it.model.requests))
    assert [asked().count(each) for each in words] == [1] * len(words)
    at = [asked().index(each) for each in words]
    assert at == sorted(at)


async def restarted(it: DiscordTeam, how: signal.Signals = signal.SIGTERM) -> None:
    await it.program.end(how)
    await it.discord.until(lambda: it.discord.sessions == 0, WAIT)
    await it.program.start()
    await it.discord.connected(WAIT)
