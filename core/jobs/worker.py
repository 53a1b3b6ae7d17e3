"""Does one work: tries its handler, lets people hear when it cannot be done, and takes it off the queue."""

from __future__ import annotations

import asyncio
import logging
from collections import ChainMap
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager

import structlog
from dbos import DBOS

from core.errors import OwnFault, ThreadwrightError
from core.jobs.attempts import Failure, Patience, keep, known, revive
from core.storage.inbox import Work
from core.storage.unit_of_work import Database

Handler = Callable[[Work], Awaitable[None]]
"""Idempotent: after a crash it is entered again with the same work."""

OnFailure = Callable[[Work, ThreadwrightError], Awaitable[None]]
"""Told once a work is given up; idempotent and tried again like a handler."""

GRACE_SECONDS = 5.0
"""How long a cancelled handler may take to clean up."""

_STARTS = 20
"""A work that was taken up again so often without coming to an end is taken to be what ends the program."""

_PAUSE = 1.0
"""Seconds until a database that is away is told again that a work has ended."""

_log = structlog.get_logger(__name__)


class Worker:
    """``name``: whose the work is. ``freed``: told when a work has ended, and there is room for another one."""

    def __init__(
        self,
        name: str,
        database: Database,
        handlers: Mapping[str, Handler],
        on_failure: OnFailure | None,
        patience: Patience,
    ) -> None:
        self._name = name
        self._database = database
        self._handlers = handlers
        self._on_failure = on_failure
        self._patience = patience
        self._expected: dict[int, int] = {}
        self._awaited: dict[int, Work] = {}
        self._running: dict[int, Work] = {}
        self._at_work: set[asyncio.Task[object]] = set()
        self._resting: set[asyncio.Task[object]] = set()
        self.draining = False
        self.freed: Callable[[], None] = lambda: None

    def expect(self, work: Work, starts: int = 1) -> None:
        """It is about to be begun here. ``starts``: how often it was, this time included."""
        self._expected[work.id], self._awaited[work.id] = starts, work

    def forget(self, work: Work) -> None:
        """It could not be begun."""
        if self._awaited.get(work.id) is work:
            del self._expected[work.id], self._awaited[work.id]

    @property
    def here(self) -> Mapping[int, Work]:
        """What is under way in this process, by id."""
        return ChainMap(self._running, self._awaited)

    async def do(self, work: Work) -> None:
        """The body of the workflow: what it awaits is kept step by step and not done again after a crash."""
        if self.draining:
            raise asyncio.CancelledError
        task = _this_task()
        self._at_work.add(task)
        # Later than the end of this function: DBOS has the outcome to write down.
        task.add_done_callback(self._at_work.discard)
        before, awaited = self._running.get(work.id), self._awaited.get(work.id)
        expected = None
        if awaited is not None and awaited.workflow == work.workflow:
            expected = self._expected[work.id]
            self.forget(awaited)
        if before is not None and before.workflow != work.workflow:
            return  # something else does it now
        self._running[work.id] = work
        try:
            starts = expected or await self._taken_up_again(work)
            if starts is not None:
                await self._work(work, starts)
                await self._end(work)
        finally:
            if self._running.get(work.id) is work:
                del self._running[work.id]
            self.freed()

    async def ended(self, within: float) -> bool:
        """Begins nothing more, and says whether all that runs came to its end within so many seconds."""
        self.draining = True
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

    async def _work(self, work: Work, starts: int) -> None:
        async def handle(given: Work) -> None:
            await self._handle(given, starts)

        failure = await self._try("handle", work, handle)
        if failure is not None and self._on_failure is not None:
            tell, error = self._on_failure, revive(failure)
            await self._try("tell", work, lambda given_up: tell(given_up, error))

    async def _taken_up_again(self, work: Work) -> int | None:
        """What another process, or an earlier run of this one, left unfinished is ours now. ``None``: it had ended, and
        only that was not written down everywhere."""
        async with self._database.write() as unit:
            return await unit.inbox.retake(work, self._name)

    async def _end(self, work: Work) -> None:
        """Not given up: the next work of the session waits for it."""
        while True:
            try:
                async with self._database.write() as unit:
                    await unit.inbox.ended(work.id, work.workflow)
            except Exception as error:  # noqa: BLE001 - the database may be away for a while
                _log.error("end_not_stored", work_id=work.id, exc_info=error)
                with self._rest():
                    await asyncio.sleep(_PAUSE)
            else:
                return

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
            exc_info=cause if isinstance(error, OwnFault) else None,
        )
        return keep(error, wait)

    async def _handle(self, work: Work, starts: int) -> None:
        handler = self._handlers.get(work.work)
        if handler is None:
            raise OwnFault(f"nobody handles {work.work!r}")
        if starts > _STARTS:
            raise OwnFault(f"not finished after {_STARTS} starts of the program")
        await handler(work)

    @contextmanager
    def _rest(self) -> Iterator[None]:
        """Around a wait that a stop of the program need not wait for."""
        if self.draining:
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
