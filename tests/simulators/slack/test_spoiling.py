"""Rate tiers and ordered faults."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp import ClientConnectionError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulators.slack import Fault, SlackSimulator
from tests.simulators.slack.program import client_of, people


async def allowed(client: AsyncWebClient, method: str, **arguments: Any) -> tuple[int, int]:
    """How many calls go through before the first 429, and its Retry-After."""
    for number in range(1000):
        try:
            await client.api_call(method, json=arguments)
        except SlackApiError as refused:
            if (refused.response.status_code, refused.response["error"]) != (429, "ratelimited"):
                raise
            return number, int(refused.response.headers["Retry-After"])
    raise AssertionError("never limited")


async def test_tiers_are_per_method_and_refill() -> None:
    async with SlackSimulator.start(tiers=True) as slack, client_of(people(slack)) as client:
        root = str((await client.chat_postMessage(channel="C1", text="x"))["ts"])
        start = {"thread_ts": root, "recipient_user_id": "U1", "recipient_team_id": "T1", "channel": "C1"}
        assert await allowed(client, "chat.startStream", **start) == (20, 3)
        assert await allowed(client, "chat.update", channel="C1", ts=root, text="x") == (50, 2)
        slack.advance(3)
        assert await allowed(client, "chat.startStream", **start) == (1, 3)


async def test_posting_is_limited_per_channel() -> None:
    async with SlackSimulator.start(tiers=True) as slack, client_of(people(slack)) as client:
        slack.add_channel("C3", "other")
        assert await allowed(client, "chat.postMessage", channel="C1", text="x") == (5, 1)
        assert await allowed(client, "chat.postMessage", channel="C3", text="x") == (5, 1)
        slack.advance(1)
        assert await allowed(client, "chat.postMessage", channel="C1", text="x") == (1, 1)


@pytest.mark.parametrize(
    ("fault", "error", "posts"),
    [
        (Fault("chat.postMessage", "ratelimited", retry_after=7), SlackApiError, 1),
        (Fault("chat.postMessage", "500"), SlackApiError, 1),
        (Fault("*", "error", error="fatal_error"), SlackApiError, 1),
        (Fault("chat.postMessage", "cut_before"), ClientConnectionError, 1),
        (Fault("chat.postMessage", "cut_after"), ClientConnectionError, 2),
    ],
)
async def test_faults(slack: SlackSimulator, fault: Fault, error: type[Exception], posts: int) -> None:
    slack.order(fault)
    async with client_of(slack) as client:
        with pytest.raises(error) as spoiled:
            await client.chat_postMessage(channel="C1", text="x")
        await client.chat_postMessage(channel="C1", text="x")
    assert len(slack.channel("C1")) == posts
    if fault.kind == "ratelimited" and isinstance(spoiled.value, SlackApiError):
        assert spoiled.value.response.headers["Retry-After"] == "7"


async def test_a_fault_can_wait_and_repeat(slack: SlackSimulator) -> None:
    slack.order(Fault("chat.postMessage", "error", error="fatal_error", times=2, after_calls=1))
    outcomes = []
    async with client_of(slack) as client:
        for _ in range(4):
            try:
                await client.chat_postMessage(channel="C1", text="x")
                outcomes.append("ok")
            except SlackApiError as refused:
                outcomes.append(refused.response["error"])
    assert outcomes == ["ok", "fatal_error", "fatal_error", "ok"]
    assert slack.counts == {"chat.postMessage": 4}


async def test_the_sdk_repeats_a_lost_answer_by_default_and_people_see_it_twice(
    slack: SlackSimulator,
) -> None:
    slack.order(Fault("chat.postMessage", "cut_after"))
    async with client_of(slack) as client:
        careless = AsyncWebClient(slack.bot_token, slack.api_url, session=client.session)
        await careless.chat_postMessage(channel="C1", text="x")
    assert len(slack.channel("C1")) == 2


async def test_a_slow_call_happens_all_the_same(slack: SlackSimulator) -> None:
    slack.order(Fault("chat.postMessage", "slow", delay=0.01))
    slack.order(Fault("upload", "500"))
    async with client_of(slack) as client:
        await client.chat_postMessage(channel="C1", text="x")
        with pytest.raises(Exception, match="Failed to upload a file"):
            await client.files_upload_v2(filename="a", content="a", channel="C1")
    assert [each.text for each in slack.channel("C1")] == ["x"]
