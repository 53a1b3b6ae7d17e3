"""Answers under a caller's idempotency key."""

from __future__ import annotations

from sqlalchemy.exc import IntegrityError

from core.accounts import Caller
from core.library import Recalled
from core.storage.unit_of_work import Database


class Remembering:
    """Implements `core.library.Once`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def recall(self, caller: Caller, key: str, digest: str) -> Recalled | None:
        async with self._database.read() as unit:
            return await unit.idempotency.recall(caller.key, key, digest)

    async def keep(self, caller: Caller, key: str, digest: str, status: int, body: str) -> None:
        try:
            async with self._database.write() as unit:
                await unit.idempotency.keep(caller.key, key, digest, status, body)
        except IntegrityError:  # another answer under this key was kept at the same moment
            return
