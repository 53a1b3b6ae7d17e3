"""Migrations lose nothing that the schema below or above them can hold, on both engines and whenever they are cut."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, event, text

from core.storage.migrate import config, downgrade, drift, upgrade
from tests.storage.filling import ROWS, Rows, build, contents, fill, opened, rows

REVISIONS = [
    script.revision for script in reversed(list(ScriptDirectory.from_config(config("")).walk_revisions()))
]
_DERIVED = {"session_words", "file_blobs"}
"""Made anew from other tables."""
_NUMBERED = ("automation_sessions", "shelf")


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    made = opened(database_url)
    yield made
    made.dispose()


@contextmanager
def kept(engine: Engine) -> Iterator[None]:
    """What is in both schemas stays as it is."""
    before = rows(engine)
    yield
    after = rows(engine)
    _compare(before, after)


def _compare(before: Rows, after: Rows) -> None:
    for table in set(before) & set(after) - _DERIVED:
        common = set(before[table][0]) & set(after[table][0]) - {"sha256"}
        common -= {_NUMBERED[1]} if table == _NUMBERED[0] else set()
        assert _only(before, table, common) == _only(after, table, common), table
    assert contents(before) == contents(after)


def _only(found: Rows, table: str, columns: set[str]) -> list[dict[str, Any]]:
    return [{name: row[name] for name in sorted(columns)} for row in found[table]]


def test_down_step_by_step_and_up_again(database_url: str, engine: Engine) -> None:
    as_made = build(engine)
    fill(engine)
    for revision in reversed(REVISIONS[:-1]):
        with kept(engine):
            downgrade(database_url, revision)
    with kept(engine):
        upgrade(database_url)
    assert {len(found) for name, found in rows(engine).items() if name not in _DERIVED} <= {0, ROWS}
    assert drift(database_url) == []
    assert build(engine) == as_made
    downgrade(database_url, "base")
    assert set(rows(engine)) == set()
    upgrade(database_url)
    assert build(engine) == as_made


@pytest.mark.parametrize("revision", REVISIONS)
def test_up_from_every_revision_and_back(database_url: str, engine: Engine, revision: str) -> None:
    downgrade(database_url, "base")
    upgrade(database_url, revision)
    fill(engine)
    before = rows(engine)
    with kept(engine):
        upgrade(database_url)
    assert drift(database_url) == []
    downgrade(database_url, revision)
    _compare(before, rows(engine))


class _Cut(Exception):
    """The program is killed here."""


def test_what_is_cut_in_the_middle_has_not_happened(database_url: str, engine: Engine) -> None:
    """Before every few statements of the whole way up."""
    downgrade(database_url, REVISIONS[0])
    fill(engine)
    built, before = build(engine), rows(engine)
    for number in range(3, 400, 9):
        with _cut_at(number) as cut:
            try:
                upgrade(database_url)
            except _Cut:
                assert cut
        if not cut:
            break
        assert build(engine) == built, number
        assert rows(engine) == before, number
    assert drift(database_url) == []
    _compare(before, rows(engine))


@contextmanager
def _cut_at(number: int) -> Iterator[list[str]]:
    """Raises before the statement of this number of those that change something."""
    seen, cut = [0], list[str]()

    def _before(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen[0] += not statement.lstrip().upper().startswith(("SELECT", "PRAGMA", "BEGIN"))
        if seen[0] == number and not cut:
            cut.append(statement)
            raise _Cut

    event.listen(Engine, "before_cursor_execute", _before)
    try:
        yield cut
    finally:
        event.remove(Engine, "before_cursor_execute", _before)


def test_the_numbers_of_rows_go_on(database_url: str, engine: Engine) -> None:
    """Keys that last for ever are made of them."""
    fill(engine)
    downgrade(database_url, REVISIONS[0])
    upgrade(database_url)
    with engine.begin() as connection:
        made = connection.execute(
            text(
                "INSERT INTO inbox_events (platform, event_key, work, args, received_at, state, workspace, starts) "
                "VALUES ('slack', 'new', 'turn', '{}', '2026-01-02 03:04:05', 'open', 'T1', 0) RETURNING id"
            )
        )
        assert made.scalar_one() == ROWS + 1


def test_words_of_four_bytes_fit(database_url: str, engine: Engine) -> None:
    """PostgreSQL takes a megabyte of them at most in one row."""
    downgrade(database_url, "0003")
    fill(engine)
    signs = [chr(0x10428 + number) for number in range(40)]
    said = " ".join("".join(signs[number % 40] for number in _digits(word)) for word in range(9000))
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE session_messages SET text = :said, erased = :no"), {"said": said, "no": False}
        )
    upgrade(database_url)
    parts = Counter(row["session_id"] for row in rows(engine)["session_words"])
    assert set(parts.values()) == {2}


def _digits(number: int) -> list[int]:
    """Of a word as long as one may be."""
    return [number % 40, number // 40 % 40, number // 1600 % 40, *range(37)]
