"""The program killed at any step of taking in what its platform sends, which then sends it once more."""

from __future__ import annotations

import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from core.desk import Outcome, Receipt
from core.intake.desk import IntakeDesk
from core.intents import Intent
from core.storage.engine import open_engine
from core.storage.unit_of_work import Database
from core.system import TimeIds
from tests.fakes.house import FakeClock, House
from tests.work.crashing import visible
from tests.work.mortal import Killed, MortalDatabase, Steps


@dataclass
class ShakyDesk:
    house: House
    steps: Steps

    async def receive(self, intent: Intent) -> Receipt:
        try:
            return await IntakeDesk(MortalDatabase(self.house.database, self.steps), self.house).receive(
                intent
            )
        except Killed:
            self.steps = Steps()
        receipt = await IntakeDesk(self.house.database, self.house).receive(intent)
        if receipt.outcome is Outcome.DUPLICATE:
            return replace(receipt, outcome=Outcome.ACCEPTED)  # nobody hears of its being the second time
        return receipt


async def taken_in(
    file: Path, migrated: Path, prepare: Callable[[House], Awaitable[None]], fatal: int | None
) -> tuple[Any, int]:
    """What people see when the program dies at step `fatal` of taking in what `prepare` sends, and how many steps there
    were."""
    shutil.copy(migrated, file)
    clock = FakeClock()
    async with open_engine(f"sqlite:///{file}") as engine:
        house = House(Database(engine, clock, TimeIds()), clock)
        steps = Steps(fatal)
        house.desk = cast("IntakeDesk", ShakyDesk(house, steps))
        await prepare(house)
        await house.settle()
        return await visible(house), len(steps.trail)
