"""Between processes: what happens here is told to the others, and what happens there is heard here. Words of answers
are told only while somebody watches."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Any, Final

from core.bus import Bus, Word, fits
from core.delivery.ring import Kind
from core.library import Happened
from core.ports import Clock

AGAIN: Final = 10.0
"""Seconds after which a process says again which sessions are watched in it."""
BELIEVED: Final = 30.0
"""Seconds for which the others go by that."""
_SESSIONS: Final = 500
"""That one word names."""

Hearer = Callable[[str, Kind | None, dict[str, Any]], None]
"""Session, kind and data. Kind ``None``: something happened that was too large to tell."""


class Relay:
    """Costs nothing where the bus is `Alone`. ``heard``: what happened in another process; ``missed``: something may
    have happened there that nobody will tell."""

    def __init__(self, bus: Bus, clock: Clock, heard: Hearer, missed: Callable[[], None]) -> None:
        self._bus = bus
        self._clock = clock
        self._heard = heard
        self._missed = missed
        self._here: Counter[str] = Counter()
        self._there: dict[str, float] = {}
        self._timer: asyncio.TimerHandle | None = None
        bus.hear("happened", self._hear)
        bus.hear("watch", self._hear_watch)
        bus.joined(self._join)

    def tell(self, session_id: str, happened: Happened) -> None:
        if self._bus.alone or (happened.kind == "token" and not self._watched(session_id)):
            return
        word = {"session": session_id, "kind": happened.kind, "data": happened.data}
        self._bus.tell("happened", word if fits(word) else {"session": session_id, "kind": None, "data": {}})

    @contextmanager
    def reading(self, session_id: str) -> Iterator[None]:
        """Somebody watches the session here."""
        if self._bus.alone:
            yield
            return
        self._here[session_id] += 1
        if self._here[session_id] == 1:
            self._tell_watch([session_id])
            self._wind()
        try:
            yield
        finally:
            self._here[session_id] -= 1
            if not self._here[session_id]:
                del self._here[session_id]

    def _watched(self, session_id: str) -> bool:
        """Elsewhere."""
        return self._there.get(session_id, 0.0) > self._clock.monotonic()

    def _hear(self, word: Word) -> None:
        self._heard(word["session"], word["kind"], word["data"])

    def _hear_watch(self, word: Word) -> None:
        if word.get("who"):
            self._tell_watch(self._here)
        now = self._clock.monotonic()
        for session_id in word["sessions"]:
            self._there.pop(session_id, None)
            self._there[session_id] = now + BELIEVED
        while self._there and self._there[oldest := next(iter(self._there))] <= now:
            del self._there[oldest]

    def _join(self) -> None:
        self._missed()
        self._bus.tell("watch", {"sessions": [], "who": True})
        self._tell_watch(self._here)

    # ---- saying again

    def _wind(self) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(AGAIN, self._again)

    def _again(self) -> None:
        self._timer = None
        if self._here:
            self._tell_watch(self._here)
            self._wind()

    def _tell_watch(self, session_ids: Collection[str]) -> None:
        named = list(session_ids)
        for start in range(0, len(named), _SESSIONS):
            self._bus.tell("watch", {"sessions": named[start : start + _SESSIONS]})
