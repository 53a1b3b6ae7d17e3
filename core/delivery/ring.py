"""The last happenings of one session, and those who read them."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Mapping, Sequence
from itertools import islice
from typing import Any, Final, Literal

from core.library import Happened

Kind = Literal["token", "message", "progress", "status"]

KEPT: Final = 500
"""Happenings that are kept of each session."""
CHARACTERS: Final = 200_000
"""Of text that is kept of each session."""


class Ring:
    """The last happenings of one session. ``shown``: number of the last one that readers see already. ``progress``: data
    of the last progress."""

    def __init__(self, first: int) -> None:
        self.shown = first - 1
        self.readers = 0
        self.progress: Mapping[str, Any] = {}
        self.timer: asyncio.TimerHandle | None = None
        self._kept: deque[Happened] = deque()
        self._newest = first - 1
        self._size = 0
        self._news = asyncio.Event()

    def add(self, kind: Kind, data: dict[str, Any]) -> None:
        last = self._kept[-1] if self._kept and self._newest > self.shown else None
        if kind == "token" and last is not None and _goes_on(last, data):
            self._kept[-1] = Happened(
                last.number, kind, {**last.data, "text": last.data["text"] + data["text"]}
            )
        else:
            self._newest += 1
            self._kept.append(Happened(self._newest, kind, data))
        if kind == "progress":
            self.progress = data
        self._size += _size(data)
        while len(self._kept) > KEPT or (self._size > CHARACTERS and len(self._kept) > 1):
            self._size -= _size(self._kept.popleft().data)

    def show(self) -> Sequence[Happened]:
        """Wakes everybody who waits. Returns what nobody had seen yet."""
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None
        unseen = min(self._newest - self.shown, len(self._kept))
        self.shown = self._newest
        self._news.set()
        self._news = asyncio.Event()
        return [self._kept[place] for place in range(-unseen, 0)]

    def forget(self) -> None:
        """Whoever has read what there was gets a `reset`."""
        self._kept.clear()
        self._size = 0
        self._newest += 1
        self.show()

    async def read(self, seen: int) -> AsyncGenerator[Happened]:
        """``seen``: number of the last one that this reader knows."""
        while True:
            news = self._news
            if not self._oldest - 1 <= seen <= self.shown:
                seen = self.shown
                yield Happened(seen, "reset")
            for happened in self._since(seen):
                yield happened
                seen = happened.number
            if news is self._news:
                await news.wait()

    @property
    def _oldest(self) -> int:
        return self._newest - len(self._kept) + 1

    def _since(self, seen: int) -> list[Happened]:
        return list(islice(self._kept, seen + 1 - self._oldest, self.shown + 1 - self._oldest))


def _size(data: Mapping[str, Any]) -> int:
    """Characters."""
    return len(str(data.get("text", ""))) + sum(len(one["path"]) for one in data.get("files", ()))


def _goes_on(last: Happened, data: dict[str, Any]) -> bool:
    """Whether `data` is more of the same answer."""
    return last.kind == "token" and last.data["message"] == data["message"] and "start" not in data
