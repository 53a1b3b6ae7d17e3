"""The desk: every intent is stored once, in one transaction with what it changes, before the platform gets its ack."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from sqlalchemy.exc import IntegrityError

from core.automations.model import Automation
from core.desk import Outcome, Receipt
from core.intake import conversation, questions, sessions, versions
from core.intake.decision import Decision
from core.intake.finding import session_meant
from core.intents import (
    AnswerNow,
    Ask,
    Cancel,
    ChangeRequirements,
    Close,
    Delete,
    Download,
    Erase,
    ForgetMe,
    Generate,
    Intent,
    OpenSession,
    Place,
    Rename,
    Reopen,
    Retry,
    Revise,
    Say,
    ThreadLost,
)
from core.sessions.model import Session
from core.storage.unit_of_work import Database, Unit


class Follower(Protocol):
    """Who is told after a commit."""

    def nudge(self) -> None:
        """There is new work in the inbox."""
        ...

    def stop(self, job_id: str) -> None:
        """This job was cancelled."""
        ...


class IntakeDesk:
    """Implements `core.desk.Desk`."""

    def __init__(self, database: Database, follower: Follower) -> None:
        self._database = database
        self._follower = follower

    async def receive(self, intent: Intent) -> Receipt:
        if isinstance(intent, Ask):
            async with self._database.read() as unit:
                return Receipt(Outcome.ACCEPTED, await questions.answer(unit, intent))
        try:
            decision = await self._store(intent)
        except IntegrityError:  # the same event came twice at the same moment; the other one was stored
            async with self._database.read() as unit:
                if not await unit.inbox.seen(intent.origin):
                    raise
            return Receipt(Outcome.DUPLICATE)
        for job_id in decision.cancels:
            self._follower.stop(job_id)
        if decision.tasks:
            self._follower.nudge()
        return decision.receipt

    async def _store(self, intent: Intent) -> Decision:
        async with self._database.write() as unit:
            if await unit.inbox.seen(intent.origin):
                return Decision(Receipt(Outcome.DUPLICATE))
            decision = await _HANDLERS[type(intent)](unit, intent)
            if decision.receipt.outcome is Outcome.ACCEPTED:
                await _remember(unit, intent, decision)
            return decision

    async def session_of(self, place: Place) -> Session | None:
        if place.thread is None:
            return None
        async with self._database.read() as unit:
            return await unit.sessions.at(place)

    async def session(self, session_id: str, place: Place) -> Session | None:
        async with self._database.read() as unit:
            return await session_meant(unit, place, session_id)

    async def open_threads(self, platform: str) -> Sequence[tuple[Place, str]]:
        async with self._database.read() as unit:
            return await unit.sessions.open_threads(platform)

    async def automation(self, automation_id: str, place: Place) -> Automation | None:
        async with self._database.read() as unit:
            made = await unit.automations.get(automation_id)
            if made is None or await session_meant(unit, place, made.session_id) is None:
                return None
            return made


_HANDLERS: Mapping[type[Any], Callable[[Unit, Any], Awaitable[Decision]]] = {
    OpenSession: sessions.open_session,
    ChangeRequirements: sessions.change_requirements,
    Rename: sessions.manage,
    Close: sessions.manage,
    Reopen: sessions.manage,
    Delete: sessions.manage,
    ForgetMe: sessions.forget,
    ThreadLost: sessions.lost,
    Say: conversation.say,
    Revise: conversation.revise,
    Erase: conversation.erase,
    AnswerNow: conversation.answer_now,
    Generate: versions.generate,
    Cancel: versions.cancel,
    Retry: versions.retry,
    Download: versions.download,
}
"""Who decides what; `Ask` changes nothing and is answered before."""


async def _remember(unit: Unit, intent: Intent, decision: Decision) -> None:
    """Stores the event with its first task; further tasks get keys of their own."""
    origin = intent.origin
    if not decision.tasks:
        await unit.inbox.add(origin, "", None, {})
    for number, task in enumerate(decision.tasks):
        key = (
            origin
            if number == 0
            else replace(origin, event_key=f"{origin.event_key}#{number}", alias_key=None)
        )
        await unit.inbox.add(key, task.work, task.session_id, task.args)
