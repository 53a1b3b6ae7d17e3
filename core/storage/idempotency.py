"""What was answered to a request under its idempotency key, so that the same one again gets the same answer."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.library import Recalled
from core.ports import Clock
from core.storage.tables import idempotency_keys as kept

KEPT = timedelta(hours=24)


class Idempotency:
    def __init__(self, connection: AsyncConnection, clock: Clock) -> None:
        self._db = connection
        self._clock = clock

    async def recall(self, caller: str, key: str, digest: str) -> Recalled | None:
        rows = await self._db.execute(
            select(kept).where(
                kept.c.caller_key == caller,
                kept.c.key == key,
                kept.c.created_at > self._clock.now() - KEPT,
            )
        )
        row = rows.mappings().first()
        return None if row is None else Recalled(row["request_hash"] == digest, row["status"], row["body"])

    async def keep(self, caller: str, key: str, digest: str, status: int, body: str) -> None:
        """The first answer stays. Raises IntegrityError when another one is being kept at this moment."""
        now = self._clock.now()
        await self._db.execute(delete(kept).where(kept.c.created_at <= now - KEPT))
        known = await self._db.scalar(
            select(kept.c.status).where(kept.c.caller_key == caller, kept.c.key == key)
        )
        if known is None:
            await self._db.execute(
                insert(kept).values(
                    caller_key=caller,
                    key=key,
                    request_hash=digest,
                    status=status,
                    body=body,
                    created_at=now,
                )
            )
