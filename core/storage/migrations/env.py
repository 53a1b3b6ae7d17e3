"""Alembic's entry: all migrations that are due, or none of them, whenever the program dies meanwhile.

Its own engine, without the foreign-key pragma: SQLite rebuilds a table by dropping it, and with the pragma on that would
cascade and empty the children."""

from __future__ import annotations

from typing import Any

from alembic import context
from sqlalchemy import Connection, Engine, create_engine, event, text

from core.storage.migrate import declared
from core.storage.tables import metadata

_LOCK = 7_482_301
"""Any number that nobody else locks in the same PostgreSQL database."""


def _run() -> None:
    engine = create_engine(context.config.attributes["url"])
    if engine.dialect.name == "sqlite":
        _make_whole(engine)
    try:
        with engine.connect() as connection:
            context.configure(
                connection=connection,
                target_metadata=metadata,
                render_as_batch=connection.dialect.name == "sqlite",
                compare_type=True,
                include_name=declared,
                user_module_prefix="tables.",
                transactional_ddl=True,
            )
            with context.begin_transaction():
                _alone(connection)
                context.run_migrations()
    finally:
        engine.dispose()


def _make_whole(engine: Engine) -> None:
    """The driver would begin a transaction at the first row that is changed, and leave out the tables made before."""

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys=OFF")
        connection.execute("PRAGMA busy_timeout=60000")

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _alone(connection: Connection) -> None:
    """Of several processes that start at once on a new PostgreSQL one migrates, and the others find it done."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})


_run()
