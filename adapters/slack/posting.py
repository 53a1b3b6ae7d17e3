"""The messages of one operation: each is marked, so that a later attempt finds what got through."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.slack.blocks import SlackMessage
from adapters.slack.calls import Calls, Send
from adapters.slack.threads import Bot, begun, metadata, sent_parts
from core.ports import Attempt, MessageRef, ThreadRef


class Posting:
    """What one attempt posts to one thread."""

    def __init__(self, calls: Calls, thread: ThreadRef, attempt: Attempt) -> None:
        self.calls = calls
        self.thread = thread
        self.attempt = attempt

    async def whole(self, parts: Sequence[SlackMessage], first: int = 0) -> str:
        """Posts `parts`, numbered from `first`, as far as they are not there; returns the ts of the last."""
        attempt = self.attempt
        there = await sent_parts(self.calls, self.thread, attempt.key, attempt.since) if attempt.again else {}
        ts = ""
        for number, message in enumerate(parts, first):
            ts = there.get(number) or await self.send(message, number)
        return ts

    async def send(self, message: SlackMessage, number: int = 0) -> str:
        """Posts one part; returns its ts."""
        send = post(message, self.attempt.key, number, self.thread.channel, self.thread.thread)
        answer = await self.calls.must("chat.postMessage", send, part=self.thread.channel)
        return str(answer["ts"])

    async def try_send(self, message: SlackMessage) -> str | None:
        """Posts the first part if the budget allows."""
        send = post(message, self.attempt.key, 0, self.thread.channel, self.thread.thread)
        answer = await self.calls.may("chat.postMessage", send, part=self.thread.channel)
        return str(answer["ts"]) if answer else None

    async def replace(self, ts: str, message: SlackMessage) -> None:
        """Makes the message at `ts` the first part of this operation."""
        send = update(message, self.attempt.key, self.thread.channel, ts)
        await self.calls.must("chat.update", send)

    async def try_replace(self, ts: str, message: SlackMessage) -> bool:
        send = update(message, self.attempt.key, self.thread.channel, ts)
        return await self.calls.may("chat.update", send) is not None

    async def begun(self, bot: Bot) -> str | None:
        """The ts of the message that an attempt whose answer was lost has begun, if it has."""
        return await begun(self.calls, self.thread, self.attempt.key, bot)

    def ref(self, ts: str) -> MessageRef:
        return MessageRef(self.thread, ts)


def post(message: SlackMessage, key: str, number: int, channel: str, thread: str | None) -> Send:
    """The call that posts `message` as part `number` of the operation `key`."""
    return lambda client: client.chat_postMessage(
        channel=channel,
        thread_ts=thread,
        text=message.text,
        blocks=message.blocks or None,
        metadata=metadata(key, number),
        unfurl_links=False,
        unfurl_media=False,
    )


def update(message: SlackMessage, key: str, channel: str, ts: str) -> Send:
    """The call that makes the message at `ts` say `message` and nothing else."""
    return lambda client: client.chat_update(
        channel=channel, ts=ts, text=message.text, blocks=message.blocks, metadata=metadata(key, 0)
    )
