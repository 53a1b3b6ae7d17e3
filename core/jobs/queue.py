"""From the inbox to the worker: whose turn it is, in every process alike."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, TypedDict

import structlog
from dbos import DBOS, SetWorkflowID
from dbos._core import WorkflowHandleAsyncTask  # the only sign of a workflow that was begun by this very call

from core.jobs.attempts import known
from core.jobs.liveness import Living
from core.jobs.worker import Worker
from core.storage.inbox import Taken, Work
from core.storage.unit_of_work import Database

SWEEP_SECONDS: Final = 1.0
_BATCH: Final = 16
"""Works that are taken at a time, so that several processes which look at once share them."""

Workflow = Callable[[int, str, str | None, dict[str, Any]], Coroutine[Any, Any, None]]
"""The fields of a `Work`."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Slots:
    """How many go on at once: ``sessions`` and ``errands`` in each process, ``workspace`` in each workspace and all
    processes together. Handlers mostly wait for the network, so these bound memory and connections, not CPU."""

    sessions: int = 640
    errands: int = 64
    workspace: int = 256


class _Limits(TypedDict):
    ordered: frozenset[str]
    lanes: int
    errands: int
    workspace: int


class Queue:
    """``ordered``: the kinds of work of which one at a time is done in each session."""

    def __init__(
        self,
        database: Database,
        worker: Worker,
        living: Living,
        workflow: Workflow,
        ordered: frozenset[str],
        slots: Slots,
    ) -> None:
        self._database = database
        self._worker = worker
        self._living = living
        self._workflow = workflow
        self._ordered = ordered
        self._slots = slots
        self._nudged = asyncio.Event()
        self._strays: set[str] = set()
        worker.freed = self.nudge

    def nudge(self) -> None:
        """There is new work, or room for it. Never blocks; without it the work is found within a second."""
        self._nudged.set()

    async def run(self) -> None:
        """Until it is cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._keep_sweeping())
            group.create_task(self._keep_adopting())

    async def sweep(self) -> None:
        """Begins all that may begin now."""
        while not self._worker.draining and (works := await self._take()):
            for work in works:
                self._worker.expect(work)
            # No group, which would cancel the others half-way when one cannot be begun.
            begun = await asyncio.gather(*map(self._begin, works), return_exceptions=True)
            for failure in begun:
                if isinstance(failure, BaseException):
                    raise failure
            if len(works) < _BATCH:
                return

    async def adopt(self) -> None:
        """Looks after works that somebody has who is no more, and those of ours that were never begun."""
        async with self._database.read() as unit:
            taken = await unit.inbox.taken()
        dead = await self._living.dead({each.by for each in taken})
        ours = self._living.name
        for each in taken:
            if each.by in dead or (each.by == ours and each.work.id not in self._worker.here):
                await survive(partial(self._adopt, each, dead))
        self._strays &= {each.work.workflow for each in taken}

    async def _take(self) -> list[Work]:
        here = self._worker.here.values()
        in_lanes = sum(self._in_lane(work) for work in here)
        lanes = self._slots.sessions - in_lanes
        errands = self._slots.errands - (len(here) - in_lanes)
        limits = _Limits(
            ordered=self._ordered,
            lanes=min(lanes, _BATCH),
            errands=min(errands, _BATCH),
            workspace=self._slots.workspace,
        )
        async with self._database.read() as unit:
            # Most nudges find a busy lane, and need not keep writers waiting.
            if not await unit.inbox.choice(**limits):
                return []
        async with self._database.write() as unit:
            return list(await unit.inbox.take(self._living.name, **limits))

    def _in_lane(self, work: Work) -> bool:
        return work.session_id is not None and work.work in self._ordered

    async def _begin(self, work: Work) -> None:
        """The same again changes nothing. What cannot be begun, since the database is away, is adopted later."""
        try:
            with SetWorkflowID(work.workflow):
                handle = await DBOS.start_workflow_async(
                    self._workflow, work.id, work.work, work.session_id, work.args
                )
        except BaseException:
            self._worker.forget(work)
            raise
        if not isinstance(handle, WorkflowHandleAsyncTask):
            self._worker.forget(work)  # it was there already: it runs elsewhere, or will be adopted

    async def _adopt(self, taken: Taken, dead: frozenset[str]) -> None:
        work = taken.work
        status = await DBOS.get_workflow_status_async(work.workflow)
        if status is None:
            async with self._database.write() as unit:
                starts = await unit.inbox.retake(work, self._living.name, before=taken.by)
            if starts is not None:
                self._worker.expect(work, starts)
                await self._begin(work)
        elif status.status == "PENDING" and status.executor_id != self._living.name:
            if status.executor_id in dead | await self._living.dead({status.executor_id or ""}):
                # Internal, but what DBOS's own paid supervisor calls; `tests/jobs` hold it to what is needed of it.
                await asyncio.to_thread(DBOS._recover_pending_workflows, [status.executor_id])  # noqa: SLF001
        elif status.status != "ENQUEUED":
            await self._anew(taken, at_once=status.status != "PENDING")

    async def _anew(self, taken: Taken, *, at_once: bool) -> None:
        """The workflow could not write down what it had come to, or that it had ended, while the database was away. One
        that may be about to begin is waited for until the next look."""
        workflow = taken.work.workflow
        if not at_once and workflow not in self._strays:
            self._strays.add(workflow)
            return
        async with self._database.write() as unit:
            anew = await unit.inbox.renamed(taken, self._living.name)
        if anew is not None:
            await DBOS.cancel_workflow_async(workflow)  # or it would stand in the engine's notes for ever
            self._worker.expect(anew, taken.starts + 1)
            await self._begin(anew)

    async def _keep_sweeping(self) -> None:
        while True:
            self._nudged.clear()
            await survive(self.sweep)
            with suppress(TimeoutError):
                async with asyncio.timeout(SWEEP_SECONDS):
                    await self._nudged.wait()

    async def _keep_adopting(self) -> None:
        while True:
            await survive(self.adopt)
            await asyncio.sleep(self._living.pause)


async def survive(action: Callable[[], Awaitable[object]]) -> None:
    """Does it, or logs why not: the database may be away for a while, and what goes round must outlive that."""
    try:
        await action()
    except Exception as error:  # noqa: BLE001 - see above
        fault = known(error)
        _log.error("queue_failed", reference=fault.reference, detail=fault.detail, exc_info=error)
