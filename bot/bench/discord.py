"""Discord, simulated and with its rate limits on."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TypeVar

from adapters.discord.adapter import DiscordConfig
from adapters.discord.commands import sync_commands
from bot.bench.places import FORM, Said, Spot
from bot.simulators.discord import DiscordSimulator

T = TypeVar("T")


class Discord:
    """Implements `Place`."""

    name = "Discord"
    starts = None
    threads = 24
    """A thread takes five messages in five seconds, so each turn gets its own."""
    pause = 0.1
    """Fifty calls a second in all, of which a turn takes up to four."""

    def __init__(self, simulator: DiscordSimulator) -> None:
        self._discord = simulator

    @property
    def settings(self) -> Mapping[str, str]:
        return self._discord.settings

    @property
    def bare(self) -> Sequence[str]:
        where = (self._discord.api_url, self._discord.gateway_url, self._discord.token)
        return ("bot.bench.bare_discord", *where)

    def spot(self, number: int) -> Spot:
        spot = Spot(f"1000{number}", f"3000{number}")
        self._discord.add_person(spot.user, f"Person {number}")
        self._discord.add_channel(spot.channel, f"channel-{number}")
        return spot

    async def connected(self, timeout: float) -> None:
        await self._discord.connected(timeout)

    async def parted(self) -> None:
        await self._discord.until(lambda: self._discord.sessions == 0)

    async def open(self, spot: Spot) -> str:
        await self._discord.slash(spot.user, spot.channel, "automation new")
        await self._discord.submit(spot.user, FORM)
        thread = await self._discord.until(lambda: next(iter(self._discord.threads(spot.channel)), None))
        return thread.id

    async def begin(self, spot: Spot) -> str:
        message = await self._discord.say(spot.user, spot.channel, "A thread.")
        return await self._discord.start_thread(spot.user, spot.channel, "A thread", message=message)

    async def say(self, spot: Spot, root: str, text: str) -> None:
        await self._discord.say(spot.user, root, text)

    async def generate(self, spot: Spot, root: str) -> None:
        await self._discord.click(spot.user, root, "Generate")

    async def event(self, spot: Spot, root: str, number: int) -> None:  # noqa: ARG002 - all of these are alike
        """A command: Discord wants no acks for messages."""
        await self._discord.slash(spot.user, root, "automation status")

    def thread(self, spot: Spot, root: str) -> Sequence[Said]:  # noqa: ARG002 - a thread's id says it all
        return [
            Said(each.id, each.text, each.user == self._discord.bot_user, native=False, files=len(each.files))
            for each in self._discord.thread(root)
            if not each.system
        ]

    def advance(self, seconds: float) -> None:
        self._discord.advance(seconds)

    async def until(self, condition: Callable[[], T | bool | None], timeout: float = 10) -> T:
        return await self._discord.until(condition, timeout)


@asynccontextmanager
async def discord() -> AsyncIterator[Discord]:
    """The commands are registered, as after `commands sync`."""
    async with DiscordSimulator.start(tiers=True) as simulator:
        await sync_commands(DiscordConfig(simulator.token, simulator.api_url, simulator.gateway_url))
        yield Discord(simulator)
