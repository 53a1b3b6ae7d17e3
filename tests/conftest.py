"""A database of its own for every test that asks for one: in a file, as the embedded default has it, or on a
PostgreSQL, which is started once where there is one."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from bot.chaos.postgres import NoPostgres
from core.storage.engine import open_engine
from core.storage.migrate import upgrade
from core.storage.unit_of_work import Database
from core.system import SystemClock, TimeIds
from tests.storage.postgres import copied, server, template


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database with the newest schema, made once by the migrations and copied for each test."""
    file = tmp_path_factory.mktemp("database") / "empty.sqlite"
    upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture
def sqlite_url(tmp_path: Path, migrated: Path) -> str:
    return f"sqlite:///{shutil.copy(migrated, tmp_path / 'test.sqlite')}"


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a server; skips where there is none. Each process of pytest-xdist has its own."""
    with ExitStack() as stack:
        try:
            url = stack.enter_context(server())
        except NoPostgres as none:
            pytest.skip(str(none))
        yield url


@pytest.fixture(scope="session")
def postgres_template(postgres: str) -> Iterator[str]:
    """The name of a database on it, empty and with the newest schema."""
    with template(postgres) as name:
        yield name


@pytest.fixture
def postgres_url(postgres: str, postgres_template: str) -> Iterator[str]:
    """The URL of an empty database with the newest schema on a real PostgreSQL."""
    with copied(postgres, postgres_template) as url:
        yield url


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    async with open_engine(database_url) as engine:
        yield Database(engine, SystemClock(), TimeIds())
