"""The gateway: sessions, cuts of every kind, intents, shards; with the real library and with a bare socket."""

from __future__ import annotations

import asyncio
import json
import zlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from bot.simulators.discord import DiscordSimulator, Upload
from tests.simulators.discord.program import Program, discord, people, pointed, rest, running

GUILDS, GUILD_MESSAGES, DIRECT, CONTENT = 1, 1 << 9, 1 << 12, 1 << 15

CUTS: dict[str, Callable[[DiscordSimulator], None]] = {
    "tcp abort": lambda simulator: simulator.drop_sockets(),
    "op 7": lambda simulator: simulator.ask_reconnect(),
    "op 9, resumable": lambda simulator: simulator.invalidate_sessions(resumable=True),
    "close 1000": lambda simulator: simulator.close_sockets(1000),
    "close 4000": lambda simulator: simulator.close_sockets(4000),
}


@pytest.mark.parametrize("cut", CUTS)
async def test_after_a_cut_every_missed_event_comes_once(discord_: DiscordSimulator, cut: str) -> None:
    async with running(discord_) as program:
        await discord_.say("101", "301", "before")
        await program.until(lambda: "before" in program.said())
        CUTS[cut](discord_)
        for number in range(3):
            await discord_.say("102", "301", f"during {number}")
        await program.until(lambda: bool(program.events("RESUMED")))
        await discord_.say("101", "301", "after")
        await program.until(lambda: "after" in program.said())
        assert program.said() == ["before", "during 0", "during 1", "during 2", "after"]
        assert len(program.events("READY")) == 1


@pytest.mark.parametrize("lose", [False, True])
async def test_a_lost_session_begins_anew_and_what_was_missed_is_gone(
    discord_: DiscordSimulator, *, lose: bool
) -> None:
    async with running(discord_) as program:
        if lose:
            discord_.drop_sockets()
            await discord_.until(lambda: discord_.sessions == 0)
            discord_.lose_sessions()
        else:
            discord_.invalidate_sessions()
        await discord_.say("101", "301", "lost")
        await program.until(lambda: len(program.events("READY")) == 2)
        await discord_.say("101", "301", "heard")
        await program.until(lambda: bool(program.said()))
        assert program.said() == ["heard"]
        assert program.events("RESUMED") == []


async def test_heartbeats_that_nobody_acknowledges_make_the_client_come_back() -> None:
    async with (
        DiscordSimulator.start(heartbeat_seconds=0.02) as simulator,
        running(people(simulator), heartbeat_timeout=0.2) as program,
    ):
        await program.until(lambda: any(each["op"] == 11 for each in program.seen))
        simulator.mute_heartbeats()
        await program.until(lambda: len([each for each in program.seen if each["op"] == 10]) > 1)
        simulator.mute_heartbeats(muted=False)
        await program.until(lambda: bool(program.events("RESUMED")))


async def test_copies_are_delivered_as_often_as_asked(discord_: DiscordSimulator) -> None:
    async with running(discord_) as program:
        message = await discord_.say("101", "301", "again", copies=3)
        await program.until(lambda: len(program.said()) == 3)
        assert {each["id"] for each in program.events("MESSAGE_CREATE")} == {message}
        assert [each.text for each in discord_.channel("301")] == ["again"]


async def test_without_the_intent_the_words_of_others_arrive_empty(discord_: DiscordSimulator) -> None:
    async with running(discord_, message_content=False) as program:
        await discord_.say("101", "301", "secret", files=[Upload("a.txt", b"a")])
        await discord_.say("101", "301", "for you", mention=True)
        await discord_.say("101", discord_.direct("101"), "in private")
        await program.until(lambda: len(program.said()) == 3)
        assert program.said() == ["", "<@900> for you", "in private"]
        assert program.events("MESSAGE_CREATE")[0]["attachments"] == []


async def test_without_the_intent_rest_hides_the_same() -> None:
    async with DiscordSimulator.start(privileged=()) as simulator, rest(people(simulator)) as call:
        await simulator.say("101", "301", "secret")
        await call("POST", "/channels/301/messages", {"content": "mine"})
        await simulator.say("101", "301", "for you", mention=True)
        _, listed = await call("GET", "/channels/301/messages")
        assert [each["content"] for each in listed] == ["<@900> for you", "mine", ""]


async def test_an_intent_that_is_not_switched_on_is_disallowed() -> None:
    async with DiscordSimulator.start(privileged=()) as simulator:
        with pointed(people(simulator)):
            async with Program(None) as program:
                with pytest.raises(discord.PrivilegedIntentsRequired):
                    await program.start(simulator.token)


async def test_channels_that_the_bot_does_not_see_are_silent(discord_: DiscordSimulator) -> None:
    async with running(discord_) as program:
        await discord_.say("101", "302", "psst")
        discord_.forbid("301", "view_channel")
        await discord_.say("101", "301", "also psst")
        discord_.allow("301", "view_channel")
        await discord_.say("101", "301", "loud")
        await program.until(lambda: bool(program.said()))
        assert program.said() == ["loud"]
        assert [each["id"] for each in program.events("CHANNEL_UPDATE")] == ["301", "301"]


async def test_the_bot_is_kicked_and_comes_back(discord_: DiscordSimulator) -> None:
    async with running(discord_) as program, rest(discord_) as call:
        discord_.kick_bot()
        assert await call("GET", "/guilds/200") == (404, {"message": "Unknown Guild", "code": 10004})
        assert (await call("POST", "/channels/301/messages", {"content": "hi"}))[0] == 404
        await discord_.say("101", "301", "without you")
        discord_.invite_bot()
        await program.until(lambda: len(program.events("GUILD_CREATE")) == 2)
        assert program.said() == []
        assert [each["id"] for each in program.events("GUILD_DELETE")] == ["200"]


async def test_shards_share_the_guilds() -> None:
    async with DiscordSimulator.start(shards=2) as simulator:
        people(simulator)
        far = str(1 << 22)
        simulator.add_guild(far, "far away", boost=2)
        simulator.add_person("101", "Ada", guild=far)
        simulator.add_channel("401", "there", guild=far)
        async with running(simulator) as program:
            await simulator.connected(shards=2)
            await program.until(lambda: len(program.events("GUILD_CREATE")) == 2)
            await simulator.say("101", "401", "here and there")
            await simulator.say("101", simulator.direct("101"), "shard 0")
            await program.until(lambda: len(program.said()) == 2)
            assert sorted(each["shard"] for each in program.events("READY")) == [[0, 2], [1, 2]]
            guild = program.get_guild(int(far))
            assert guild is not None
            assert (guild.shard_id, guild.filesize_limit) == (1, 50 * 1024 * 1024)


async def test_members_are_told_when_the_intent_is_on() -> None:
    async with (
        DiscordSimulator.start(privileged=("members",)) as simulator,
        socket(people(simulator)) as wire,
    ):
        await wire.identify(GUILDS | 1 << 1)
        ready, guild = await wire.dispatches(2)
        assert ready["t"] == "READY"
        assert {each["user"]["id"] for each in guild["d"]["members"]} == {"101", "102", "199", "900"}
        await wire.send(8, {"guild_id": "200", "user_ids": ["102", "5"], "limit": 0, "nonce": "n"})
        (chunk,) = await wire.dispatches(1)
        assert (chunk["d"]["not_found"], chunk["d"]["nonce"]) == (["5"], "n")
        assert [each["user"]["global_name"] for each in chunk["d"]["members"]] == ["Ben"]


# -- a bare socket


class Wire:
    """One socket, without a library."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, token: str) -> None:
        self.socket = socket
        self._token = token
        self._inflate = zlib.decompressobj()

    async def send(self, operation: int, content: Any) -> None:
        await self.socket.send_str(json.dumps({"op": operation, "d": content}))

    async def identify(self, intents: int, **more: Any) -> None:
        properties = {"os": "linux", "browser": "none", "device": "none"}
        content = {"token": self._token, "intents": intents, "properties": properties, **more}
        await self.send(2, content)

    async def next(self) -> Any:
        frame = await self.socket.receive(timeout=5)
        if frame.type is aiohttp.WSMsgType.BINARY:
            return json.loads(self._inflate.decompress(frame.data))
        return json.loads(frame.data) if frame.type is aiohttp.WSMsgType.TEXT else frame.data

    async def dispatches(self, number: int) -> list[Any]:
        return [await self.next() for _ in range(number)]


@asynccontextmanager
async def socket(simulator: DiscordSimulator, query: str = "v=10&encoding=json") -> AsyncIterator[Wire]:
    url = f"{simulator.gateway_url}?{query}"
    async with aiohttp.ClientSession(trust_env=False) as session, session.ws_connect(url) as connected:
        wire = Wire(connected, simulator.token)
        hello = await wire.next()
        assert (hello["op"], hello["d"]["heartbeat_interval"]) == (10, 41250)
        yield wire


async def test_a_bare_socket_resumes_where_it_stopped(discord_: DiscordSimulator) -> None:
    async with socket(discord_, "v=10&encoding=json&compress=zlib-stream") as wire:
        await wire.identify(GUILDS | GUILD_MESSAGES | CONTENT)
        ready, _ = await wire.dispatches(2)
        session = ready["d"]["session_id"]
        await wire.send(1, 2)
        assert (await wire.next())["op"] == 11
        await wire.socket.close(code=4000)
    await discord_.say("101", "301", "one")
    await discord_.say("101", "301", "two")
    async with socket(discord_) as wire:
        await wire.send(6, {"token": discord_.token, "session_id": session, "seq": 3})
        two, resumed = await wire.dispatches(2)
        assert (two["s"], two["d"]["content"], resumed["t"], resumed["s"]) == (4, "two", "RESUMED", 5)
        await wire.socket.close(code=1000)
    async with socket(discord_) as wire:  # a session that was closed with 1000 is over
        await wire.send(6, {"token": discord_.token, "session_id": session, "seq": 5})
        assert await wire.next() == {"op": 9, "d": False}


WRONG: dict[str, tuple[int, Any, int]] = {
    "an unknown operation": (99, None, 4001),
    "a presence before identify": (3, {}, 4003),
    "a wrong token": (2, {"token": "no", "intents": 1}, 4004),
    "an intent that does not exist": (2, {"token": "OTAw.fake.fake", "intents": 1 << 40}, 4013),
    "an intent that is not switched on": (2, {"token": "OTAw.fake.fake", "intents": 1 << 8}, 4014),
    "a shard that does not exist": (2, {"token": "OTAw.fake.fake", "intents": 1, "shard": [2, 2]}, 4010),
    "a resume with a wrong token": (6, {"token": "no", "session_id": "x", "seq": 1}, 4004),
}


@pytest.mark.parametrize("what", WRONG)
async def test_the_gateway_closes_on_nonsense(discord_: DiscordSimulator, what: str) -> None:
    operation, content, code = WRONG[what]
    async with socket(discord_) as wire:
        await wire.send(operation, content)
        assert await wire.next() == code


async def test_other_ways_to_be_closed(discord_: DiscordSimulator) -> None:
    async with socket(discord_) as wire:
        await wire.socket.send_str("no json")
        assert await wire.next() == 4002
    async with socket(discord_, "v=6&encoding=json") as wire:
        assert await wire.next() == 4012
    async with socket(discord_) as wire:
        await wire.identify(GUILDS)
        await wire.dispatches(2)
        await wire.identify(GUILDS)
        assert await wire.next() == 4005


async def test_session_starts_are_counted(discord_: DiscordSimulator) -> None:
    async with rest(discord_) as call, socket(discord_) as wire:
        await wire.identify(GUILDS)
        await wire.dispatches(2)
        _, about = await call("GET", "/gateway/bot")
        assert about["url"] == discord_.gateway_url
        assert about["session_start_limit"]["remaining"] == 999


async def test_a_second_program_with_the_same_token_hears_the_same(discord_: DiscordSimulator) -> None:
    async with running(discord_) as one, socket(discord_) as two:
        await two.identify(GUILD_MESSAGES | CONTENT)
        await two.dispatches(1)
        await discord_.say("101", "301", "hello")
        assert (await two.next())["d"]["content"] == "hello"
        await one.until(lambda: one.said() == ["hello"])


async def test_until_tells_the_whole_story_when_it_gives_up(discord_: DiscordSimulator) -> None:
    await discord_.say("101", "301", "hello")
    with pytest.raises(TimeoutError, match=r"== #general ==\nAda: hello"):
        await discord_.until(lambda: False, timeout=0.01)
    async with asyncio.timeout(1):
        assert await discord_.until(lambda: "now") == "now"
