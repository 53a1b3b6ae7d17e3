"""conversations.*, users.info and the other methods that read."""

from __future__ import annotations

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from bot.simulators.slack import SlackSimulator
from tests.simulators.slack.program import client_of, running


async def test_a_thread_is_paged_oldest_first_with_its_metadata(slack: SlackSimulator) -> None:
    async with client_of(slack) as client:
        root = str((await client.chat_postMessage(channel="C1", text="0"))["ts"])
        for number in range(1, 8):
            metadata = {"event_type": "op", "event_payload": {"key": str(number)}}
            await client.chat_postMessage(channel="C1", text=str(number), thread_ts=root, metadata=metadata)
        found, cursor = [], None
        while cursor != "":
            page = await client.conversations_replies(
                channel="C1", ts=root, limit=3, cursor=cursor, include_all_metadata=True
            )
            found += page["messages"]
            cursor = page["response_metadata"]["next_cursor"]
            assert page["has_more"] == (cursor != "")
        assert [each["text"] for each in found] == list("01234567")
        assert found[7]["metadata"]["event_payload"] == {"key": "7"}
        assert found[0]["reply_count"] == 7
        plain = await client.conversations_replies(channel="C1", ts=root)
        assert "metadata" not in plain["messages"][7]
        newer = await client.conversations_replies(channel="C1", ts=root, oldest=found[5]["ts"])
        assert [each["text"] for each in newer["messages"]] == ["0", "6", "7"]
        with pytest.raises(SlackApiError, match="thread_not_found"):
            await client.conversations_replies(channel="C1", ts="1.000001")


async def test_history_is_newest_first_and_top_level(slack: SlackSimulator) -> None:
    async with client_of(slack) as client:
        first = str((await client.chat_postMessage(channel="C1", text="first"))["ts"])
        await client.chat_postMessage(channel="C1", text="reply", thread_ts=first)
        await client.chat_postMessage(channel="C1", text="loud", thread_ts=first, reply_broadcast=True)
        await client.chat_postMessage(channel="C1", text="last")
        history = await client.conversations_history(channel="C1")
        assert [each["text"] for each in history["messages"]] == ["last", "loud", "first"]
        newer = await client.conversations_history(channel="C1", oldest=first, inclusive=True, limit=1)
        assert ([each["text"] for each in newer["messages"]], newer["has_more"]) == (["last"], True)


async def test_joining_and_opening(slack: SlackSimulator) -> None:
    async with running(slack) as program:
        client = program.client
        assert not (await client.conversations_info(channel="C2"))["channel"]["is_member"]
        assert (await client.conversations_join(channel="C2"))["channel"]["is_member"]
        await slack.until(lambda: program.events("member_joined_channel"))
        assert (await client.conversations_join(channel="C2"))["warning"] == "already_in_channel"
        assert (await client.conversations_members(channel="C2"))["members"] == ["U1", "UBOT"]
        with pytest.raises(SlackApiError, match="channel_not_found"):
            await client.conversations_join(channel="G1")
        opened = await client.conversations_open(users="U1")
        assert opened["channel"]["id"] == slack.direct("U1")


async def test_who_is_who(slack: SlackSimulator) -> None:
    slack.add_person("U9", "Zoe Quist", workspace="T2")
    async with client_of(slack) as client:
        assert (await client.users_info(user="U1"))["user"]["profile"]["display_name"] == "Ada"
        assert (await client.users_info(user="U9"))["user"]["team_id"] == "T2"
        with pytest.raises(SlackApiError, match="user_not_found"):
            await client.users_info(user="U0")
        assert (await client.team_info())["team"]["name"] == "acme"
        assert (await client.bots_info(bot="BBOT"))["bot"]["user_id"] == "UBOT"
        posted = await client.chat_postMessage(channel="C1", text="x")
        link = await client.chat_getPermalink(channel="C1", message_ts=str(posted["ts"]))
        assert f"/archives/C1/p{posted['ts'].replace('.', '')}" in link["permalink"]


async def test_arguments_come_as_json_form_or_query(slack: SlackSimulator) -> None:
    url = f"{slack.api_url}chat.postMessage"
    bearer = {"Authorization": f"Bearer {slack.bot_token}"}
    blocks = '[{"type":"section","text":{"type":"mrkdwn","text":"b"}}]'
    async with aiohttp.ClientSession(trust_env=False) as session:
        for answer in (
            session.post(url, json={"channel": "C1", "text": "a"}, headers=bearer),
            session.post(url, data={"channel": "C1", "blocks": blocks, "token": slack.bot_token}),
            session.post(url, params={"channel": "C1", "text": "c", "token": slack.bot_token}),
            session.get(url, params={"channel": "C1", "text": "d"}, headers=bearer),
        ):
            async with answer as got:
                assert (await got.json())["ok"]
        async with session.post(url, data="{", headers={**bearer, "Content-Type": "application/json"}) as got:
            assert (await got.json())["error"] == "invalid_json"
        async with session.post(url, json={"channel": "C1", "text": "a"}) as got:
            assert (await got.json())["error"] == "not_authed"
    assert [each.text for each in slack.channel("C1")] == ["a", "b", "c", "d"]
