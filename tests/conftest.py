"""A database of its own for every test that asks for one, in a file, as the embedded default has it."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.storage.engine import open_engine
from core.storage.migrate import upgrade
from core.storage.unit_of_work import Database
from core.system import SystemClock, TimeIds


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database with the newest schema, made once by the migrations and copied for each test."""
    file = tmp_path_factory.mktemp("database") / "empty.sqlite"
    upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture
def sqlite_url(tmp_path: Path, migrated: Path) -> str:
    return f"sqlite:///{shutil.copy(migrated, tmp_path / 'test.sqlite')}"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    async with open_engine(database_url) as engine:
        yield Database(engine, SystemClock(), TimeIds())
