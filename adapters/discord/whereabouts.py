"""Which channel a thread hangs in: events about messages name the thread alone."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

from adapters.discord.calls import Call, Calls
from adapters.discord.threads import PLATFORM, Json
from core.intents import Place

_KNOWN: Final = 20_000
_THREADS: Final = frozenset({10, 11, 12})
"""Channel types (docs.discord.com, channel)."""


class Whereabouts:
    """Remembers what it was told and what it had to ask for. Archived threads are not in the library's cache."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._parents: OrderedDict[str, str] = OrderedDict()

    def met(self, channel: str, parent: str) -> None:
        """``parent``: empty when the channel is no thread."""
        self._parents[channel] = parent
        self._parents.move_to_end(channel)
        while len(self._parents) > _KNOWN:
            self._parents.popitem(last=False)

    async def place(self, workspace: str, channel: str) -> Place:
        """Raises PlatformError when Discord does not tell where it is."""
        parent = self._parents.get(channel)
        if parent is None:
            parent = await self._asked(channel)
            self.met(channel, parent)
        if parent:
            return Place(PLATFORM, workspace, parent, channel)
        return Place(PLATFORM, workspace, channel)

    async def _asked(self, channel: str) -> str:
        ids = {"channel_id": channel}
        told: Json = await self._calls.must(
            Call("GET channel", "GET", "/channels/{channel_id}", ids, thread=True)
        )
        return str(told["parent_id"]) if told.get("type") in _THREADS else ""
