"""Slack, simulated, with its rate tiers on."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Literal, TypeVar, get_args

from bot.chaos.place import FORM, Spot
from bot.chaos.seen import Seen
from bot.manifest import EVENTS, SCOPES
from bot.simulators.shared.outcomes import ClientRefused
from bot.simulators.slack import Fault, Shown, SlackSimulator

T = TypeVar("T")
_Kind = Literal["ratelimited", "500", "cut_before", "cut_after"]
_NEVER = "was never acked"


class Slack:
    """Implements `Place`."""

    name = "slack"
    acks = True

    def __init__(self, simulator: SlackSimulator) -> None:
        self._slack = simulator

    @property
    def settings(self) -> Mapping[str, str]:
        return self._slack.settings

    @property
    def given_up(self) -> int:
        return sum(each.endswith(_NEVER) for each in self._slack.problems)

    @property
    def complaints(self) -> Sequence[str]:
        wrong = [each for each in self._slack.problems if not each.endswith(_NEVER)]
        return [*wrong, *self._slack.unknown_routes]

    def spot(self, number: int) -> Spot:
        people = (f"UA{number}", f"UB{number}")
        for user, name in zip(people, ("Ana", "Ben"), strict=True):
            self._slack.add_person(user, f"{name} {number}")
        self._slack.add_channel(f"C{number}", f"channel-{number}", members=people)
        return Spot(f"C{number}", people)

    def connected(self) -> bool:
        return self._slack.sessions > 0

    def calls(self, what: str) -> int:
        return self._slack.counts.get(what, 0)

    async def ask_form(self, user: str, channel: str) -> None:
        await self._slack.slash(user, channel, "new")

    def form(self, user: str) -> bool:
        return self._slack.view(user) is not None

    async def submit(self, user: str, values: Mapping[str, str]) -> None:
        if refused := await self._slack.submit(user, {**FORM, **values}):
            raise ClientRefused(f"the form was refused: {refused}")

    async def say(
        self, user: str, spot: Spot, root: str, text: str, *, mention: bool = False, copies: int = 1
    ) -> None:
        await self._slack.say(user, spot.channel, text, thread=root, mention=mention, copies=copies)

    async def click(self, user: str, spot: Spot, message: str, label: str) -> None:
        await self._slack.click(user, message, label, channel=spot.channel)

    def cards(self, spot: Spot, title: str) -> Sequence[str]:
        mine = [each for each in self._slack.channel(spot.channel) if each.user == self._slack.bot_user]
        return [each.ts for each in mine if title in each.text.split()]

    def thread(self, spot: Spot, root: str) -> tuple[Seen, ...]:
        return tuple(map(self._seen, self._slack.thread(spot.channel, root)))

    def _seen(self, shown: Shown) -> Seen:
        return Seen(
            shown.ts,
            shown.user == self._slack.bot_user,
            shown.text,
            tuple(each.label for each in shown.buttons),
            tuple(each.name for each in shown.files),
            shown.streaming,
        )

    def handed(self, spot: Spot) -> Sequence[str]:
        direct = (self._slack.channel(self._slack.direct(user)) for user in spot.people)
        return [file.name for messages in direct for each in messages for file in each.files]

    def spoil(self, what: str, kind: str, times: int) -> None:
        known = next(each for each in get_args(_Kind) if each == kind)
        self._slack.order(Fault(what, known, times=times))

    async def shake(self, kind: str) -> None:
        if kind in ("ask", "resumable"):
            await self._slack.ask_reconnect()
        else:
            self._slack.drop_sockets()

    async def until(self, condition: Callable[[], T | bool | None], timeout: float = 10) -> T:
        return await self._slack.until(condition, timeout)

    def transcript(self) -> str:
        return self._slack.transcript()


@asynccontextmanager
async def slack() -> AsyncIterator[Slack]:
    async with SlackSimulator.start(tiers=True, scopes=SCOPES, events=EVENTS) as simulator:
        yield Slack(simulator)
