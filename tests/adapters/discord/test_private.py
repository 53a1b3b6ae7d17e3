"""What is for one person comes where it was asked for, or directly."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from adapters.discord.files import MEBIBYTE
from bot.simulators.discord import Fault
from core.bus import Alone
from core.desk import Outcome, Receipt
from core.errors import PlatformRateLimited, TooLarge
from core.intents import Dashboard, Intent, Say
from core.ports import OutFile
from core.replies import Reply
from tests.adapters.discord.acting import CARD, opened
from tests.adapters.discord.stage import ANA, BEN, GENERAL, DiscordStage
from tests.contracts.chat_platform import KeptAttempt
from tests.fakes.desk import FakeDesk

# -- private answers later


async def test_a_download_comes_where_it_was_asked_for(stage: DiscordStage) -> None:
    desk, file = FakeDesk(), OutFile("v1.zip", b"PK")
    thread = await opened(stage)
    place = replace(GENERAL, thread=thread.thread)
    async with stage.listening(desk):
        await stage.discord.click(ANA.id, thread.thread, "Download")
        [told] = stage.whispers()
        assert told.text.startswith("I am packing it")
        stage.discord.order(Fault("update_original_webhook_message", "cut_after"))
        attempt = KeptAttempt("hand")
        with pytest.raises(Exception, match="broke before it answered"):
            await stage.platform.hand(ANA, place, file, "Here it is.", attempt)
        await stage.platform.hand(ANA, place, file, "Here it is.", attempt.next())
    [told] = stage.whispers()
    assert (told.text, [each.data for each in told.files]) == ("Here it is.", [b"PK"])
    assert stage.discord.channel(stage.discord.direct(ANA.id)) == []


async def test_two_downloads_are_two(stage: DiscordStage) -> None:
    thread = await opened(stage)
    place = replace(GENERAL, thread=thread.thread)
    async with stage.listening(FakeDesk()):
        for _ in range(2):
            await stage.discord.click(ANA.id, thread.thread, "Download")
            await stage.discord.click(BEN.id, thread.thread, "Download")
        for number in range(2):
            file = OutFile(f"v{number}.zip", b"PK")
            await stage.platform.hand(ANA, place, file, "Here.", KeptAttempt(f"hand{number}"))
    assert [file.name for told in stage.whispers() for file in told.files] == ["v0.zip", "v1.zip"]
    assert [told.files for told in stage.whispers(BEN)] == [(), ()]


async def test_work_that_is_done_before_the_first_answer_waits_for_it(stage: DiscordStage) -> None:
    """It begins at the commit, and the first answer needs a way to Discord and back."""
    thread = await opened(stage)
    place, file = replace(GENERAL, thread=thread.thread), OutFile("v1.zip", b"PK")
    desk = FakeDesk()
    async with stage.listening(desk), asyncio.TaskGroup() as group:
        stage.discord.order(Fault("create_interaction_response", "slow", delay=0.2))
        group.create_task(stage.discord.click(ANA.id, thread.thread, "Download"))
        await desk.until_arrived(1)
        await stage.platform.hand(ANA, place, file, "Here it is.", KeptAttempt("hand"))
    [told] = stage.whispers()
    assert [each.data for each in told.files] == [b"PK"]


async def test_where_the_first_answer_fails_it_comes_directly(stage: DiscordStage) -> None:
    thread = await opened(stage)
    place, file = replace(GENERAL, thread=thread.thread), OutFile("v1.zip", b"PK")
    desk = FakeDesk()
    async with stage.listening(desk), asyncio.TaskGroup() as group:
        stage.discord.order(Fault("create_interaction_response", "error", code=10062, times=2))
        clicking = group.create_task(stage.discord.click(ANA.id, thread.thread, "Download"))
        await desk.until_arrived(1)
        await stage.platform.hand(ANA, place, file, "Here it is.", KeptAttempt("hand"))
        await stage.platform.whisper(place, ANA, Reply("And more."))
        clicking.cancel()
    assert [seen.text for seen in stage.private(ANA)] == ["Here it is.", "And more."]


async def test_a_busy_discord_is_waited_for(stage: DiscordStage) -> None:
    thread = await opened(stage)
    place, file = replace(GENERAL, thread=thread.thread), OutFile("v1.zip", b"PK")
    async with stage.listening(FakeDesk()):
        await stage.discord.click(ANA.id, thread.thread, "Download")
        await stage.discord.click(ANA.id, thread.thread, "Download")
        stage.discord.order(Fault("update_original_webhook_message", "ratelimited", retry_after=0.5))
        await stage.platform.hand(ANA, place, file, "Here.", KeptAttempt("hand1"))
        assert stage.clock.slept == [0.5]
        stage.discord.order(Fault("update_original_webhook_message", "ratelimited", retry_after=600))
        with pytest.raises(PlatformRateLimited) as failed:
            await stage.platform.hand(ANA, place, file, "Here.", KeptAttempt("hand2"))
    assert failed.value.retry_after == 600


@pytest.mark.parametrize("why", ["late", "dismissed", "restart"])
async def test_a_download_that_cannot_come_there_comes_directly(stage: DiscordStage, why: str) -> None:
    thread = await opened(stage)
    place, file = replace(GENERAL, thread=thread.thread), OutFile("v1.zip", b"PK")
    async with stage.listening(FakeDesk()):
        await stage.discord.click(ANA.id, thread.thread, "Download")
        platform = stage.platform
        if why == "late":
            stage.clock.jump(3600)
        elif why == "dismissed":
            stage.discord.order(Fault("update_original_webhook_message", "error", code=10008))
        else:
            platform = replace(
                platform, answers=type(platform.answers)(platform.http, "", "", stage.clock, Alone())
            )
        await platform.hand(ANA, place, file, "Here it is.", KeptAttempt("hand"))
    direct = stage.discord.channel(stage.discord.direct(ANA.id))
    assert [[each.name for each in told.files] for told in direct] == [["v1.zip"]]


async def test_a_download_that_is_too_large_takes_back_its_promise(stage: DiscordStage) -> None:
    thread = await opened(stage)
    place, file = replace(GENERAL, thread=thread.thread), OutFile("v1.zip", b"x" * (11 * MEBIBYTE))
    async with stage.listening(FakeDesk()):
        await stage.discord.click(ANA.id, thread.thread, "Download")
        with pytest.raises(TooLarge) as failed:
            await stage.platform.hand(ANA, place, file, "Here.", KeptAttempt("hand"))
        await stage.platform.whisper(place, ANA, Reply(failed.value.sentence))
    [told] = stage.whispers()
    assert "Discord takes at most 10 MiB" in told.text


async def test_a_download_that_fails_takes_back_its_promise(stage: DiscordStage) -> None:
    thread = await opened(stage)
    async with stage.listening(FakeDesk()):
        await stage.discord.click(ANA.id, thread.thread, "Download")
        await stage.platform.whisper(replace(GENERAL, thread=thread.thread), ANA, Reply("It is too large."))
    assert [told.text for told in stage.whispers()] == ["It is too large."]


async def test_a_whisper_follows_what_the_person_did(stage: DiscordStage) -> None:
    thread = await opened(stage)
    place, told = replace(GENERAL, thread=thread.thread), Reply("It failed.", CARD.buttons[:1])
    async with stage.listening(FakeDesk()):
        await stage.discord.click(ANA.id, thread.thread, "Generate")
        await stage.platform.whisper(place, ANA, told)
        await stage.platform.whisper(place, BEN, told)
    assert [(each.text, len(each.buttons)) for each in stage.whispers()] == [("It failed.", 1)]
    assert stage.whispers(BEN) == []
    assert [seen.text for seen in stage.private(BEN)] == ["It failed."]


# -- secrets

SECRET = Reply("Open the dashboard: <https://tw.example/sign-in/_a_b__c-d_>", private=True)


def secretive(intent: Intent) -> Receipt:
    return Receipt(Outcome.ACCEPTED, SECRET if isinstance(intent, Dashboard) else None)


async def test_a_link_is_told_where_it_was_asked_for_to_one_person(stage: DiscordStage) -> None:
    thread = await opened(stage)
    async with stage.listening(FakeDesk(secretive)):
        await stage.discord.slash(ANA.id, "301", "automation dashboard")
        await stage.discord.slash(ANA.id, thread.thread, "automation dashboard")
    assert ["sign-in/_a_b__c-d_" in told.text for told in stage.whispers()] == [True, True]
    assert stage.whispers(BEN) == []
    assert stage.replies(thread) == []


async def test_a_link_that_was_asked_for_in_words_comes_directly(stage: DiscordStage) -> None:
    thread, desk = await opened(stage), FakeDesk(secretive)
    async with stage.listening(desk):
        await stage.discord.say(ANA.id, thread.thread, "dashboard", mention=True)
        await desk.until_arrived(1)
    assert ["sign-in" in seen.text for seen in stage.private(ANA)] == [True]
    assert not any("sign-in" in seen.text for seen in stage.replies(thread))


async def test_who_takes_no_direct_messages_gets_no_link_in_public(stage: DiscordStage) -> None:
    thread, desk = await opened(stage), FakeDesk(secretive)
    stage.discord.close_direct(ANA.id)
    async with stage.listening(desk):
        await stage.discord.say(ANA.id, thread.thread, "dashboard", mention=True)
        await desk.until_arrived(1)
    _, answer = stage.replies(thread)
    assert "only to you alone" in answer.text
    assert "sign-in" not in stage.discord.transcript()


async def test_what_was_said_in_a_browser_is_shown_and_not_taken_in_again(stage: DiscordStage) -> None:
    """Even where its words ask something of us."""
    thread, desk = await opened(stage), FakeDesk()
    async with stage.listening(desk):
        for number, text in enumerate(
            ("hello", f"<@{stage.platform.bot.user}> generate", f"<@{BEN.id}> @here")
        ):
            await stage.platform.post(thread, Reply(f"**Ana** (web): {text}"), KeptAttempt(f"echo:{number}"))
        await stage.discord.say(ANA.id, thread.thread, "now")
        await desk.until_arrived(1)
    assert [intent.text for intent in desk.stored if isinstance(intent, Say)] == ["now"]
    assert len(desk.stored) == 1
    assert all(seen.pings == () for seen in stage.replies(thread))
