"""What a REST operation works with: the world, the events that go out, and the call itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.simulators.discord.events import Events
from bot.simulators.discord.findings import Spot
from bot.simulators.discord.gateway import Gateway
from bot.simulators.discord.outcomes import refused
from bot.simulators.discord.permissions import granted, may
from bot.simulators.discord.things import Channel, Guild, Message
from bot.simulators.discord.wire import Given
from bot.simulators.discord.world import APP, World


@dataclass(frozen=True, slots=True)
class Platform:
    """The running Discord. ``strict``: the limits on how often are enforced."""

    world: World
    gateway: Gateway
    events: Events
    strict: bool


@dataclass(frozen=True, slots=True)
class Call:
    """One call. ``path`` and ``query``: its parameters."""

    platform: Platform
    operation: str
    path: Mapping[str, str]
    query: Mapping[str, str]
    given: Given

    @property
    def world(self) -> World:
        return self.platform.world

    @property
    def events(self) -> Events:
        return self.platform.events

    def channel(self) -> Channel:
        """The channel of the path, if the bot sees it. Raises `Refused`: 10003, 50001."""
        found = self.world.live(self.path["channel_id"])
        if found is None:
            raise refused(10003)
        if not granted(self.world, APP, found):
            raise refused(50001)
        return found

    def need(self, channel: Channel, *permissions: str) -> None:
        """Raises `Refused` 50013."""
        if not may(self.world, APP, channel, *permissions):
            raise refused(50013)

    def message(self, channel: Channel) -> Message:
        """The message of the path. Raises `Refused` 10008."""
        found = channel.find(self.path["message_id"])
        if found is None:
            raise refused(10008)
        return found

    def guild(self) -> Guild:
        """The guild of the path, if the bot is in it. Raises `Refused` 10004."""
        found = self.world.guilds.get(self.path["guild_id"])
        if found is None or not found.joined:
            raise refused(10004)
        return found

    def number(self, name: str, default: int, least: int, most: int) -> int:
        """A query parameter. Raises `Refused` 50035."""
        text = self.query.get(name)
        if text is None:
            return default
        spot = Spot().at(name)
        value = int(text) if text.lstrip("-").isdigit() else text
        spot.whole(value, least, most)
        spot.settle()
        return int(value)


@dataclass(frozen=True, slots=True)
class Operation:
    """``name``: its operation id in the official OpenAPI file. ``run`` returns the answer, None for 204. ``open``:
    needs no bot token. ``bucket``: the rate limit it shares; by default its own."""

    name: str
    method: str
    path: str
    run: Callable[[Call], Any]
    status: int = 200
    open: bool = False
    bucket: str = ""
