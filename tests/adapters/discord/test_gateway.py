"""Cuts of the gateway, ends of the program, and a closed eye lose nothing and double nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from adapters.discord.adapter import Shards, open_platform
from adapters.discord.listeners import listen
from bot.simulators.discord import Fault
from core.errors import PlatformUnavailable
from core.intents import Generate, Say, ThreadLost
from core.ports import ThreadRef
from core.replies import Action, Button, Reply
from core.system import SystemClock
from tests.adapters.discord.stage import ANA, BEN, GENERAL, DiscordStage, open_stage
from tests.adapters.discord.versions import session
from tests.contracts.chat_platform import KeptAttempt
from tests.fakes.desk import FakeDesk

CARD = Reply("### Prices", (Button(Action.GENERATE, "Generate", "S1"),))


@pytest.fixture
async def thread(stage: DiscordStage) -> ThreadRef:
    return await stage.platform.open_thread(GENERAL, CARD, KeptAttempt("card"))


def desk_with(thread: ThreadRef, last: str = "") -> FakeDesk:
    """Its session is open, and so much of it is stored."""
    return FakeDesk(
        sessions={"S1": replace(session(), thread=thread)},
        threads=[(replace(GENERAL, thread=thread.thread), last or thread.thread)],
    )


def texts(desk: FakeDesk) -> list[str]:
    return [intent.text for intent in desk.stored if isinstance(intent, Say)]


async def heard(desk: FakeDesk, number: int) -> list[str]:
    while len(texts(desk)) < number:
        await desk.until_arrived(desk.arrived + 1)
    return texts(desk)


# -- cuts

CUTS: dict[str, Callable[[DiscordStage], None]] = {
    "op 7": lambda stage: stage.discord.ask_reconnect(),
    "op 9, resumable": lambda stage: stage.discord.invalidate_sessions(resumable=True),
    "abort": lambda stage: stage.discord.drop_sockets(),
    "close 4000": lambda stage: stage.discord.close_sockets(4000),
    "close 4004": lambda stage: stage.discord.close_sockets(4004),
    "close 1011": lambda stage: stage.discord.close_sockets(1011),
}


@pytest.mark.parametrize("cut", CUTS)
async def test_a_cut_loses_and_doubles_nothing(stage: DiscordStage, thread: ThreadRef, cut: str) -> None:
    desk = desk_with(thread)
    async with stage.listening(desk):
        await stage.discord.say(ANA.id, thread.thread, "before")
        CUTS[cut](stage)
        for number in range(5):
            await stage.discord.say(ANA.id, thread.thread, f"during {number}")
        await heard(desk, 6)
        await stage.discord.connected()
        await stage.discord.say(ANA.id, thread.thread, "after")
        assert await heard(desk, 7) == ["before", *(f"during {n}" for n in range(5)), "after"]


async def test_an_invalid_session_is_caught_up_with(stage: DiscordStage, thread: ThreadRef) -> None:
    """Op 9: the library waits some seconds and begins anew, and Discord brings nothing of what was missed."""
    desk = desk_with(thread)
    async with stage.listening(desk):
        stage.discord.invalidate_sessions()
        for number in range(5):
            await stage.discord.say(ANA.id, thread.thread, f"during {number}")
        await stage.discord.connected()
        await stage.discord.say(ANA.id, thread.thread, "after")
        assert await heard(desk, 6) == [*(f"during {n}" for n in range(5)), "after"]


async def test_clicks_during_a_cut_are_answered(stage: DiscordStage, thread: ThreadRef) -> None:
    desk = desk_with(thread)
    async with stage.listening(desk):
        stage.discord.drop_sockets()
        await stage.discord.click(ANA.id, thread.thread, "Generate")
    assert [type(intent) for intent in desk.stored] == [Generate]


async def test_an_event_that_the_library_cannot_read_is_no_end(
    stage: DiscordStage, thread: ThreadRef
) -> None:
    desk = desk_with(thread)
    async with stage.listening(desk):
        await stage.discord.say(ANA.id, thread.thread, "before")
        await heard(desk, 1)
        gateway = stage.discord._platform.gateway  # no person can do this
        gateway.publish("MESSAGE_CREATE", lambda _: {"channel_id": "x"}, 0, GENERAL.workspace)
        await stage.discord.say(ANA.id, thread.thread, "after")
        assert await heard(desk, 2) == ["before", "after"]


async def test_a_gateway_that_does_not_open_is_told(stage: DiscordStage) -> None:
    stage.discord.order(Fault("get_bot_gateway", "error", status=403, code=50001))
    with pytest.raises(Exception, match="permission"):
        async with listen(stage.platform, FakeDesk(), stage.config):
            raise AssertionError("it listens")


async def test_a_gateway_that_opens_at_the_second_attempt(stage: DiscordStage) -> None:
    stage.discord.order(Fault("get_bot_gateway", "cut_before"))
    async with stage.listening(FakeDesk()):
        assert stage.discord.sessions == 1


async def test_nobody_answers(unused_tcp_port: int, stage: DiscordStage) -> None:
    nowhere = replace(stage.config, api_url=f"http://127.0.0.1:{unused_tcp_port}/api/v10")
    with pytest.raises(PlatformUnavailable):
        async with open_platform(nowhere, SystemClock()):
            raise AssertionError("it is open")


# -- what was said while nobody listened


async def test_what_was_missed_is_taken_in_in_order_before_what_is_new(
    stage: DiscordStage, thread: ThreadRef
) -> None:
    desk = desk_with(thread)
    for number in range(250):
        await stage.discord.say(ANA.id, thread.thread, f"missed {number}")
    async with stage.listening(desk):
        await stage.discord.say(BEN.id, thread.thread, "new")
        missed = [f"missed {number}" for number in range(250)]
        assert await heard(desk, 251) == [*missed, "new"]


async def test_only_what_came_after_the_last_stored_message_is_fetched(
    stage: DiscordStage, thread: ThreadRef
) -> None:
    await stage.discord.say(ANA.id, thread.thread, "old")
    last = await stage.discord.say(ANA.id, thread.thread, "stored")
    await stage.platform.post(thread, Reply("an answer"), KeptAttempt("own"))
    await stage.discord.say(ANA.id, thread.thread, "missed")
    desk = desk_with(thread, last)
    async with stage.listening(desk):
        assert await heard(desk, 1) == ["missed"]
    assert desk.arrived == 1


async def test_an_old_command_is_only_something_that_was_said(stage: DiscordStage, thread: ThreadRef) -> None:
    await stage.discord.say(ANA.id, thread.thread, "generate", mention=True, ago=2 * 3600)
    await stage.discord.say(ANA.id, thread.thread, "generate python", mention=True, ago=60)
    desk = desk_with(thread, "1")
    async with stage.listening(desk):
        await desk.until_arrived(2)
    assert [type(intent) for intent in desk.stored] == [Say, Generate]
    assert texts(desk) == ["generate"]


async def test_a_backlog_that_cannot_be_read_at_once_is_read_later(
    stage: DiscordStage, thread: ThreadRef
) -> None:
    await stage.discord.say(ANA.id, thread.thread, "missed")
    stage.discord.order(Fault("list_messages", "cut_before"))
    desk = desk_with(thread)
    async with stage.listening(desk):
        await stage.discord.say(ANA.id, thread.thread, "new")
        assert await heard(desk, 2) == ["missed", "new"]


async def test_a_thread_that_was_deleted_meanwhile_is_lost(stage: DiscordStage, thread: ThreadRef) -> None:
    await stage.discord.delete_thread(thread.thread)
    desk = desk_with(thread)
    async with stage.listening(desk):
        await desk.until_arrived(1)
    [lost] = desk.stored
    assert isinstance(lost, ThreadLost)
    assert lost.origin.place == replace(GENERAL, thread=thread.thread)


async def test_threads_without_anything_missed_do_not_wait_for_the_others(
    stage: DiscordStage, thread: ThreadRef
) -> None:
    other = await stage.platform.open_thread(GENERAL, CARD, KeptAttempt("other"))
    await stage.discord.say(ANA.id, thread.thread, "missed")
    stage.discord.order(Fault("list_messages", "slow", delay=1.0))
    desk = desk_with(thread)
    async with stage.listening(desk):
        await stage.discord.say(ANA.id, other.thread, "elsewhere")
        assert await heard(desk, 1) == ["elsewhere"]
        assert await heard(desk, 2) == ["elsewhere", "missed"]


async def test_two_shards_listen_each_for_its_guilds() -> None:
    async with open_stage(shards=2) as stage:
        stage.discord.add_guild(str(1 << 22), "other")
        stage.discord.add_channel("401", "elsewhere", guild=str(1 << 22))
        here = await stage.platform.open_thread(GENERAL, CARD, KeptAttempt("card"))
        place = replace(GENERAL, workspace=str(1 << 22), channel="401")
        there = await stage.platform.open_thread(place, CARD, KeptAttempt("there"))
        stage.discord.add_person(ANA.id, "Ana", guild=str(1 << 22))
        for each in (here, there):
            await stage.discord.say(ANA.id, each.thread, f"missed in {each.channel}")
        desk = desk_with(here)
        desk.threads = [*desk.threads, (replace(place, thread=there.thread), there.thread)]
        async with listen(stage.platform, desk, stage.config):
            await heard(desk, 2)
            await stage.discord.connected(shards=2)
        assert sorted(texts(desk)) == ["missed in 301", "missed in 401"]
        assert desk.arrived == 2


async def test_what_was_said_below_a_card_whose_thread_nobody_knows_yet_is_taken_in(
    stage: DiscordStage,
) -> None:
    """The program died between making the thread and storing it."""
    attempt = KeptAttempt("card")
    there = await stage.platform.open_thread(GENERAL, CARD, attempt)
    await stage.discord.say(ANA.id, there.thread, "and at night?")
    desk = FakeDesk(opening=[(GENERAL, attempt.ticket or "")])
    async with stage.listening(desk):
        assert await heard(desk, 1) == ["and at night?"]


@pytest.mark.parametrize("shard", [0, 1])
async def test_a_process_listens_to_its_shards_alone(shard: int) -> None:
    async with open_stage(shards=2) as stage:
        stage.discord.add_guild(str(1 << 22), "other")
        stage.discord.add_channel("401", "elsewhere", guild=str(1 << 22))
        stage.discord.add_person(ANA.id, "Ana", guild=str(1 << 22))
        place = replace(GENERAL, workspace=str(1 << 22), channel="401")
        threads = [
            await stage.platform.open_thread(GENERAL, CARD, KeptAttempt("card")),
            await stage.platform.open_thread(place, CARD, KeptAttempt("there")),
        ]
        desk = desk_with(threads[0])
        desk.threads = [*desk.threads, (replace(place, thread=threads[1].thread), threads[1].thread)]
        config = replace(stage.config, shards=Shards(shard, shard, 2))
        async with listen(stage.platform, desk, config):
            await stage.discord.connected()
            for each in (*threads, threads[shard]):
                await stage.discord.say(ANA.id, each.thread, f"in {each.channel}")
            await heard(desk, 2)
        mine = threads[shard].channel
        assert texts(desk) == [f"in {mine}", f"in {mine}"]


# -- a bot that may not read what people write


async def test_without_the_intent_mentions_and_replies_still_work() -> None:
    async with open_stage(privileged=()) as stage:
        thread = await stage.platform.open_thread(GENERAL, CARD, KeptAttempt("card"))
        desk = desk_with(thread)
        async with stage.listening(desk):
            ours = await stage.platform.post(thread, Reply("Which sites?"), KeptAttempt("own"))
            await stage.discord.say(ANA.id, thread.thread, "hello you", mention=True)
            await stage.discord.say(ANA.id, thread.thread, "all of them", reply_to=ours.id)
            assert await heard(desk, 2) == ["hello you", "all of them"]


async def test_it_is_said_once_per_guild_where_it_is_switched_on() -> None:
    async with open_stage(privileged=()) as stage:
        thread = await stage.platform.open_thread(GENERAL, CARD, KeptAttempt("card"))
        other = await stage.discord.start_thread(BEN.id, GENERAL.channel, "chatter")
        desk = desk_with(thread)
        async with stage.listening(desk):
            await stage.discord.say(BEN.id, other, "this is none of its business")
            for text in ("one", "two"):
                await stage.discord.say(ANA.id, thread.thread, text)
            await stage.discord.say(ANA.id, thread.thread, "three", mention=True)
            assert await heard(desk, 1) == ["three"]
            await stage.until(lambda: any("Content Intent" in one.text for one in stage.replies(thread)))
        told = [one.text for one in stage.replies(thread) if "Message Content Intent" in one.text]
        assert len(told) == 1
        assert "discord.com/developers/applications/900/bot" in told[0]
        assert [one for one in stage.discord.thread(other) if one.user == stage.discord.bot_user] == []


async def test_an_edit_that_cannot_be_read_erases_nothing() -> None:
    async with open_stage(privileged=()) as stage:
        thread = await stage.platform.open_thread(GENERAL, CARD, KeptAttempt("card"))
        desk = desk_with(thread)
        async with stage.listening(desk):
            said = await stage.discord.say(ANA.id, thread.thread, "hello", mention=True)
            await heard(desk, 1)
            await stage.discord.edit(ANA.id, thread.thread, said, "hello without a mention")
            await stage.discord.say(ANA.id, thread.thread, "bye", mention=True)
            assert await heard(desk, 2) == ["hello", "bye"]
        assert len(desk.stored) == 2
