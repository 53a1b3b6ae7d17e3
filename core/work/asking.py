"""One question to the model: written down before it may cost money, asked again while nothing was shown yet."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager

import structlog

from core.errors import ModelError
from core.ports import Completed, ModelEvent, ModelRequest, Started, TextDelta, Thinking
from core.work.workshop import Workshop

_log = structlog.get_logger(__name__)

ATTEMPTS = 3
PATIENCE = 20.0
"""Seconds that people wait without a word while the service asks us to come back later."""


async def ask(
    shop: Workshop, session_id: str, purpose: str, request: ModelRequest
) -> AsyncGenerator[ModelEvent, None]:
    """The events of one answer. Before the first text a retryable failure is tried again, at most twice and only if
    the service wants no longer pause than `PATIENCE`. Raises ModelError. Closing it closes the connection."""
    for attempt in range(1, ATTEMPTS + 1):
        shown = False
        try:
            async with aclosing(_accounted(shop, session_id, purpose, request)) as events:
                async for event in events:
                    shown = shown or isinstance(event, TextDelta | Thinking)
                    yield event
        except ModelError as error:
            pause = error.retry_after if error.retry_after is not None else 2.0 ** (attempt - 1)
            if shown or not error.retryable or attempt == ATTEMPTS or pause > PATIENCE:
                raise
            _log.warning("model_asked_again", reference=error.reference, detail=error.detail, pause=pause)
            await shop.clock.sleep(pause)
        else:
            return


async def _accounted(
    shop: Workshop, session_id: str, purpose: str, request: ModelRequest
) -> AsyncGenerator[ModelEvent, None]:
    async with _call(shop, session_id, purpose) as call, aclosing(shop.model.stream(request)) as events:
        async for event in events:
            if isinstance(event, Started):
                await _note_start(shop, call.id, event)
            elif isinstance(event, Completed):
                call.end = event
            yield event


class _Call:
    """A row of the account while the call runs."""

    def __init__(self, row: str) -> None:
        self.id = row
        self.end: Completed | None = None


@asynccontextmanager
async def _call(shop: Workshop, session_id: str, purpose: str) -> AsyncIterator[_Call]:
    async with shop.database.write() as unit:
        call = _Call(await unit.model_calls.begin(session_id, purpose))
    state = "cut"  # closed by us: cancelled, or the program stops
    try:
        yield call
        state = "done"
    except ModelError:
        state = "failed"
        raise
    finally:
        await _note_end(shop, call, "done" if call.end else state)


async def _note_start(shop: Workshop, call: str, event: Started) -> None:
    async with shop.database.write() as unit:
        await unit.model_calls.started(call, event.generation_id)


async def _note_end(shop: Workshop, call: _Call, state: str) -> None:
    model, usage = (call.end.model, call.end.usage) if call.end else ("", None)
    async with shop.database.write() as unit:
        await unit.model_calls.ended(call.id, state, model, usage)
