"""A message that grows before people's eyes: it is edited at a pace, and goes on in a new one when it is full."""

from __future__ import annotations

import asyncio
from typing import Final

import structlog

from adapters.discord.blocks import DiscordMessage, messages, parts
from adapters.discord.calls import Call, Calls
from adapters.discord.posting import Posting
from adapters.discord.streams import Streams
from adapters.shared.cadence import Growth
from adapters.shared.mentions import finished
from core.errors import PlatformError, ThreadGone
from core.ports import MessageRef, ThreadRef
from core.replies import Reply

_log = structlog.get_logger(__name__)

_TYPING_SECONDS: Final = 8.0
"""The indicator lasts ten (docs.discord.com, trigger typing indicator)."""


class DiscordLive:
    """Implements `LiveMessage`. Only `close` raises; whatever goes wrong before makes the message less lively.

    An earlier attempt's messages are those that its ticket names; one that the ticket missed is found when the same
    part is sent again, since it has the same nonce."""

    def __init__(self, posting: Posting, thread: ThreadRef, calls: Calls, streams: Streams) -> None:
        self._posting = posting
        self._thread = thread
        self._calls = calls
        self._growth = Growth(lambda: streams.interval)
        self._ids = list(posting.ticket.ids)
        self._shown: list[str | None] = [None] * len(self._ids)
        self._speaks = asyncio.Event()
        self._still = asyncio.Event()
        self._fault: Exception | None = None

    def write(self, text: str) -> None:
        self._growth.write(text)

    async def close(self, reply: Reply) -> MessageRef:
        await self.leave()
        if self._fault is not None:
            raise self._fault
        final = messages(reply)
        for number, message in enumerate(final):
            await self._settle(number, message)
        for surplus in self._ids[len(final) :]:
            await self._posting.remove(surplus)
        return MessageRef(self._thread, self._ids[len(final) - 1])

    async def leave(self) -> None:
        """Ends the growth. A call on its way is awaited: broken off, it might or might not have its effect."""
        self._growth.end()
        self._speaks.set()
        await self._still.wait()

    async def grow(self) -> None:
        """Shows the text as it comes, until `leave`."""
        try:
            while (text := await self._growth.due()) is not None:
                ready = finished(text)
                if ready.strip() and not await self._showed(parts(ready)):
                    self._growth.again()
        except Exception as error:  # noqa: BLE001 - the outbox failed to keep a ticket, say; `close` raises it
            self._fault = error
        finally:
            self._still.set()

    async def type(self) -> None:
        """Says that an answer is being written, until its first words are seen."""
        call = Call(
            "POST typing", "POST", "/channels/{channel_id}/typing", {"channel_id": self._thread.thread}
        )
        while not (self._speaks.is_set() or self._ids):
            try:
                await self._calls.may(call)
                async with asyncio.timeout(_TYPING_SECONDS):
                    await self._speaks.wait()
            except TimeoutError:
                continue
            except PlatformError as error:
                _log.info("typing_not_shown", reference=error.reference, detail=error.detail)
                return

    async def _showed(self, texts: list[str]) -> bool:
        """Whether all of it is shown now; else the rest is due again."""
        try:
            for number, text in enumerate(texts):
                if not await self._show(number, text):
                    return False
        except PlatformError as error:
            _log.info("live_update_failed", reference=error.reference, detail=error.detail)
            return False
        return True

    async def _show(self, number: int, text: str) -> bool:
        message = DiscordMessage(text)
        if number >= len(self._ids):
            posted = await self._posting.try_send(message, number)
            if posted is None:
                return False
            await self._have(str(posted["id"]), posted["content"])
        if self._shown[number] != text:
            if not await self._posting.try_replace(self._ids[number], message):
                return False
            self._shown[number] = text
        return True

    async def _have(self, message_id: str, shown: str | None) -> None:
        self._ids.append(message_id)
        self._shown.append(shown)
        self._speaks.set()
        await self._posting.found_out(self._ids)

    async def _settle(self, number: int, message: DiscordMessage) -> None:
        """Makes `message` the final part of that number."""
        if number >= len(self._ids):
            await self._have(await self._posting.send(message, number), message.content)
        elif self._shown[number] != message.content or message.components:
            try:
                await self._posting.replace(self._ids[number], message)
            except ThreadGone:  # somebody deleted it, or the thread: sending tells
                _log.info("live_message_gone", message=self._ids[number])
                self._ids[number] = await self._posting.send(message, number)
                await self._posting.found_out(self._ids)
