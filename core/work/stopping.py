"""Stopping a running generation: the click of *Cancel* reaches the coroutine that holds the model's connection, in
whatever process it runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from typing import Final

import structlog

from core.bus import Alone, Bus, Word
from core.storage.unit_of_work import Database

_log = structlog.get_logger(__name__)

Cancelled = Callable[[Collection[str]], Awaitable[Collection[str]]]
"""Of these jobs, those whose end is stored: somebody asked for it, or they are deleted."""

LOOK: Final = 0.5
"""Seconds between two looks at what is stored, while a job runs here: a bus may lose a word."""
_PATIENCE: Final = 5.0
"""Seconds that one look may take."""


class Stopped(Exception):
    """Somebody pressed *Cancel*."""


class Stopping:
    """``cancelled``: is asked by `keep_looking`. Whoever stops a job has stored that before."""

    def __init__(self, bus: Bus | None = None, cancelled: Cancelled | None = None) -> None:
        self._bus = bus or Alone()
        self._cancelled = cancelled
        self._running: dict[str, asyncio.Timeout] = {}
        self._begun = asyncio.Event()
        self._missed = asyncio.Event()
        self._bus.hear("stop", self._heard)
        self._bus.joined(self._missed.set)

    @asynccontextmanager
    async def stoppable(self, job_id: str) -> AsyncIterator[None]:
        """The block is cancelled at once when `stop` is called for its job, and `Stopped` is raised in its place."""
        try:
            async with asyncio.timeout(None) as scope:
                self._running[job_id] = scope
                self._begun.set()
                yield
        except TimeoutError:
            if not scope.expired():
                raise
            raise Stopped from None
        finally:
            self._running.pop(job_id, None)

    def stop(self, job_id: str) -> None:
        """Does nothing for a job that runs nowhere."""
        self._stop(job_id)
        self._bus.tell("stop", {"job": job_id})

    async def keep_looking(self) -> None:
        """Until it is cancelled: what the bus did not tell is found in the database. Returns at once where there are
        no other processes."""
        if self._cancelled is None or self._bus.alone:
            return
        while True:
            await self._begun.wait()
            self._begun.clear()
            while self._running:
                await self._look(self._cancelled)
                await self._pause()

    async def _look(self, cancelled: Cancelled) -> None:
        try:
            async with asyncio.timeout(_PATIENCE):
                found = await cancelled(tuple(self._running))
        except Exception as error:  # noqa: BLE001 - the database may be away; the next look may find it again
            _log.warning("cancelled_not_looked_up", error=repr(error))
            return
        for job_id in found:
            self._stop(job_id)

    async def _pause(self) -> None:
        """Short when the bus stands anew."""
        try:
            async with asyncio.timeout(LOOK):
                await self._missed.wait()
        except TimeoutError:
            pass
        self._missed.clear()

    def _heard(self, word: Word) -> None:
        self._stop(str(word.get("job")))

    def _stop(self, job_id: str) -> None:
        scope = self._running.pop(job_id, None)
        if scope is not None and not scope.expired():
            scope.reschedule(asyncio.get_running_loop().time())


def cancelled_in(database: Database) -> Cancelled:
    async def cancelled(job_ids: Collection[str]) -> Collection[str]:
        async with database.read() as unit:
            wanted = await unit.automations.wanted(job_ids)
        return set(job_ids) - wanted

    return cancelled
