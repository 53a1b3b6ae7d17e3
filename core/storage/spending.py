"""What calls to models came to, by person, session or day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Float,
    RowMapping,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from core.intents import Person
from core.library import Spent
from core.messages.model import Speaker
from core.storage.tables import jobs, messages, model_calls, sessions

NANO = Decimal("0.000000001")
"""Dollars. The database adds what calls cost as floating numbers: figures are right to this much."""
_JOB, _TURN, _OPENING = "job:", "turn:", "opening:"


@dataclass(frozen=True, slots=True)
class OfPerson:
    """``person``: ``None`` for what nobody in particular asked for, or somebody who wants to be forgotten."""

    platform: str
    person: Person | None
    spent: Spent


class Spending:
    """Of the sessions that are still there: who deletes a session deletes its account, too."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def by_day(self, seen: ColumnElement[bool], since: date, until: date) -> Sequence[Spent]:
        """The newest first. Days are UTC."""
        if self._db.dialect.name == "sqlite":
            day = func.substr(cast(model_calls.c.started_at, String), 1, 10)
        else:
            day = func.to_char(func.timezone("UTC", model_calls.c.started_at), "YYYY-MM-DD")
        rows = await self._grouped([day.label("key"), day.label("name")], [day], seen, since, until)
        return sorted(map(_spent, rows), key=lambda one: one.key, reverse=True)

    async def by_session(self, seen: ColumnElement[bool], since: date, until: date) -> Sequence[Spent]:
        columns = [sessions.c.id.label("key"), sessions.c.title.label("name")]
        return dearest(map(_spent, await self._grouped(columns, [sessions.c.id], seen, since, until)))

    async def by_workspace(self, seen: ColumnElement[bool], since: date, until: date) -> Sequence[Spent]:
        """Under `<platform>:<workspace>`; those of `web` where they belong."""
        plain = sessions.c.platform + literal(":") + sessions.c.workspace
        key = case((sessions.c.platform == "web", sessions.c.workspace), else_=plain)
        rows = await self._grouped([key.label("key"), key.label("name")], [key], seen, since, until)
        return dearest(map(_spent, rows))

    async def by_person(self, seen: ColumnElement[bool], since: date, until: date) -> Sequence[OfPerson]:
        """A generation is booked to whoever asked for it, an answer to whoever spoke last of those it answers, the
        first words to whoever opened the session. The rest (reviews) belongs to nobody in particular."""
        speaker, purpose = messages.alias(), model_calls.c.purpose
        generated, answered = purpose.startswith(_JOB), purpose.startswith(_TURN)
        opened = purpose.startswith(_OPENING)

        def whose(job: Any, message: Any, session: Any) -> Any:
            return case((generated, job), (answered, message), (opened, session), else_="")

        team = whose(jobs.c.asked_by_team, speaker.c.author_team, sessions.c.opened_by_team)
        person = whose(jobs.c.asked_by_id, speaker.c.author_id, sessions.c.opened_by_id)
        name = whose("", speaker.c.author, sessions.c.opened_by_name)
        source = (
            model_calls.join(sessions, sessions.c.id == model_calls.c.session_id)
            .outerjoin(jobs, and_(generated, jobs.c.id == func.substr(purpose, len(_JOB) + 1)))
            .outerjoin(speaker, and_(answered, _last_asked(speaker)))
        )
        columns = [
            sessions.c.platform,
            func.coalesce(team, "").label("team"),
            func.coalesce(person, "").label("key"),
            func.coalesce(func.max(name), "").label("name"),
        ]
        rows = await self._db.execute(
            select(*columns, *_SUMS)
            .select_from(source)
            .where(seen, _within(since, until))
            .group_by(sessions.c.platform, "team", "key")
        )
        return [_of_person(row) for row in rows.mappings()]

    async def _grouped(
        self, columns: Sequence[Any], by: Sequence[Any], seen: ColumnElement[bool], since: date, until: date
    ) -> Iterable[RowMapping]:
        rows = await self._db.execute(
            select(*columns, *_SUMS)
            .select_from(model_calls.join(sessions, sessions.c.id == model_calls.c.session_id))
            .where(seen, _within(since, until))
            .group_by(*by)
        )
        return rows.mappings()


_SUMS = (
    func.count().label("calls"),
    func.sum(model_calls.c.prompt_tokens).label("prompt_tokens"),
    func.sum(model_calls.c.completion_tokens).label("completion_tokens"),
    func.coalesce(func.sum(cast(model_calls.c.cost, Float(53))), 0.0).label("cost"),
)


def _last_asked(speaker: Any) -> ColumnElement[bool]:
    """That a message of `speaker` is the newest of those that the turn of the call answers."""
    held = messages.alias()
    newest = (
        select(func.max(held.c.seq))
        .where(
            held.c.session_id == model_calls.c.session_id,
            held.c.turn == model_calls.c.purpose,
            held.c.speaker == Speaker.PERSON,
        )
        .correlate(model_calls)
        .scalar_subquery()
    )
    return and_(
        speaker.c.session_id == model_calls.c.session_id,
        speaker.c.seq == newest,
    )


def dearest(found: Iterable[Spent]) -> Sequence[Spent]:
    """The most expensive first; of what costs nothing, what took most tokens."""
    return sorted(found, key=lambda one: (-one.cost, -(one.prompt_tokens + one.completion_tokens), one.key))


def joined(one: Spent, other: Spent) -> Spent:
    """Both together, under the key of the first."""
    return replace(
        one,
        name=one.name or other.name,
        calls=one.calls + other.calls,
        prompt_tokens=one.prompt_tokens + other.prompt_tokens,
        completion_tokens=one.completion_tokens + other.completion_tokens,
        cost=one.cost + other.cost,
    )


def _within(since: date, until: date) -> ColumnElement[bool]:
    """Both days are in it."""
    first, last = datetime.combine(since, time(), UTC), datetime.combine(until, time(), UTC)
    return and_(model_calls.c.started_at >= first, model_calls.c.started_at < last + timedelta(days=1))


def _of_person(row: RowMapping) -> OfPerson:
    person = Person(row["team"], row["key"]) if row["key"] else None
    return OfPerson(row["platform"], person, _spent(row))


def _spent(row: RowMapping) -> Spent:
    return Spent(
        key=row["key"],
        name=row["name"],
        calls=row["calls"],
        prompt_tokens=row["prompt_tokens"],
        completion_tokens=row["completion_tokens"],
        cost=Decimal(row["cost"]).quantize(NANO),
    )
