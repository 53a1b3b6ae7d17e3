"""The card of a session: it is edited in its channel, and its thread is called after it."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

import structlog

from adapters.discord.blocks import DiscordMessage, heading
from adapters.discord.calls import Call, Calls
from adapters.discord.posting import Channel, edit
from adapters.discord.threads import Json
from core.errors import PlatformError
from core.ports import MessageRef
from core.replies import Reply

_log = structlog.get_logger(__name__)

_KNOWN: Final = 5_000


class Cards:
    """Remembers what each card was headed, so that a thread is renamed only when its session is: a name that people
    gave it stays."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._headings: OrderedDict[str, str] = OrderedDict()

    async def edit(self, card: MessageRef, reply: Reply, shown: DiscordMessage) -> None:
        before, now = self._headings.get(card.id) or await self._heading(card), heading(reply)
        # The name first: once the card says it, nobody who comes back after a crash would see that it is missing.
        named = before in ("", now) or await self._renamed(card.id, now)
        await edit(self._calls, Channel(card.thread.channel), card.id, shown)
        if named:
            self._headings[card.id] = now
            while len(self._headings) > _KNOWN:
                self._headings.popitem(last=False)

    async def _heading(self, card: MessageRef) -> str:
        """As it stands there; empty when that cannot be seen."""
        ids = {"channel_id": card.thread.channel, "message_id": card.id}
        try:
            told: Json = await self._calls.must(
                Call("GET message", "GET", "/channels/{channel_id}/messages/{message_id}", ids)
            )
        except PlatformError as error:
            if error.retryable:
                raise
            return ""
        return heading(Reply(str(told.get("content") or "")))

    async def _renamed(self, thread: str, name: str) -> bool:
        """Discord takes two new names in ten minutes (unofficial); the next edit of the card tries again."""
        call = Call("PATCH name", "PATCH", "/channels/{channel_id}", {"channel_id": thread}, {"name": name})
        try:
            return await self._calls.may(call) is not None
        except PlatformError as error:
            _log.info("thread_not_renamed", thread=thread, reference=error.reference, detail=error.detail)
            return False
