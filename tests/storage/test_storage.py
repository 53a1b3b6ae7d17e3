"""Sessions, messages, versions and boxes over a real SQLite file."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy.exc import IntegrityError

from core.automations.evidence import Evidence
from core.automations.model import Automation, AutomationStatus, File, JobStatus
from core.errors import RequestRefused
from core.intents import OpenSession, Origin, Person, Place
from core.messages.model import Speaker
from core.sessions.model import SessionStatus
from core.storage.unit_of_work import Database, Unit
from core.vocabulary import AgentType, Language

ANA, BEN = Person("T1", "U1"), Person("T1", "U2")
PLACE = Place("slack", "T1", "C1")
THREAD = replace(PLACE, thread="100.1")
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def origin(key: str, alias: str | None = None) -> Origin:
    return Origin(PLACE, ANA, key, NOW, alias)


async def opened(unit: Unit, title: str = "Watcher") -> str:
    return await unit.sessions.add(OpenSession(origin("open"), title, AgentType.WEB_CRAWLER), "Ana", title)


async def say(unit: Unit, session_id: str, message: str, text: str, person: Person = ANA) -> int:
    return await unit.messages.add(
        session_id,
        speaker=Speaker.PERSON,
        author="Ana",
        person=person,
        platform_message=message,
        text=text,
        at=NOW,
        aside=text.startswith("//"),
    )


async def test_a_session_is_found_by_its_thread_with_its_ledger(database: Database) -> None:
    async with database.write() as unit:
        session_id = await opened(unit, "שלום 🚀")
        await unit.sessions.add_requirement(session_id, "Crawl politely", "Ana", ANA)
        await unit.sessions.add_requirement(session_id, "Store in SQLite", "Ben", BEN)
        await unit.sessions.change_requirement(session_id, 1, withdrawn=True)
        await unit.sessions.update(session_id, thread="100.1")
    async with database.read() as unit:
        session = await unit.sessions.at(THREAD)
    assert session is not None
    assert (session.id, session.title, session.status) == (session_id, "שלום 🚀", SessionStatus.OPEN)
    assert [(r.number, r.text, r.withdrawn) for r in session.requirements] == [
        (1, "Crawl politely", True),
        (2, "Store in SQLite", False),
    ]


async def test_the_same_thread_in_another_workspace_is_another_place(database: Database) -> None:
    async with database.write() as unit:
        await unit.sessions.update(await opened(unit), thread="100.1")
    async with database.read() as unit:
        assert await unit.sessions.at(replace(THREAD, workspace="T2")) is None


async def test_a_failing_unit_leaves_nothing(database: Database) -> None:
    async def fail_half_way() -> None:
        async with database.write() as unit:
            await opened(unit)
            raise RequestRefused("no")

    with pytest.raises(RequestRefused):
        await fail_half_way()
    async with database.read() as unit:
        assert list(await unit.sessions.heads(PLACE, SessionStatus.OPEN, 25)) == []


async def test_a_turn_takes_every_open_question_once_and_asides_never(database: Database) -> None:
    async with database.write() as unit:
        session_id = await opened(unit)
        for key, text in (("1", "first"), ("2", "// between us"), ("3", "second")):
            await say(unit, session_id, key, text)
        assert [m.text for m in await unit.messages.claim(session_id, "turn-1")] == ["first", "second"]
        assert list(await unit.messages.claim(session_id, "turn-2")) == []
        again = await unit.messages.claim(session_id, "turn-1")
    assert [m.text for m in again] == ["first", "second"]


async def test_a_failed_turn_gives_its_questions_back(database: Database) -> None:
    async with database.write() as unit:
        session_id = await opened(unit)
        await say(unit, session_id, "1", "first")
        await unit.messages.claim(session_id, "turn-1")
        await unit.messages.release(session_id, "turn-1")
        assert [m.text for m in await unit.messages.claim(session_id, "turn-2")] == ["first"]


async def test_erased_and_forgotten_words_are_gone(database: Database) -> None:
    async with database.write() as unit:
        session_id = await opened(unit)
        await say(unit, session_id, "1", "a secret")
        await say(unit, session_id, "2", "from Ben", BEN)
        await say(unit, session_id, "3", "more of Ana")
        await unit.messages.erase(session_id, "1")
        assert [m.text for m in await unit.messages.of(session_id)] == ["from Ben", "more of Ana"]
        assert await unit.messages.forget("T1", ANA, "someone") == 2
        assert [m.text for m in await unit.messages.of(session_id)] == ["from Ben"]


async def test_an_event_is_seen_under_either_key(database: Database) -> None:
    async with database.write() as unit:
        await unit.inbox.add(origin("e1", "client-1"), "turn", None, {})
        assert await unit.inbox.seen(origin("e1"))
        assert await unit.inbox.seen(origin("e2", "client-1"))
        assert not await unit.inbox.seen(origin("e3", "client-3"))


async def test_the_same_event_stored_by_two_at_once_is_stored_once(database: Database) -> None:
    async def store() -> bool:
        try:
            async with database.write() as unit:
                if await unit.inbox.seen(origin("e1")):
                    return False
                await unit.inbox.add(origin("e1"), "turn", None, {})
                return True
        except IntegrityError:  # where writers do not wait for each other, the key stops the second one
            return False

    assert sorted(await asyncio.gather(*(store() for _ in range(5)))) == [False] * 4 + [True]


async def test_a_message_id_cannot_be_stored_twice_in_a_session(database: Database) -> None:
    async with database.write() as unit:
        session_id = await opened(unit)
        await say(unit, session_id, "1", "once")
    with pytest.raises(IntegrityError):
        async with database.write() as unit:
            await say(unit, session_id, "1", "twice")


def version(session_id: str, *files: File) -> Automation:
    return Automation(
        id="",
        session_id=session_id,
        number=0,
        status=AutomationStatus.DRAFT,
        language=Language.PYTHON,
        summary="It watches.",
        dependencies=("httpx",),
        setup="pip install -r requirements.txt",
        usage="python -m watcher",
        warnings=(),
        evidence=Evidence(cost=Decimal("0.0123"), notes=("not checked yet",)),
        created_at=NOW,
        files=files,
    )


async def test_versions_are_numbered_and_come_back_whole(database: Database) -> None:
    async with database.write() as unit:
        session_id = await opened(unit)
        first = await unit.automations.add(version(session_id, File("a/__init__.py", "")), "j1")
        second = await unit.automations.add(version(session_id, File("b.py", "x = 1\n")), "j2")
    async with database.read() as unit:
        assert await unit.automations.get(first.id) == first
        assert await unit.automations.newest(session_id) == second
        assert [a.number for a in await unit.automations.heads(session_id)] == [1, 2]


async def test_one_job_makes_one_version(database: Database) -> None:
    async with database.write() as unit:
        session_id = await opened(unit)
        job_id = await unit.automations.add_job(session_id, Language.AUTO, ANA)
        await unit.automations.add(version(session_id, File("a.py", "")), job_id)
    with pytest.raises(IntegrityError):
        async with database.write() as unit:
            await unit.automations.add(version(session_id, File("a.py", "")), job_id)


async def test_a_job_is_active_until_it_ends(database: Database) -> None:
    async with database.write() as unit:
        session_id = await opened(unit)
        job_id = await unit.automations.add_job(session_id, Language.AUTO, ANA)
        await unit.automations.ask_cancel(job_id)
        active = await unit.automations.active_job(session_id)
        assert active is not None
        assert active.cancel_asked
        await unit.automations.set_job(job_id, JobStatus.CANCELLED, "Stopped.")
        assert await unit.automations.active_job(session_id) is None


async def test_a_download_counts_once_per_operation_and_leaves_a_draft_a_draft(database: Database) -> None:
    async with database.write() as unit:
        session_id = await opened(unit)
        made = await unit.automations.add(version(session_id, File("a.py", "")), "j1")
        await unit.automations.add_download(made.id, "op-1", ANA, "dm")
        await unit.automations.add_download(made.id, "op-1", ANA, "dm")
        assert await unit.automations.advance(made.id, AutomationStatus.DOWNLOADED) == "draft"


async def test_removing_a_session_removes_all_that_hangs_on_it(database: Database) -> None:
    async with database.write() as unit:
        session_id = await opened(unit)
        await say(unit, session_id, "1", "hello")
        made = await unit.automations.add(version(session_id, File("a.py", "")), "j1")
        await unit.sessions.remove(session_id)
    async with database.read() as unit:
        assert await unit.automations.get(made.id) is None
        assert await unit.messages.count(session_id) == 0


async def test_the_outbox_keeps_tickets_and_results(database: Database) -> None:
    async with database.write() as unit:
        await unit.outbox.begin("turn:1", None, "local")
        await unit.outbox.keep("turn:1", "171.2")
        await unit.outbox.sent("turn:1", "171.2")
    async with database.read() as unit:
        post = await unit.outbox.get("turn:1")
    assert post is not None
    assert (post.ticket, post.result) == ("171.2", "171.2")


async def test_a_session_that_is_being_opened_is_found_by_its_card(database: Database) -> None:
    since = datetime.now(UTC) - timedelta(minutes=1)
    async with database.write() as unit:
        intent = OpenSession(origin("open"), "Prices", AgentType.RESEARCH)
        session = await unit.sessions.add(intent, "Ana", intent.title)
        await unit.outbox.begin(f"card:{session}", session, "local")
    async with database.write() as unit:
        assert await unit.sessions.half_open("slack", since) == []
        await unit.outbox.keep(f"card:{session}", "the ticket")
        place = replace(intent.origin.place, thread=None)
        assert await unit.sessions.half_open("slack", since) == [(place, "the ticket")]
        assert await unit.sessions.half_open("slack", datetime.now(UTC) + timedelta(minutes=1)) == []
        await unit.sessions.update(session, thread="1.1")
        assert await unit.sessions.half_open("slack", since) == []
