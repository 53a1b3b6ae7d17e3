"""What people do in Discord reaches the desk once, and is acked when it is stored."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace

import pytest

from adapters.discord.listeners import listen
from bot.simulators.discord import Fault, NotAcked, Upload
from core.errors import PermissionMissing
from core.intents import (
    Erase,
    Generate,
    Revise,
    Say,
    ThreadLost,
)
from core.replies import Reply
from core.vocabulary import Language
from tests.adapters.discord.acting import arrived, opened
from tests.adapters.discord.stage import ANA, BEN, CHANNEL, GENERAL, DiscordStage, open_stage
from tests.contracts.chat_platform import KeptAttempt
from tests.fakes.desk import FakeDesk

# -- acks


async def test_nothing_is_acked_before_it_is_stored(stage: DiscordStage) -> None:
    desk = FakeDesk()
    thread = await opened(stage)
    async with stage.listening(desk), asyncio.TaskGroup() as group:
        desk.open.clear()
        clicking = group.create_task(stage.discord.click(ANA.id, thread.thread, "Generate"))
        await desk.until_arrived(1)
        assert not clicking.done()
        desk.open.set()
        await clicking
    [generate] = desk.stored
    assert isinstance(generate, Generate)
    assert generate.origin.place == replace(GENERAL, thread=thread.thread)


async def test_a_click_that_could_not_be_stored_is_not_acked() -> None:
    async with open_stage(ack_seconds=0.2) as stage:
        thread = await opened(stage)
        desk = FakeDesk(broken=1)
        async with stage.listening(desk):
            with pytest.raises(NotAcked):
                await stage.discord.click(ANA.id, thread.thread, "Generate")
            await stage.discord.click(ANA.id, thread.thread, "Generate")
    assert len(desk.stored) == 1


async def test_a_hundred_clicks_at_once_are_acked_soon(stage: DiscordStage) -> None:
    desk = FakeDesk()
    thread = await opened(stage)
    async with stage.listening(desk):
        began = time.monotonic()
        async with asyncio.TaskGroup() as group:
            for _ in range(100):
                group.create_task(stage.discord.click(ANA.id, thread.thread, "Generate"))
        assert time.monotonic() - began < 2
    assert len(desk.stored) == 100


@pytest.mark.parametrize("kind", ["cut_before", "cut_after", "500", "500_after", "ratelimited"])
async def test_an_ack_that_is_lost_is_sent_again(stage: DiscordStage, kind: str) -> None:
    desk = FakeDesk()
    thread = await opened(stage)
    async with stage.listening(desk):
        operation = "create_interaction_response"
        stage.discord.order(Fault(operation, kind, retry_after=0.01))  # type: ignore[arg-type]  # parametrized literals
        await stage.discord.click(ANA.id, thread.thread, "Generate")
    assert len(desk.stored) == 1


async def test_an_answer_that_comes_too_late_is_no_end(stage: DiscordStage) -> None:
    desk = FakeDesk()
    thread = await opened(stage)
    async with stage.listening(desk):
        stage.discord.order(Fault("create_interaction_response", "error", code=10062, times=2))
        with pytest.raises((NotAcked, TimeoutError)):
            async with asyncio.timeout(0.3):
                await stage.discord.click(ANA.id, thread.thread, "Generate")
        await stage.discord.click(ANA.id, thread.thread, "Generate")
    assert len(desk.stored) == 2


async def test_what_has_come_in_is_finished_before_the_end(stage: DiscordStage) -> None:
    desk = FakeDesk()
    thread = await opened(stage)
    async with stage.listening(desk):
        desk.open.clear()
        await stage.discord.say(ANA.id, thread.thread, "status", mention=True)
        await desk.until_arrived(1)
        asyncio.get_running_loop().call_later(0.05, desk.open.set)
    assert [seen.text for seen in stage.private(ANA)] == ["Help."]


async def test_events_of_no_concern(stage: DiscordStage) -> None:
    desk = FakeDesk()
    async with stage.listening(desk):
        said = await stage.discord.say(ANA.id, CHANNEL, "just talking")
        await stage.discord.edit(ANA.id, CHANNEL, said, "still talking")
        await stage.discord.delete(ANA.id, CHANNEL, said)
        thread = await opened(stage)
        await stage.platform.post(thread, Reply("my own words"), KeptAttempt("own"))
        stage.discord.boost("200", 2)
        stage.discord.kick_bot()
        stage.discord.invite_bot()
        await stage.discord.say(ANA.id, thread.thread, "now")
        await desk.until_arrived(1)
    assert [intent.text for intent in desk.stored if isinstance(intent, Say)] == ["now"]


async def test_a_failure_of_the_block_comes_out_as_it_is(stage: DiscordStage) -> None:
    with pytest.raises(LookupError, match=r"^mine$"):
        async with stage.listening(FakeDesk()):
            raise LookupError("mine")


async def test_a_wrong_token_is_told_at_once(stage: DiscordStage) -> None:
    with pytest.raises(PermissionMissing):
        async with listen(stage.platform, FakeDesk(), replace(stage.config, token="OTAw.wrong.fake")):
            raise AssertionError("it listens")


# -- messages


async def test_messages_come_in_order_and_once(stage: DiscordStage) -> None:
    desk = FakeDesk()
    thread = await opened(stage)
    async with stage.listening(desk):
        for number in range(30):
            await stage.discord.say(ANA.id, thread.thread, f"{number}", copies=3)
        await desk.until_arrived(90)
    assert [intent.text for intent in desk.stored if isinstance(intent, Say)] == [str(n) for n in range(30)]


async def test_a_message_is_handed_in_until_it_is_stored(stage: DiscordStage) -> None:
    desk = FakeDesk(broken=2)
    thread = await opened(stage)
    async with stage.listening(desk):
        await stage.discord.say(ANA.id, thread.thread, "first")
        await stage.discord.say(ANA.id, thread.thread, "second")
        await desk.until_arrived(4)
    assert [intent.text for intent in desk.stored if isinstance(intent, Say)] == ["first", "second"]


async def test_the_end_does_not_wait_for_a_desk_that_is_away(stage: DiscordStage) -> None:
    desk = FakeDesk(broken=1_000_000)
    thread = await opened(stage)
    async with asyncio.timeout(5), stage.listening(desk):
        await stage.discord.say(ANA.id, thread.thread, "first")
        await desk.until_arrived(1)
    assert desk.stored == []


async def test_a_mention_with_files_is_one_message_with_its_files(stage: DiscordStage) -> None:
    desk = FakeDesk()
    thread = await opened(stage)
    async with stage.listening(desk):
        files = [Upload("data.csv", b"a,b\n")]
        await stage.discord.say(ANA.id, thread.thread, "look at this", mention=True, files=files)
        await desk.until_arrived(1)
        [say] = desk.stored
        assert isinstance(say, Say)
        assert (say.text, say.mentioned) == ("look at this", True)
        [attachment] = say.attachments
        assert (attachment.name, attachment.size) == ("data.csv", 4)
        assert await stage.platform.read_attachment("200", attachment, 100) == b"a,b\n"


async def test_a_verb_in_the_thread(stage: DiscordStage) -> None:
    desk = FakeDesk()
    thread = await opened(stage)
    async with stage.listening(desk):
        await stage.discord.say(ANA.id, thread.thread, "generate python", mention=True)
        [generate] = await arrived(desk, 1)
    assert isinstance(generate, Generate)
    assert (generate.language, generate.origin.place.thread) == (Language.PYTHON, thread.thread)


async def test_a_question_by_mention_is_answered_once_to_the_person_alone(stage: DiscordStage) -> None:
    desk = FakeDesk()
    thread = await opened(stage)
    async with stage.listening(desk):
        await stage.discord.say(ANA.id, thread.thread, "status", mention=True, copies=3)
        await desk.until_arrived(3)
    assert [seen.text for seen in stage.private(ANA)] == ["Help."]
    assert len(stage.replies(thread)) == 1


async def test_who_takes_no_direct_messages_is_answered_in_the_thread(stage: DiscordStage) -> None:
    desk = FakeDesk()
    thread = await opened(stage)
    stage.discord.close_direct(ANA.id)
    async with stage.listening(desk):
        asked = await stage.discord.say(ANA.id, thread.thread, "status", mention=True)
        await desk.until_arrived(1)
    [_, answer] = stage.discord.thread(thread.thread)[1:]
    assert (answer.text, answer.reply_to, answer.pings) == ("Help.", asked, ())


async def test_a_mention_in_the_channel_is_answered_with_help(stage: DiscordStage) -> None:
    desk = FakeDesk()
    async with stage.listening(desk):
        await stage.discord.say(ANA.id, CHANNEL, "what can you do?", mention=True)
        await desk.until_arrived(1)
    assert [seen.text for seen in stage.private(ANA)] == ["Help."]


async def test_edits_deletions_and_the_end_of_a_thread(stage: DiscordStage) -> None:
    desk = FakeDesk()
    thread = await opened(stage)
    async with stage.listening(desk):
        said = await stage.discord.say(ANA.id, thread.thread, "good")
        await stage.discord.edit(ANA.id, thread.thread, said, "better")
        await stage.discord.delete(ANA.id, thread.thread, said)
        await desk.until_arrived(3)
        await stage.discord.delete_thread(thread.thread)
        await desk.until_arrived(4)
    assert [type(intent) for intent in desk.stored] == [Say, Revise, Erase, ThreadLost]
    revise = desk.stored[1]
    assert isinstance(revise, Revise)
    assert (revise.message, revise.text) == (said, "better")
    assert {intent.origin.place for intent in desk.stored} == {replace(GENERAL, thread=thread.thread)}


async def test_a_locked_thread_and_a_deleted_channel_are_lost(stage: DiscordStage) -> None:
    desk = FakeDesk()
    thread = await opened(stage)
    async with stage.listening(desk):
        await stage.discord.lock_thread(thread.thread)
        [lost] = await arrived(desk, 1)
        assert lost.origin.place.thread == thread.thread
        await stage.discord.delete_channel(CHANNEL)
        await desk.until_arrived(3)
    assert [one.origin.place for one in desk.stored][1:] == [GENERAL, lost.origin.place]
    assert {type(intent) for intent in desk.stored} == {ThreadLost}


async def test_a_message_in_an_archived_thread_is_of_its_session(stage: DiscordStage) -> None:
    desk = FakeDesk()
    thread = await opened(stage)
    await stage.discord.archive_thread(thread.thread)
    async with stage.restarted(desk):
        await stage.discord.say(ANA.id, thread.thread, "still here")
        [say] = await arrived(desk, 1)
    assert say.origin.place == replace(GENERAL, thread=thread.thread)


async def test_a_deletion_in_an_archived_thread_is_heeded(stage: DiscordStage) -> None:
    """Nothing else tells in which channel the thread is, and Discord is asked until it answers."""
    desk = FakeDesk()
    thread = await opened(stage)
    said = await stage.discord.say(ANA.id, thread.thread, "a secret")
    await stage.discord.archive_thread(thread.thread)
    async with stage.restarted(desk):
        stage.discord.order(Fault("get_channel", "500", status=503))
        await stage.discord.delete("199", thread.thread, said)
        [erase] = await arrived(desk, 1)
    assert isinstance(erase, Erase)
    assert (erase.message, erase.origin.place) == (said, replace(GENERAL, thread=thread.thread))


async def test_other_bots_are_marked(stage: DiscordStage) -> None:
    desk = FakeDesk()
    thread = await opened(stage)
    async with stage.listening(desk):
        await stage.discord.say_as_bot("Deployer", thread.thread, "deployed")
        await stage.discord.say_as_bot("Hook", thread.thread, "deployed", webhook=True)
        await desk.until_arrived(2)
    assert [intent.by_bot for intent in desk.stored if isinstance(intent, Say)] == [True, True]


async def test_four_thousand_characters_are_taken_in(stage: DiscordStage) -> None:
    desk, text = FakeDesk(), ("long 🙂 שלום\n" * 320).strip()
    thread = await opened(stage)
    async with stage.listening(desk):
        await stage.discord.say(ANA.id, thread.thread, text)
        [say] = await arrived(desk, 1)
    assert isinstance(say, Say)
    assert say.text == text


async def test_names_are_known_from_what_people_do(stage: DiscordStage) -> None:
    desk = FakeDesk()
    thread = await opened(stage)
    async with stage.listening(desk):
        stage.discord.add_channel("301000000000000000", "plans")
        await stage.discord.say(BEN.id, thread.thread, f"ask <@{ANA.id}> in <#301000000000000000>")
        [say] = await arrived(desk, 1)
    assert isinstance(say, Say)
    assert say.text == "ask @Ana in #plans"
    stage.discord.order(Fault("*", "error", status=404, code=10013, times=9))
    assert await stage.platform.name_of(BEN) == "Ben"
