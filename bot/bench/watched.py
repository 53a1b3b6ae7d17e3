"""The measured process of `watching`: desk, library and event streams as in production, on a database of its own.

It prints where it listens, then for every line ``SECONDS RATE`` on its input how many milliseconds each message waited
at the desk while an answer was written in every session, and what share of a processor it took."""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog

from adapters.web.app import build_app
from adapters.web.front import Front, Limits
from adapters.web.platform import WebPlatform
from adapters.web.serving import serving
from bot.bench.loop import run
from bot.bench.texts import paced
from core.accounts import EVERYTHING
from core.delivery.watching import Happenings, Watched
from core.desk import Outcome
from core.intake.desk import IntakeDesk
from core.intake.once import Remembering
from core.intake.reading import Reading
from core.intake.signing import Signing
from core.intake.visibility import Visibility
from core.intents import OpenSession, Origin, Person, Place, Say
from core.ports import Attempt, Channel, MessageRef, Standing, ThreadRef
from core.replies import Reply
from core.storage.engine import open_engine
from core.storage.migrate import upgrade
from core.storage.unit_of_work import Database
from core.system import SystemClock, TimeIds
from core.vocabulary import AgentType

SESSIONS = 20
_CHANNEL = "C1"
_WARM_UP = 1.0
_PROGRESS = 1.5
"""Seconds between two edits of a progress message."""


class Town:
    """A platform that knows everybody and has one channel."""

    async def standing(self, workspace: str, person: Person) -> Standing:  # noqa: ARG002 - the same for all
        return "member"

    async def channels_of(self, workspace: str, person: Person) -> Sequence[Channel]:  # noqa: ARG002 - the same for all
        return [Channel(_CHANNEL, "general")]

    async def name_of(self, person: Person) -> str:
        return person.id


class NobodyWorks:
    """The turns are not done: the answers of the bench have their own pace."""

    def nudge(self) -> None:
        """Nothing to do."""

    def stop(self, job_id: str) -> None:
        """Nothing to do."""


@dataclass
class Key:
    """An `Attempt` that is the first."""

    key: str
    again: bool = False
    ticket: str | None = None
    since: datetime = field(default_factory=lambda: datetime.now(UTC))

    async def keep(self, ticket: str) -> None:
        """Nothing to do."""


@dataclass
class Watchable:
    """``threads``: by session."""

    desk: IntakeDesk
    platform: Watched
    threads: dict[str, ThreadRef]
    count: int = 0

    async def acks(self, seconds: float, rate: int) -> list[float]:
        async with asyncio.TaskGroup() as group:
            loop = asyncio.get_running_loop()
            began, until = loop.time(), loop.time() + seconds
            for number, thread in enumerate(self.threads.values()):
                group.create_task(self._answer(thread, until, paced(number)))
                group.create_task(self._progress(thread, until, _PROGRESS * number / SESSIONS))
            saying = []
            for number in range(int(seconds * rate)):
                await asyncio.sleep(began + number / rate - loop.time())
                saying.append(group.create_task(self._say()))
        return [task.result() for task in saying]

    async def _answer(self, thread: ThreadRef, until: float, pace: float) -> None:
        self.count += 1
        attempt: Attempt = Key(f"turn:{self.count}")
        async with self.platform.live(thread, Person("T1", "U0"), attempt) as live:
            while asyncio.get_running_loop().time() < until:
                live.write("word " * 2)
                await asyncio.sleep(pace)
            await live.close(Reply("word"))

    async def _progress(self, thread: ThreadRef, until: float, begin: float) -> None:
        """`begin`: seconds until the first, since generations do not keep step with each other."""
        await asyncio.sleep(begin)
        while asyncio.get_running_loop().time() < until:
            await self.platform.edit(MessageRef(thread, "m"), Reply("⏳ **v1** · main.py"), final=False)
            await asyncio.sleep(_PROGRESS)

    async def _say(self) -> float:
        """Milliseconds."""
        self.count += 1
        thread = list(self.threads.values())[self.count % len(self.threads)]
        place = Place(thread.platform, thread.workspace, thread.channel, thread.thread)
        origin = Origin(place, Person("T1", "U0"), f"event:{self.count}", datetime.now(UTC))
        began = time.perf_counter()
        receipt = await self.desk.receive(Say(origin, f"m{self.count}", "And what about the night?"))
        assert receipt.outcome is Outcome.ACCEPTED, receipt
        return 1000 * (time.perf_counter() - began)


@asynccontextmanager
async def opened(folder: str) -> AsyncIterator[tuple[Watchable, dict[str, object]]]:
    """And what the readers have to know."""
    url = f"sqlite:///{Path(folder) / 'bench.db'}"
    upgrade(url)
    clock, town = SystemClock(), Town()
    async with open_engine(url) as engine:
        database, happenings = Database(engine, clock, TimeIds()), Happenings(clock)
        threads = {session: thread async for session, thread in _sessions(database)}
        by_thread = {thread: session for session, thread in threads.items()}

        async def session_of(thread: ThreadRef) -> str | None:
            return by_thread.get(thread)

        signing = Signing(database, clock, frozenset(), {"slack": town})
        people = [Person("T1", f"U{number}") for number in range(SESSIONS)]
        made = [await signing.new_token("slack", "T1", each, "bench", EVERYTHING, 1) for each in people]
        desk = IntakeDesk(database, NobodyWorks(), happened=happenings.publish)
        reading = Reading(database, Visibility({"slack": town}, clock), happenings)
        front = Front(desk, reading, signing, Remembering(database), clock, limits=Limits(streams=SESSIONS))
        async with serving(build_app(front), "127.0.0.1", 0) as port:
            told = {"port": port, "tokens": [one.secret for one in made], "sessions": list(threads)}
            yield Watchable(desk, Watched(WebPlatform(town.name_of), happenings, session_of), threads), told


async def _sessions(database: Database) -> AsyncIterator[tuple[str, ThreadRef]]:
    for number in range(SESSIONS):
        place = Place("slack", "T1", _CHANNEL)
        origin = Origin(place, Person("T1", "U0"), f"open:{number}", datetime.now(UTC))
        async with database.write() as unit:
            intent = OpenSession(origin, f"Session {number}", AgentType.RESEARCH)
            session = await unit.sessions.add(intent, "Ana", "")
            await unit.sessions.update(session, thread=f"100.{number}")
        yield session, ThreadRef("slack", "T1", _CHANNEL, f"100.{number}")


async def main() -> None:
    structlog.configure(
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
    )
    with TemporaryDirectory() as folder:
        async with opened(folder) as (watchable, told):
            gc.freeze()  # as the program does when it is ready
            print(json.dumps(told), flush=True)
            await watchable.acks(_WARM_UP, SESSIONS)
            while line := await asyncio.to_thread(sys.stdin.readline):
                seconds, rate = line.split()
                began = time.process_time()
                values = await watchable.acks(float(seconds), int(rate))
                share = (time.process_time() - began) / float(seconds)
                print(json.dumps({"values": values, "share": share}), flush=True)


if __name__ == "__main__":
    run(main())
