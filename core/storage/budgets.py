"""What may still be sent to a platform, counted for all processes together. For PostgreSQL: over SQLite there is one
process, which counts in its memory."""

from __future__ import annotations

import asyncio
from bisect import insort
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Column, Double, String, Table, bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from core.errors import PlatformUnavailable
from core.storage.tables import Data, metadata

_TICK: Final = 1e-6
"""Seconds that count as none."""
_PATIENCE: Final = 2.0
"""Seconds until a database that does not answer is given up: a call waits for it."""
_AT_ONCE: Final = 4
"""Connections that are used for this: the others are for the work."""
_KEPT: Final = 3600.0
"""Seconds that an account of which nothing is lent is remembered."""

rate_budgets = Table(
    "rate_budgets",
    metadata,
    Column("account", String(255), primary_key=True),
    Column("returns", Data, nullable=False),
    Column("shut_until", Double, nullable=False),
    Column("idle_at", Double, nullable=False),
)
"""``returns``: when lent tokens come back, as sorted [when, how many, from whom]. ``idle_at``: when all are back
and it is not shut. All times are seconds since 1970 by the database's clock, which is one for all machines."""

# The clock is read after the row is locked, however long that took.
_locked = (
    select(rate_budgets)
    .where(rate_budgets.c.account == bindparam("key"))
    .with_for_update()
    .subquery("locked")
)
_now = func.extract("epoch", func.clock_timestamp()).cast(Double)
_look = select(_locked.c.returns, _locked.c.shut_until, _now.label("now"))
_begin = insert(rate_budgets).on_conflict_do_nothing()
_keep = update(rate_budgets).where(rate_budgets.c.account == bindparam("key"))
_shut = select(rate_budgets.c.shut_until - _now).where(rate_budgets.c.account == bindparam("key"))


@dataclass(slots=True)
class Calendar:
    """The tokens of one account that are lent: (when they come back, how many, from whom), sorted. Each is lent from a
    moment on; so at no moment more are out than there are."""

    returns: list[tuple[float, int, str]]
    shut_until: float = 0.0

    @property
    def idle_at(self) -> float:
        return max(self.shut_until, self.returns[-1][0] if self.returns else 0.0)

    def sharers(self, whose: str) -> int:
        """How many have tokens, `whose` with them."""
        return len({name for _, _, name in self.returns} | {whose})

    def lend(
        self, now: float, calls: int, lasts: float, *, want: int, leave: int, patience: float, whose: str
    ) -> tuple[int, float]:
        """As the bank lends: see `SharedBudgets.lend`."""
        self.returns = [one for one in self.returns if one[0] > now + _TICK]
        start, free = self._next(max(now, self.shut_until), calls - leave)
        wait = start - now
        if wait > patience + _TICK:
            return 0, wait
        lent = min(want, free)
        insort(self.returns, (start + lasts, lent, whose))
        return lent, max(0.0, wait)

    def _next(self, start: float, most: int) -> tuple[float, int]:
        """From `start` on, when there are free tokens, and how many, if `most` may be out."""
        out = sum(many for when, many, _ in self.returns if when > start + _TICK)
        for when, many, _ in self.returns:
            if out < most:
                break
            if when > start + _TICK:
                start, out = when, out - many
        return start, most - out


class SharedBudgets:
    """Implements the bank of `adapters/shared`. Raises only PlatformUnavailable."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._turns = asyncio.Semaphore(_AT_ONCE)

    async def lend(
        self, account: str, calls: int, lasts: float, *, want: int, leave: int, patience: float, whose: str
    ) -> tuple[int, float, int]:
        """Lends `want` tokens or as many as leave `leave` of `calls`; they come back after ``lasts`` seconds. When none
        is there now, one is booked that comes back within `patience` seconds. Returns how many, in how many seconds
        they can be used (0 tokens: there is one), and how many have tokens now, `whose` with them."""
        async with self._asked() as connection:
            now, calendar = await self._calendar(connection, account)
            lent, wait = calendar.lend(
                now, calls, lasts, want=want, leave=leave, patience=patience, whose=whose
            )
            if lent:
                await self._keep(connection, account, calendar)
            return lent, wait, calendar.sharers(whose)

    async def close(self, account: str, seconds: float) -> None:
        """Lends nothing that can be used before so many seconds have passed."""
        async with self._asked() as connection:
            now, calendar = await self._calendar(connection, account)
            calendar.shut_until = max(calendar.shut_until, now + seconds)
            await self._keep(connection, account, calendar)

    async def closed(self, account: str) -> float:
        """For how many seconds it lends nothing, by the word of any process; 0 when it lends."""
        async with self._asked() as connection:
            return max(0.0, await connection.scalar(_shut, {"key": account}) or 0.0)

    async def forget_idle(self) -> int:
        """Removes accounts that nobody has called for an hour; how many."""
        async with self._asked() as connection:
            gone = await connection.execute(delete(rate_budgets).where(rate_budgets.c.idle_at < _now - _KEPT))
            return gone.rowcount

    async def keep_forgetting(self) -> None:
        """Until it is cancelled."""
        while True:
            with suppress(PlatformUnavailable):
                await self.forget_idle()
            await asyncio.sleep(_KEPT)

    async def _calendar(self, connection: AsyncConnection, account: str) -> tuple[float, Calendar]:
        """The database's time and the account, which is locked until the end of the transaction."""
        row = (await connection.execute(_look, {"key": account})).first()
        if row is None:
            blank = {"account": account, "returns": [], "shut_until": 0.0, "idle_at": 0.0}
            await connection.execute(_begin, blank)
            row = (await connection.execute(_look, {"key": account})).one()
        return row.now, Calendar([(when, many, whose) for when, many, whose in row.returns], row.shut_until)

    async def _keep(self, connection: AsyncConnection, account: str, calendar: Calendar) -> None:
        values = {
            "returns": calendar.returns,
            "shut_until": calendar.shut_until,
            "idle_at": calendar.idle_at,
        }
        await connection.execute(_keep, {"key": account, **values})

    @asynccontextmanager
    async def _asked(self) -> AsyncIterator[AsyncConnection]:
        try:
            async with asyncio.timeout(_PATIENCE), self._turns, self._engine.begin() as connection:
                yield connection
        except (SQLAlchemyError, OSError, TimeoutError) as error:
            raise PlatformUnavailable(
                "I cannot ask my database what I may send just now. Try again in a minute.",
                detail=f"rate budgets: {type(error).__name__}",
            ) from error
