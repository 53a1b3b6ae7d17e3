"""What the database holds at the end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, create_engine, select

from bot.chaos import words
from bot.chaos.paying import Call
from bot.chaos.seen import Stored
from core.messages.model import Speaker
from core.storage.engine import normalise
from core.storage.tables import automations, files, jobs, messages, model_calls, sessions

_RESTORED = (
    select(automations.c.job_id)
    .join(files, files.c.automation_id == automations.c.id)
    .where(files.c.origin == "restored")
    .distinct()
)


def read(url: str) -> tuple[Mapping[str, Stored], Mapping[str, Call]]:
    """By title, and by the id of the model's answer. ``url``: as in `DATABASE_URL`."""
    engine = create_engine(normalise(url).replace("+aiosqlite", ""))
    try:
        with engine.connect() as connection:
            return _sessions(connection), _calls(connection)
    finally:
        engine.dispose()


def _sessions(connection: Connection) -> Mapping[str, Stored]:
    titles = {row.id: row.title for row in connection.execute(select(sessions.c.id, sessions.c.title))}
    said = _by_session(
        connection, select(messages.c.session_id, messages.c.text).where(messages.c.speaker == Speaker.PERSON)
    )
    made = _by_session(
        connection, select(automations.c.session_id, automations.c.number, automations.c.job_id)
    )
    again = {job for (job,) in connection.execute(_RESTORED)}
    ran = _by_session(connection, select(jobs.c.session_id, jobs.c.status, jobs.c.id))
    found: dict[str, Stored] = {}
    for key, title in titles.items():
        there = Stored(
            1,
            tuple(word for (text,) in said[key] for word in words.questions_in(text)),
            tuple(sorted(number for number, _ in made[key])),
            sum(job not in again for _, job in made[key]),
            tuple(status for status, job in ran[key] if job not in again),
        )
        found[title] = _both(found.get(title, Stored()), there)
    return found


def _both(one: Stored, other: Stored) -> Stored:
    return Stored(
        one.sessions + other.sessions,
        one.words + other.words,
        one.versions + other.versions,
        one.made + other.made,
        one.jobs + other.jobs,
    )


def _by_session(connection: Connection, query: Any) -> Mapping[str, list[tuple[Any, ...]]]:
    rows: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for session, *rest in connection.execute(query):
        rows[session].append(tuple(rest))
    return rows


def _calls(connection: Connection) -> Mapping[str, Call]:
    query = select(model_calls.c.generation_id, model_calls.c.purpose, model_calls.c.state)
    return {row.generation_id: Call(row.purpose, row.state) for row in connection.execute(query)}
