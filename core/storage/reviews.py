"""What reviews of a version suggested, and which generation took each suggestion up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import RowMapping, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.ports import Clock, Ids
from core.storage.tables import suggestions


@dataclass(frozen=True, slots=True)
class Suggestion:
    """``number``: its place in the review, from 1. ``line``: from 1; 0 where none is known. ``job_id``: of the
    generation that applies it, ``None`` while nobody has asked for that."""

    id: str
    session_id: str
    automation_id: str
    number: int
    path: str
    line: int
    text: str
    job_id: str | None = None

    @property
    def place(self) -> str:
        """`src/a.py:12`, or the path alone."""
        return f"{self.path}:{self.line}" if self.line else self.path


class Reviews:
    def __init__(self, connection: AsyncConnection, clock: Clock, ids: Ids) -> None:
        self._db = connection
        self._clock = clock
        self._ids = ids

    async def add(
        self, session_id: str, automation_id: str, operation: str, found: Iterable[tuple[str, int, str]]
    ) -> None:
        """Stores (path, line, text) in order under the numbers from 1. `operation`: the key of this review, at most 64
        characters; a second one under the same key raises IntegrityError."""
        now = self._clock.now()
        rows = [
            {
                "id": self._ids.new(),
                "session_id": session_id,
                "automation_id": automation_id,
                "operation": operation,
                "number": number,
                "path": path,
                "line": line,
                "text": text,
                "created_at": now,
            }
            for number, (path, line, text) in enumerate(found, 1)
        ]
        if rows:
            await self._db.execute(insert(suggestions), rows)

    async def of(self, operation: str) -> Sequence[Suggestion]:
        """What one review suggested, in order."""
        rows = await self._db.execute(
            select(suggestions).where(suggestions.c.operation == operation).order_by(suggestions.c.number)
        )
        return [_suggestion(row) for row in rows.mappings()]

    async def newest(self, automation_id: str) -> Sequence[Suggestion]:
        """What the newest review of a version suggested that suggested anything, in order."""
        newest = (
            select(suggestions.c.operation)
            .where(suggestions.c.automation_id == automation_id)
            .order_by(suggestions.c.created_at.desc(), suggestions.c.id.desc())
            .limit(1)
        )
        found = await self._db.scalar(newest)
        return [] if found is None else await self.of(found)

    async def get(self, suggestion_id: str) -> Suggestion | None:
        rows = await self._db.execute(select(suggestions).where(suggestions.c.id == suggestion_id))
        row = rows.mappings().first()
        return None if row is None else _suggestion(row)

    async def applied(self, suggestion_id: str, job_id: str) -> None:
        """A generation has been asked to take it up."""
        await self._db.execute(
            update(suggestions).where(suggestions.c.id == suggestion_id).values(job_id=job_id)
        )


def _suggestion(row: RowMapping) -> Suggestion:
    return Suggestion(
        id=row["id"],
        session_id=row["session_id"],
        automation_id=row["automation_id"],
        number=row["number"],
        path=row["path"],
        line=row["line"],
        text=row["text"],
        job_id=row["job_id"],
    )
