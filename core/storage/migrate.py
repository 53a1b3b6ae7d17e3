"""Schema changes by Alembic, the same set on SQLite and PostgreSQL."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, text

from core.storage import budgets  # noqa: F401 - its table belongs to the metadata, too
from core.storage.engine import normalise
from core.storage.tables import metadata
from core.storage.words import FULL_TEXT

HERE = Path(__file__).parent / "migrations"


def _sync(url: str) -> str:
    return normalise(url).replace("+aiosqlite", "")


def config(url: str) -> Config:
    made = Config()
    made.set_main_option("script_location", str(HERE))
    made.set_main_option("path_separator", "os")
    made.attributes["url"] = _sync(url)
    return made


def declared(name: str | None, _kind: Any, _parents: Any) -> bool:
    """Whether `tables.py` speaks of it: the full-text index is made by a migration alone."""
    return name is None or not name.startswith(FULL_TEXT)


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database at `url` to `revision`; does nothing when it is there."""
    command.upgrade(config(url), revision)


def downgrade(url: str, revision: str) -> None:
    command.downgrade(config(url), revision)


def new_revision(url: str, message: str) -> None:
    """Write a migration for the difference between the tables and the (upgraded) database at `url`."""
    command.revision(config(url), message=message, autogenerate=True)


def drift(url: str) -> list[str]:
    """What the migrations miss against the tables: one line each, empty when they agree."""
    engine = create_engine(_sync(url))
    try:
        with engine.connect() as connection:
            context = MigrationContext.configure(
                connection, opts={"compare_type": True, "include_name": declared}
            )
            problems = [str(entry) for entry in compare_metadata(context, metadata)]
            if engine.dialect.name == "sqlite":
                problems += [str(row) for row in connection.execute(text("PRAGMA foreign_key_check"))]
            return problems
    finally:
        engine.dispose()
