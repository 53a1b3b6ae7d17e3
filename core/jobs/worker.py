"""Does one work: waits for its turn, tries its handler, and lets people hear when it cannot be done."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, contextmanager

import structlog
from dbos import DBOS

from core.errors import OwnFault, ThreadwrightError
from core.jobs.attempts import Failure, Patience, keep, known, revive
from core.jobs.lanes import Lanes
from core.storage.boxes import Work

Handler = Callable[[Work], Awaitable[None]]
"""Idempotent: after a crash it is entered again with the same work."""

OnFailure = Callable[[Work, ThreadwrightError], Awaitable[None]]
"""Told once a work is given up; idempotent and tried again like a handler."""

GRACE_SECONDS = 5.0
"""How long a cancelled handler may take to clean up."""

_STARTS = 20
"""A work that was taken up again so often without coming to an end is taken to be what ends the program."""

_log = structlog.get_logger(__name__)


class Worker:
    def __init__(
        self, lanes: Lanes, handlers: Mapping[str, Handler], on_failure: OnFailure | None, patience: Patience
    ) -> None:
        self._lanes = lanes
        self._handlers = handlers
        self._on_failure = on_failure
        self._patience = patience
        self._at_work: set[asyncio.Task[object]] = set()
        self._resting: set[asyncio.Task[object]] = set()
        self._draining = False

    async def do(self, work: Work) -> None:
        """The body of the workflow: what it awaits is kept step by step and not done again after a crash."""
        task = _this_task()
        self._at_work.add(task)
        # Later than the end of this function: DBOS has the outcome to write down.
        task.add_done_callback(self._at_work.discard)
        async with AsyncExitStack() as stack:
            with self._rest():
                await stack.enter_async_context(self._lanes.turn(work))
            failure = await self._try("handle", work, self._handle)
            if failure is not None and self._on_failure is not None:
                tell, error = self._on_failure, revive(failure)
                await self._try("tell", work, lambda given_up: tell(given_up, error))

    async def ended(self, within: float) -> bool:
        """Begins nothing more, and says whether all that runs came to its end within so many seconds."""
        self._draining = True
        for task in self._resting:
            task.cancel()
        if self._at_work:
            await asyncio.wait(self._at_work, timeout=within)
        return not self._at_work

    async def drain(self, seconds: float) -> None:
        """Handlers that run may end within `seconds`; then they are cancelled, and entered again at the next start."""
        if not await self.ended(seconds):
            for task in self._at_work:
                task.cancel()
            await self.ended(GRACE_SECONDS)

    async def _try(self, step: str, work: Work, action: Handler) -> Failure | None:
        """``None`` once `action` has succeeded, otherwise the last failure."""
        attempt = 0
        while True:
            # The failure is a result and not an exception, so that a replay sees the same, its wait included.
            failure = await DBOS.run_step_async({"name": step}, self._attempt, step, work, action, attempt)
            if failure is None or failure["wait"] is None:
                return failure
            with self._rest():
                await DBOS.sleep_async(failure["wait"])
            attempt += 1

    async def _attempt(self, step: str, work: Work, action: Handler, attempt: int) -> Failure | None:
        try:
            await action(work)
        except (Exception, asyncio.CancelledError) as failed:
            if isinstance(failed, asyncio.CancelledError) and _this_task().cancelling():
                raise  # we are stopped; a stray one would end the workflow and leave it unfinished
            cause: BaseException = failed
        else:
            return None
        error = known(cause)
        wait = self._patience.after(error, attempt)
        _log.log(
            logging.ERROR if wait is None else logging.WARNING,
            f"{step}_failed",
            work=work.work,
            work_id=work.id,
            session=work.session_id,
            attempt=attempt + 1,
            again_in=wait,
            reference=error.reference,
            detail=error.detail,
            exc_info=cause if wait is None else None,
        )
        return keep(error, wait)

    async def _handle(self, work: Work) -> None:
        handler = self._handlers.get(work.work)
        if handler is None:
            raise OwnFault(f"nobody handles {work.work!r}")
        if self._lanes.starts(work) > _STARTS:
            raise OwnFault(f"not finished after {_STARTS} starts of the program")
        await handler(work)

    @contextmanager
    def _rest(self) -> Iterator[None]:
        """Around a wait that a stop of the program need not wait for."""
        if self._draining:
            raise asyncio.CancelledError
        task = _this_task()
        self._resting.add(task)
        try:
            yield
        finally:
            self._resting.discard(task)


def _this_task() -> asyncio.Task[object]:
    task = asyncio.current_task()
    assert task is not None
    return task
