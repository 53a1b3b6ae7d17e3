"""The pace at which a growing message changes before people's eyes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

SLOWEST_EYE = 1.5
"""Seconds between two visible updates of one message, at least."""

_SOON = 0.3
"""Of an interval, after which is tried again what could not be shown."""


def pace(open_streams: int, calls_a_minute: float, share: float = 0.8, least: float = SLOWEST_EYE) -> float:
    """Seconds between two updates of each of `open_streams` that share `calls_a_minute`, of which streams may use
    `share`; never under `least`."""
    return max(least, open_streams * 60 / (calls_a_minute * share))


class Growth:
    """Text that grows, and when to show it: the first of it at once, then at most once per interval, always with
    everything that has come by then. One writer, one reader."""

    def __init__(self, interval: Callable[[], float]) -> None:
        """``interval``: seconds to the next update, asked anew each time, since others come and go."""
        self._interval = interval
        self._text = ""
        self._shown_at: float | None = None
        self._share = 1.0
        self._news = asyncio.Event()
        self._ended = asyncio.Event()

    @property
    def text(self) -> str:
        """All that was written."""
        return self._text

    def write(self, text: str) -> None:
        self._text += text
        if not self._news.is_set() and self._text.strip():
            self._news.set()

    def again(self) -> None:
        """What was due last could not be shown: it is due once more, well before the next interval is over. Streams that
        came into each other's way do not meet again then, and none is left behind for long."""
        self._share = _SOON
        self._news.set()

    def end(self) -> None:
        """Nothing more will be shown: whoever waits in `due` gets ``None`` now."""
        self._ended.set()
        self._news.set()

    async def due(self) -> str | None:
        """The whole text, when there is more of it and it is time to show it; ``None`` after the end."""
        await self._news.wait()
        if self._shown_at is not None:
            await self._rest(self._shown_at + self._share * self._interval())
        if self._ended.is_set():
            return None
        self._news.clear()
        self._share = 1.0
        self._shown_at = asyncio.get_running_loop().time()
        return self._text

    async def _rest(self, until: float) -> None:
        try:
            async with asyncio.timeout_at(until):
                await self._ended.wait()
        except TimeoutError:
            return
