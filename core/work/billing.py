"""What calls to the model cost, where it was not said at once: a call that broke off is looked up at the service until it
is known there, and then stands in the account and in the evidence of what it was for."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import structlog

from core.automations.evidence import Evidence
from core.errors import ModelError
from core.jobs.attempts import known
from core.ports import Usage
from core.storage.calls import Bill, Unpriced
from core.storage.unit_of_work import Unit
from core.work.workshop import Workshop

_log = structlog.get_logger(__name__)

JOB = "job:"
"""Before the id of a job: what its calls are booked under."""
LOOK = 5.0
"""Seconds between two looks at whether a look-up is due."""
ROUND = 600.0
"""Seconds between two looks for calls whose program died, and that nobody came back to."""
OVER = timedelta(hours=1)
"""No call takes so long (`ModelConfig.deadline_seconds`)."""


def billed(evidence: Evidence, bill: Bill) -> Evidence:
    """With all that its calls came to, as far as that is known."""
    usage = bill.usage
    return replace(
        evidence,
        prompt_tokens=usage.prompt_tokens,
        completion_tokens=usage.completion_tokens,
        cached_tokens=usage.cached_tokens,
        cost=usage.cost,
        model=bill.model,
    )


async def keep_booking(shop: Workshop) -> None:
    """Until it is cancelled. In any number of processes: each look-up is made by one of them."""
    looked_round = -ROUND
    while True:
        try:
            if shop.clock.monotonic() - looked_round >= ROUND:
                looked_round = shop.clock.monotonic()
                async with shop.database.write() as unit:
                    await unit.model_calls.overdue(shop.clock.now() - OVER)
            await book_what_is_known(shop)
        except Exception as error:  # noqa: BLE001 -- the database may be away for a while, and the loop must outlive that
            fault = known(error)
            _log.warning("costs_not_booked", reference=fault.reference, detail=fault.detail)
        await shop.clock.sleep(LOOK)


async def book_what_is_known(shop: Workshop) -> int:
    """How many costs became known."""
    async with shop.database.read() as unit:
        if not await unit.model_calls.any_due():
            return 0
    async with shop.database.write() as unit:
        due = await unit.model_calls.due()
    booked = 0
    for call in due:
        try:
            usage = await shop.model.price(call.generation_id)
        except ModelError as error:
            _log.info("cost_not_known", call=call.id, reference=error.reference, detail=error.detail)
            continue
        if usage is not None:
            await _book(shop, call, usage)
            booked += 1
    return booked


async def _book(shop: Workshop, call: Unpriced, usage: Usage) -> None:
    async with shop.database.write() as unit:
        await unit.model_calls.book(call.id, usage)
        if call.purpose.startswith(JOB):
            await _into_evidence(unit, call)


async def _into_evidence(unit: Unit, call: Unpriced) -> None:
    made = await unit.automations.made_by(call.purpose.removeprefix(JOB))
    if made is not None:
        bill = await unit.model_calls.bill(call.session_id, call.purpose)
        await unit.automations.prove(made.id, billed(made.evidence, bill))
