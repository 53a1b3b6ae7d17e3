"""Which processes are alive: each holds a lock of PostgreSQL under its name, and the server lets go of it with the
process. So nobody has to write anything down, and no clock is compared with another machine's."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator, Collection
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Final, Protocol

import psycopg
import structlog
from psycopg.conninfo import make_conninfo

from core.storage.engine import STEADY

_CLASS: Final = 0x7477
"""Of our locks among all advisory ones."""
_TICK: Final = 1.0
_AGAIN: Final = 0.2
"""Seconds until a lost connection is tried again."""
_FRESH_SERVER: Final = 5.0
"""Seconds after its start in which a server does not know yet who is alive: all had to come back."""
_PATIENCE: Final = 30.0
_ANSWER: Final = 8.0
"""Seconds that the server may take for an answer."""
_SERVER_KEEPALIVES: Final = (
    "SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 3"
)
"""So that the server lets go of the lock of a host that is gone without a word; by default after two hours."""
_LOOKS: Final = 2
_HELD: Final = """
SELECT objid::bigint, extract(epoch FROM clock_timestamp() - pg_postmaster_start_time())
FROM (SELECT 1) AS one LEFT JOIN pg_locks ON locktype = 'advisory' AND classid = %s AND objsubid = 2
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND granted"""

_log = structlog.get_logger(__name__)


class Living(Protocol):
    """``name``: of this process. ``pause``: seconds between two looks at the others."""

    @property
    def name(self) -> str: ...
    @property
    def pause(self) -> float: ...

    async def dead(self, names: Collection[str]) -> frozenset[str]:
        """Those of `names` that are certainly no more; never our own."""
        ...

    def alive(self) -> AbstractAsyncContextManager[None]:
        """From the beginning of the block on this process is alive for the others."""
        ...


class OnlyOne:
    """Nobody else may work here: whatever has another name is of an earlier run."""

    pause = 10.0

    def __init__(self, name: str) -> None:
        self.name = name

    async def dead(self, names: Collection[str]) -> frozenset[str]:
        return frozenset(names) - {self.name}

    @asynccontextmanager
    async def alive(self) -> AsyncIterator[None]:
        yield


class Locks:
    """``address``: for libpq. A name is dead when its lock was free at two looks in a row, a tick apart, after it was asked
    for: a living process whose connection broke holds it again by then."""

    pause = _TICK

    def __init__(self, name: str, address: str) -> None:
        self.name = name
        self._held = asyncio.Event()
        self._lost = False
        self._address = make_conninfo(address, **STEADY)
        self._misses: dict[str, int] = {}

    async def dead(self, names: Collection[str]) -> frozenset[str]:
        for name in names:
            if name != self.name:
                self._misses.setdefault(name, 0)
        return frozenset(name for name in names if self._misses.get(name, 0) >= _LOOKS)

    @asynccontextmanager
    async def alive(self) -> AsyncIterator[None]:
        async with asyncio.TaskGroup() as group:
            holding = group.create_task(self._hold())
            async with asyncio.timeout(_PATIENCE):
                await self._held.wait()
            try:
                yield
            finally:
                holding.cancel()

    async def _hold(self) -> None:
        """Until it is cancelled: keeps the lock, and takes it anew whenever the connection was lost."""
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(
                    self._address, autocommit=True
                ) as connection:
                    await connection.execute(_SERVER_KEEPALIVES)
                    await connection.execute("SELECT pg_advisory_lock(%s, %s)", (_CLASS, _key(self.name)))
                    self._held.set()
                    back = time.monotonic()
                    while True:
                        async with asyncio.timeout(_ANSWER):
                            await self._look(connection)
                        if time.monotonic() - back < _FRESH_SERVER and self._lost:
                            self._misses.clear()  # the others may be coming back, too
                        async for _ in connection.notifies(timeout=_TICK):
                            pass  # there are none; but a connection that breaks is noticed at once
            except (psycopg.Error, OSError) as error:
                self._lost = True
                _log.warning("liveness_lost", detail=f"{type(error).__name__}: {error}")
            finally:
                self._misses.clear()  # who cannot see anybody knows of nobody's end
            await asyncio.sleep(_AGAIN)

    async def _look(self, connection: psycopg.AsyncConnection) -> None:
        rows = await (await connection.execute(_HELD, (_CLASS,))).fetchall()
        if float(rows[0][1]) < _FRESH_SERVER:
            self._misses.clear()
            return
        held = {row[0] for row in rows}
        self._misses = {name: misses + 1 for name, misses in self._misses.items() if _key(name) not in held}


def _key(name: str) -> int:
    """Of the lock: 31 bits, so that it means the same as PostgreSQL's signed and unsigned numbers."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big") >> 1
