"""A PostgreSQL for the tests: the one of `TEST_DATABASE_URL`, or one started from the binaries of this machine."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import create_engine, text

from bot.chaos.postgres import NoPostgres, Postgres, started
from core.storage.engine import normalise
from core.storage.migrate import upgrade

TEMPLATE = "tw_template"
"""The database with the newest schema of a server that is ours alone."""

_ours: dict[str, Postgres] = {}
"""The servers that `server` has started, by the URL."""


@contextmanager
def server() -> Iterator[str]:
    """The URL of its `postgres` database; of the one that is given, of any database in which others may be made.
    Raises NoPostgres."""
    if given := _given():
        yield given
        return
    with started(durable=False) as ours:
        folder = ours.url.partition("?")[2]
        _ours[folder] = ours
        try:
            yield ours.url.replace("+psycopg", "", 1)  # as libpq and its programs read it
        finally:
            del _ours[folder]


@contextmanager
def template(url: str) -> Iterator[str]:
    """The name of a database on the server at `url` that has the newest schema, to be copied."""
    name = f"{TEMPLATE}_{uuid.uuid4().hex[:12]}" if _given() else TEMPLATE
    execute(url, f"CREATE DATABASE {name}")
    try:
        upgrade(of(url, name))
        yield name
    finally:
        execute(url, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@contextmanager
def copied(url: str, template: str) -> Iterator[str]:
    """The URL of a database of its own, as `template` is; whoever is still in it at the end is thrown out."""
    name = f"tw_{uuid.uuid4().hex[:12]}"
    execute(url, f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield of(url, name)
    finally:
        execute(url, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def of(url: str, name: str) -> str:
    """The URL of another database of the same server."""
    address, question, options = url.partition("?")
    return f"{address.rpartition('/')[0]}/{name}{question}{options}"


def execute(url: str, *statements: str) -> None:
    engine = create_engine(normalise(url), isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))
    finally:
        engine.dispose()


def _given() -> str:
    return os.environ.get("TEST_DATABASE_URL", "")  # noqa: TID251 - no setting of the program's: where the tests may go


def restart(url: str) -> None:
    """Ends it as a crash would, and starts it again. `url`: of any database of a server that `server` has started;
    raises NoPostgres for one that is not ours."""
    ours = _ours.get(url.partition("?")[2])
    if ours is None:
        raise NoPostgres("the PostgreSQL of TEST_DATABASE_URL is not ours to restart")
    ours.restart()
