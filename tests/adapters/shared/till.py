"""A bank in memory with the calendar of the real one; it counts how often it is asked, and can be out of reach."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.errors import PlatformUnavailable
from core.ports import Clock
from core.storage.budgets import Calendar


@dataclass
class Till:
    """``delay``: seconds until it answers."""

    clock: Clock
    delay: float = 0.0
    away: bool = False
    asked: int = 0
    accounts: dict[str, Calendar] = field(default_factory=dict)

    async def lend(
        self, account: str, calls: int, lasts: float, *, want: int, leave: int, patience: float, whose: str
    ) -> tuple[int, float, int]:
        now, calendar = await self._open(account)
        lent, wait = calendar.lend(now, calls, lasts, want=want, leave=leave, patience=patience, whose=whose)
        return lent, wait, calendar.sharers(whose)

    async def close(self, account: str, seconds: float) -> None:
        now, calendar = await self._open(account)
        calendar.shut_until = max(calendar.shut_until, now + seconds)

    async def closed(self, account: str) -> float:
        now, calendar = await self._open(account)
        return max(0.0, calendar.shut_until - now)

    async def _open(self, account: str) -> tuple[float, Calendar]:
        self.asked += 1
        now = self.clock.monotonic()
        if self.delay:
            await self.clock.sleep(self.delay)
        if self.away:
            raise PlatformUnavailable("I cannot ask.", detail="away")
        return now, self.accounts.setdefault(account, Calendar([]))
