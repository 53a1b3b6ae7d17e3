"""The account of model calls, and the questions that are kept until they are answered."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal

import pytest

from core.ports import Usage
from core.storage.calls import Bill
from core.storage.engine import open_engine
from core.storage.questions import Asked, Question
from core.storage.unit_of_work import Database
from core.system import TimeIds
from tests.fakes.house import FakeClock
from tests.intake.stock import opened

LATER = timedelta(days=1)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def database(database_url: str, clock: FakeClock) -> AsyncIterator[Database]:
    async with open_engine(database_url) as engine:
        yield Database(engine, clock, TimeIds())


@pytest.fixture
async def session(database: Database) -> str:
    return await opened(database)


async def test_a_broken_off_call_is_asked_about_by_one_and_then_later(
    database: Database, clock: FakeClock, session: str
) -> None:
    async with database.write() as unit:
        call = await unit.model_calls.begin(session, "job:1")
        await unit.model_calls.started(call, "gen-1")
        await unit.model_calls.ended(call, "cut")
        assert await unit.model_calls.due() == []
    clock.at += timedelta(seconds=3)
    async with database.read() as unit:
        assert await unit.model_calls.any_due()
    async with database.write() as unit:
        [due] = await unit.model_calls.due()
        assert (due.id, due.session_id, due.purpose, due.generation_id) == (call, session, "job:1", "gen-1")
        assert await unit.model_calls.due() == []
    for later in (4, 12):
        clock.at += timedelta(seconds=later)
        async with database.write() as unit:
            assert len(await unit.model_calls.due()) == (1 if later == 12 else 0)
    async with database.write() as unit:
        await unit.model_calls.book(call, Usage(10, 2, 1, cost=Decimal("0.5")))
    clock.at += LATER
    async with database.read() as unit:
        assert not await unit.model_calls.any_due()
        bill = await unit.model_calls.bill(session, "job:1")
    assert bill == Bill(Usage(10, 2, 1, cost=Decimal("0.5")), "")


async def test_what_ended_or_was_never_accepted_is_not_asked_about(
    database: Database, clock: FakeClock, session: str
) -> None:
    async with database.write() as unit:
        done = await unit.model_calls.begin(session, "job:1")
        await unit.model_calls.started(done, "gen-1")
        await unit.model_calls.ended(done, "done", "a/model", Usage(5, 5, cost=Decimal("0.1")))
        refused = await unit.model_calls.begin(session, "job:1")
        await unit.model_calls.ended(refused, "failed")
    clock.at += LATER
    async with database.read() as unit:
        assert not await unit.model_calls.any_due()
        assert await unit.model_calls.bill(session, "job:1") == Bill(
            Usage(5, 5, cost=Decimal("0.1")), "a/model"
        )


async def test_what_nobody_came_back_to_is_lost(database: Database, clock: FakeClock, session: str) -> None:
    async with database.write() as unit:
        call = await unit.model_calls.begin(session, "job:1")
        await unit.model_calls.started(call, "gen-1")
    clock.at += timedelta(hours=2)
    async with database.write() as unit:
        await unit.model_calls.begin(session, "job:2")
        await unit.model_calls.overdue(clock.now() - timedelta(hours=1))
    clock.at += timedelta(minutes=1)
    async with database.write() as unit:
        assert [one.id for one in await unit.model_calls.due()] == [call]


async def test_a_question_from_its_first_byte_to_its_end(database: Database, session: str) -> None:
    first, second = Question(session, "turn:1"), Question(session, "turn:1", 2)
    async with database.write() as unit:
        assert await unit.questions.get(first) is None
        await unit.questions.ask(first, '{"a":"\\u0000"}')
        await unit.questions.ask(second, "{}")
        assert await unit.questions.get(first) == Asked('{"a":"\\u0000"}', False, None)
        await unit.questions.repeat(first, "{}")
        assert await unit.questions.get(first) == Asked("{}", True, None)
        await unit.questions.answer(first, "outcome")
        assert await unit.questions.get(first) == Asked("", True, "outcome")
        assert await unit.questions.get(second) == Asked("{}", False, None)
        await unit.questions.settle(session, "turn:1")
        assert await unit.questions.get(second) is None


async def test_erased_words_are_not_kept_for_a_repetition(database: Database, session: str) -> None:
    question = Question(session, "turn:1")
    async with database.write() as unit:
        await unit.questions.ask(question, "what Ana said")
        await unit.messages.erase(session, "m1")
        assert await unit.questions.get(question) == Asked("", False, None)


async def test_a_session_takes_its_questions_along(database: Database, session: str) -> None:
    async with database.write() as unit:
        await unit.questions.ask(Question(session, "turn:1"), "{}")
        await unit.sessions.remove(session)
        assert await unit.questions.get(Question(session, "turn:1")) is None
