"""Reading sessions for those who look at them from outside of the thread: lists, searches, pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    RowMapping,
    Select,
    Table,
    and_,
    false,
    func,
    literal,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from core.automations.model import Automation, JobStatus
from core.intents import Person
from core.library import JobView, SessionQuery, SessionRow
from core.messages.model import Message
from core.sessions.model import Session
from core.storage import words
from core.storage.automations import automation_from
from core.storage.messages import message_from
from core.storage.sessions import session_from
from core.storage.tables import UtcTime, automations, inbox, jobs, messages, sessions
from core.vocabulary import Language

_ACTIVE = (JobStatus.QUEUED, JobStatus.RUNNING)
_MANY = 2_000
"""Channels that are named in a statement."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """Sessions of one workspace: all, or those of some channels."""

    platform: str
    workspace: str
    channels: frozenset[str] | None = None

    def holds(self, session: Session) -> bool:
        there = (session.platform, session.workspace) == (self.platform, self.workspace)
        return there and (self.channels is None or session.channel in self.channels)


class Catalogue:
    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def sessions(
        self, shelves: Sequence[Shelf], query: SessionQuery, after: tuple[datetime, str] | None
    ) -> Sequence[SessionRow]:
        """One more than asked for, if there are so many, the newest word first; without their requirements. In one
        statement: what takes time is the way to the database and back."""
        found = [await self._on(shelf, query, after) for shelf in shelves]
        parts = [select(part.subquery()) for part in found if part is not None]
        if not parts:
            return ()
        rows = await self._db.execute(
            select(sessions, *_NEWEST)
            .where(sessions.c.id.in_(union_all(*parts)))
            .order_by(*_ORDER)
            .limit(query.limit + 1)
        )
        return [_row(row) for row in rows.mappings()]

    async def _on(
        self, shelf: Shelf, query: SessionQuery, after: tuple[datetime, str] | None
    ) -> Select[tuple[str]] | None:
        """The ids of one shelf. ``None``: nothing can match."""
        conditions = await self._matching(shelf, query)
        if conditions is None:
            return None
        if after is not None:
            moment, last = after
            place = tuple_(literal(moment, UtcTime()), literal(last))
            conditions.append(tuple_(sessions.c.last_said, sessions.c.id) < place)
        return select(sessions.c.id).where(*conditions).order_by(*_ORDER).limit(query.limit + 1)

    async def _matching(self, shelf: Shelf, query: SessionQuery) -> list[ColumnElement[bool]] | None:
        """``None``: nothing can match."""
        if shelf.channels == frozenset() or query.platform not in (None, shelf.platform):
            return None
        conditions = [await self.on(shelf)]
        if query.status is not None:
            conditions.append(sessions.c.status == query.status)
        if query.agent_type is not None:
            conditions.append(sessions.c.agent_type == query.agent_type)
        if query.text.strip():
            holding = words.holding(self._db, query.text)
            if holding is None:
                return None
            conditions.append(holding)
        return conditions

    async def on(self, shelf: Shelf) -> ColumnElement[bool]:
        """A condition on sessions."""
        there = and_(sessions.c.platform == shelf.platform, sessions.c.workspace == shelf.workspace)
        if shelf.channels is None:
            return there
        channels = shelf.channels
        if len(channels) > _MANY:
            channels &= set(await self._db.scalars(select(sessions.c.channel).where(there).distinct()))
        return and_(there, sessions.c.channel.in_(sorted(channels)))

    async def last_said(self, session_id: str) -> datetime:
        row = await self._db.execute(select(sessions.c.last_said).where(sessions.c.id == session_id))
        moment: datetime = row.scalar_one()
        return moment

    async def head(self, session_id: str) -> Automation | None:
        """The newest version without its files."""
        rows = await self._db.execute(
            select(automations)
            .where(automations.c.session_id == session_id)
            .order_by(automations.c.number.desc())
            .limit(1)
        )
        row = rows.mappings().first()
        return None if row is None else automation_from(row)

    async def job(self, session_id: str, job_id: str | None) -> JobView | None:
        """``None``: the newest of the session."""
        which = jobs.c.session_id == session_id
        rows = await self._db.execute(
            select(jobs, automations.c.id.label("made"))
            .join(automations, automations.c.job_id == jobs.c.id, isouter=True)
            .where(which if job_id is None else which & (jobs.c.id == job_id))
            .order_by(jobs.c.id.desc())
            .limit(1)
        )
        row = rows.mappings().first()
        return None if row is None else _job(row)

    async def messages(self, session_id: str, before: int | None, limit: int) -> Sequence[Message]:
        """The newest first, of those before number `before`; without the erased ones."""
        rows = await self._db.execute(
            select(messages)
            .where(
                messages.c.session_id == session_id,
                messages.c.erased.is_(False),
                *([] if before is None else [messages.c.seq < before]),
            )
            .order_by(messages.c.seq.desc())
            .limit(limit)
        )
        return [message_from(row) for row in rows.mappings()]

    async def turn_of(self, session_id: str, platform_message: str, work: str) -> str | None:
        """The turn that holds the message; while none does, the first that was ordered when it was there (`work`:
        the kind of order). One that was ordered before and has not begun may take it up, too: then that one is it."""
        row = (
            await self._db.execute(
                select(messages.c.turn, messages.c.at, messages.c.aside, messages.c.late).where(
                    messages.c.session_id == session_id,
                    messages.c.platform_message == platform_message,
                    messages.c.erased.is_(False),
                )
            )
        ).first()
        if row is None or row.turn is not None:
            return None if row is None else str(row.turn)
        if row.aside or row.late:
            return None
        ordered = await self._db.scalar(
            select(func.min(inbox.c.id)).where(
                inbox.c.session_id == session_id, inbox.c.work == work, inbox.c.received_at >= row.at
            )
        )
        return None if ordered is None else f"{work}:{ordered}"


_ORDER = (sessions.c.last_said.desc(), sessions.c.id.desc())


def _of_newest(
    column: Column[Any], table: Table, order: Column[Any], *conditions: ColumnElement[bool]
) -> Any:
    """A column of the newest row that hangs on a session."""
    mine = select(column).where(table.c.session_id == sessions.c.id, *conditions)
    return mine.order_by(order.desc()).limit(1).correlate(sessions).scalar_subquery()


_NEWEST = (
    _of_newest(automations.c.number, automations, automations.c.number).label("version"),
    _of_newest(automations.c.status, automations, automations.c.number).label("version_status"),
    _of_newest(jobs.c.status, jobs, jobs.c.id, jobs.c.status.in_(_ACTIVE)).label("job"),
)


def _row(row: RowMapping) -> SessionRow:
    return SessionRow(
        session=session_from(row),
        version=row["version"] or 0,
        version_status=row["version_status"] or "",
        job=JobStatus(row["job"]) if row["job"] else None,
        last_said=row["last_said"],
    )


def either(conditions: Sequence[ColumnElement[bool]]) -> ColumnElement[bool]:
    return or_(false(), *conditions)


def _job(row: RowMapping) -> JobView:
    return JobView(
        id=row["id"],
        session_id=row["session_id"],
        language=Language(row["language"]),
        status=JobStatus(row["status"]),
        sentence=row["sentence"],
        asked_by=Person(row["asked_by_team"], row["asked_by_id"]),
        created_at=row["created_at"],
        finished_at=row["finished_at"],
        automation=row["made"],
    )
