"""What would grow for ever is deleted a little at a time, so that nobody waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta

from core.storage.unit_of_work import Database
from core.storage.useless import Kind, kinds

BATCH = 200
"""Rows in one transaction, which is the time for which others may have to wait. Measured with 50,000 rows on a busy
machine of two cores: SQLite p50 2 ms, p99 9 ms, at the worst 14 ms; PostgreSQL at the worst 6 ms."""
PAUSE = 0.05
"""Seconds between two transactions: a writer who waits for SQLite's lock looks for it again in at most 25 ms at first."""

_CARD = timedelta(hours=1)
"""No card takes longer; what people wrote below one that never came does not stay."""


async def prune(database: Database, now: datetime) -> Mapping[str, int]:
    """How many rows of which tables were deleted. ``now``: aware. Of several processes more than one may do it at a
    time. Raises SQLAlchemyError; what was deleted by then stays deleted."""
    async with database.write() as unit:
        await unit.inbox.drop_waiting(now - _CARD)
    return {kind.table.name: await _delete(database, kind) for kind in kinds(now)}


async def _delete(database: Database, kind: Kind) -> int:
    """The rows are looked for without a lock, and looked at again with it."""
    async with database.read() as unit:
        keys = await unit.useless.keys(kind)
    deleted = 0
    for start in range(0, len(keys), BATCH):
        async with database.write() as unit:
            deleted += await unit.useless.drop(kind, keys[start : start + BATCH])
        await asyncio.sleep(PAUSE)
    return deleted
