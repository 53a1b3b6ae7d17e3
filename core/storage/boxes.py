"""The inbox (what came in, once), the outbox (what went out, once) and the account of model calls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.intents import Origin
from core.ports import Clock, Ids, Usage
from core.storage.tables import inbox, model_calls, outbox


@dataclass(frozen=True, slots=True)
class Work:
    """One thing to do. ``id`` names the durable workflow: ``event:<id>``."""

    id: int
    work: str
    session_id: str | None
    args: dict[str, Any]


class Inbox:
    def __init__(self, connection: AsyncConnection, clock: Clock) -> None:
        self._db = connection
        self._clock = clock

    async def seen(self, origin: Origin) -> bool:
        """Whether this event, or the same gesture under its other key, is here already."""
        keys = [origin.event_key] + ([origin.alias_key] if origin.alias_key else [])
        row = await self._db.execute(
            select(inbox.c.id).where(
                inbox.c.platform == origin.place.platform,
                inbox.c.event_key.in_(keys) | inbox.c.alias_key.in_(keys),
            )
        )
        return row.first() is not None

    async def add(self, origin: Origin, work: str, session_id: str | None, args: dict[str, Any]) -> int:
        """`work` empty: nothing to do, only remembered so that it is not taken up again."""
        row = await self._db.execute(
            insert(inbox)
            .values(
                platform=origin.place.platform,
                event_key=origin.event_key,
                alias_key=origin.alias_key,
                work=work,
                session_id=session_id,
                args=args,
                received_at=self._clock.now(),
                dispatched=not work or work == WAITING,
            )
            .returning(inbox.c.id)
        )
        return int(row.scalar_one())

    async def undispatched(self) -> Sequence[Work]:
        rows = await self._db.execute(
            select(inbox).where(inbox.c.dispatched.is_(False)).order_by(inbox.c.id).limit(500)
        )
        return [_work(row) for row in rows.mappings()]

    async def dispatched(self, work_id: int) -> None:
        """The engine has it now; what people wrote does not stay here as well."""
        await self._db.execute(update(inbox).where(inbox.c.id == work_id).values(dispatched=True, args={}))

    async def waiting(self, platform: str) -> Sequence[Work]:
        """Messages that came before their thread was known."""
        rows = await self._db.execute(
            select(inbox).where(inbox.c.platform == platform, inbox.c.work == WAITING).order_by(inbox.c.id)
        )
        return [_work(row) for row in rows.mappings()]

    async def drop_waiting(self, before: datetime) -> None:
        """Forgets what waited for a card that never came."""
        await self._db.execute(
            update(inbox)
            .where(inbox.c.work == WAITING, inbox.c.received_at < before)
            .values(work="", args={})
        )

    async def become(self, work_id: int, work: str, session_id: str | None) -> None:
        """A waiting event has found its session: it is `work` now. Empty: it belongs to none, and is forgotten."""
        await self._db.execute(
            update(inbox)
            .where(inbox.c.id == work_id)
            .values(work=work, session_id=session_id, args={}, dispatched=not work)
        )


WAITING = "waiting"


def _work(row: Any) -> Work:
    return Work(row["id"], row["work"], row["session_id"], row["args"])


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
