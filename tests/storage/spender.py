"""A process of its own that spends from a shared budget as fast as it can: what of three at once the tests compare.

It says `ready`, waits for a line, and at the end tells at which moments of the machine's monotonic clock it called."""

from __future__ import annotations

import asyncio
import json
import sys
import time

from adapters.shared.budget import Account, Budget, Tier
from adapters.shared.leases import LeasedPurse
from core.errors import PlatformRateLimited
from core.storage.budgets import SharedBudgets
from core.storage.engine import open_engine
from core.system import SystemClock

ACCOUNT = Account("T1", "chat.update")
TIER = Tier(20, 2.0)
WAITING = 3
"""Calls that must go out, at any time."""


class Spender:
    def __init__(self, budget: Budget, until: float) -> None:
        self.made: list[float] = []
        self._budget = budget
        self._until = until

    async def must(self) -> None:
        while time.monotonic() < self._until:
            try:
                await self._budget.spend(ACCOUNT, self._until)
            except PlatformRateLimited:
                return
            self.made.append(time.monotonic())

    async def may(self) -> None:
        while time.monotonic() < self._until:
            if await self._budget.try_spend(ACCOUNT):
                self.made.append(time.monotonic())
            await asyncio.sleep(0.01)

    async def refuse(self, after: float, seconds: float) -> float:
        """When it was told."""
        if not seconds:
            return 0.0
        await asyncio.sleep(after)
        await self._budget.refused(ACCOUNT, seconds)
        return time.monotonic()


async def main(url: str, seconds: float, refuse_after: float, refuse_for: float) -> None:
    clock = SystemClock()
    async with open_engine(url) as engine:
        bank = SharedBudgets(engine)
        budget = Budget(clock, {}, TIER, LeasedPurse(clock, bank, "slack"))
        await bank.closed("")  # the first connection
        print("ready", flush=True)  # noqa: T201 - the parent waits for it
        await asyncio.to_thread(sys.stdin.readline)
        spender = Spender(budget, time.monotonic() + seconds)
        async with asyncio.TaskGroup() as group:
            told = group.create_task(spender.refuse(refuse_after, refuse_for))
            for _ in range(WAITING):
                group.create_task(spender.must())
            group.create_task(spender.may())
    print(json.dumps({"made": spender.made, "refused": told.result()}))  # noqa: T201 - the parent reads it


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], *(float(one) for one in sys.argv[2:])))
