"""What is asked of models, kept until what came of it is stored: nothing is paid for twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.ports import Clock
from core.storage.tables import model_questions


@dataclass(frozen=True, slots=True)
class Question:
    """The ``number``-th one, from 1, that a piece of work asks. ``purpose``: what its calls are booked under; of one
    work, for ever."""

    session_id: str
    purpose: str
    number: int = 1


@dataclass(frozen=True, slots=True)
class Asked:
    """``body``: of the request, as it was sent; empty where it held words that were erased since. ``repeated``: it was
    sent a second time after it had been accepted. ``outcome``: as `answer` got it, ``None`` while there is none."""

    body: str
    repeated: bool
    outcome: str | None


class Questions:
    def __init__(self, connection: AsyncConnection, clock: Clock) -> None:
        self._db = connection
        self._clock = clock

    async def get(self, question: Question) -> Asked | None:
        rows = await self._db.execute(select(model_questions).where(_is(question)))
        row = rows.mappings().first()
        return None if row is None else Asked(row["body"], row["repeated"], row["outcome"])

    async def ask(self, question: Question, body: str) -> None:
        await self._db.execute(
            insert(model_questions).values(
                session_id=question.session_id,
                purpose=question.purpose,
                number=question.number,
                body=body,
                asked_at=self._clock.now(),
            )
        )

    async def repeat(self, question: Question, body: str) -> None:
        await self._db.execute(update(model_questions).where(_is(question)).values(repeated=True, body=body))

    async def answer(self, question: Question, outcome: str) -> None:
        """The body has done its service."""
        await self._db.execute(update(model_questions).where(_is(question)).values(outcome=outcome, body=""))

    async def settle(self, session_id: str, purpose: str) -> None:
        """What came of them is stored: none is asked again."""
        await self._db.execute(
            delete(model_questions).where(
                model_questions.c.session_id == session_id, model_questions.c.purpose == purpose
            )
        )

    async def begun_at(self, session_id: str, purpose: str) -> datetime | None:
        """When the first was asked."""
        moment: datetime | None = await self._db.scalar(
            select(model_questions.c.asked_at).where(_is(Question(session_id, purpose)))
        )
        return moment


def _is(question: Question) -> ColumnElement[bool]:
    return (
        (model_questions.c.session_id == question.session_id)
        & (model_questions.c.purpose == question.purpose)
        & (model_questions.c.number == question.number)
    )
