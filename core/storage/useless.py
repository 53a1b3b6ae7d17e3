"""What would grow for ever and is of no use any more.

What people made or paid for stays: sessions, messages, versions and the account of model calls go only with their
session (`core/work/retention.py`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, delete, exists, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from core.storage.idempotency import KEPT as ANSWERS_KEPT
from core.storage.tables import (
    api_tokens,
    idempotency_keys,
    inbox,
    model_edits,
    model_questions,
    outbox,
    sessions,
    sign_in_links,
    web_sessions,
)

EVENTS_KEPT = timedelta(days=7)
"""So long an event is known when it comes again. Slack sends three times within minutes, and hourly for a day more where
an app has asked for delayed events; Discord sends once, and what was missed is looked up from the newest stored message
on. The rest is for people who come back from a long weekend to a broken installation. The desk refuses older events."""
POSTS_KEPT = timedelta(days=30)
"""So long it is known that an ended work has posted. Only a work that is begun again asks, and none is after its end;
the rest is for those who look for what happened."""
TOKENS_KEPT = timedelta(days=30)
"""So long the row of a token stays that works no more, for those who look for who had one."""
EDITS_KEPT = timedelta(days=90)
"""So long it counts how well a model has edited files: under one name they change."""

_OF_WORK = ("turn", "opening", "diff", "review", "notice", "download", "failed", "tests")
"""The posts of one work. Others, like a card or the progress of a job, are looked up as long as their session lives."""


@dataclass(frozen=True, slots=True)
class Kind:
    """Rows of one table."""

    table: Table
    useless: ColumnElement[bool]


class Useless:
    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def keys(self, kind: Kind) -> Sequence[Any]:
        """Of all such rows."""
        rows = await self._db.execute(select(*kind.table.primary_key).where(kind.useless))
        return [tuple(row) for row in rows]

    async def drop(self, kind: Kind, keys: Sequence[Any]) -> int:
        """Those of them that are still useless; how many that were."""
        of_these = tuple_(*kind.table.primary_key).in_(keys)
        gone = await self._db.execute(delete(kind.table).where(of_these, kind.useless))
        return int(gone.rowcount)


def kinds(now: datetime) -> Sequence[Kind]:
    ended = func.coalesce(api_tokens.c.revoked_at, api_tokens.c.expires_at)
    asked = model_questions.c.asked_at < now - POSTS_KEPT
    return (
        Kind(inbox, _old_events(now - EVENTS_KEPT)),
        Kind(outbox, _old_posts(now - POSTS_KEPT)),
        Kind(model_questions, and_(asked, ~_at_work(model_questions))),
        Kind(idempotency_keys, idempotency_keys.c.created_at <= now - ANSWERS_KEPT),
        Kind(sign_in_links, sign_in_links.c.expires_at < now),
        Kind(web_sessions, web_sessions.c.expires_at < now),
        Kind(api_tokens, or_(ended < now - TOKENS_KEPT, api_tokens.c.expires_at < now - TOKENS_KEPT)),
        Kind(model_edits, model_edits.c.at < now - EDITS_KEPT),
    )


def _old_events(before: datetime) -> ColumnElement[bool]:
    """Never the newest of all: SQLite gives its number again when it is gone, and a number names a work for ever."""
    newest = select(func.max(inbox.alias().c.id)).scalar_subquery()
    over = inbox.c.state.not_in(("open", "taken"))
    return and_(inbox.c.received_at < before, over, inbox.c.id < newest)


def _old_posts(before: datetime) -> ColumnElement[bool]:
    of_work = or_(*(outbox.c.key.startswith(f"{kind}:") for kind in _OF_WORK))
    living = exists().where(sessions.c.id == outbox.c.session_id)
    last = func.coalesce(outbox.c.sent_at, outbox.c.created_at)
    return and_(last < before, or_(of_work, ~living), ~_at_work(outbox))


def _at_work(table: Table) -> ColumnElement[bool]:
    """A work of the same session is not over, however long nobody was there to do it."""
    event = inbox.alias()
    return exists().where(event.c.session_id == table.c.session_id, event.c.state.in_(("open", "taken")))
