"""Envelopes, acks, redelivery, sockets that come and go."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from bot.simulators.slack import NotAcked, SlackSimulator
from tests.simulators.slack.program import Json, Program, client_of, people, running


async def test_an_event_that_was_not_acked_comes_again() -> None:
    seen: list[tuple[str, str]] = []

    def failing_once(program: Program) -> None:
        async def note(req: Any, body: Json, next_: Callable[[], Awaitable[None]]) -> None:
            seen.append((body["event_id"], req.headers["x-slack-retry-num"][0]))
            if len(seen) == 1:
                raise RuntimeError("the database was locked")
            await next_()

        program.app.use(note)

    starting = SlackSimulator.start(ack_seconds=0.1)
    async with starting as slack, running(people(slack), failing_once) as program:
        with pytest.raises(NotAcked):
            await slack.say("U1", "C1", "hello")
        await slack.until(lambda: program.events("message"))
    assert seen == [(seen[0][0], "0"), (seen[0][0], "1")]


async def test_copies_are_one_event_delivered_again(slack: SlackSimulator) -> None:
    async with running(slack) as program:
        await slack.say("U1", "C1", "hello", copies=3)
    assert len(program.bodies) == 3
    assert len({body["event_id"] for body in program.bodies}) == 1


async def test_each_envelope_goes_to_one_of_the_sockets(slack: SlackSimulator) -> None:
    async with client_of(slack, slack.app_token) as client, aiohttp.ClientSession(trust_env=False) as session:
        urls = [(await client.apps_connections_open(app_token=slack.app_token))["url"] for _ in range(2)]
        async with session.ws_connect(urls[0]) as one, session.ws_connect(urls[1]) as two:
            hellos = [(await each.receive_json())["num_connections"] for each in (one, two)]
            assert hellos == [1, 2]
            for number in range(4):
                await slack.say("U1", "C1", str(number), wait=False)
            heard = Counter[str]()
            for name, socket in (("one", one), ("two", two)):
                for _ in range(2):
                    frame = await socket.receive_json(timeout=1)
                    await socket.send_str(json.dumps({"envelope_id": frame["envelope_id"]}))
                    heard[name] += 1
        assert heard == {"one": 2, "two": 2}
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(urls[0])


async def test_what_is_said_while_the_program_is_away_comes_when_it_is_back(slack: SlackSimulator) -> None:
    ts = await slack.say("U1", "C1", "anybody?", ago=7200, wait=False)
    async with running(slack) as program:
        await slack.until(lambda: program.events("message"))
    assert program.events("message")[0]["ts"] == ts
    assert program.bodies[0]["event_time"] == int(float(ts))


async def test_a_disconnect_frame_brings_a_new_socket(slack: SlackSimulator) -> None:
    async with running(slack) as program:
        await slack.ask_reconnect()
        await slack.connected()
        await slack.say("U1", "C1", "hello")
    assert len(program.bodies) == 1


async def test_a_dropped_socket_loses_no_event(slack: SlackSimulator) -> None:
    async with client_of(slack, slack.app_token) as client, aiohttp.ClientSession(trust_env=False) as session:
        url = (await client.apps_connections_open(app_token=slack.app_token))["url"]
        async with session.ws_connect(url) as socket:
            await socket.receive_json()
            await slack.say("U1", "C1", "hello", wait=False)
            first = await socket.receive_json(timeout=1)
            slack.drop_sockets()
            assert (await socket.receive(timeout=1)).type in {
                aiohttp.WSMsgType.CLOSED,
                aiohttp.WSMsgType.ERROR,
            }
        async with running(slack) as program:
            await slack.until(lambda: program.bodies)
    assert program.bodies[0]["event_id"] == first["payload"]["event_id"]


async def test_an_unsubscribed_event_is_not_sent() -> None:
    async with SlackSimulator.start(events=["app_mention"]) as slack, running(people(slack)) as program:
        await slack.say("U1", "C1", "hello", mention=True)
        await slack.archive_channel("C1")
    assert [body["event"]["type"] for body in program.bodies] == ["app_mention"]


async def test_a_failure_inside_the_block_comes_out_as_it_is() -> None:
    with pytest.raises(KeyError, match="mine"):
        async with SlackSimulator.start():
            raise KeyError("mine")


async def test_an_event_nobody_acks_is_given_up_and_told() -> None:
    def deaf(program: Program) -> None:
        async def swallow(body: Json) -> None:
            raise RuntimeError("out of order")

        program.app.use(swallow)

    starting = SlackSimulator.start(ack_seconds=0.02)
    async with starting as slack, running(people(slack), deaf):
        await slack.say("U1", "C1", "hello", wait=False)
        await slack.until(lambda: slack.problems)
    assert slack.problems == ["event message/ was never acked"]


async def test_the_eleventh_socket_is_sent_away(slack: SlackSimulator) -> None:
    async with client_of(slack, slack.app_token) as client, aiohttp.ClientSession(trust_env=False) as session:
        sockets = []
        for _ in range(11):
            url = (await client.apps_connections_open(app_token=slack.app_token))["url"]
            sockets.append(await session.ws_connect(url))
        greetings = [await socket.receive_json() for socket in sockets]
    assert [each.get("num_connections") for each in greetings[:10]] == list(range(1, 11))
    assert greetings[10]["reason"] == "too_many_websockets"


async def test_two_workspaces_have_the_app() -> None:
    async with SlackSimulator.start() as slack, running(people(slack)) as program:
        slack.add_person("U7", "Gus", workspace="T3")
        slack.add_channel("C7", "theirs", members=["U7"], workspace="T3")
        await slack.say("U7", "C7", "hello")
        async with client_of(slack, slack.token_of("T3")) as theirs:
            await theirs.chat_postMessage(channel="C7", text="hi")
        with pytest.raises(SlackApiError, match="channel_not_found"):
            await program.client.chat_postMessage(channel="C7", text="hi")
    assert program.bodies[0]["team_id"] == "T3"
    assert [each.text for each in slack.channel("C7")] == ["hello", "hi"]


async def test_a_kicked_bot_hears_nothing_more(slack: SlackSimulator) -> None:
    async with running(slack) as program:
        ts = await slack.say("U1", "C1", "hello")
        await slack.react("U2", "C1", ts, "eyes")
        await slack.kick_bot("C1")
        await slack.say("U1", "C1", "are you there?")
    assert [body["event"]["type"] for body in program.bodies] == ["message", "reaction_added", "channel_left"]
