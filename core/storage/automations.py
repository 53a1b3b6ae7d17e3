"""Versions with their files, the jobs that make them, and who took them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, func, insert, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.automations.evidence import Evidence, from_json, to_json
from core.automations.model import (
    Automation,
    AutomationStatus,
    JobStatus,
    advance,
)
from core.intents import Person, Place
from core.ports import Clock, Ids
from core.storage import contents
from core.storage.tables import automations, downloads, jobs, model_edits, sessions
from core.vocabulary import Language

_ACTIVE = (JobStatus.QUEUED, JobStatus.RUNNING)


@dataclass(frozen=True, slots=True)
class Job:
    """A generation. ``sentence``: what was said about its end, when it did not end well. ``wish``: what a person or a
    review wants of this version beyond what the conversation says. ``model``: "" takes the installation's."""

    id: str
    session_id: str
    language: Language
    status: JobStatus
    asked_by: Person
    cancel_asked: bool
    sentence: str
    created_at: datetime
    wish: str = ""
    model: str = ""
    finished_at: datetime | None = None


class Automations:
    def __init__(self, connection: AsyncConnection, clock: Clock, ids: Ids) -> None:
        self._db = connection
        self._clock = clock
        self._ids = ids

    async def add_job(
        self, session_id: str, language: Language, person: Person, wish: str = "", model: str = ""
    ) -> str:
        job_id = self._ids.new()
        await self._db.execute(
            insert(jobs).values(
                id=job_id,
                session_id=session_id,
                language=language,
                status=JobStatus.QUEUED,
                asked_by_team=person.team,
                asked_by_id=person.id,
                cancel_asked=False,
                sentence="",
                created_at=self._clock.now(),
                wish=wish,
                model=model,
            )
        )
        return job_id

    async def job(self, job_id: str) -> Job | None:
        row = (await self._db.execute(select(jobs).where(jobs.c.id == job_id))).mappings().first()
        return None if row is None else _job(row)

    async def newest_job(self, session_id: str) -> Job | None:
        rows = await self._db.execute(
            select(jobs).where(jobs.c.session_id == session_id).order_by(jobs.c.id.desc()).limit(1)
        )
        row = rows.mappings().first()
        return None if row is None else _job(row)

    async def active_job(self, session_id: str) -> Job | None:
        rows = await self._db.execute(
            select(jobs).where(jobs.c.session_id == session_id, jobs.c.status.in_(_ACTIVE))
        )
        row = rows.mappings().first()
        return None if row is None else _job(row)

    async def active_in(self, place: Place) -> Sequence[str]:
        """The jobs that are not over in all sessions of a channel."""
        rows = await self._db.execute(
            select(jobs.c.id)
            .join(sessions, sessions.c.id == jobs.c.session_id)
            .where(
                sessions.c.platform == place.platform,
                sessions.c.workspace == place.workspace,
                sessions.c.channel == place.channel,
                jobs.c.status.in_(_ACTIVE),
            )
        )
        return [str(row.id) for row in rows]

    async def set_job(self, job_id: str, status: JobStatus, sentence: str = "") -> None:
        ended = None if status in _ACTIVE else self._clock.now()
        await self._db.execute(
            update(jobs)
            .where(jobs.c.id == job_id)
            .values(status=status, sentence=sentence, finished_at=ended)
        )

    async def ask_cancel(self, job_id: str) -> None:
        await self._db.execute(update(jobs).where(jobs.c.id == job_id).values(cancel_asked=True))

    async def wanted(self, job_ids: Collection[str]) -> set[str]:
        """Those that are still there, and that nobody has asked to cancel."""
        rows = await self._db.execute(
            select(jobs.c.id).where(jobs.c.id.in_(job_ids), jobs.c.cancel_asked.is_(False))
        )
        return {str(row.id) for row in rows}

    async def add(self, automation: Automation, job_id: str) -> Automation:
        """Stores a version under the next number of its session; returns it with id and number."""
        newest = await self._db.scalar(
            select(func.max(automations.c.number)).where(automations.c.session_id == automation.session_id)
        )
        made = replace(automation, id=self._ids.new(), number=(newest or 0) + 1)
        await self._db.execute(insert(automations).values(job_id=job_id, **_values(made)))
        await contents.keep(self._db, made.id, made.files)
        return made

    async def prove(self, automation_id: str, evidence: Evidence) -> None:
        """Replaces what is known about a version; its files stay as they are."""
        await self._db.execute(
            update(automations).where(automations.c.id == automation_id).values(evidence=to_json(evidence))
        )

    async def get(self, automation_id: str) -> Automation | None:
        return await self._one(automations.c.id == automation_id)

    async def made_by(self, job_id: str) -> Automation | None:
        return await self._one(automations.c.job_id == job_id)

    async def numbered(self, session_id: str, number: int) -> Automation | None:
        return await self._one((automations.c.session_id == session_id) & (automations.c.number == number))

    async def newest(self, session_id: str, *, before: datetime | None = None) -> Automation | None:
        """``before``: of those that were there then."""
        then = true() if before is None else automations.c.created_at <= before
        number = await self._db.scalar(
            select(func.max(automations.c.number)).where(automations.c.session_id == session_id, then)
        )
        return None if number is None else await self.numbered(session_id, int(number))

    async def heads(self, session_id: str) -> Sequence[Automation]:
        """All versions, oldest first, without their files."""
        rows = await self._db.execute(
            select(automations).where(automations.c.session_id == session_id).order_by(automations.c.number)
        )
        return [automation_from(row) for row in rows.mappings()]

    async def advance(self, automation_id: str, to: AutomationStatus) -> AutomationStatus:
        """One step of draft -> ready -> downloaded; raises RequestRefused for any other."""
        there = select(automations.c.status).where(automations.c.id == automation_id)
        row = await self._db.execute(there.with_for_update())
        status = advance(AutomationStatus(row.scalar_one()), to)
        await self._db.execute(
            update(automations).where(automations.c.id == automation_id).values(status=status)
        )
        return status

    async def add_download(self, automation_id: str, operation: str, person: Person, how: str) -> None:
        """Who took what, when and how; once per operation."""
        known = await self._db.scalar(select(downloads.c.id).where(downloads.c.operation == operation))
        if known is None:
            await self._db.execute(
                insert(downloads).values(
                    automation_id=automation_id,
                    operation=operation,
                    person_team=person.team,
                    person_id=person.id,
                    how=how,
                    at=self._clock.now(),
                )
            )

    async def note_edit(self, model: str, worked: bool) -> None:
        """Whether the edit blocks of one answer of `model` could be applied."""
        await self._db.execute(insert(model_edits).values(model=model, worked=worked, at=self._clock.now()))

    async def edits_of(self, model: str, last: int = 20) -> Sequence[bool]:
        """What `note_edit` was told about `model`, newest first."""
        rows = await self._db.execute(
            select(model_edits.c.worked)
            .where(model_edits.c.model == model)
            .order_by(model_edits.c.id.desc())
            .limit(last)
        )
        return [bool(row.worked) for row in rows]

    async def _one(self, condition: Any) -> Automation | None:
        row = (await self._db.execute(select(automations).where(condition))).mappings().first()
        if row is None:
            return None
        return replace(automation_from(row), files=await contents.of_version(self._db, row["id"]))


def _values(made: Automation) -> dict[str, Any]:
    return {
        "id": made.id,
        "session_id": made.session_id,
        "number": made.number,
        "status": made.status,
        "language": made.language,
        "summary": made.summary,
        "dependencies": list(made.dependencies),
        "setup": made.setup,
        "usage": made.usage,
        "warnings": list(made.warnings),
        "evidence": to_json(made.evidence),
        "created_at": made.created_at,
    }


def automation_from(row: RowMapping) -> Automation:
    return Automation(
        id=row["id"],
        session_id=row["session_id"],
        number=row["number"],
        status=AutomationStatus(row["status"]),
        language=Language(row["language"]),
        summary=row["summary"],
        dependencies=tuple(row["dependencies"]),
        setup=row["setup"],
        usage=row["usage"],
        warnings=tuple(row["warnings"]),
        evidence=from_json(row["evidence"]),
        created_at=row["created_at"],
    )


def _job(row: RowMapping) -> Job:
    return Job(
        id=row["id"],
        session_id=row["session_id"],
        language=Language(row["language"]),
        status=JobStatus(row["status"]),
        asked_by=Person(row["asked_by_team"], row["asked_by_id"]),
        cancel_asked=row["cancel_asked"],
        sentence=row["sentence"],
        created_at=row["created_at"],
        wish=row["wish"],
        model=row["model"],
        finished_at=row["finished_at"],
    )
