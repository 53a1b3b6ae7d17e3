"""Suggestions of reviews over both engines."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from core.automations.model import File
from core.storage.unit_of_work import Database
from tests.storage.test_storage import opened, version

FOUND = (("src/a.py", 12, "Slow. שלום 🚀"), ("README.md", 0, "Too short."))


async def reviewed(database: Database, operation: str = "review:7") -> tuple[str, str]:
    """A session and its version with a review of two suggestions."""
    async with database.write() as unit:
        session_id = await opened(unit)
        made = await unit.automations.add(version(session_id, File("src/a.py", "x\n")), f"job-{operation}")
        await unit.reviews.add(session_id, made.id, operation, FOUND)
    return session_id, made.id


async def test_suggestions_come_back_in_order_and_by_id(database: Database) -> None:
    session_id, made = await reviewed(database)
    async with database.read() as unit:
        first, second = await unit.reviews.of("review:7")
        assert await unit.reviews.get(second.id) == second
        assert await unit.reviews.get("nobody") is None
        assert list(await unit.reviews.of("review:8")) == []
    assert (first.session_id, first.automation_id, first.number, first.job_id) == (session_id, made, 1, None)
    assert (first.path, first.line, first.text) == FOUND[0]
    assert (first.place, second.place) == ("src/a.py:12", "README.md")


async def test_a_review_is_stored_once(database: Database) -> None:
    session_id, made = await reviewed(database)

    async def again() -> None:
        async with database.write() as unit:
            await unit.reviews.add(session_id, made, "review:7", FOUND)

    with pytest.raises(IntegrityError):
        await again()
    async with database.read() as unit:
        assert len(await unit.reviews.of("review:7")) == 2


async def test_a_review_may_have_found_nothing(database: Database) -> None:
    session_id, made = await reviewed(database)
    async with database.write() as unit:
        await unit.reviews.add(session_id, made, "review:8", ())
        assert list(await unit.reviews.of("review:8")) == []


async def test_what_is_applied_names_its_generation(database: Database) -> None:
    await reviewed(database)
    async with database.write() as unit:
        first, second = await unit.reviews.of("review:7")
        await unit.reviews.applied(second.id, "job-2")
    async with database.read() as unit:
        assert [one.job_id for one in await unit.reviews.of("review:7")] == [None, "job-2"]
        assert await unit.reviews.get(first.id) == first


async def test_suggestions_go_with_their_session(database: Database) -> None:
    gone, _ = await reviewed(database)
    await reviewed(database, "review:8")
    async with database.write() as unit:
        await unit.sessions.remove(gone)
    async with database.read() as unit:
        assert list(await unit.reviews.of("review:7")) == []
        assert len(await unit.reviews.of("review:8")) == 2


async def test_the_newest_review_of_a_version_that_suggested_anything(database: Database) -> None:
    session_id, made = await reviewed(database)
    async with database.write() as unit:
        await unit.reviews.add(session_id, made, "review:8", FOUND[1:])
        await unit.reviews.add(session_id, made, "review:9", ())
    async with database.read() as unit:
        assert [one.path for one in await unit.reviews.newest(made)] == ["README.md"]
        assert list(await unit.reviews.newest("nobody")) == []
