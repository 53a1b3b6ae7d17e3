"""One question to the model. It is written down before it may cost money, with the bytes that are sent, and so is what
came of it: after a crash a finished answer is not bought again, and a broken-off one is asked for again, once."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field

import structlog

from core.errors import ModelError, ModelStreamCut
from core.ports import ModelEvent, ModelRequest, Started
from core.storage.questions import Asked, Question
from core.work.outcomes import Outcome
from core.work.workshop import Workshop

_log = structlog.get_logger(__name__)

ATTEMPTS = 3
PATIENCE = 20.0
"""Seconds that people wait without a word while the service asks us to come back later."""


async def ask(shop: Workshop, question: Question, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
    """The events of one answer. Before the first text a retryable failure is tried again, at most twice and only if
    the service wants no longer pause than `PATIENCE`; a call that the service had accepted is repeated once, however
    often the program dies meanwhile. Raises ModelError. Closing it closes the connection.

    An answer, or a failure, that an earlier attempt at the same work has seen to its end is the answer for ever, whatever
    the request says now."""
    async with shop.database.read() as unit:
        asked = await unit.questions.get(question)
    if asked is not None and asked.outcome is not None:
        for event in Outcome.unpacked(asked.outcome).events():
            yield event
        return
    body = asked.body.encode() if asked and asked.body else await shop.model.write(request)
    async with aclosing(_answered(shop, question, body, asked)) as events:
        async for event in events:
            yield event


async def settle(shop: Workshop, session_id: str, purpose: str) -> None:
    """What came of all questions of `purpose` is where it belongs: what was kept for a repetition goes."""
    async with shop.database.read() as unit:
        if await unit.questions.begun_at(session_id, purpose) is None:
            return
    async with shop.database.write() as unit:
        await unit.questions.settle(session_id, purpose)


async def _answered(
    shop: Workshop, question: Question, body: bytes, asked: Asked | None
) -> AsyncGenerator[ModelEvent, None]:
    known, in_flight = asked is not None, 0 if asked is None else 1 + asked.repeated
    for attempt in range(1, ATTEMPTS + 1):
        call = _Call(shop, question, body)
        try:
            if in_flight > 1:
                raise _broken_off_twice()
            async with aclosing(call.events(known=known, again=in_flight > 0)) as events:
                async for event in events:
                    yield event
        except ModelError as error:
            known, in_flight = True, in_flight + call.accepted
            pause = error.retry_after if error.retry_after is not None else 2.0 ** (attempt - 1)
            spent = in_flight > 1 or call.outcome.heard or attempt == ATTEMPTS or pause > PATIENCE
            if spent or not error.retryable:
                await call.give_up(error)
                raise
            _log.warning("model_asked_again", reference=error.reference, detail=error.detail, pause=pause)
            await shop.clock.sleep(pause)
        else:
            return


def _broken_off_twice() -> ModelError:
    return ModelStreamCut(
        "I was stopped twice while the model was answering, and what it may have said is lost: try again.",
        detail="in flight at two ends of the program",
    )


@dataclass(slots=True)
class _Call:
    """One attempt at a question. ``accepted``: the service has begun to answer, so it may cost money."""

    shop: Workshop
    question: Question
    body: bytes
    accepted: bool = False
    outcome: Outcome = field(default_factory=Outcome)

    async def events(self, *, known: bool, again: bool) -> AsyncGenerator[ModelEvent, None]:
        """``known``: the question is written down already. ``again``: it may have been answered."""
        row = await self._begin(known=known, again=again)
        state = "cut"  # closed by us: cancelled, or the program stops
        try:
            async with aclosing(self.shop.model.send(self.body, again=again)) as events:
                async for event in events:
                    if isinstance(event, Started):
                        self.accepted = True
                        await self._note_start(row, event)
                    self.outcome.add(event)
                    yield event
            state = "done"
        except ModelError:
            state = "failed"
            raise
        finally:
            await self._note_end(row, "done" if self.outcome.end else state)

    async def give_up(self, error: ModelError) -> None:
        self.outcome.failure = error
        async with self.shop.database.write() as unit:
            await unit.questions.answer(self.question, self.outcome.packed())
            await unit.model_calls.lost(self.question.session_id, self.question.purpose)

    async def _begin(self, *, known: bool, again: bool) -> str:
        question, body = self.question, self.body.decode()
        async with self.shop.database.write() as unit:
            if not known:
                await unit.questions.ask(question, body)
            elif again:
                await unit.questions.repeat(question, body)
                await unit.model_calls.lost(question.session_id, question.purpose)
            return await unit.model_calls.begin(question.session_id, question.purpose)

    async def _note_start(self, row: str, event: Started) -> None:
        async with self.shop.database.write() as unit:
            await unit.model_calls.started(row, event.generation_id)

    async def _note_end(self, row: str, state: str) -> None:
        end = self.outcome.end
        async with self.shop.database.write() as unit:
            if end is None:
                await unit.model_calls.ended(row, state)
                return
            await unit.model_calls.ended(row, state, end.model, end.usage)
            await unit.questions.answer(self.question, self.outcome.packed())
