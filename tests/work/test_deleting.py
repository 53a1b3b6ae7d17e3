"""A session may be deleted at any moment of any work on it: the work then ends in order, and nothing is logged as a fault."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import count

import pytest

from core.automations.evidence import Evidence
from core.intents import Delete, Generate, Intent, OpenSession, Review, RunTests, Say
from core.sessions.model import Session
from core.storage.engine import open_engine
from core.storage.unit_of_work import Database, Unit
from core.system import TimeIds
from core.vocabulary import AgentType
from tests.fakes.checker import FakeChecker
from tests.fakes.house import FakeClock, House, thread_of
from tests.work.projects import GOOD, answer

RIGHT = Evidence(checked=True, proved=True)


class Interrupted(Database):
    """``meanwhile``: happens before the transaction that comes after `left` others."""

    left = 0
    meanwhile: Callable[[], Awaitable[None]] | None = None

    async def _before(self) -> None:
        self.left -= 1
        if self.left < 0 and self.meanwhile is not None:
            happens, self.meanwhile = self.meanwhile, None
            await happens()

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Unit]:
        await self._before()
        async with super().write() as unit:
            yield unit

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Unit]:
        await self._before()
        async with super().read() as unit:
            yield unit


def opening(house: House, _: Session) -> Intent:
    return OpenSession(house.origin(), "Another", AgentType.WEB_CRAWLER, "Crawl politely", "Python", "")


def talk(house: House, session: Session) -> Intent:
    origin = house.origin(thread=thread_of(session))
    return Say(origin, origin.event_key, "How often?")


def generating(house: House, session: Session) -> Intent:
    house.model.say(answer(GOOD))
    return Generate(house.origin(thread=thread_of(session)))


def reviewing(house: House, session: Session) -> Intent:
    return Review(house.origin(thread=thread_of(session)))


def proving(house: House, session: Session) -> Intent:
    return RunTests(house.origin(thread=thread_of(session)))


@pytest.mark.parametrize("asked", [opening, talk, generating, reviewing, proving])
async def test_whenever_a_session_is_deleted_its_work_ends_in_order(
    database_url: str, asked: Callable[[House, Session], Intent]
) -> None:
    clock = FakeClock()
    async with open_engine(database_url) as engine:
        database = Interrupted(engine, clock, TimeIds())
        house = House(database, clock, FakeChecker([RIGHT]))
        for step in count():
            if await deleted_after(house, database, asked, step):
                break
        assert step > 3


async def deleted_after(
    house: House, database: Interrupted, asked: Callable[[House, Session], Intent], step: int
) -> bool:
    """Whether the work came to its end within so many transactions."""
    session = await house.open()
    house.model.say(answer(GOOD))
    await house.generate(session)
    await house.desk.receive(asked(house, session))
    work = (await house.waiting())[0]

    async def delete() -> None:
        await house.desk.receive(Delete(house.origin(), work.session_id or "", confirmed=True))

    database.left, database.meanwhile = step, delete
    await house.handlers[work.work](work)
    ended, database.meanwhile = database.meanwhile is not None, None
    house.model.answers.clear()
    await house.settle()
    return ended
