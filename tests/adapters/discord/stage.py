"""The Discord platform on its simulator, with Ana and Ben in #general."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from adapters.discord.adapter import DiscordConfig, open_platform
from adapters.discord.commands import sync_commands
from adapters.discord.listeners import listen
from adapters.discord.outbound import DiscordPlatform
from adapters.discord.streams import Streams
from bot.simulators.discord import DiscordSimulator, Fault, Shown, Upload
from core.desk import Desk
from core.intents import Attachment, Person, Place
from core.ports import ChatPlatform, ThreadRef
from tests.contracts.chat_platform import Operation, Seen
from tests.contracts.cut_connections import Cut
from tests.simulators.discord.official import SPEC, Official

GUILD, CHANNEL, OWNER = "200", "301", "199"
ANA = Person(GUILD, "101")
BEN = Person(GUILD, "102")
MAX = Person(GUILD, OWNER)
GENERAL = Place("discord", GUILD, CHANNEL)
ATTEMPTS = 3
"""How often the adapter makes a call before it gives up."""
FAST = 0.02
"""Seconds between two updates of a live message."""

_OPERATIONS: Final[Mapping[Operation, str]] = {
    "open_thread": "create_message",
    "post": "create_message",
    "begin": "create_message",
    "close": "update_message",
    "attach": "create_message",
    "hand": "create_message",
}


@dataclass
class JumpClock:
    """Sleeping takes no time, here and at the platform: both clocks move ahead."""

    discord: DiscordSimulator
    ahead: float = 0.0
    slept: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.ahead)

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time() + self.ahead

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.jump(seconds)
        await asyncio.sleep(0)

    def jump(self, seconds: float) -> None:
        self.ahead += seconds
        self.discord.advance(seconds)


@dataclass
class DiscordStage:
    """Implements `tests.contracts.chat_platform.Stage`."""

    discord: DiscordSimulator
    platform: DiscordPlatform
    clock: JumpClock
    config: DiscordConfig
    place: Place = GENERAL
    person: Person = ANA
    other: Person = BEN
    admin: Person = MAX

    def add_channel(self, channel: str, name: str, *, private: bool = False, bot_in: bool = True) -> str:
        self.discord.add_channel(channel, name, private=private, members=[ANA.id], bot_in=bot_in)
        return channel

    def card(self, thread: ThreadRef) -> Seen:
        return seen(self.discord.thread(thread.thread)[0])

    def replies(self, thread: ThreadRef) -> Sequence[Seen]:
        return [seen(message) for message in self.discord.thread(thread.thread)[1:]]

    def cards(self) -> int:
        return len(self.discord.channel(self.place.channel))

    def private(self, person: Person) -> Sequence[Seen]:
        direct = self.discord.channel(self.discord.direct(person.id))
        return [seen(message) for message in [*self.discord.ephemerals(person.id), *direct]]

    def lose_answer(self, operation: Operation, *, after: int = 0) -> None:
        fault = Fault(_OPERATIONS[operation], "cut_after", times=ATTEMPTS, after_calls=after)
        self.discord.order(fault)

    async def until(self, condition: Callable[[], bool]) -> None:
        await self.discord.until(condition)

    async def drop_file(self, thread: ThreadRef, name: str, data: bytes) -> Attachment:
        said = await self.discord.say(ANA.id, thread.thread, "", files=[Upload(name, data)])
        message = self.discord.message(said)
        assert message is not None
        [file] = message.files
        return Attachment(file.name, len(file.data), "text/csv", f"{thread.thread}/{said}/{file.id}")

    def cut(self, how: Cut, after: int) -> None:
        self.discord.order(Fault("*", how, times=ATTEMPTS, after_calls=after))

    def recover(self) -> None:
        self.discord.recover()

    @asynccontextmanager
    async def another(self) -> AsyncIterator[ChatPlatform]:
        async with open_platform(self.config, self.clock) as platform:
            yield replace(platform, streams=Streams(FAST))

    # -- beyond the contract

    @asynccontextmanager
    async def listening(self, desk: Desk) -> AsyncIterator[None]:
        async with listen(self.platform, desk, self.config):
            await self.discord.connected()
            yield

    @asynccontextmanager
    async def restarted(self, desk: Desk) -> AsyncIterator[DiscordPlatform]:
        """Another process, which remembers nothing, listens."""
        async with open_platform(self.config, self.clock) as platform, listen(platform, desk, self.config):
            await self.discord.connected()
            yield platform

    def whispers(self, person: Person = ANA) -> list[Shown]:
        return self.discord.ephemerals(person.id)


def seen(message: Shown) -> Seen:
    files = tuple((file.name, file.data) for file in message.files)
    labels = tuple(button.label for button in message.buttons)
    return Seen(message.id, message.text, labels, files, message.pings)


@asynccontextmanager
async def open_stage(*, commands: bool = False, **simulator: Any) -> AsyncIterator[DiscordStage]:
    """``commands``: they are registered. ``simulator``: arguments of `DiscordSimulator.start`. Everything said over
    REST is held against Discord's official file, where that is present."""
    async with DiscordSimulator.start(**simulator) as discord:
        official = Official() if SPEC.exists() else None
        if official is not None:
            discord.listeners.append(official.check)
        discord.add_person(ANA.id, "Ana")
        discord.add_person(BEN.id, "Ben")
        discord.add_channel(CHANNEL, "general")
        config = DiscordConfig(discord.token, discord.api_url, discord.gateway_url)
        if commands:
            await sync_commands(config)
        clock = JumpClock(discord)
        async with open_platform(config, clock) as platform:
            yield DiscordStage(discord, replace(platform, streams=Streams(FAST)), clock, config)
        wrong = [*discord.unknown_routes, *discord.problems, *(official.violations if official else ())]
        assert not wrong, wrong
