"""From the inbox to the engine: at once when the desk has stored something, and every second whatever happened."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta

import structlog

from core.jobs.attempts import known
from core.jobs.engine import Engine
from core.storage.unit_of_work import Database

_SWEEP_SECONDS = 1.0
_PRUNE_SECONDS = 3600.0
_KEPT = timedelta(days=1)
"""How long ended work stays readable in the engine's database."""

_log = structlog.get_logger(__name__)


class Dispatcher:
    def __init__(self, database: Database, engine: Engine) -> None:
        self._database = database
        self._engine = engine
        self._nudged = asyncio.Event()

    def nudge(self) -> None:
        """There is new work in the inbox. Never blocks; without it the work is found within a second."""
        self._nudged.set()

    async def run(self) -> None:
        """Until it is cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._keep_sweeping())
            group.create_task(self._keep_pruning())

    async def sweep(self) -> None:
        """Hand over all that is waiting, in the order in which it was stored."""
        while True:
            async with self._database.read() as unit:
                waiting = await unit.inbox.undispatched()
            if not waiting:
                return
            # A crash between the two is harmless: handing over the same work again changes nothing.
            for work in waiting:
                await self._engine.dispatch(work)
            async with self._database.write() as unit:
                for work in waiting:
                    await unit.inbox.dispatched(work.id)

    async def _keep_sweeping(self) -> None:
        while True:
            self._nudged.clear()
            await _survive(self.sweep)
            with suppress(TimeoutError):
                async with asyncio.timeout(_SWEEP_SECONDS):
                    await self._nudged.wait()

    async def _keep_pruning(self) -> None:
        while True:
            await _survive(lambda: self._engine.prune(_KEPT))
            await asyncio.sleep(_PRUNE_SECONDS)


async def _survive(action: Callable[[], Awaitable[object]]) -> None:
    try:
        await action()
    except Exception as error:  # noqa: BLE001 -- the database may be away for a while, and the loop must outlive that
        fault = known(error)
        _log.error("dispatcher_failed", reference=fault.reference, detail=fault.detail, exc_info=error)
