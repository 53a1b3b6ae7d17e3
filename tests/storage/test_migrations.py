"""The migrations agree with the tables, and going down and up again works."""

from __future__ import annotations

from core.storage.engine import normalise
from core.storage.migrate import downgrade, drift, upgrade


def test_the_migrations_make_the_tables(database_url: str) -> None:
    assert drift(database_url) == []


def test_down_and_up_again(database_url: str) -> None:
    downgrade(database_url, "base")
    assert drift(database_url) != []
    upgrade(database_url)
    assert drift(database_url) == []


def test_urls_as_platforms_hand_them_out() -> None:
    assert normalise("postgres://u:p@h/d") == "postgresql+psycopg://u:p@h/d"
    assert normalise("sqlite:///x.db") == "sqlite+aiosqlite:///x.db"
