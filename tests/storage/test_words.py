"""Sessions are found by the words in them, in any language and whatever is typed; what is erased is not found."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import IntegrityError

from core.intents import OpenSession, Origin, Person, Place
from core.library import SessionQuery
from core.messages.model import Speaker
from core.storage.catalogue import Shelf
from core.storage.engine import normalise, open_engine
from core.storage.migrate import downgrade, upgrade
from core.storage.tables import sessions
from core.storage.unit_of_work import Database, Unit
from core.storage.words import holding, words
from core.vocabulary import AgentType

ANA, BEN = Person("T1", "UANA"), Person("T1", "UBEN")
HOME = Place("slack", "T1", "C1")
SHELVES = (Shelf("slack", "T1"), Shelf("web", "slack:T1"))
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


async def opened(unit: Unit, title: str, place: Place = HOME) -> str:
    intent = OpenSession(Origin(place, ANA, "open", NOW), title, AgentType.RESEARCH)
    return await unit.sessions.add(intent, "Ana", title)


async def said(unit: Unit, session_id: str, message: str, what: str, person: Person = ANA) -> None:
    await unit.messages.add(
        session_id,
        speaker=Speaker.PERSON,
        author="Ana",
        person=person,
        platform_message=message,
        text=what,
        at=NOW,
    )


async def found(database: Database, looked_for: str, *shelves: Shelf) -> list[str]:
    async with database.read() as unit:
        rows = await unit.catalogue.sessions(shelves or SHELVES, SessionQuery(text=looked_for), None)
    return sorted(row.session.title for row in rows)


async def test_a_session_is_found_by_title_requirement_and_message(database: Database) -> None:
    async with database.write() as unit:
        one, two = await opened(unit, "Price watcher"), await opened(unit, "Mail sorter")
        await unit.sessions.add_requirement(one, "Crawl politely", "Ana", ANA)
        await said(unit, two, "1", "please sort by price, too")
    assert await found(database, "price") == ["Mail sorter", "Price watcher"]
    assert await found(database, "PRICE polite") == ["Price watcher"]
    assert await found(database, "sort mail") == ["Mail sorter"], "words may stand apart, in any order"
    assert await found(database, "price nothing") == []
    assert await found(database, "  ") == ["Mail sorter", "Price watcher"]


async def test_the_last_word_may_be_begun(database: Database) -> None:
    async with database.write() as unit:
        await opened(unit, "Price watcher")
    for begun in ("w", "wat", "watcher", "price wa", "pri"):
        assert await found(database, begun) == ["Price watcher"]
    assert await found(database, "pri watcher") == [], "the others are whole"
    assert await found(database, "watchers") == []


@pytest.mark.parametrize(
    ("title", "looked_for"),
    [
        ("Größe der Straße", "strasse grosse"),
        ("École d'été", "ETE ecole"),
        ("Отчёт: цены", "цены отчет"),
        ("דוח מחירים", "מחירים"),
        ("تقرير الأسعار", "الأسعار"),
        ("हिन्दी रिपोर्ट", "रिपोर्ट"),
        ("가격 보고서", "보고"),
        ("価格監視ツール", "監視"),
        ("价格监控工具", "工具"),
        ("รายงานราคา", "ราคา"),
        ("ﬁle №5 — x²", "file no5 x2"),
        ("snake_case_name", "case"),
        ("v1.2.3-beta", "beta"),
        ("\U0001d401old words", "bold"),
        ("İstanbul", "istanbul"),
    ],
)
async def test_words_of_any_language(database: Database, title: str, looked_for: str) -> None:
    async with database.write() as unit:
        await opened(unit, title)
        await opened(unit, "another one")
    assert await found(database, looked_for) == [title]


@pytest.mark.parametrize(
    "hostile",
    [
        '"',
        "'",
        '" OR words MATCH "x',
        "NEAR(a b)",
        "a AND",
        "-a",
        "a*b*",
        "^a",
        "{words}: a",
        "a:*",
        "a & | !",
        "<->",
        "\\",
        "%",
        "_",
        "\x00a\x00",
        "\ud800",
        "((((",
        "a" * 100_000,
        "a " * 50_000,
        "監" * 10_000,
        "'; DROP TABLE automation_sessions; --",
    ],
)
async def test_whatever_is_typed_is_words_or_nothing(database: Database, hostile: str) -> None:
    async with database.write() as unit:
        session_id = await opened(unit, "quiet")
        await unit.sessions.add_requirement(
            session_id, hostile.replace("\x00", "").replace("\ud800", ""), "", ANA
        )
    await found(database, hostile)
    assert await found(database, "quiet") == ["quiet"]


async def test_nothing_but_signs_finds_nothing(database: Database) -> None:
    async with database.write() as unit:
        await opened(unit, "quiet")
    assert await found(database, '"*"') == []


async def test_what_is_changed_or_erased_is_not_found_by_what_it_was(database: Database) -> None:
    async with database.write() as unit:
        session_id = await opened(unit, "first title")
        number = await unit.sessions.add_requirement(session_id, "first wish", "Ana", ANA)
        await said(unit, session_id, "1", "alpha both")
        await said(unit, session_id, "2", "beta both")
        await said(unit, session_id, "3", "gamma", BEN)
        await unit.sessions.update(session_id, title="second")
        await unit.sessions.change_requirement(session_id, number, text="other desire")
        await unit.messages.erase(session_id, "1")
        await unit.messages.revise(session_id, "3", "delta")
    for gone in ("title", "wish", "alpha", "gamma"):
        assert await found(database, gone) == []
    for there in ("second", "desire", "beta", "both", "delta"):
        assert await found(database, there) == ["second"]


async def test_what_is_rolled_back_was_never_there(database: Database) -> None:
    async with database.write() as unit:
        session_id = await opened(unit, "kept")
    with pytest.raises(IntegrityError):
        await twice(database, session_id, "lost")
    assert await found(database, "lost") == []


async def twice(database: Database, session_id: str, what: str) -> None:
    async with database.write() as unit:
        await said(unit, session_id, "1", what)
        await said(unit, session_id, "1", what)


async def test_who_is_forgotten_is_not_found_in_chat_or_browser(database: Database) -> None:
    async with database.write() as unit:
        one = await opened(unit, "chat")
        two = await opened(unit, "browser", Place("web", "slack:T1", "T1:UANA"))
        three = await opened(unit, "foreign", replace(HOME, workspace="T2"))
        for session_id in (one, two, three):
            await said(unit, session_id, "1", "mine ours")
            await said(unit, session_id, "2", "ours", BEN)
        assert await unit.messages.forget("T1", ANA, "somebody") == 2
    assert await found(database, "mine") == []
    assert await found(database, "ours") == ["browser", "chat"]
    assert await found(database, "mine", Shelf("slack", "T2")) == ["foreign"]


async def test_a_deleted_session_leaves_the_index(database: Database, database_url: str) -> None:
    async with database.write() as unit:
        gone = await opened(unit, "secret")
        await said(unit, gone, "1", "also hidden")
        await unit.sessions.remove(gone)
        await opened(unit, "next")  # where the first one stood
    assert await found(database, "secret") == []
    assert await found(database, "hidden") == []
    assert indexed(database_url) == {"next"}


def indexed(database_url: str) -> set[str]:
    """All words that are in the index now."""
    engine = create_engine(normalise(database_url).replace("+aiosqlite", ""))
    try:
        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                query = "SELECT unnest(string_to_array(words, ' ')) FROM session_words"
            else:
                connection.execute(
                    text("CREATE VIRTUAL TABLE temp.v USING fts5vocab(main, session_words_fts, row)")
                )
                query = "SELECT term FROM temp.v"
            return {row[0] for row in connection.execute(text(query))}
    finally:
        engine.dispose()


async def test_a_long_conversation_keeps_all_its_words(database: Database, database_url: str) -> None:
    async with database.write() as unit:
        session_id = await opened(unit, "long")
        for i in range(150):
            await said(unit, session_id, f"m{i}", f"word{i} again")
    for i in (0, 63, 64, 65, 149):
        assert await found(database, f"word{i}") == ["long"]
    async with database.write() as unit:
        await unit.messages.erase(session_id, "m64")
    assert indexed(database_url) == {"long", "again", *(f"word{i}" for i in range(150) if i != 64)}


async def test_a_huge_text_fits(database: Database) -> None:
    async with database.write() as unit:
        session_id = await opened(unit, "huge")
        await said(unit, session_id, "1", " ".join(f"w{i:07}é" for i in range(150_000)))
    assert await found(database, "w0149999e") == ["huge"]


async def test_two_who_speak_at_once_are_both_found(database: Database) -> None:
    async with database.write() as unit:
        session_id = await opened(unit, "busy")
        await said(unit, session_id, "0", "both gone")

    async def speak(message: str) -> None:
        async with database.write() as unit:
            await unit.messages.erase(session_id, "0")
            await said(unit, session_id, message, f"both {message}")

    for i in range(3):
        await asyncio.gather(speak(f"m{i}"), return_exceptions=False)
    assert await found(database, "both") == ["busy"]
    assert await found(database, "gone") == []


async def test_sessions_from_before_the_index_are_found(database: Database, database_url: str) -> None:
    async with database.write() as unit:
        session_id = await opened(unit, "old one")
        await said(unit, session_id, "1", "alpha")
        await said(unit, session_id, "2", "beta")
        await unit.messages.erase(session_id, "2")
        await opened(unit, "other")
    await asyncio.to_thread(downgrade, database_url, "0003")
    await asyncio.to_thread(upgrade, database_url)
    assert await found(database, "alpha old") == ["old one"]
    assert await found(database, "beta") == []
    async with database.write() as unit:
        await said(unit, session_id, "3", "gamma")
        await opened(unit, "third")
    assert await found(database, "gamma") == ["old one"]
    assert await found(database, "third") == ["third"]


async def test_many_words_of_four_bytes_are_kept(database: Database) -> None:
    """PostgreSQL takes a megabyte of them in one row at most."""
    deseret = [chr(0x10428 + number) for number in range(40)]
    long = "".join(deseret[:37])
    said_once = [deseret[i % 40] + deseret[i // 40 % 40] + deseret[i // 1600] + long for i in range(9000)]
    async with database.write() as unit:
        session_id = await opened(unit, "old one")
        await said(unit, session_id, "1", " ".join(said_once))
    assert await found(database, said_once[-1]) == ["old one"]


async def test_postgresql_looks_words_up_in_its_index(postgres_url: str) -> None:
    async with open_engine(postgres_url) as engine, engine.connect() as connection:
        condition = holding(connection, "price")
        assert condition is not None
        query = select(sessions.c.id).where(condition).compile(dialect=engine.dialect)
        await connection.exec_driver_sql("SET enable_seqscan = off")
        plan = await connection.exec_driver_sql(f"EXPLAIN {query}", query.params)
        assert "session_words_fts" in str(plan.all())


def test_a_long_word_is_known_by_its_beginning() -> None:
    assert list(words("x" * 100)) == ["x" * 40]


async def test_sessions_that_were_idle(database: Database) -> None:
    async with database.write() as unit:
        old = await opened(unit, "old")
        web = await opened(unit, "web", Place("web", "slack:T1", "T1:UANA"))
        fresh = await opened(unit, "fresh")
        await opened(unit, "foreign", replace(HOME, workspace="T2"))
        await unit.sessions.update(old, last_said=NOW)
        await unit.sessions.update(web, last_said=NOW)
        await unit.sessions.update(fresh, last_said=NOW.replace(year=2030))
        assert set(await unit.sessions.idle_since("slack", "T1", NOW.replace(year=2027))) == {old, web}
        assert await unit.sessions.idle_since("slack", "T1", NOW) == []
