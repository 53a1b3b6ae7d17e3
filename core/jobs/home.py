"""Where the durable engine keeps its state: a SQLite file that one process may open, or a PostgreSQL schema."""

from __future__ import annotations

import fcntl
import socket
import sqlite3
import sys
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dbos import DBOSConfig
from sqlalchemy import URL, Engine, create_engine, event, make_url

from core.errors import SettingsError
from core.jobs.liveness import Living, Locks, OnlyOne
from core.storage.engine import STEADY, normalise

FILE = "dbos.sqlite"
EMBEDDED = "local"
"""The name of the only process on its database, in every run."""
_PRAGMAS = (
    "journal_mode=WAL",  # the engine leaves the default, which measured 3 to 7 times slower
    "synchronous=NORMAL",  # survives kill -9; only a power cut may take the last commits
    "busy_timeout=30000",
    "foreign_keys=ON",
)


@dataclass(frozen=True, slots=True)
class Home:
    """``embedded``: no other process works here, and the lock that says so is held.

    ``executor``: whose work this is. At its start a process takes up again what its own executor id left unfinished.
    The embedded one has one name for ever; on PostgreSQL every start has a new one, because two living processes of
    one name would run each other's work: what a killed process left is taken over by those that live
    (`core.jobs.queue`, `core.jobs.liveness`).

    ``living``: knows who else is at work.

    ``database``: the part of DBOS's configuration that finds the state.
    """

    embedded: bool
    executor: str
    database: DBOSConfig
    living: Living


@contextmanager
def open_home(database_url: str, data_dir: Path) -> Iterator[Home]:
    """The home that belongs to the product's own database. Raises SettingsError when it cannot be used from here."""
    address = make_url(normalise(database_url))
    if address.get_backend_name() != "sqlite":
        yield _shared(address)
        return
    if problem := sqlite_problem(sys.version_info[:2], sqlite3.sqlite_version_info):
        raise SettingsError((problem,))
    with ExitStack() as stack:
        file = data_dir / FILE
        try:
            data_dir.mkdir(parents=True, exist_ok=True)
            for used in (file, *_file_of(address)):
                stack.enter_context(_alone(Path(f"{used}.lock")))
            file.touch(mode=0o600)  # who can write into it can make this process run anything
        except OSError as error:
            raise SettingsError((f"DATA_DIR: no files can be written in {data_dir.absolute()}",)) from error
        engine = _embedded_engine(file)
        stack.callback(engine.dispose)
        database: DBOSConfig = {"system_database_engine": engine}
        yield Home(embedded=True, executor=EMBEDDED, database=database, living=OnlyOne(EMBEDDED))


def sqlite_problem(python: tuple[int, ...], sqlite: tuple[int, ...]) -> str | None:
    """What is wrong with this pair, for people. Python 3.12 makes DBOS use SQL that came with SQLite 3.42."""
    if python < (3, 12) or sqlite >= (3, 42):
        return None
    version = ".".join(map(str, sqlite))
    return (
        f"DATABASE_URL: with this Python, SQLite must be 3.42 or newer, and it is {version}; "
        "run Threadwright with Python 3.11 or with a newer SQLite, or set DATABASE_URL to a PostgreSQL database"
    )


def _shared(address: URL) -> Home:
    executor = f"{socket.gethostname()[:80]}-{uuid.uuid4().hex[:8]}"
    libpq = address.set(drivername="postgresql").render_as_string(hide_password=False)
    return Home(
        embedded=False,
        executor=executor,
        database={
            "system_database_url": address.render_as_string(hide_password=False),
            "dbos_system_schema": "dbos",
            "sys_db_pool_size": 6,
            "db_engine_kwargs": {"connect_args": {"application_name": "threadwright", **STEADY}},
        },
        living=Locks(executor, libpq),
    )


def _file_of(address: URL) -> list[Path]:
    """The product's own database: two programs with one inbox would do everything twice, whatever their DATA_DIR."""
    return [Path(address.database)] if address.database and address.database != ":memory:" else []


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """The kernel gives the lock back whenever and however the process ends."""
    with lock.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise SettingsError((_taken(lock.with_suffix("")),)) from error
        yield


def _taken(file: Path) -> str:
    return (
        f"DATA_DIR: another Threadwright is running on {file.absolute()}; stop that one, or give this one its own "
        "DATA_DIR and DATABASE_URL, or set DATABASE_URL of both to PostgreSQL"
    )


def _embedded_engine(file: Path) -> Engine:
    # Our own engine and not DBOS's, so that the pragmas hang on this one alone and not on every SQLite connection of
    # the process. Four connections measured best.
    engine = create_engine(URL.create("sqlite", database=str(file)), pool_size=4, max_overflow=0)

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: object) -> None:
        connection.isolation_level = "IMMEDIATE"  # as DBOS sets it: writers queue instead of failing half-way
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    return engine
