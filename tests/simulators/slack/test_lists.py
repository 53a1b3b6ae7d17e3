"""conversations.list and users.conversations."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulators.slack import SlackSimulator
from tests.simulators.slack.program import client_of, people


async def pages(ask: Callable[..., Awaitable[Any]], **arguments: Any) -> list[list[str]]:
    got, cursor = [], None
    while True:
        answer = await ask(cursor=cursor, **arguments)
        got.append([each["id"] for each in answer["channels"]])
        cursor = answer["response_metadata"]["next_cursor"]
        if not cursor:
            return got


async def test_public_channels_in_pages_that_archived_ones_shorten(slack: SlackSimulator) -> None:
    slack.add_channel("C3", "old", archived=True)
    slack.add_channel("C4", "more")
    async with client_of(slack) as client:
        listed = client.conversations_list
        assert await pages(listed, limit=2) == [["C1", "C2"], ["C3", "C4"]]
        assert await pages(listed, limit=1, exclude_archived=True) == [["C1"], ["C2"], [], ["C4"]]


async def test_private_channels_only_where_the_bot_is(slack: SlackSimulator) -> None:
    slack.add_channel("G2", "board", private=True, members=["U1"])
    both = "public_channel,private_channel"
    async with client_of(slack) as client:
        assert await pages(client.conversations_list, types=both) == [["C1", "C2", "G2"]]
        assert await pages(client.users_conversations, types=both, user="U1") == [["C1", "C2", "G2"]]
        assert await pages(client.users_conversations, types=both, user="U2") == [["C1"]]
        assert await pages(client.users_conversations, types=both) == [["C1", "G2"]]
        [told, *_] = (await client.users_conversations(user="U1"))["channels"]
        assert "is_member" not in told


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"user": "U404"}, "user_not_found"),
        ({"limit": 1000}, "invalid_limit"),
        ({"cursor": "???"}, "invalid_cursor"),
        ({"types": "channels"}, "invalid_types"),
        ({"types": "im"}, "missing_scope"),
    ],
)
async def test_refusals(arguments: dict[str, Any], error: str) -> None:
    async with SlackSimulator.start(scopes={"channels:read"}) as slack, client_of(people(slack)) as client:
        with pytest.raises(SlackApiError, match=error) as refused:
            await AsyncWebClient.users_conversations(client, **arguments)
    if error == "missing_scope":
        assert refused.value.response["needed"] == "im:read"
