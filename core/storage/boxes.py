"""The outbox (what went out, once) and the account of model calls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.ports import Clock, Ids, Usage
from core.storage.tables import model_calls, outbox


@dataclass(frozen=True, slots=True)
class Post:
    ticket: str | None
    result: str | None
    created_at: datetime


class Outbox:
    def __init__(self, connection: AsyncConnection, clock: Clock) -> None:
        self._db = connection
        self._clock = clock

    async def get(self, key: str) -> Post | None:
        row = (await self._db.execute(select(outbox).where(outbox.c.key == key))).mappings().first()
        return None if row is None else Post(row["ticket"], row["result"], row["created_at"])

    async def begin(self, key: str, session_id: str | None) -> None:
        await self._db.execute(
            insert(outbox).values(key=key, session_id=session_id, created_at=self._clock.now())
        )

    async def keep(self, key: str, ticket: str) -> None:
        await self._db.execute(update(outbox).where(outbox.c.key == key).values(ticket=ticket))

    async def sent(self, key: str, result: str) -> None:
        await self._db.execute(
            update(outbox).where(outbox.c.key == key).values(result=result, sent_at=self._clock.now())
        )


class ModelCalls:
    """Every call that may cost money, written down before it is made."""

    def __init__(self, connection: AsyncConnection, clock: Clock, ids: Ids) -> None:
        self._db = connection
        self._clock = clock
        self._ids = ids

    async def begin(self, session_id: str, purpose: str) -> str:
        call = self._ids.new()
        await self._db.execute(
            insert(model_calls).values(
                id=call,
                session_id=session_id,
                purpose=purpose,
                model="",
                state="running",
                prompt_tokens=0,
                completion_tokens=0,
                cached_tokens=0,
                started_at=self._clock.now(),
            )
        )
        return call

    async def started(self, call: str, generation_id: str | None) -> None:
        await self._db.execute(
            update(model_calls).where(model_calls.c.id == call).values(generation_id=generation_id)
        )

    async def ended(self, call: str, state: str, model: str = "", usage: Usage | None = None) -> None:
        used = usage or Usage()
        await self._db.execute(
            update(model_calls)
            .where(model_calls.c.id == call)
            .values(
                state=state,
                model=model,
                prompt_tokens=used.prompt_tokens,
                completion_tokens=used.completion_tokens,
                cached_tokens=used.cached_tokens,
                cost=None if used.cost is None else str(used.cost),
                finished_at=self._clock.now(),
            )
        )
