"""What platforms were asked, kept for a minute: each question is under way once at a time, and silence is no answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import structlog

from core.errors import PlatformError
from core.ports import Clock

_log = structlog.get_logger(__name__)

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

KEPT = 60.0
PAUSE = 5.0
"""Seconds until a platform that said nothing is asked the same again."""
_MANY = 10_000


@dataclass(slots=True)
class _Entry(Generic[V]):
    answer: V | None = None
    until: float = float("-inf")
    asking: asyncio.Lock = field(default_factory=asyncio.Lock)


class Answers(Generic[K, V]):
    """``ask`` raises PlatformError when the platform does not say."""

    def __init__(self, clock: Clock, ask: Callable[[K], Awaitable[V]]) -> None:
        self._clock = clock
        self._ask = ask
        self._entries: dict[K, _Entry[V]] = {}

    async def about(self, key: K) -> V | None:
        """``None``: the platform cannot be asked."""
        entry = self._entries.get(key)
        if entry is None:
            self._make_room()
            entry = self._entries.setdefault(key, _Entry())
        if self._clock.monotonic() >= entry.until:
            async with entry.asking:
                if self._clock.monotonic() >= entry.until:
                    await self._renew(key, entry)
        return entry.answer

    async def _renew(self, key: K, entry: _Entry[V]) -> None:
        entry.answer = None
        try:
            entry.answer = await self._ask(key)
        except PlatformError as error:
            _log.warning("platform_silent", reference=error.reference, detail=error.detail)
        entry.until = self._clock.monotonic() + (PAUSE if entry.answer is None else KEPT)

    def _make_room(self) -> None:
        if len(self._entries) < _MANY:
            return
        now = self._clock.monotonic()
        for key in [
            key for key, one in self._entries.items() if now >= one.until and not one.asking.locked()
        ]:
            del self._entries[key]
