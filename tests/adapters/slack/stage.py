"""The Slack platform on its simulator, with Ana and Ben in #general."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from adapters.slack.adapter import SlackConfig, open_platform
from adapters.slack.listeners import listen
from adapters.slack.outbound import SlackPlatform
from adapters.slack.streams import Streams
from bot.simulators.slack import Fault, Shown, SlackSimulator, Upload
from core.desk import Desk
from core.intents import Attachment, Person, Place
from core.ports import ChatPlatform, ThreadRef
from tests.contracts.chat_platform import Operation, Seen
from tests.contracts.cut_connections import Cut

ANA = Person("T1", "UANA")
BEN = Person("T1", "UBEN")
MAX = Person("T1", "UMAX")
GENERAL = Place("slack", "T1", "C1")
FAST = 0.02
"""Seconds between two updates of a live message."""

_METHODS: Final[Mapping[Operation, str]] = {
    "open_thread": "chat.postMessage",
    "post": "chat.postMessage",
    "begin": "chat.startStream",
    "close": "chat.stopStream",
    "attach": "files.completeUploadExternal",
    "hand": "files.completeUploadExternal",
}


@dataclass
class JumpClock:
    """Sleeping takes no time, here and at the platform: both clocks move ahead."""

    slack: SlackSimulator
    ahead: float = 0.0
    slept: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.ahead)

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time() + self.ahead

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.ahead += seconds
        self.slack.advance(seconds)
        await asyncio.sleep(0)


@dataclass
class SlackStage:
    """Implements `tests.contracts.chat_platform.Stage`."""

    slack: SlackSimulator
    platform: SlackPlatform
    clock: JumpClock
    config: SlackConfig
    place: Place = GENERAL
    person: Person = ANA
    other: Person = BEN
    admin: Person = MAX

    def add_channel(self, channel: str, name: str, *, private: bool = False, bot_in: bool = True) -> str:
        channel = f"C{channel}"
        self.slack.add_channel(channel, name, private=private, members=["UANA"], bot_in=bot_in)
        return channel

    def card(self, thread: ThreadRef) -> Seen:
        return seen(self.slack.thread(thread.channel, thread.thread)[0])

    def replies(self, thread: ThreadRef) -> Sequence[Seen]:
        return [seen(message) for message in self.slack.thread(thread.channel, thread.thread)[1:]]

    def cards(self) -> int:
        return len(self.slack.channel(self.place.channel))

    def private(self, person: Person) -> Sequence[Seen]:
        direct = self.slack.channel(self.slack.direct(person.id))
        return [seen(message) for message in [*self.slack.ephemerals(person.id), *direct]]

    def lose_answer(self, operation: Operation, *, after: int = 0) -> None:
        self.slack.order(Fault(_METHODS[operation], "cut_after", after_calls=after))

    async def until(self, condition: Callable[[], bool]) -> None:
        await self.slack.until(condition)

    async def drop_file(self, thread: ThreadRef, name: str, data: bytes) -> Attachment:
        ts = await self.slack.say(
            "UANA", "C1", "", thread=thread.thread, files=[Upload(name, data)], wait=False
        )
        message = self.slack.message("C1", ts)
        assert message is not None
        [file] = message.files
        return Attachment(file.name, len(file.data), "text/csv", file.id)

    def cut(self, how: Cut, after: int) -> None:
        self.slack.order(Fault("*", how, after_calls=after))

    def recover(self) -> None:
        self.slack.recover()

    @asynccontextmanager
    async def another(self) -> AsyncIterator[ChatPlatform]:
        async with open_platform(self.config, self.clock) as platform:
            yield replace(platform, streams=Streams(FAST))

    # -- beyond the contract

    @asynccontextmanager
    async def listening(self, desk: Desk) -> AsyncIterator[None]:
        async with listen(self.platform, desk, self.config):
            await self.slack.connected()
            yield

    @asynccontextmanager
    async def restarted(self, desk: Desk) -> AsyncIterator[SlackPlatform]:
        """Another process, which remembers nothing, listens."""
        async with open_platform(self.config, self.clock) as platform, listen(platform, desk, self.config):
            await self.slack.connected()
            yield platform


def seen(message: Shown) -> Seen:
    files = tuple((file.name, file.data) for file in message.files)
    labels = tuple(button.label for button in message.buttons)
    return Seen(message.ts, message.text, labels, files, message.pings)


@asynccontextmanager
async def open_stage(**simulator: Any) -> AsyncIterator[SlackStage]:
    """``simulator``: arguments of `SlackSimulator.start`."""
    async with SlackSimulator.start(**simulator) as slack:
        slack.add_person("UANA", "Ana")
        slack.add_person("UBEN", "Ben")
        slack.add_person("UMAX", "Max", rank="admin")
        slack.add_channel("C1", "general", members=["UANA", "UBEN"])
        config = SlackConfig(slack.bot_token, slack.app_token, slack.api_url)
        clock = JumpClock(slack)
        async with open_platform(config, clock) as platform:
            yield SlackStage(slack, replace(platform, streams=Streams(FAST)), clock, config)
        wrong = [*slack.unknown_routes, *slack.problems]
        assert not wrong, wrong
