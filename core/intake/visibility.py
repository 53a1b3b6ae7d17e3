"""Which channels a caller can see. The platform decides; when it cannot be asked, none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from core.accounts import Caller
from core.errors import ChannelGone, PlatformError
from core.intake.answers import Answers
from core.intents import Person
from core.ports import Channel, Clock

_Key = tuple[str, str, Person]


class Seer(Protocol):
    """What of a `ChatPlatform` is needed to know who sees what."""

    async def channels_of(self, workspace: str, person: Person) -> Sequence[Channel]: ...

    async def name_of(self, person: Person) -> str: ...


class Visibility:
    """``platforms``: by name. ``clock``: how long an answer holds."""

    def __init__(self, platforms: Mapping[str, Seer], clock: Clock) -> None:
        self._platforms = platforms
        self.clock = clock
        self._seen: Answers[_Key, tuple[Channel, ...]] = Answers(clock, self._ask)

    async def channels(self, caller: Caller) -> frozenset[str]:
        """Their ids."""
        return frozenset(one.id for one in await self.named(caller))

    async def named(self, caller: Caller) -> Sequence[Channel]:
        """By name."""
        return await self.told(caller) or ()

    async def told(self, caller: Caller) -> Sequence[Channel] | None:
        """By name. ``None``: the platform cannot be asked."""
        return await self._seen.about((caller.platform, caller.workspace, caller.person))

    async def name(self, platform: str, person: Person) -> str:
        """The display name, or the id where nobody says."""
        there = self._platforms.get(platform)
        try:
            return await there.name_of(person) if there else person.id
        except PlatformError:
            return person.id

    async def _ask(self, key: _Key) -> tuple[Channel, ...]:
        platform, workspace, person = key
        there = self._platforms.get(platform)
        if there is None:
            raise ChannelGone("This platform is not connected.", detail=platform)
        found = await there.channels_of(workspace, person)
        return tuple(sorted(found, key=lambda one: (one.name.casefold(), one.id)))
