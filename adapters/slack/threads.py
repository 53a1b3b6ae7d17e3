"""Threads of Slack: references, and reading back what got through before something is sent again."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from adapters.slack.calls import Calls, Json, Send
from core.intents import Place
from core.ports import ThreadRef

PLATFORM: Final = "slack"
EVENT_TYPE: Final = "threadwright_reply"
_PAGE: Final = 200
_PAGES: Final = 25
"""At most so many pages are read back: 5,000 messages."""
_MARGIN: Final = timedelta(minutes=5)
"""Our clock and Slack's may differ by so much."""


@dataclass(frozen=True, slots=True)
class Bot:
    """Who the program is at Slack."""

    workspace: str
    user: str
    bot_id: str

    def wrote(self, message: Mapping[str, Any]) -> bool:
        return message.get("user") == self.user or (
            bool(self.bot_id) and message.get("bot_id") == self.bot_id
        )


def thread_in(place: Place, thread: str) -> ThreadRef:
    return ThreadRef(PLATFORM, place.workspace, place.channel, thread)


def metadata(key: str, part: int) -> Json:
    """What our messages carry, so that they are found again: the operation and which part of it."""
    return {"event_type": EVENT_TYPE, "event_payload": {"key": key, "part": part}}


def part_of(message: Mapping[str, Any], key: str) -> int | None:
    """Which part of the operation `key` this message is; ``None`` when it is none."""
    carried = message.get("metadata") or {}
    payload = carried.get("event_payload") or {}
    if carried.get("event_type") != EVENT_TYPE or payload.get("key") != key:
        return None
    part = payload.get("part")
    return part if isinstance(part, int) else 0


async def sent_parts(calls: Calls, thread: ThreadRef, key: str, since: datetime) -> dict[int, str]:
    """The ts of each part of `key` that stands in the thread, posted after `since`."""
    found: dict[int, str] = {}
    async for message in _messages(calls, thread, _oldest(since)):
        part = part_of(message, key)
        if part is not None:
            found.setdefault(part, str(message["ts"]))
    return found


async def begun(calls: Calls, thread: ThreadRef, key: str, bot: Bot) -> str | None:
    """The ts of the message that `key` began to stream: the one with our mark or, as a stream carries no mark before
    its end, our newest reply that has none. There is one such at most, since a thread has one answer at a time. Where
    not even our card shows its mark, marks cannot be seen, and no message is taken for another."""
    unmarked = None
    async for message in _messages(calls, thread):
        if part_of(message, key) == 0:
            return str(message["ts"])
        if bot.wrote(message) and not message.get("metadata") and not message.get("files"):
            if message["ts"] == thread.thread:
                return None
            unmarked = str(message["ts"])
    return unmarked


async def posted_card(calls: Calls, channel: str, key: str, since: datetime) -> str | None:
    """The ts of the card of operation `key` in the channel, posted after `since`."""

    def page(cursor: str) -> Send:
        return lambda client: client.conversations_history(
            channel=channel,
            oldest=_oldest(since),
            limit=_PAGE,
            cursor=cursor or None,
            include_all_metadata=True,
        )

    async for message in _pages(calls, "conversations.history", page):
        if part_of(message, key) == 0:
            return str(message["ts"])
    return None


def _oldest(since: datetime) -> str:
    return f"{(since - _MARGIN).timestamp():.6f}"


async def _messages(calls: Calls, thread: ThreadRef, oldest: str | None = None) -> AsyncIterator[Json]:
    """The root and every reply since `oldest`, oldest first."""

    def page(cursor: str) -> Send:
        return lambda client: client.conversations_replies(
            channel=thread.channel,
            ts=thread.thread,
            limit=_PAGE,
            oldest=oldest,
            cursor=cursor or None,
            include_all_metadata=True,
        )

    async for message in _pages(calls, "conversations.replies", page):
        yield message


async def _pages(calls: Calls, method: str, page: Callable[[str], Send]) -> AsyncIterator[Json]:
    cursor = ""
    for _ in range(_PAGES):
        answer = await calls.must(method, page(cursor))
        for message in answer["messages"]:
            yield message
        cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
        if not (answer.get("has_more") and cursor):
            return
