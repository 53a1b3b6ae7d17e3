"""The outbox: what went out, once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.ports import Clock
from core.storage.locks import alone
from core.storage.tables import outbox


@dataclass(frozen=True, slots=True)
class Post:
    """``holder``: the process that sends it at this moment, or died while it did."""

    ticket: str | None
    result: str | None
    created_at: datetime
    holder: str | None


class Outbox:
    def __init__(self, connection: AsyncConnection, clock: Clock) -> None:
        self._db = connection
        self._clock = clock

    async def get(self, key: str) -> Post | None:
        """In a transaction that writes, alone with this key."""
        await alone(self._db, f"post:{key}")
        row = (await self._db.execute(select(outbox).where(outbox.c.key == key))).mappings().first()
        return None if row is None else Post(row["ticket"], row["result"], row["created_at"], row["holder"])

    async def begin(self, key: str, session_id: str | None, holder: str) -> None:
        await self._db.execute(
            insert(outbox).values(key=key, session_id=session_id, created_at=self._clock.now(), holder=holder)
        )

    async def hold(self, key: str, holder: str | None) -> None:
        """``None``: nobody sends it now."""
        await self._db.execute(update(outbox).where(outbox.c.key == key).values(holder=holder))

    async def keep(self, key: str, ticket: str) -> None:
        await self._db.execute(update(outbox).where(outbox.c.key == key).values(ticket=ticket))

    async def sent(self, key: str, result: str) -> None:
        await self._db.execute(
            update(outbox).where(outbox.c.key == key).values(result=result, sent_at=self._clock.now())
        )
