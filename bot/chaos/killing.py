"""What goes wrong: processes are killed and started again, calls suffer, sockets break, the database restarts."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from bot.chaos.model import Mind
from bot.chaos.place import Place
from bot.chaos.plan import Dice, Kill, Mischief
from bot.chaos.programs import Fleet, Program
from bot.simulators.openrouter import OpenRouterSimulator

_BOOT_SECONDS = 60.0
_TRIGGER_SECONDS = 6.0
_RESTART_EVERY = 8
"""Kills between two restarts of PostgreSQL."""


@dataclass(frozen=True, slots=True)
class World:
    """What a run plays in."""

    places: Mapping[str, Place]
    model: OpenRouterSimulator
    mind: Mind
    fleet: Fleet

    async def called(self, trigger: str, timeout: float) -> None:
        """Returns after the next call of this name, or when so many seconds have passed."""
        where, _, what = trigger.partition(" ")
        with suppress(TimeoutError):
            if where == "model":
                await self._model(what, timeout)
            else:
                place = self.places[where]
                before = place.calls(what)
                await place.until(lambda: place.calls(what) > before, timeout)

    async def _model(self, what: str, timeout: float) -> None:
        model = self.model
        asked, ended = len(model.requests), len(model.ledger.generations)
        match what:
            case "asked":
                await model.until(lambda: len(model.requests) > asked, timeout)
            case "ended":
                await model.until(lambda: len(model.ledger.generations) > ended, timeout)
            case _:
                await model.until(lambda: model.open_streams > 0, timeout)


class Killer:
    """``told``: what it did, line by line. ``restart``: of the database, where there is a server."""

    def __init__(
        self,
        world: World,
        dice: Dice,
        tell: Callable[[str], None],
        restart: Callable[[], Awaitable[None]] | None,
    ) -> None:
        self._world = world
        self._dice = dice
        self._tell = tell
        self._restart = restart
        self.restarts = 0

    async def kill(self, kills: int) -> None:
        """So often, one after the other; all processes serve again at the end."""
        fleet = self._world.fleet
        for number in range(kills):
            plan = self._dice.kill(number)
            victim = fleet.programs[int(plan.victim * len(fleet.programs))]
            await self._wait(plan, victim)
            self._tell(f"kill {number + 1}: {victim.name} {_when(plan)}")
            await fleet.kill(victim)
            if self._restart is not None and number % _RESTART_EVERY == _RESTART_EVERY - 1:
                self._tell("PostgreSQL restarts")
                self.restarts += 1
                await self._restart()
            await asyncio.sleep(plan.down)
            await victim.start()
        await self.all_up()

    async def _wait(self, plan: Kill, victim: Program) -> None:
        if plan.trigger != "boot":
            await self._up(victim)
        if plan.trigger in ("", "boot"):
            await asyncio.sleep(plan.wait)
        else:
            await self._world.called(plan.trigger, _TRIGGER_SECONDS)
        await asyncio.sleep(plan.delay)

    async def _up(self, program: Program) -> None:
        if not await program.ready(_BOOT_SECONDS):
            self._tell(f"{program.name} does not serve after {_BOOT_SECONDS:.0f} s")

    async def all_up(self) -> None:
        for each in self._world.fleet.programs:
            await self._up(each)


def _when(plan: Kill) -> str:
    if plan.trigger == "boot":
        return f"{plan.wait:.2f} s after its start"
    return f"{plan.delay * 1000:.0f} ms after {plan.trigger}" if plan.trigger else "at any moment"


async def make_mischief(world: World, dice: Dice, over: Callable[[], bool]) -> int:
    """One thing after the other goes wrong until it is over; how many did."""
    number = 0
    while not over():
        mischief = dice.mischief(number)
        await asyncio.sleep(mischief.pause)
        await _spoil(world, mischief)
        number += 1
    return number


async def _spoil(world: World, mischief: Mischief) -> None:
    """What nobody is there to suffer does not wait for the next start: it is over by then."""
    if not all(each.connected() for each in world.places.values()):
        return
    match mischief.where:
        case "model":
            world.mind.order(mischief.kind, mischief.times)
        case "socket":
            await world.places[mischief.what].shake(mischief.kind)
        case _:
            world.places[mischief.where].spoil(mischief.what, mischief.kind, mischief.times)
