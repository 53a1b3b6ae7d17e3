"""One at a time among all processes, until the end of the transaction. SQLite lets in one writer anyway."""

from __future__ import annotations

import hashlib

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection


async def alone(connection: AsyncConnection, what: str) -> None:
    """Waits until no other transaction is alone with the same. Take it before anything is read that depends on it."""
    if connection.dialect.name == "postgresql":
        number = int.from_bytes(hashlib.sha256(what.encode()).digest()[:8], "big", signed=True)
        await connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})
