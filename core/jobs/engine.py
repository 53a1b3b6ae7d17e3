"""The durable engine: work handed in here is done, once and in order, whatever happens to the process.

The only door to DBOS. Its registry and its running instance are globals of its own module: they are filled and
emptied here, so one engine can be open at a time in a process.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import AsyncIterator, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer
from dbos import error as dbos_errors
from sqlalchemy.exc import SQLAlchemyError

from core.errors import SettingsError
from core.jobs.attempts import Patience
from core.jobs.home import FILE, Home, open_home
from core.jobs.lanes import AtOnce, Lanes, Queued, Workflow
from core.jobs.worker import GRACE_SECONDS, Handler, OnFailure, Worker
from core.storage.boxes import Work

_APPLICATION = "threadwright"
_WORKFLOW = "work"
_VERSION = "1"
"""Never changed: DBOS leaves alone what another version began. A new shape of the workflow is a new `_WORKFLOW`."""

_BATCH = 200
_SETTLE_SECONDS = 0.1
"""Enough for the last notes of what has just ended; most stops find nothing else."""


class Engine:
    """Made by `open_jobs`."""

    def __init__(self, lanes: Lanes, workflow: Workflow) -> None:
        self._lanes = lanes
        self._workflow = workflow

    async def dispatch(self, work: Work) -> None:
        """Returns when the work is stored durably. The same `Work.id` again changes nothing. Not for handlers, which
        leave their new work in the inbox."""
        await self._lanes.start(self._workflow, work)

    async def prune(self, older_than: timedelta) -> int:
        """Forget work that ended so long ago; returns how many. Handed in once more, it would be done again."""
        before, forgotten = (datetime.now(UTC) - older_than).isoformat(), 0
        while ended := await DBOS.list_workflows_async(
            completed_before=before, limit=_BATCH, load_input=False, load_output=False
        ):
            await DBOS.delete_workflows_async([workflow.workflow_id for workflow in ended])
            forgotten += len(ended)
        return forgotten


@asynccontextmanager
async def open_jobs(
    database_url: str,
    data_dir: Path,
    *,
    ordered: Mapping[str, Handler],
    errands: Mapping[str, Handler],
    on_failure: OnFailure | None = None,
    patience: Patience | None = None,
    drain_seconds: float = 25.0,
) -> AsyncIterator[Engine]:
    """An engine on the product's database: PostgreSQL itself, or a file of its own in `data_dir` beside SQLite.

    Handlers are found by `Work.work`. ``ordered``: one at a time in each session, in the order of `Work.id`; without
    a session they are errands. ``errands``: at once. ``on_failure``: told of work that is given up. At the end no new
    work begins, running handlers have `drain_seconds` to end, and what is left goes on at the next start (on
    PostgreSQL not yet: see `Home`). Raises SettingsError when the state cannot be used, or is in use.
    """
    with open_home(database_url, data_dir) as home:
        async with open_at(
            home,
            ordered=ordered,
            errands=errands,
            on_failure=on_failure,
            patience=patience or Patience(),
            drain_seconds=drain_seconds,
        ) as engine:
            yield engine


@asynccontextmanager
async def open_at(
    home: Home,
    *,
    ordered: Mapping[str, Handler],
    errands: Mapping[str, Handler],
    on_failure: OnFailure | None,
    patience: Patience,
    drain_seconds: float,
) -> AsyncIterator[Engine]:
    """`open_jobs` where the home is open already."""

    def lane_of(work: Work) -> str | None:
        return work.session_id if work.work in ordered else None

    lanes = (AtOnce if home.embedded else Queued)(lane_of)
    worker = Worker(lanes, {**ordered, **errands}, on_failure, patience)
    with _quiet():
        try:
            yield Engine(lanes, await _launch(home, lanes, worker))
        finally:
            await _close(home, worker, drain_seconds)


async def _launch(home: Home, lanes: Lanes, worker: Worker) -> Workflow:
    """From here on DBOS takes up what an earlier run left."""

    async def run(number: int, kind: str, session_id: str | None, args: dict[str, Any]) -> None:
        await worker.do(Work(number, kind, session_id, args))

    try:
        DBOS(config=_configuration(home))
        # No limit of DBOS's own: it would drop work without a word, where the worker lets people hear.
        workflow = DBOS.workflow(name=_WORKFLOW, max_recovery_attempts=None)(run)
        DBOS.launch()
        await lanes.open()
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


async def _close(home: Home, worker: Worker, drain_seconds: float) -> None:
    if home.embedded or await worker.ended(_SETTLE_SECONDS):
        await worker.drain(drain_seconds)
        await asyncio.to_thread(DBOS.destroy, destroy_registry=True)
    else:
        # Queues go on handing out work until DBOS is told to end, and then it waits, in whole seconds, for the rest.
        longest = math.ceil(drain_seconds + GRACE_SECONDS) + 1
        async with asyncio.TaskGroup() as group:
            group.create_task(
                asyncio.to_thread(
                    DBOS.destroy, destroy_registry=True, workflow_completion_timeout_sec=longest
                )
            )
            group.create_task(worker.drain(drain_seconds))
    # DBOS had put its own threads under the loop's `to_thread`, and they are gone now.
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor())
