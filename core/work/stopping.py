"""Stopping a running generation: the click of *Cancel* reaches the coroutine that holds the model's connection."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Stopped(Exception):
    """Somebody pressed *Cancel*."""


class Stopping:
    def __init__(self) -> None:
        self._running: dict[str, asyncio.Timeout] = {}

    @asynccontextmanager
    async def stoppable(self, job_id: str) -> AsyncIterator[None]:
        """The block is cancelled at once when `stop` is called for its job, and `Stopped` is raised in its place."""
        try:
            async with asyncio.timeout(None) as scope:
                self._running[job_id] = scope
                yield
        except TimeoutError:
            if not scope.expired():
                raise
            raise Stopped from None
        finally:
            self._running.pop(job_id, None)

    def stop(self, job_id: str) -> None:
        """Does nothing for a job that does not run here."""
        scope = self._running.pop(job_id, None)
        if scope is not None and not scope.expired():
            scope.reschedule(asyncio.get_running_loop().time())
