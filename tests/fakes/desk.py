"""A desk in memory: it stores intents once, as the core's does, and answers as it is told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from core.automations.model import Automation
from core.desk import Outcome, Receipt
from core.intents import Ask, Intent, Place
from core.replies import Reply
from core.sessions.model import Session

ACCEPTED = Receipt(Outcome.ACCEPTED)


class Unstored(Exception):
    """The database is away."""


@dataclass
class FakeDesk:
    """``answer``: what the desk says to an intent. ``broken``: how many intents it fails to store. ``open``: while it
    is not set, nothing is stored. Questions are answered with *Help.* and never stored."""

    answer: Callable[[Intent], Receipt] = lambda _: ACCEPTED
    sessions: dict[str, Session] = field(default_factory=dict)
    threads: Sequence[tuple[Place, str]] = ()
    opening: Sequence[tuple[Place, str]] = ()
    automations: dict[str, Automation] = field(default_factory=dict)
    broken: int = 0
    open: asyncio.Event = field(default_factory=asyncio.Event)
    arrived: int = 0
    stored: list[Intent] = field(default_factory=list)
    _keys: set[str] = field(default_factory=set)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.open.set()

    async def receive(self, intent: Intent) -> Receipt:
        self._count()
        await self.open.wait()
        if self.broken:
            self.broken -= 1
            raise Unstored
        if isinstance(intent, Ask):
            return Receipt(Outcome.ACCEPTED, Reply("Help."))
        keys = {key for key in (intent.origin.event_key, intent.origin.alias_key) if key}
        if keys & self._keys:
            return Receipt(Outcome.DUPLICATE)
        receipt = self.answer(intent)
        if receipt.outcome is Outcome.ACCEPTED:
            self._keys |= keys
            self.stored.append(intent)
        return receipt

    async def session_of(self, place: Place) -> Session | None:
        here = (one for one in self.sessions.values() if one.thread and one.thread.thread == place.thread)
        return next(here, None)

    async def session(self, session_id: str, place: Place) -> Session | None:
        return self.sessions.get(session_id)

    async def open_threads(self, platform: str) -> Sequence[tuple[Place, str]]:
        return self.threads

    async def half_open(self, platform: str) -> Sequence[tuple[Place, str]]:
        return self.opening

    async def automation(self, automation_id: str, place: Place) -> Automation | None:
        return self.automations.get(automation_id)

    async def until_arrived(self, number: int) -> None:
        """Returns when so many intents have come, stored or not."""
        async with asyncio.timeout(10):
            while self.arrived < number:
                await self._changed.wait()

    def _count(self) -> None:
        self.arrived += 1
        self._changed.set()
        self._changed = asyncio.Event()
