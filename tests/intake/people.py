"""A platform that is asked who people are and what they see, and a feed of what happens."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from core.accounts import EVERYTHING, Caller, Role
from core.errors import PlatformUnavailable
from core.intents import Person, Place
from core.library import Happened
from core.ports import Channel, Standing

ANA, BEN, CLEO = Person("T1", "UANA"), Person("T1", "UBEN"), Person("T1", "UCLEO")
OPA = Person("T1", "UOPA")
HOME = Place("slack", "T1", "C1")
OTHER_WORKSPACE = Place("slack", "T2", "C1")
OTHER_PLATFORM = Place("discord", "T1", "C1")


@dataclass
class Telling:
    """``silent``: it cannot be asked. ``open``: cleared, every question waits. ``arrived``: the questions so far."""

    standings: dict[str, Standing] = field(default_factory=dict)
    sees: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    silent: bool = False
    asked: Counter[str] = field(default_factory=Counter)
    open: asyncio.Event = field(default_factory=asyncio.Event)
    arrived: asyncio.Queue[str] = field(default_factory=asyncio.Queue)

    def __post_init__(self) -> None:
        self.open.set()

    async def standing(self, workspace: str, person: Person) -> Standing:
        await self._answer("standing")
        return self.standings.get(person.id, "member")

    async def channels_of(self, workspace: str, person: Person) -> Sequence[Channel]:
        await self._answer("channels_of")
        return [Channel(one, f"name-of-{one}") for one in self.sees.get((workspace, person.id), [])]

    async def name_of(self, person: Person) -> str:
        await self._answer("name_of")
        return person.id[1:].capitalize()

    async def _answer(self, question: str) -> None:
        self.asked[question] += 1
        self.arrived.put_nowait(question)
        await self.open.wait()
        if self.silent:
            raise PlatformUnavailable("Slack does not answer.")


class Feed:
    """``happened``: what subscribers get. ``open``: how many watch. ``progress``: the last one by session."""

    def __init__(self) -> None:
        self.happened: list[Happened] = []
        self.open = 0
        self.progress: dict[str, Mapping[str, Any]] = {}

    def current(self, session_id: str) -> Mapping[str, Any]:
        return self.progress.get(session_id, {})

    @asynccontextmanager
    async def subscribe(self, session_id: str, after: int | None) -> AsyncIterator[AsyncIterator[Happened]]:
        self.open += 1
        try:
            yield self._from(after or 0)
        finally:
            self.open -= 1

    async def _from(self, after: int) -> AsyncIterator[Happened]:
        for one in self.happened:
            if one.number > after:
                yield one


def caller(person: Person = ANA, role: Role = Role.MEMBER, place: Place = HOME) -> Caller:
    return Caller(place.platform, place.workspace, person, person.id, role, EVERYTHING, f"key-{person.id}")
