"""What leaves for Slack: implements `core.ports.ChatPlatform` for one workspace."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

import aiohttp
import structlog

from adapters.shared.background import background
from adapters.slack import blocks
from adapters.slack.calls import Calls
from adapters.slack.failures import code_of, not_a_member
from adapters.slack.files import Destination, Files
from adapters.slack.membership import Membership
from adapters.slack.mentions import outgoing
from adapters.slack.people import People
from adapters.slack.posting import Posting, post, update
from adapters.slack.stream import SlackLive
from adapters.slack.streams import Streams
from adapters.slack.threads import PLATFORM, Bot, posted_card, thread_in
from core.errors import (
    ChannelGone,
    NotInChannel,
    PermissionMissing,
    PlatformError,
    PlatformRefused,
    ThreadGone,
    TooLarge,
)
from core.intents import Attachment, Person, Place
from core.ports import Attempt, Channel, Clock, MessageRef, OutFile, Standing, ThreadRef
from core.replies import Reply

_log = structlog.get_logger(__name__)

_WHISPER_SECONDS: Final = 10.0
"""A whisper that is late is of no use, and an end of the program must not wait for it."""


@dataclass(frozen=True, slots=True)
class SlackPlatform:
    """Made by `adapter.open_platform`. ``bot``: who we are here."""

    bot: Bot
    http: aiohttp.ClientSession
    calls: Calls
    files: Files
    people: People
    membership: Membership
    clock: Clock
    streams: Streams

    @property
    def name(self) -> str:
        return PLATFORM

    async def open_thread(self, place: Place, card: Reply, attempt: Attempt) -> ThreadRef:
        first, *rest = blocks.card(card)
        ts = await self._posted_card(place.channel, attempt) or await self._post_card(
            place.channel, first, attempt.key
        )
        thread = thread_in(place, ts)
        if rest:
            await Posting(self.calls, thread, attempt).whole(rest, first=1)
        return thread

    async def post(self, thread: ThreadRef, reply: Reply, attempt: Attempt) -> MessageRef:
        posting = Posting(self.calls, thread, attempt)
        return posting.ref(await posting.whole(blocks.messages(reply)))

    async def edit(self, message: MessageRef, reply: Reply, *, final: bool) -> None:
        shown = blocks.one_message(reply)
        # Its own ts as the mark: any will do, as nothing is read back that has been edited.
        send = update(shown, message.id, message.thread.channel, message.id)
        if not final:
            await self.calls.may("chat.update", send)
            return
        try:
            await self.calls.must("chat.update", send)
        except ThreadGone as error:
            if message.id == message.thread.thread:
                raise
            _log.info("edited_message_gone", reference=error.reference, detail=error.detail)
        except (PlatformRefused, PermissionMissing, TooLarge):
            if message.id != message.thread.thread:
                await self._take_away(message)
            raise

    @asynccontextmanager
    async def live(self, thread: ThreadRef, audience: Person, attempt: Attempt) -> AsyncIterator[SlackLive]:
        live = SlackLive(Posting(self.calls, thread, attempt), self.streams, self.bot, audience)
        self.streams.open += 1
        try:
            async with background() as group:
                group.create_task(live.grow())
                try:
                    yield live
                finally:
                    await live.leave()
        finally:
            live.over()
            self.streams.open -= 1

    async def attach(self, thread: ThreadRef, files: Sequence[OutFile], attempt: Attempt) -> None:
        await self.files.deliver(files, Destination(thread.channel, thread.thread), attempt, until_shown=True)

    async def hand(
        self,
        person: Person,
        place: Place,  # noqa: ARG002 - for platforms that answer privately in the channel
        file: OutFile,
        text: str,
        attempt: Attempt,
    ) -> None:
        if not file.data:
            raise PlatformRefused("Slack takes no empty files.", detail="hand: empty file")
        channel = await self.people.direct(person)
        await self.files.deliver(
            [file], Destination(channel, comment=outgoing(text)), attempt, until_shown=False
        )

    async def whisper(self, place: Place, person: Person, reply: Reply) -> None:
        try:
            for message in blocks.messages(reply):
                await self._whisper(place, person, message)
        except PlatformError as error:
            _log.warning("whisper_failed", person=person.id, reference=error.reference, detail=error.detail)

    async def name_of(self, person: Person) -> str:
        return await self.people.name_of(person)

    async def channels_of(self, workspace: str, person: Person) -> Sequence[Channel]:
        return await self.membership.channels_of(workspace, person)

    async def standing(self, workspace: str, person: Person) -> Standing:
        return await self.membership.standing(workspace, person)

    async def read_attachment(
        self,
        workspace: str,  # noqa: ARG002 - there is one, that of the token
        attachment: Attachment,
        limit: int,
    ) -> bytes:
        return await self.files.read(attachment.handle, limit)

    # -- steps

    async def _take_away(self, message: MessageRef) -> None:
        """What cannot be changed must not stand there as if it were still true."""
        channel, ts = message.thread.channel, message.id
        try:
            await self.calls.must("chat.delete", lambda client: client.chat_delete(channel=channel, ts=ts))
        except PlatformError as error:
            _log.info("not_taken_away", reference=error.reference, detail=error.detail)

    async def _posted_card(self, channel: str, attempt: Attempt) -> str | None:
        if not attempt.again:
            return None
        try:
            return await posted_card(self.calls, channel, attempt.key, attempt.since)
        except (NotInChannel, ChannelGone):
            return None  # where we cannot read we have not written; posting tells what is wrong

    async def _post_card(self, channel: str, message: blocks.SlackMessage, key: str) -> str:
        """Posts the card; joins a public channel that the bot is not in. Raises NotInChannel for a private one."""
        send = post(message, key, 0, channel, None)
        try:
            answer = await self.calls.must("chat.postMessage", send, part=channel)
        except NotInChannel as outside:
            await self._join(channel, outside)
            answer = await self.calls.must("chat.postMessage", send, part=channel)
        except ChannelGone as error:
            # A private channel that we are not in looks like none at all; that it exists we know from the person.
            if code_of(error) == "channel_not_found":
                raise not_a_member(error.detail) from error
            raise
        return str(answer["ts"])

    async def _join(self, channel: str, outside: NotInChannel) -> None:
        try:
            await self.calls.must(
                "conversations.join", lambda client: client.conversations_join(channel=channel)
            )
        except (PlatformRefused, PermissionMissing, ChannelGone) as error:
            _log.info("could_not_join", channel=channel, detail=error.detail)
            raise outside from error

    async def _whisper(self, place: Place, person: Person, message: blocks.SlackMessage) -> None:
        try:
            await self.calls.must(
                "chat.postEphemeral",
                lambda client: client.chat_postEphemeral(
                    channel=place.channel,
                    user=person.id,
                    thread_ts=place.thread,
                    text=message.text,
                    blocks=message.blocks or None,
                ),
                patience=_WHISPER_SECONDS,
            )
        except (NotInChannel, ChannelGone, ThreadGone) as error:
            _log.info("whisper_by_direct_message", detail=error.detail)
            channel = await self.people.direct(person)
            send = post(message, "whisper", 0, channel, None)
            await self.calls.must("chat.postMessage", send, part=channel, patience=_WHISPER_SECONDS)
