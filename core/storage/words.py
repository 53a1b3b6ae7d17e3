"""Which sessions hold the words that somebody looks for, by the full-text index of the database.

Words are made here, alike on both engines and for every script, so that the database only ever sees plain lists of
them: what people type cannot be taken for the language of a query. What is erased leaves in the same transaction.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, Integer, cast, delete, func, insert, literal_column, select, table
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.ext.asyncio import AsyncConnection

from core.storage.tables import messages, requirements, session_words, sessions

FULL_TEXT = "session_words_fts"
"""SQLite: the FTS5 table, whose own tables begin with this name too. PostgreSQL: the GIN index."""
LONGEST = 40
"""Characters of a word; of longer ones the rest is not looked at."""
_ALL = 400_000
"""Bytes of words in one part, about: PostgreSQL holds a megabyte there."""
_PARTS = 64
"""So many parts of a session become one."""
_LOOKED_FOR = 12
"""Words of a query; further ones are not looked at."""

_WORD = re.compile(r"[^\W_]+")
_RUN = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+"
)
"""Scripts that put no space between words."""


def words(said: str) -> Iterable[str]:
    """Small letters and digits without their marks. Of a script without spaces, every two signs that stand together,
    and the last one alone, so that each sign begins a word."""
    for word in _WORD.findall(_plain(said)):
        start = 0
        for run in _RUN.finditer(word):
            if run.start() > start:
                yield word[start : run.start()][:LONGEST]
            signs = run[0]
            yield from (signs[i : i + 2] for i in range(len(signs)))
            start = run.end()
        if start < len(word):
            yield word[start : start + LONGEST]


def _plain(said: str) -> str:
    if said.isascii():
        return said.lower()
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", said).casefold())
    return "".join(sign for sign in apart if not unicodedata.category(sign).startswith("M"))


async def note(db: AsyncConnection, session_id: str, *said: str) -> None:
    """Adds what a session did not hold yet. Its row must be locked or new, so that two that add, or one that adds and
    one that renews, come one after the other."""
    found = dict.fromkeys(word for each in said for word in words(each))
    if not found:
        return
    rows = (
        await db.execute(
            select(session_words.c.part, session_words.c.words).where(
                session_words.c.session_id == session_id
            )
        )
    ).all()
    known = {word for row in rows for word in row.words.split(" ")}
    fresh = [word for word in found if word not in known]
    if not fresh:
        return
    if len(rows) < _PARTS:
        await _add(db, session_id, max((row.part for row in rows), default=-1) + 1, fresh)
    else:
        await _replace(db, session_id, [*sorted(known), *fresh])


async def renew(db: AsyncConnection, session_id: str) -> None:
    """Makes it anew from what the session holds now."""
    await db.execute(select(sessions.c.id).where(sessions.c.id == session_id).with_for_update(key_share=True))
    said = [
        *await db.scalars(select(sessions.c.title).where(sessions.c.id == session_id)),
        *await db.scalars(select(requirements.c.text).where(requirements.c.session_id == session_id)),
        *await db.scalars(
            select(messages.c.text).where(messages.c.session_id == session_id, messages.c.erased.is_(False))
        ),
    ]
    await _replace(db, session_id, list(dict.fromkeys(word for each in said for word in words(each))))


async def _replace(db: AsyncConnection, session_id: str, found: Sequence[str]) -> None:
    await db.execute(delete(session_words).where(session_words.c.session_id == session_id))
    await _add(db, session_id, 0, found)


async def _add(db: AsyncConnection, session_id: str, part: int, found: Sequence[str]) -> None:
    shelf = select(sessions.c.shelf).where(sessions.c.id == session_id).scalar_subquery()
    for number, some in enumerate(_portions(found), part):
        await db.execute(
            insert(session_words).values(
                session_id=session_id, part=number, shelf=shelf, words=" ".join(some)
            )
        )


def _portions(found: Sequence[str]) -> Iterable[Sequence[str]]:
    size, start = 0, 0
    for end, word in enumerate(found, 1):
        size += len(word.encode()) + 1
        if size > _ALL or end == len(found):
            yield found[start:end]
            size, start = 0, end


_ALL_PARTS = 4096
"""An FTS5 row is numbered by shelf and part. The migration's triggers say the same."""


def holding(db: AsyncConnection, looked_for: str) -> ColumnElement[bool] | None:
    """A condition on sessions: they hold every word, and one that begins with the last. ``None``: there is no word in
    what is looked for."""
    found = list(dict.fromkeys(words(looked_for[: LONGEST * _LOOKED_FOR])))[:_LOOKED_FOR]
    if not found:
        return None
    one = _in_sqlite if db.dialect.name == "sqlite" else _in_postgresql
    whole = [one(word, prefix=False) for word in found[:-1]]
    condition = one(found[-1], prefix=True)
    for each in whole:
        condition = condition & each
    return condition


def _in_sqlite(word: str, *, prefix: bool) -> ColumnElement[bool]:
    match = literal_column(FULL_TEXT).op("MATCH")(f'"{word}"{"*" if prefix else ""}')
    shelf = literal_column(f"{FULL_TEXT}.rowid / {_ALL_PARTS}", Integer)
    # `+ 0` keeps SQLite on the index that lists in order: a word that stands everywhere must not be sorted first.
    return (sessions.c.shelf + 0).in_(select(shelf).select_from(table(FULL_TEXT)).where(match))


def _in_postgresql(word: str, *, prefix: bool) -> ColumnElement[bool]:
    held = func.array_to_tsvector(func.string_to_array(session_words.c.words, literal_column("' '")))
    wanted = cast(f"'{word}'{':*' if prefix else ''}", TSQUERY)
    return sessions.c.id.in_(select(session_words.c.session_id).where(held.op("@@")(wanted)))
