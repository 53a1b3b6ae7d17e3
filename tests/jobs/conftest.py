"""The engine's tests run over both engines of the database; over PostgreSQL only where there is one."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from core.storage.migrate import upgrade
from tests.storage.conftest import execute, of
from tests.storage.postgres import NoPostgres, server

_names = itertools.count()


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


@pytest.fixture
def postgres_url(postgres: str) -> str:
    return _copy(postgres)


def new_database(request: pytest.FixtureRequest, paths: pytest.TempPathFactory) -> str:
    """The URL of an empty one of the kind that the fixture's parameter names."""
    if request.param == "sqlite":
        empty: Path = request.getfixturevalue("migrated")
        return f"sqlite:///{shutil.copy(empty, paths.mktemp('database') / 'test.sqlite')}"
    return _copy(request.getfixturevalue("postgres"))


def _copy(server_url: str) -> str:
    name = f"tw_jobs_{next(_names)}"
    execute(
        server_url,
        f"DROP DATABASE IF EXISTS {name} WITH (FORCE)",
        f"CREATE DATABASE {name} TEMPLATE tw_template",
    )
    return of(server_url, name)
