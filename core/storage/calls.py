"""The account of model calls: every one that may cost money, written down before it is made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from sqlalchemy import ColumnElement, case, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.ports import Clock, Ids, Usage
from core.storage.tables import UtcTime, model_calls

_WAITS: Final = (2, 5, 15, 60, 300, 900, 3600, 4 * 3600)
"""Seconds before each look-up of what a broken-off call cost: the service knows after half a second to minutes, later
where the stream was interrupted (notes on OpenRouter's `/generation`)."""
_AT_ONCE: Final = 20


@dataclass(frozen=True, slots=True)
class Unpriced:
    """A call that broke off, and that the service can tell the cost of."""

    id: str
    session_id: str
    purpose: str
    generation_id: str


@dataclass(frozen=True, slots=True)
class Bill:
    """What all calls of one purpose came to, as far as it is known. ``model``: the last one that answered."""

    usage: Usage
    model: str


class ModelCalls:
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
        """``usage``: ``None`` when the service has not said, so that it is asked later."""
        await self._db.execute(
            update(model_calls)
            .where(model_calls.c.id == call)
            .values(state=state, model=model, finished_at=self._clock.now(), **_counted(usage or Usage()))
        )
        if usage is None:
            await self._ask_later(model_calls.c.id == call)

    async def lost(self, session_id: str, purpose: str) -> None:
        """The program died over what still seems to run there."""
        await self._lost((model_calls.c.session_id == session_id) & (model_calls.c.purpose == purpose))

    async def overdue(self, before: datetime) -> None:
        """What began before, and on the day before that, cannot be running any more: its work was never taken up again."""
        began = model_calls.c.started_at
        await self._lost((began < before) & (began > before - timedelta(days=1)))

    async def _lost(self, which: ColumnElement[bool]) -> None:
        dead = which & (model_calls.c.state == "running")
        await self._ask_later(dead)
        await self._db.execute(
            update(model_calls).where(dead).values(state="lost", finished_at=self._clock.now())
        )

    async def any_due(self) -> bool:
        row = await self._db.execute(
            select(model_calls.c.id).where(model_calls.c.look_up_at <= self._clock.now()).limit(1)
        )
        return row.first() is not None

    async def due(self) -> Sequence[Unpriced]:
        """Some of those whose cost is to be looked up now. They are the caller's: nobody else gets them, and if nothing
        is booked they come again later, until it is given up."""
        now = self._clock.now()
        mine = (
            select(model_calls.c.id)
            .where(model_calls.c.look_up_at <= now)
            .order_by(model_calls.c.look_up_at)
            .limit(_AT_ONCE)
            .with_for_update(skip_locked=True)
        )
        rows = await self._db.execute(
            update(model_calls)
            .where(model_calls.c.id.in_(mine.scalar_subquery()))
            .values(
                lookups=model_calls.c.lookups + 1,
                look_up_at=case(
                    *(
                        (model_calls.c.lookups == done, literal(now + timedelta(seconds=wait), UtcTime))
                        for done, wait in enumerate(_WAITS[1:])
                    ),
                    else_=None,
                ),
            )
            .returning(*(model_calls.c[name] for name in ("id", "session_id", "purpose", "generation_id")))
        )
        return [Unpriced(*row) for row in rows]

    async def book(self, call: str, usage: Usage) -> None:
        """What a call that broke off has cost after all."""
        await self._db.execute(
            update(model_calls).where(model_calls.c.id == call).values(look_up_at=None, **_counted(usage))
        )

    async def bill(self, session_id: str, purpose: str) -> Bill:
        rows = await self._db.execute(
            select(model_calls)
            .where(model_calls.c.session_id == session_id, model_calls.c.purpose == purpose)
            .order_by(model_calls.c.id)
        )
        calls = rows.mappings().all()
        costs = [Decimal(call["cost"]) for call in calls if call["cost"] is not None]
        usage = Usage(
            prompt_tokens=sum(call["prompt_tokens"] for call in calls),
            completion_tokens=sum(call["completion_tokens"] for call in calls),
            cached_tokens=sum(call["cached_tokens"] for call in calls),
            cost=sum(costs[1:], costs[0]) if costs else None,
        )
        return Bill(usage, next((call["model"] for call in reversed(calls) if call["model"]), ""))

    async def _ask_later(self, which: ColumnElement[bool]) -> None:
        """What has no id at the service cannot be asked about."""
        await self._db.execute(
            update(model_calls)
            .where(which, model_calls.c.generation_id.is_not(None))
            .values(look_up_at=self._clock.now() + timedelta(seconds=_WAITS[0]))
        )


def _counted(usage: Usage) -> dict[str, int | str | None]:
    return {
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "cached_tokens": usage.cached_tokens,
        "cost": None if usage.cost is None else str(usage.cost),
    }
