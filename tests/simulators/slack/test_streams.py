"""A native stream's life, and its deaths."""

from __future__ import annotations

import pytest
from aiohttp import ClientConnectionError
from slack_sdk.errors import SlackApiError
from slack_sdk.models.messages.chunk import MarkdownTextChunk, TaskUpdateChunk
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulators.slack import Fault, SlackSimulator
from tests.simulators.slack.program import client_of, people, running
from tests.simulators.slack.test_conversation import card

ADA = {"recipient_user_id": "U1", "recipient_team_id": "T1"}


async def opened(client: AsyncWebClient) -> tuple[str, str]:
    """The ts of a root and of a stream below it."""
    root = str((await client.chat_postMessage(channel="C1", text="card"))["ts"])
    stream = await client.chat_startStream(
        channel="C1", thread_ts=root, markdown_text="**He", recipient_user_id="U1", recipient_team_id="T1"
    )
    return root, str(stream["ts"])


async def test_a_stream_grows_and_stops(slack: SlackSimulator) -> None:
    async with client_of(slack) as client:
        root, ts = await opened(client)
        await client.chat_appendStream(channel="C1", ts=ts, markdown_text="llo** [docs](https://example.com)")
        shown = slack.thread("C1", root)[1]
        assert (shown.text, shown.streaming) == ("Hello docs", True)
        for status in ("in_progress", "complete"):
            task = TaskUpdateChunk(id="1", title="Reading", status=status)
            await client.chat_appendStream(channel="C1", ts=ts, chunks=[task])
        metadata = {"event_type": "answer", "event_payload": {"op": "1"}}
        await client.chat_stopStream(
            channel="C1",
            ts=ts,
            chunks=[MarkdownTextChunk(text="bye")],
            blocks=card("Docs"),
            metadata=metadata,
        )
        shown = slack.thread("C1", root)[1]
        assert shown.text == "Hello docs\n[complete] Reading\nbye\nDocs by @Ada"
        assert (shown.streaming, shown.button("Generate").value) == (False, "s1")
        read = await client.conversations_replies(channel="C1", ts=root, include_all_metadata=True)
        assert read["messages"][1]["metadata"] == metadata
        with pytest.raises(SlackApiError, match="message_not_in_streaming_state"):
            await client.chat_appendStream(channel="C1", ts=ts, markdown_text="more")


async def test_the_sdks_own_streamer_works(slack: SlackSimulator) -> None:
    async with client_of(slack) as client:
        root = str((await client.chat_postMessage(channel="C1", text="card"))["ts"])
        streamer = await client.chat_stream(channel="C1", thread_ts=root, buffer_size=8, **ADA)
        for word in ("one ", "two ", "three"):
            await streamer.append(markdown_text=word)
        await streamer.stop()
    assert slack.thread("C1", root)[1].text == "one two three"


async def test_a_dead_stream_stays_as_it_is_until_it_is_updated(slack: SlackSimulator) -> None:
    async with client_of(slack) as client:
        root, ts = await opened(client)
        with pytest.raises(SlackApiError, match="streaming_state_conflict"):
            await client.chat_update(channel="C1", ts=ts, text="too early")
        with pytest.raises(SlackApiError, match="cant_delete_message"):
            await client.chat_delete(channel="C1", ts=ts)
        slack.kill_stream(ts)
        for call in (client.chat_appendStream, client.chat_stopStream):
            with pytest.raises(SlackApiError, match="message_not_in_streaming_state"):
                await call(channel="C1", ts=ts, markdown_text="x")
        assert slack.thread("C1", root)[1].streaming
        await client.chat_update(channel="C1", ts=ts, markdown_text="# Whole")
        shown = slack.thread("C1", root)[1]
        assert (shown.text, shown.streaming, shown.edited) == ("Whole", False, False)


async def test_a_stream_dies_of_age() -> None:
    async with SlackSimulator.start(stream_seconds=60) as slack, client_of(people(slack)) as client:
        _, ts = await opened(client)
        slack.advance(61)
        await client.chat_update(channel="C1", ts=ts, text="an update is possible now")
        _, ts = await opened(client)
        slack.advance(61)
        with pytest.raises(SlackApiError, match="message_not_in_streaming_state"):
            await client.chat_stopStream(channel="C1", ts=ts)


async def test_an_append_may_happen_without_an_answer(slack: SlackSimulator) -> None:
    async with client_of(slack) as client:
        root, ts = await opened(client)
        slack.order(Fault("chat.appendStream", "cut_after"))
        with pytest.raises(ClientConnectionError):
            await client.chat_appendStream(channel="C1", ts=ts, markdown_text="llo**")
    assert slack.thread("C1", root)[1].text == "Hello"


async def test_the_stop_button(slack: SlackSimulator) -> None:
    async with running(slack) as program:
        root, ts = await opened(program.client)
        await program.client.agents_sessions_setStatus(channel_id="C1", thread_ts=root, status="processing")
        assert slack.session("C1", root) == "processing"
        await slack.press_stop("U1", "C1", root)
        assert program.events("agent_session_stopped")[0]["streaming_message_ts"] == [ts]
        with pytest.raises(SlackApiError, match="stopped_by_user"):
            await program.client.chat_appendStream(channel="C1", ts=ts, markdown_text="more")


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({}, "missing_recipient_team_id"),
        ({"recipient_team_id": "T1"}, "missing_recipient_user_id"),
        ({**ADA, "markdown_text": "x" * 12_001}, "msg_too_long"),
        ({**ADA, "chunks": [{"type": "task_update", "id": "1", "title": "t", "status": "cancelled"}]}, "invalid_chunks"),
        ({**ADA, "thread_ts": "1.000001"}, "thread_not_found"),
        ({**ADA, "thread_ts": ""}, "invalid_arguments"),
        ({**ADA, "channel": "C2"}, "not_in_channel"),
    ],
)  # fmt: skip
async def test_a_stream_is_not_started(slack: SlackSimulator, more: dict[str, object], refusal: str) -> None:
    async with client_of(slack) as client:
        root = str((await client.chat_postMessage(channel="C1", text="card"))["ts"])
        with pytest.raises(SlackApiError, match=refusal):
            await client.api_call("chat.startStream", json={"channel": "C1", "thread_ts": root, **more})


async def test_in_a_direct_message_no_recipient_is_needed(slack: SlackSimulator) -> None:
    async with client_of(slack) as client:
        root = await client.chat_postMessage(channel="U1", text="hello")
        started = await client.chat_startStream(channel=root["channel"], thread_ts=root["ts"])
        await client.assistant_threads_setStatus(
            channel_id=root["channel"], thread_ts=root["ts"], status="is thinking"
        )
        assert slack.status(slack.direct("U1"), root["ts"]) == "is thinking"
        await client.chat_stopStream(channel=root["channel"], ts=started["ts"], markdown_text="done")
    assert slack.thread(slack.direct("U1"), root["ts"])[1].text == "done"
