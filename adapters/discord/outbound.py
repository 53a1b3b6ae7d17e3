"""What leaves for Discord: implements `core.ports.ChatPlatform`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

import aiohttp
import structlog

from adapters.discord import blocks
from adapters.discord.answers import Answers, over
from adapters.discord.blocks import DiscordMessage
from adapters.discord.calls import Call, Calls
from adapters.discord.cards import Cards
from adapters.discord.failures import HAS_THREAD, UNKNOWN_MESSAGE, code_of, unchangeable
from adapters.discord.files import Files, batches
from adapters.discord.membership import Membership
from adapters.discord.people import People
from adapters.discord.posting import Channel, Posting, create, delete, edit, update
from adapters.discord.stream import DiscordLive
from adapters.discord.streams import Streams
from adapters.discord.threads import PLATFORM, Bot, Ticket, age, thread_in
from adapters.discord.whereabouts import Whereabouts
from adapters.shared.background import background
from core import ports
from core.errors import (
    PermissionMissing,
    PlatformError,
    PlatformRateLimited,
    PlatformRefused,
    PlatformUnavailable,
    ThreadGone,
    TooLarge,
)
from core.intents import Attachment, Person, Place
from core.ports import Attempt, Clock, MessageRef, OutFile, Standing, ThreadRef
from core.replies import Reply

_log = structlog.get_logger(__name__)

_WHISPER_SECONDS: Final = 10.0
"""A whisper that is late is of no use, and an end of the program must not wait for it."""
_A_WEEK: Final = 10_080
"""Minutes until a quiet thread leaves the list; the longest there is (docs.discord.com, start thread)."""
_OLD: Final = timedelta(hours=1)
"""Older messages can be edited only so often (docs.discord.com, error 30046)."""


@dataclass(frozen=True, slots=True)
class DiscordPlatform:
    """Made by `adapter.open_platform`. ``bot``: who we are here."""

    bot: Bot
    http: aiohttp.ClientSession
    calls: Calls
    files: Files
    people: People
    membership: Membership
    answers: Answers
    whereabouts: Whereabouts
    cards: Cards
    clock: Clock
    streams: Streams

    @property
    def name(self) -> str:
        return PLATFORM

    async def open_thread(self, place: Place, card: Reply, attempt: Attempt) -> ThreadRef:
        first, *rest = blocks.card(card)
        posting = self._posting(Channel(place.channel), attempt)
        message = posting.ticket.ids[0] if posting.ticket.ids else await self._post_card(posting, first)
        try:
            await self._start_thread(place.channel, message, card)
        except ThreadGone as error:
            if code_of(error) != UNKNOWN_MESSAGE:
                raise
            message = await self._post_card(posting, first)  # somebody deleted the card
            await self._start_thread(place.channel, message, card)
        self.whereabouts.met(message, place.channel)
        if rest:
            await self._posting(Channel(message, thread=True), attempt).whole(rest, first=1)
        return thread_in(place, message)

    async def post(self, thread: ThreadRef, reply: Reply, attempt: Attempt) -> MessageRef:
        posting = self._posting(_inside(thread), attempt)
        return MessageRef(thread, await posting.whole(blocks.messages(reply)))

    async def edit(self, message: MessageRef, reply: Reply, *, final: bool) -> None:
        shown = blocks.one_message(reply)
        if not final:
            await self.calls.may(update(_around(message), message.id, shown))
            return
        try:
            await self.cards.edit(message, reply, shown) if _is_card(message) else await edit(
                self.calls, _around(message), message.id, shown
            )
        except ThreadGone as error:
            if code_of(error) != UNKNOWN_MESSAGE:
                raise
            _log.info("edited_message_gone", reference=error.reference, detail=error.detail)
        except PlatformRateLimited as error:
            if age(message.id, self.clock.now()) < _OLD:
                raise
            _log.warning("old_message_not_edited", reference=error.reference, detail=error.detail)
            if not _is_card(message):
                await self._take_away(message)
                raise unchangeable(error.detail) from error
        except (PlatformRefused, PermissionMissing, TooLarge):
            if not _is_card(message):
                await self._take_away(message)
            raise

    @asynccontextmanager
    async def live(
        self,
        thread: ThreadRef,
        audience: Person,  # noqa: ARG002 - for platforms whose streams have one
        attempt: Attempt,
    ) -> AsyncIterator[DiscordLive]:
        live = DiscordLive(self._posting(_inside(thread), attempt), thread, self.calls, self.streams)
        self.streams.open += 1
        try:
            async with background() as group:
                group.create_task(live.grow())
                group.create_task(live.type())
                try:
                    yield live
                finally:
                    await live.leave()
        finally:
            self.streams.open -= 1

    async def attach(self, thread: ThreadRef, files: Sequence[OutFile], attempt: Attempt) -> None:
        if not files:
            return
        await self.files.check(thread.workspace, files)
        await self._posting(_inside(thread), attempt).whole(list(batches(files)))

    async def hand(self, person: Person, place: Place, file: OutFile, text: str, attempt: Attempt) -> None:
        [first, *_] = blocks.parts(text)
        message = DiscordMessage(first, files=(file,))
        await self.files.check(place.workspace, [file])
        if await self._handed(person, place, message, attempt):
            return
        await self.files.check("", [file])
        posting = self._posting(Channel(await self.people.direct(person)), attempt)
        await posting.whole([message])

    async def whisper(self, place: Place, person: Person, reply: Reply) -> None:
        try:
            await self.tell(place, person, reply)
        except PlatformError as error:
            _log.warning("whisper_failed", person=person.id, reference=error.reference, detail=error.detail)

    async def name_of(self, person: Person) -> str:
        return await self.people.name_of(person)

    async def channels_of(self, workspace: str, person: Person) -> Sequence[ports.Channel]:
        return await self.membership.channels_of(workspace, person)

    async def standing(self, workspace: str, person: Person) -> Standing:
        return await self.membership.standing(workspace, person)

    async def read_attachment(
        self,
        workspace: str,  # noqa: ARG002 - the handle says where it is
        attachment: Attachment,
        limit: int,
    ) -> bytes:
        return await self.files.read(attachment.handle, limit)

    async def tell(self, place: Place, person: Person, reply: Reply) -> None:
        """Where they asked, while that can be answered to them alone; else as a direct message. Raises PlatformError."""
        try:
            async with asyncio.timeout(_WHISPER_SECONDS):
                await self._tell(place, person, reply)
        except TimeoutError as error:
            raise PlatformUnavailable("Discord did not answer in time.", detail="whisper: late") from error

    # -- steps

    async def _take_away(self, message: MessageRef) -> None:
        """What cannot be changed must not stand there as if it were still true."""
        try:
            await self.calls.must(delete(_around(message), message.id))
        except PlatformError as error:
            _log.info("not_taken_away", reference=error.reference, detail=error.detail)

    def _posting(self, where: Channel, attempt: Attempt) -> Posting:
        return Posting(self.calls, where, attempt, self.bot)

    async def _post_card(self, posting: Posting, first: DiscordMessage) -> str:
        message = await posting.whole([first])
        await posting.found_out([message])
        return message

    async def _start_thread(self, channel: str, message: str, card: Reply) -> None:
        """A public thread from the card: it has the card's id."""
        ids = {"channel_id": channel, "message_id": message}
        body = {"name": blocks.heading(card), "auto_archive_duration": _A_WEEK}
        path = "/channels/{channel_id}/messages/{message_id}/threads"
        call = Call("POST thread", "POST", path, ids, body, needs="Create Public Threads")
        try:
            await self.calls.must(call)
        except PlatformError as error:
            if code_of(error) != HAS_THREAD:
                raise

    async def _handed(self, person: Person, place: Place, message: DiscordMessage, attempt: Attempt) -> bool:
        """Whether the file could be given where it was asked for. The token is kept first, so that a second attempt
        fills the same answer again, which changes nothing, instead of giving the file twice."""
        ticket = Ticket.unpacked(attempt.ticket)
        token = ticket.token or await self.answers.promise(place, person)
        if not token:
            return False
        if not ticket.token:
            await attempt.keep(replace(ticket, token=token).packed())
        try:
            await self.answers.fill(token, message)
        except PlatformError as error:
            if not over(error):
                raise
            _log.info("answer_out_of_time", reference=error.reference, detail=error.detail)
            return False
        return True

    async def _tell(self, place: Place, person: Person, reply: Reply) -> None:
        if await self.answers.say(place, person, blocks.messages(reply)):
            return
        direct = Channel(await self.people.direct(person))
        for message in blocks.messages(reply, place.workspace):
            await self.calls.must(create(direct, message), patience=_WHISPER_SECONDS)


def _is_card(message: MessageRef) -> bool:
    return message.id == message.thread.thread


def _inside(thread: ThreadRef) -> Channel:
    return Channel(thread.thread, thread=True)


def _around(message: MessageRef) -> Channel:
    """Where a message stands: the card in the channel, everything else in the thread."""
    return Channel(message.thread.channel) if _is_card(message) else _inside(message.thread)
