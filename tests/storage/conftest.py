"""Every test of the store runs over both engines; over PostgreSQL only where there is one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack

import pytest
from sqlalchemy import create_engine, text

from core.storage.engine import normalise, open_engine
from core.storage.migrate import upgrade
from core.storage.unit_of_work import Database
from core.system import SystemClock, TimeIds
from tests.storage.postgres import NoPostgres, server


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A server with a template database that has the newest schema."""
    with ExitStack() as stack:
        try:
            url = stack.enter_context(server())
        except NoPostgres as none:
            pytest.skip(str(none))
        execute(url, "DROP DATABASE IF EXISTS tw_template", "CREATE DATABASE tw_template")
        upgrade(of(url, "tw_template"))
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_url")
        return
    url = request.getfixturevalue("postgres")
    execute(url, "DROP DATABASE IF EXISTS tw_test", "CREATE DATABASE tw_test TEMPLATE tw_template")
    yield of(url, "tw_test")


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    async with open_engine(database_url) as engine:
        yield Database(engine, SystemClock(), TimeIds())


def of(url: str, name: str) -> str:
    """The URL of another database of the same server."""
    return (
        url.replace("/postgres", f"/{name}", 1) if "/postgres?" in url else f"{url.rpartition('/')[0]}/{name}"
    )


def execute(url: str, *statements: str) -> None:
    engine = create_engine(normalise(url), isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))
    finally:
        engine.dispose()
