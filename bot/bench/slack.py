"""Slack, simulated and with its rate tiers on."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TypeVar

from bot.bench.places import FORM, Said, Spot
from bot.simulators.slack import Exchange, Fault, SlackSimulator

T = TypeVar("T")
_ALWAYS = 1_000_000


class Slack:
    """Implements `Place`."""

    name = "Slack"
    starts = 20
    threads = 4
    pause = 0.0

    def __init__(self, simulator: SlackSimulator) -> None:
        self._slack = simulator

    @property
    def settings(self) -> Mapping[str, str]:
        return self._slack.settings

    @property
    def bare(self) -> Sequence[str]:
        return ("bot.bench.bare", self._slack.api_url, self._slack.bot_token, self._slack.app_token)

    def spot(self, number: int) -> Spot:
        spot = Spot(f"UP{number}", f"CP{number}")
        self._slack.add_person(spot.user, f"Person {number}")
        self._slack.add_channel(spot.channel, f"channel-{number}", members=[spot.user])
        return spot

    async def connected(self, timeout: float) -> None:
        await self._slack.connected(timeout)

    async def parted(self) -> None:
        await self._slack.until(lambda: self._slack.sessions == 0)

    async def open(self, spot: Spot) -> str:
        await self._slack.slash(spot.user, spot.channel, "new")
        await self._slack.until(lambda: self._slack.view(spot.user))
        if refused := await self._slack.submit(spot.user, FORM):
            raise RuntimeError(f"the form was refused: {refused}")
        card = await self._slack.until(lambda: next(iter(self._slack.channel(spot.channel)), None))
        return card.ts

    async def begin(self, spot: Spot) -> str:
        return await self._slack.say(spot.user, spot.channel, "A thread.")

    async def say(self, spot: Spot, root: str, text: str) -> None:
        await self._slack.say(spot.user, spot.channel, text, thread=root)

    async def generate(self, spot: Spot, root: str) -> None:
        await self._slack.click(spot.user, root, "Generate", channel=spot.channel)

    async def event(self, spot: Spot, root: str, number: int) -> None:
        """A message: Slack wants an ack for each."""
        await self.say(spot, root, f"And remember point {number}.")

    def thread(self, spot: Spot, root: str) -> Sequence[Said]:
        return [
            Said(each.ts, each.text, each.user == self._slack.bot_user, each.streaming, len(each.files))
            for each in self._slack.thread(spot.channel, root)
        ]

    def advance(self, seconds: float) -> None:
        self._slack.advance(seconds)

    async def until(self, condition: Callable[[], T | bool | None], timeout: float = 10) -> T:
        return await self._slack.until(condition, timeout)

    @property
    def listeners(self) -> list[Callable[[Exchange], None]]:
        """Are told of every call."""
        return self._slack.listeners

    def slow(self, seconds: float) -> None:
        """From now on Slack takes so long for every call, besides its work."""
        self._slack.order(Fault("*", "slow", times=_ALWAYS, delay=seconds))


@asynccontextmanager
async def slack() -> AsyncIterator[Slack]:
    async with SlackSimulator.start(tiers=True) as simulator:
        yield Slack(simulator)
