"""The durable engine: work handed in here is done, once and in order, whatever happens to the process.

The only door to DBOS. Its registry and its running instance are globals of its own module: they are filled and
emptied here, so one engine can be open at a time in a process.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer
from dbos import error as dbos_errors
from sqlalchemy.exc import SQLAlchemyError

from core.errors import SettingsError
from core.jobs.attempts import Patience
from core.jobs.home import FILE, Home
from core.jobs.queue import Queue, Slots, Workflow, survive
from core.jobs.worker import Handler, OnFailure, Worker
from core.storage.inbox import Work
from core.storage.pruning import prune
from core.storage.unit_of_work import Database

_APPLICATION = "threadwright"
_WORKFLOW = "work"
_VERSION = "1"
"""Never changed: DBOS leaves alone what another version began. A new shape of the workflow is a new `_WORKFLOW`."""

_BATCH = 200
_PRUNE_SECONDS = 3600.0
_KEPT = timedelta(days=1)
"""How long ended work stays readable in the engine's database."""
_SETTLE_SECONDS = 0.1
"""Enough for the last notes of what has just ended; most stops find nothing else."""


class Engine:
    """Made by `open_jobs`."""

    def __init__(self, queue: Queue, database: Database) -> None:
        self._queue = queue
        self._database = database
        self.nudge = queue.nudge

    async def run(self) -> None:
        """Does what is in the inbox, until it is cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._queue.run())
            group.create_task(self._keep_pruning())

    async def prune(self, older_than: timedelta) -> int:
        """Forget work that ended so long ago; returns how many."""
        before, forgotten = (datetime.now(UTC) - older_than).isoformat(), 0
        while ended := await DBOS.list_workflows_async(
            completed_before=before, limit=_BATCH, load_input=False, load_output=False
        ):
            await DBOS.delete_workflows_async([workflow.workflow_id for workflow in ended])
            forgotten += len(ended)
        return forgotten

    async def _keep_pruning(self) -> None:
        while True:
            await survive(lambda: self.prune(_KEPT))
            await survive(lambda: prune(self._database, datetime.now(UTC)))
            await asyncio.sleep(_PRUNE_SECONDS)


@asynccontextmanager
async def open_jobs(
    home: Home,
    database: Database,
    *,
    ordered: Mapping[str, Handler],
    errands: Mapping[str, Handler],
    on_failure: OnFailure | None = None,
    patience: Patience | None = None,
    slots: Slots | None = None,
    drain_seconds: float = 25.0,
) -> AsyncIterator[Engine]:
    """An engine on the product's database, whose inbox is the queue. Its own state is at `home`.

    Handlers are found by `Work.work`. ``ordered``: one at a time in each session, in the order of `Work.id`; without
    a session they are errands. ``errands``: at once. ``on_failure``: told of work that is given up. At the end no new
    work begins, running handlers have `drain_seconds` to end, and what is left goes on at the next start, or in another
    process. Raises SettingsError when the state cannot be used, or is in use.
    """
    worker = Worker(home.executor, database, {**ordered, **errands}, on_failure, patience or Patience())
    async with home.living.alive():
        with _quiet():
            try:
                workflow = await _launch(home, worker)
                queue = Queue(database, worker, home.living, workflow, frozenset(ordered), slots or Slots())
                yield Engine(queue, database)
            finally:
                await _close(worker, drain_seconds)


async def _launch(home: Home, worker: Worker) -> Workflow:
    """From here on DBOS takes up what an earlier run left."""

    async def run(number: int, kind: str, session_id: str | None, args: dict[str, Any]) -> None:
        await worker.do(Work(number, kind, session_id, args, DBOS.workflow_id or ""))

    try:
        DBOS(config=_configuration(home))
        # No limit of DBOS's own: it would drop work without a word, where the worker lets people hear.
        workflow = DBOS.workflow(name=_WORKFLOW, max_recovery_attempts=None)(run)
        DBOS.launch()
    except (SQLAlchemyError, dbos_errors.DBOSException) as error:
        raise SettingsError((_unusable(home),)) from error
    return workflow


def _configuration(home: Home) -> DBOSConfig:
    return {
        "name": _APPLICATION,
        "application_version": _VERSION,
        "executor_id": home.executor,
        "serializer": DBOSPortableJSONSerializer(),  # and not pickles: what is stored should stay readable
        "max_executor_threads": 16,
        "use_listen_notify": False,  # we wait for none of DBOS's notifications, and so poolers of connections work
        "notification_listener_polling_interval_sec": 0.1,  # nothing is asked of the database; the end waits for it
        "enable_otlp": False,
        "log_level": "WARNING",
        **home.database,
    }


def _unusable(home: Home) -> str:
    if home.embedded:
        return f"DATA_DIR: the file {FILE} in it cannot be used; the log says why"
    return "DATABASE_URL: the schema dbos cannot be made or used in this database; the log says why"


@contextmanager
def _quiet() -> Iterator[None]:
    """DBOS logs like any other library: by the handlers of the program, and not about what is in order."""

    def worth_telling(record: logging.LogRecord) -> bool:
        # That is how we stop what has not ended, and it is said several times for each.
        return not str(record.msg).startswith("Asyncio task cancelled")

    logger = logging.getLogger("dbos")
    if not logger.handlers:  # then DBOS would give it one that writes to the console
        logger.addHandler(logging.NullHandler())
    logger.addFilter(worth_telling)
    try:
        yield
    finally:
        logger.removeFilter(worth_telling)


async def _close(worker: Worker, drain_seconds: float) -> None:
    if not await worker.ended(_SETTLE_SECONDS):
        await worker.drain(drain_seconds)
    # DBOS had put its own threads under the loop's `to_thread`. All of them may wait for a database that is away.
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor())
    await asyncio.to_thread(DBOS.destroy, destroy_registry=True)
