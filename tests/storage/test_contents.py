"""What is in files is kept once, goes with the last version that holds it, and came over from the old tables."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import create_engine, text

from core.automations.model import AutomationStatus, File
from core.storage.engine import normalise
from core.storage.migrate import downgrade, upgrade
from core.storage.unit_of_work import Database
from core.vocabulary import Language
from tests.storage.test_storage import ANA, opened, version

_SESSION = """INSERT INTO automation_sessions VALUES ('s', 'slack', 'T', 'C', '1', 't', 'web_crawler', '', '', 'open',
'T', 'U', 'Ana', 'auto', '2026-01-02 03:04:05', '2026-01-02 03:04:05')"""
_VERSION = """INSERT INTO session_automations VALUES ('a', 's', 'j', 1, 'draft', 'python', '', '[]', '', '', '[]', '{}',
'2026-01-02 03:04:05')"""


def rows(url: str, statement: str) -> list[tuple[object, ...]]:
    engine = create_engine(normalise(url).replace("+aiosqlite", ""))
    try:
        with engine.begin() as connection:
            return [tuple(row) for row in connection.execute(text(statement))]
    finally:
        engine.dispose()


async def stored(database: Database, *files: File, session_id: str = "", job: str = "j1") -> str:
    """Adds a version, to a new session unless one is named; returns the session."""
    async with database.write() as unit:
        session_id = session_id or await opened(unit)
        await unit.automations.add(version(session_id, *files), job)
    return session_id


async def contents(database_url: str) -> list[str]:
    found = await asyncio.to_thread(rows, database_url, "SELECT content FROM file_blobs ORDER BY content")
    return [str(content) for (content,) in found]


async def test_the_same_content_is_kept_once(database: Database, database_url: str) -> None:
    same = File("b/__init__.py", "same\n")
    session_id = await stored(database, File("a.py", "same\n"), same, File("c.py", ""))
    await stored(database, same, File("d.py", "other\n"), session_id=session_id, job="j2")
    assert await contents(database_url) == ["", "other\n", "same\n"]
    async with database.read() as unit:
        second = await unit.automations.numbered(session_id, 2)
    assert second is not None
    assert second.files == (same, File("d.py", "other\n"))


async def test_a_deleted_session_takes_along_what_no_other_holds(
    database: Database, database_url: str
) -> None:
    first = await stored(database, File("a.py", "shared\n"), File("b.py", "secret\n"))
    await stored(database, File("x.py", "shared\n"), job="j2")
    async with database.write() as unit:
        await unit.sessions.remove(first)
    assert await contents(database_url) == ["shared\n"]


async def test_a_content_survives_when_it_is_taken_up_while_its_session_goes(
    database: Database, database_url: str
) -> None:
    """Whoever comes first: the version that is being stored keeps what is in it."""
    for round_ in range(5):
        file = File("a.py", f"shared {round_}\n")
        going = await stored(database, file, job=f"old{round_}")

        async def remove(session_id: str) -> None:
            async with database.write() as unit:
                await unit.sessions.remove(session_id)

        await asyncio.gather(stored(database, file, job=f"new{round_}"), remove(going))
        assert file.content in await contents(database_url)


async def test_where_a_file_came_from_is_remembered(database: Database) -> None:
    files = (File("a.py", "1\n", "carried"), File("b.py", "2\n", "edited"), File("c.py", "3\n"))
    session_id = await stored(database, *files)
    async with database.read() as unit:
        made = await unit.automations.newest(session_id)
    assert made is not None
    assert [file.origin for file in made.files] == ["carried", "edited", "generated"]


async def test_evidence_can_be_renewed(database: Database) -> None:
    session_id = await stored(database, File("a.py", ""))
    async with database.write() as unit:
        made = await unit.automations.newest(session_id)
        assert made is not None
        evidence = replace(made.evidence, proved=True, notes=("8 tests passed",))
        await unit.automations.prove(made.id, evidence)
        again = await unit.automations.newest(session_id)
    assert again == replace(made, evidence=evidence, status=AutomationStatus.DRAFT)
    assert again.evidence.cost == Decimal("0.0123")


async def test_a_wish_goes_with_its_job(database: Database) -> None:
    async with database.write() as unit:
        session_id = await opened(unit)
        plain = await unit.automations.job(await unit.automations.add_job(session_id, Language.AUTO, ANA))
        wished = await unit.automations.job(
            await unit.automations.add_job(session_id, Language.AUTO, ANA, "cache the pages")
        )
    assert plain is not None
    assert wished is not None
    assert (plain.wish, wished.wish) == ("", "cache the pages")


async def test_how_well_a_model_edits_is_counted_per_model_newest_first(database: Database) -> None:
    async def noted(*worked: bool) -> Sequence[bool]:
        async with database.write() as unit:
            for one in worked:
                await unit.automations.note_edit("a/b", one)
            await unit.automations.note_edit("other", worked=False)
            return await unit.automations.edits_of("a/b", last=3)

    assert list(await noted()) == []
    assert list(await noted(True, True, False)) == [False, True, True]
    assert list(await noted(True)) == [True, False, True]


@pytest.mark.parametrize("content", ["", "x = 1\n", "שלום 🚀\r\n"])
def test_old_versions_come_over_and_go_back_whole(database_url: str, content: str) -> None:
    downgrade(database_url, "0002")
    rows_of(database_url, content)
    upgrade(database_url)
    joined = "SELECT f.path, b.content, f.origin FROM automation_files f JOIN file_blobs b ON b.sha256 = f.sha256 ORDER BY f.path"
    whole = [("a.py", content, "generated"), ("b.py", content, "generated"), ("c.py", "c\n", "generated")]
    assert rows(database_url, joined) == whole
    assert rows(database_url, "SELECT COUNT(*) FROM file_blobs") == [(2,)]
    downgrade(database_url, "0002")
    back = rows(database_url, "SELECT path, content FROM automation_files ORDER BY path")
    assert back == [(path, text_) for path, text_, _ in whole]


def rows_of(url: str, content: str) -> None:
    """A session with a version of three files, as the tables were before."""
    engine = create_engine(normalise(url).replace("+aiosqlite", ""))
    try:
        with engine.begin() as connection:
            connection.execute(text(_SESSION))
            connection.execute(text(_VERSION))
            for position, (path, held) in enumerate((("a.py", content), ("b.py", content), ("c.py", "c\n"))):
                connection.execute(
                    text("INSERT INTO automation_files VALUES ('a', :position, :path, :held)"),
                    {"position": position, "path": path, "held": held},
                )
    finally:
        engine.dispose()
