"""Discord, simulated, with its rate limits on."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Literal, TypeVar, get_args

from adapters.discord.adapter import DiscordConfig
from adapters.discord.commands import sync_commands
from bot.chaos.place import FORM, Spot
from bot.chaos.seen import Seen
from bot.simulators.discord import DiscordSimulator, Fault, Shown

T = TypeVar("T")
_Kind = Literal["ratelimited", "500", "500_after", "cut_before", "cut_after"]


class Discord:
    """Implements `Place`."""

    name = "discord"
    acks = False
    given_up = 0

    def __init__(self, simulator: DiscordSimulator) -> None:
        self._discord = simulator

    @property
    def settings(self) -> Mapping[str, str]:
        return self._discord.settings

    @property
    def complaints(self) -> Sequence[str]:
        return [*self._discord.problems, *self._discord.unknown_routes]

    def spot(self, number: int) -> Spot:
        people = (f"1000{number}1", f"1000{number}2")
        for user, name in zip(people, ("Ana", "Ben"), strict=True):
            self._discord.add_person(user, f"{name} {number}")
        self._discord.add_channel(f"3000{number}", f"channel-{number}")
        return Spot(f"3000{number}", people)

    def connected(self) -> bool:
        return self._discord.sessions > 0

    def calls(self, what: str) -> int:
        return self._discord.counts.get(what, 0)

    async def ask_form(self, user: str, channel: str) -> None:
        await self._discord.slash(user, channel, "automation new")

    def form(self, user: str) -> bool:
        return self._discord.modal(user) is not None

    async def submit(self, user: str, values: Mapping[str, str]) -> None:
        await self._discord.submit(user, {**FORM, **values})

    async def say(
        self, user: str, spot: Spot, root: str, text: str, *, mention: bool = False, copies: int = 1
    ) -> None:
        del spot  # a thread's id says it all
        await self._discord.say(user, root, text, mention=mention, copies=copies)

    async def click(self, user: str, spot: Spot, message: str, label: str) -> None:
        del spot  # the same with a message's
        await self._discord.click(user, message, label)

    def cards(self, spot: Spot, title: str) -> Sequence[str]:
        mine = [each for each in self._discord.channel(spot.channel) if each.user == self._discord.bot_user]
        return [each.id for each in mine if title in each.text.split()]

    def thread(self, spot: Spot, root: str) -> tuple[Seen, ...]:
        del spot  # a thread's id says it all
        return tuple(self._seen(each) for each in self._discord.thread(root) if not each.system)

    def _seen(self, shown: Shown) -> Seen:
        return Seen(
            shown.id,
            shown.user == self._discord.bot_user,
            shown.text,
            tuple(each.label for each in shown.buttons if not each.disabled),
            tuple(each.name for each in shown.files),
            shown.loading,
        )

    def handed(self, spot: Spot) -> Sequence[str]:
        messages = [
            each
            for user in spot.people
            for each in (
                *self._discord.ephemerals(user),
                *self._discord.channel(self._discord.direct(user)),
            )
        ]
        return [file.name for each in messages for file in each.files]

    def spoil(self, what: str, kind: str, times: int) -> None:
        known = next(each for each in get_args(_Kind) if each == kind)
        self._discord.order(Fault(what, known, times=times))

    async def shake(self, kind: str) -> None:
        match kind:
            case "ask":
                self._discord.ask_reconnect()
            case "resumable" | "invalid":
                self._discord.invalidate_sessions(resumable=kind == "resumable")
            case _:
                self._discord.drop_sockets()

    async def until(self, condition: Callable[[], T | bool | None], timeout: float = 10) -> T:
        return await self._discord.until(condition, timeout)

    def transcript(self) -> str:
        return self._discord.transcript()


@asynccontextmanager
async def discord() -> AsyncIterator[Discord]:
    """The commands are registered, as after `commands sync`."""
    async with DiscordSimulator.start(tiers=True) as simulator:
        await sync_commands(DiscordConfig(simulator.token, simulator.api_url, simulator.gateway_url))
        yield Discord(simulator)
