"""The messages of one operation: each has a nonce, so that one that is sent again is not shown again, and what got
through long ago is looked for before."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from adapters.discord.blocks import DiscordMessage
from adapters.discord.calls import Call, Calls
from adapters.discord.failures import ARCHIVED, code_of
from adapters.discord.threads import Bot, Json, Ticket, found_parts, nonce, snowflake_of
from core.errors import PlatformError, ThreadGone
from core.ports import Attempt

_MESSAGES: Final = "/channels/{channel_id}/messages"
_MESSAGE: Final = _MESSAGES + "/{message_id}"
_PAGE: Final = 100
_PAGES: Final = 20
"""At most so many pages are read back: 2,000 messages."""


@dataclass(frozen=True, slots=True)
class Channel:
    """Where messages go: a channel, a thread or a direct message."""

    id: str
    thread: bool = False

    @property
    def speaking(self) -> str:
        """The permission that it takes."""
        return "Send Messages in Threads" if self.thread else "Send Messages"


def create(where: Channel, message: DiscordMessage, mark: str = "") -> Call:
    """The call that posts `message`; one that carries the same `mark` within some minutes is the same message."""
    marked = {"nonce": mark, "enforce_nonce": True} if mark else {}
    needs = "Attach Files" if message.files else where.speaking
    body = message.body() | marked
    ids = {"channel_id": where.id}
    return Call(
        "POST message",
        "POST",
        _MESSAGES,
        ids,
        body,
        message.files,
        needs=needs,
        thread=where.thread,
        once=not mark,
    )


def update(where: Channel, message_id: str, message: DiscordMessage) -> Call:
    """The call that makes a message say `message` and nothing else; its files stay."""
    ids = {"channel_id": where.id, "message_id": message_id}
    return Call(
        "PATCH message",
        "PATCH",
        _MESSAGE,
        ids,
        message.body(),
        needs=where.speaking,
        thread=where.thread,
    )


def delete(where: Channel, message_id: str) -> Call:
    ids = {"channel_id": where.id, "message_id": message_id}
    return Call("DELETE message", "DELETE", _MESSAGE, ids, thread=where.thread)


def wake(thread: str) -> Call:
    """The call that brings a thread back from the archive."""
    ids = {"channel_id": thread}
    return Call("PATCH channel", "PATCH", "/channels/{channel_id}", ids, {"archived": False}, thread=True)


async def history(calls: Calls, where: Channel, after: str, pages: int = _PAGES) -> AsyncIterator[Json]:
    """The messages of a channel after that id, oldest first."""
    for _ in range(pages):
        call = Call(
            "GET messages",
            "GET",
            _MESSAGES,
            {"channel_id": where.id},
            query={"after": after, "limit": str(_PAGE)},
            needs="Read Message History",
            thread=where.thread,
        )
        page: list[Json] = await calls.must(call)
        for message in sorted(page, key=lambda each: int(each["id"])):
            after = str(message["id"])
            yield message
        if len(page) < _PAGE:
            return


class Posting:
    """What one attempt posts to one place."""

    def __init__(self, calls: Calls, where: Channel, attempt: Attempt, bot: Bot) -> None:
        self.where = where
        self.ticket = Ticket.unpacked(attempt.ticket)
        self._calls = calls
        self._attempt = attempt
        self._bot = bot

    async def found_out(self, ids: Sequence[str]) -> None:
        """These are the messages that stand there."""
        self.ticket = replace(self.ticket, ids=tuple(ids))
        await self._attempt.keep(self.ticket.packed())

    async def whole(self, parts: Sequence[DiscordMessage], first: int = 0) -> str:
        """Posts `parts`, numbered from `first`, as far as they are not there; returns the id of the last."""
        there = await self._there(dict(enumerate(parts, first))) if self._attempt.again else {}
        message_id = ""
        for number, message in enumerate(parts, first):
            message_id = there.get(number) or await self.send(message, number)
        return message_id

    async def send(self, message: DiscordMessage, part: int) -> str:
        """Posts one part; returns its id."""
        answer = await self._calls.must(create(self.where, message, nonce(self._attempt.key, part)))
        message_id = str(answer["id"])
        if not _says(answer, message):  # an earlier attempt had other words for it
            await self.replace(message_id, message)
        return message_id

    async def try_send(self, message: DiscordMessage, part: int) -> Json | None:
        """Posts one part if the budget allows; the message as it then stands there."""
        answer: Json | None = await self._calls.may(
            create(self.where, message, nonce(self._attempt.key, part))
        )
        return answer

    async def replace(self, message_id: str, message: DiscordMessage) -> None:
        await edit(self._calls, self.where, message_id, message)

    async def try_replace(self, message_id: str, message: DiscordMessage) -> bool:
        return await self._calls.may(update(self.where, message_id, message)) is not None

    async def remove(self, message_id: str) -> None:
        try:
            await self._calls.must(delete(self.where, message_id))
        except ThreadGone:  # it is not there any more
            return

    async def _there(self, wanted: Mapping[int, DiscordMessage]) -> dict[int, str]:
        """The ids of the parts that stand there."""
        since = snowflake_of(self._attempt.since)
        later = [each async for each in history(self._calls, self.where, since) if self._bot.wrote(each)]
        told = {number: message.told for number, message in wanted.items()}
        return found_parts(later, self._attempt.key, told)


def _says(shown: Mapping[str, Any], message: DiscordMessage) -> bool:
    """Spaces aside, which Discord changes."""
    same_text = str(shown.get("content") or "").split() == message.content.split()
    return same_text and bool(shown.get("components")) == bool(message.components)


async def edit(calls: Calls, where: Channel, message_id: str, message: DiscordMessage) -> Any:
    """Makes a message say `message`, in an archived thread too. Raises ThreadGone when the message is deleted, or the
    thread is locked."""
    call = update(where, message_id, message)
    try:
        return await calls.must(call)
    except PlatformError as error:
        if code_of(error) != ARCHIVED:
            raise
    await calls.must(wake(where.id))
    return await calls.must(call)
