"""The real clock and real ids."""

from __future__ import annotations

import asyncio
import secrets
import time
from datetime import UTC, datetime


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class TimeIds:
    """Ids that sort by the time they were made: 12 hex digits of milliseconds, 4 of a counter, 12 of chance."""

    def __init__(self) -> None:
        self._last = 0
        self._count = 0

    def new(self) -> str:
        now = max(time.time_ns() // 1_000_000, self._last)
        self._count = self._count + 1 if now == self._last else 0
        self._last = now
        return f"{now:012x}{self._count & 0xFFFF:04x}{secrets.token_hex(6)}"
