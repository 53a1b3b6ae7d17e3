"""Three workers on PostgreSQL: how soon the living take over from a killed one, how soon a cancel in one process closes the
model's connection in another, and how long a quiet workspace waits beside a busy one."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from itertools import count
from tempfile import TemporaryDirectory

from bot.bench.report import Aim, Report, Row
from bot.bench.size import Size
from bot.bench.stage import ROOT
from bot.chaos.postgres import postgres
from bot.simulators.openrouter import Answer, OpenRouterSimulator
from core.bus import Bus
from core.intents import Origin, Person, Place
from core.storage.bus import open_bus
from core.storage.engine import open_engine
from core.storage.migrate import upgrade
from core.storage.unit_of_work import Database
from core.system import SystemClock, TimeIds

_WORKERS = 3
_SLOTS = 4
_QUEUED = 200
_HOLD = 0.5
"""Seconds for which each work of the busy workspace holds its slot."""
_PATIENCE = 30.0


async def processes(size: Size) -> Report:
    """``size.kills``: of workers; as many cancels and quiet works."""
    async with installed() as here:
        rows = (
            Row("killed to taken over", tuple(await _takeovers(here, size.kills)), Aim(0.99, 5_000)),
            Row("cancelled to closed", tuple(await _cancels(here, size.kills)), Aim(0.99, 1_000)),
            Row("quiet workspace waits", tuple(await _waits(here, size.kills)), Aim(0.99, 2_000)),
        )
    return Report("Several processes on PostgreSQL", "ms", rows, _NOTES)


_NOTES = f"""\
{_WORKERS} processes with the program's engine and {_SLOTS} slots each, on a PostgreSQL of their own on a local socket. Killed
to taken over: from SIGKILL to the moment at which another process enters the handler. Cancelled to closed: from the word of
the process in which somebody clicks to the moment at which the OpenRouter simulator sees the connection closed that another
process holds. Quiet workspace waits: from the commit of its only work to its begin, while another workspace has {_QUEUED}
works queued that hold a slot for {_HOLD:g} s each: so the wait for a slot is in it."""


@dataclass
class Worker:
    process: Process
    folder: TemporaryDirectory[str]


@dataclass
class Installation:
    """``heard``: when and by whom each (what, work) was said first and last."""

    url: str
    database: Database
    bus: Bus
    model: OpenRouterSimulator
    group: asyncio.TaskGroup
    workers: list[Worker] = field(default_factory=list)
    heard: dict[tuple[str, int], list[tuple[float, Worker]]] = field(default_factory=dict)
    keys: count[int] = field(default_factory=count)
    news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def add_worker(self) -> None:
        folder = TemporaryDirectory()
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot.bench.worked", self.url, folder.name, str(_SLOTS)),
            *(self.model.base_url, self.model.key),
            cwd=ROOT,
            env={},
            stdout=PIPE,
        )
        worker = Worker(process, folder)
        self.workers.append(worker)
        self.group.create_task(self._read(worker))
        await self.until("ready", 0, times=len(self.heard.get(("ready", 0), ())) + 1)

    async def _read(self, worker: Worker) -> None:
        assert worker.process.stdout is not None
        while line := await worker.process.stdout.readline():
            told = json.loads(line)
            async with self.news:
                self.heard.setdefault((told["what"], told["work"]), []).append((told["at"], worker))
                self.news.notify_all()

    async def until(self, what: str, work: int, times: int = 1) -> tuple[float, Worker]:
        key = (what, work)
        async with asyncio.timeout(_PATIENCE), self.news:
            await self.news.wait_for(lambda: len(self.heard.get(key, ())) >= times)
        return self.heard[key][times - 1]

    async def work(
        self, workspace: str = "T1", *, seconds: float = 0.0, listen: bool = False, nudge: bool = True
    ) -> int:
        number = next(self.keys)
        origin = Origin(
            Place("slack", workspace, "C1"), Person(workspace, "U1"), f"e{number}", datetime.now(UTC)
        )
        async with self.database.write() as unit:
            stored = await unit.inbox.add(
                origin, "turn", f"s{number}", {"seconds": seconds, "listen": listen}
            )
        if nudge:
            self.bus.tell("work", {})
        return stored


@asynccontextmanager
async def installed() -> AsyncIterator[Installation]:
    async with postgres() as server, OpenRouterSimulator.start() as model:
        await asyncio.to_thread(upgrade, server.url)
        async with (
            open_engine(server.url) as connections,
            open_bus(server.url) as bus,
            asyncio.TaskGroup() as group,
        ):
            database = Database(connections, SystemClock(), TimeIds())
            here = Installation(server.url, database, bus, model, group)
            try:
                for _ in range(_WORKERS):
                    await here.add_worker()
                yield here
            finally:
                for worker in here.workers:
                    await _kill(worker)


async def _kill(worker: Worker) -> None:
    if worker.process.returncode is None:
        worker.process.kill()
    await worker.process.wait()
    worker.folder.cleanup()


async def _takeovers(here: Installation, kills: int) -> list[float]:
    """Milliseconds."""
    taken = []
    for _ in range(kills):
        work = await here.work(seconds=60.0)
        _, victim = await here.until("begin", work)
        here.workers.remove(victim)
        killed = time.monotonic()
        await _kill(victim)
        again, heir = await here.until("begin", work, times=2)
        taken.append(1000 * (again - killed))
        # The heir holds it for a minute; it is killed next, or goes with the others: nothing waits for it.
        await here.add_worker()
        if len(taken) % _SLOTS == 0:
            await _renew(here, heir)
    await _renew(here, *here.workers)
    return taken


async def _renew(here: Installation, *workers: Worker) -> None:
    """Ends what they hold, by hand: the works are of no use any more."""
    async with here.database.write() as unit:
        for each in await unit.inbox.taken():
            await unit.inbox.ended(each.work.id)
    for worker in workers:
        here.workers.remove(worker)
        await _kill(worker)
        await here.add_worker()


async def _cancels(here: Installation, cancels: int) -> list[float]:
    """Milliseconds."""
    taken = []
    for _ in range(cancels):
        here.model.answer(Answer("Half of this is said.", hold=asyncio.Event(), hold_after=1, chunk=4))
        work, closed = await here.work(listen=True), here.model.closed_early
        await here.until("begin", work)
        await here.model.until(lambda: here.model.open_streams == 1)
        began = time.monotonic()
        here.bus.tell("stop", {"job": str(work)})
        await here.model.until(partial(_one_more, here.model, closed))
        taken.append(1000 * (time.monotonic() - began))
        await here.until("end", work)
    return taken


def _one_more(model: OpenRouterSimulator, closed: int) -> bool:
    return model.closed_early == closed + 1


async def _waits(here: Installation, works: int) -> list[float]:
    """Milliseconds."""
    taken = []
    busy: list[int] = []
    for _ in range(works):
        while len(busy) - sum(("end", work) in here.heard for work in busy) < _QUEUED:
            busy.append(await here.work("T1", seconds=_HOLD, nudge=False))
        here.bus.tell("work", {})
        await here.until("begin", busy[0])
        stored = time.monotonic()
        quiet = await here.work("T2")
        began, _ = await here.until("begin", quiet)
        taken.append(1000 * (began - stored))
    return taken
