"""Alembic's entry. Its own engine, without the foreign-key pragma: SQLite rebuilds a table by dropping it, and with
the pragma on that would cascade and empty the children."""

from __future__ import annotations

from alembic import context
from sqlalchemy import create_engine

from core.storage.migrate import declared
from core.storage.tables import metadata


def _run() -> None:
    engine = create_engine(context.config.attributes["url"])
    try:
        with engine.connect() as connection:
            context.configure(
                connection=connection,
                target_metadata=metadata,
                render_as_batch=connection.dialect.name == "sqlite",
                compare_type=True,
                include_name=declared,
                user_module_prefix="tables.",
            )
            with context.begin_transaction():
                context.run_migrations()
    finally:
        engine.dispose()


_run()
