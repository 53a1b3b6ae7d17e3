"""Fills whatever tables a database has, reads them back as plain values, and tells how they are built."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Engine,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    create_engine,
    insert,
    inspect,
    select,
    text,
)

from core.storage.engine import normalise

ROWS = 4
_ODD = ("שלום 🚀\r\n\t", '\' OR "1"=1; -- %s ?:x', "\\0\\x00 e\u0301 \u202e", "0 NULL  ")
_TIMES = (
    datetime(1970, 1, 1, tzinfo=UTC),
    datetime(2026, 10, 25, 1, 30, 0, 1, tzinfo=UTC),
    datetime(2096, 2, 29, 23, 59, 59, 999_999, tzinfo=UTC),
    datetime(2026, 1, 2, 3, 4, 5, 600_000, tzinfo=UTC),
)
_DATA: Sequence[Any] = (
    [],
    {"a": [1, 2.5, None, True], "שלום": {"🚀": ""}},
    [{"path": "a.py", "size": 2**40}],
    {},
)

Rows = Mapping[str, Sequence[Mapping[str, Any]]]


def opened(url: str) -> Engine:
    return create_engine(normalise(url).replace("+aiosqlite", ""))


def tables(engine: Engine) -> Sequence[Table]:
    """Parents first; without Alembic's own and the full-text index of SQLite."""
    found = MetaData()
    found.reflect(engine, only=lambda name, _: name != "alembic_version" and "_fts" not in name)
    return found.sorted_tables


def fill(engine: Engine) -> None:
    """`ROWS` rows in every table, with odd values, and nothing where nothing may stand."""
    made: dict[str, list[dict[str, Any]]] = {}
    with engine.begin() as connection:
        for table in tables(engine):
            rows = [_row(table, number, made) for number in range(ROWS)]
            connection.execute(insert(table), rows)
            made[table.name] = rows
            _count_on(connection, table)


def _row(table: Table, number: int, made: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, Any]:
    row = {column.name: _value(column, number, made) for column in table.columns}
    if table.name == "file_blobs":
        row["sha256"] = sha(row["content"])
    if table.name == "session_words":
        row["words"] = f"{number} שלום"
    if table.name == "inbox_events" and "state" in row:
        row["state"] = ("open", "taken", "ended", "ended")[number]
    return row


def _value(column: Column[Any], number: int, made: Mapping[str, Sequence[Mapping[str, Any]]]) -> Any:
    for key in column.foreign_keys:
        return made[key.column.table.name][number][key.column.name]
    if column.nullable and number == ROWS - 1:
        return None
    kind = column.type
    if isinstance(kind, Boolean):
        return number % 2 == 0
    if isinstance(kind, DateTime):
        return _TIMES[number]
    if isinstance(kind, JSON):
        return _DATA[number]
    if isinstance(kind, Integer):
        return number + 1
    if isinstance(kind, Float):
        return number + 0.125
    assert isinstance(kind, String), kind
    return f"{number}{_ODD[number]}{column.name}"[: kind.length]


def _count_on(connection: Any, table: Table) -> None:
    """PostgreSQL's sequences have not seen the numbers that were given here."""
    serial = table.columns.get("id")
    if connection.dialect.name == "postgresql" and serial is not None and isinstance(serial.type, Integer):
        ask = f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), {ROWS})"
        connection.execute(text(ask))


def rows(engine: Engine) -> Rows:
    found: dict[str, list[dict[str, Any]]] = {}
    with engine.connect() as connection:
        for table in tables(engine):
            read = connection.execute(select(table)).mappings()
            plain = [{name: _plain(value) for name, value in row.items()} for row in read]
            found[table.name] = sorted(plain, key=lambda row: str([row[c.name] for c in table.primary_key]))
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    return value


def sha(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()


def contents(found: Rows) -> Mapping[tuple[str, int], str]:
    """What is in the files, wherever this revision keeps it."""
    blobs = {row["sha256"]: row["content"] for row in found.get("file_blobs", ())}
    return {
        (row["automation_id"], row["position"]): row["content"] if "content" in row else blobs[row["sha256"]]
        for row in found.get("automation_files", ())
    }


def build(engine: Engine) -> Mapping[str, Any]:
    """How every table is made, in a form that can be compared: what the drift check does not look at, too."""
    look = inspect(engine)
    made: dict[str, Any] = {}
    for table in tables(engine):
        name = table.name
        made[name] = {
            "columns": {
                one["name"]: (str(one["type"]), one["nullable"], str(one["default"]))
                for one in look.get_columns(name)
            },
            "key": look.get_pk_constraint(name)["constrained_columns"],
            "foreign": sorted(
                (one["constrained_columns"], one["referred_table"], str(one["options"]))
                for one in look.get_foreign_keys(name)
            ),
            "unique": sorted(
                (str(one["name"]), one["column_names"]) for one in look.get_unique_constraints(name)
            ),
            "indexes": sorted((str(one["name"]), one["column_names"]) for one in look.get_indexes(name)),
        }
    return made
