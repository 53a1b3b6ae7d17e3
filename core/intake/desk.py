"""The desk: every intent is stored once, in one transaction with what it changes, before the platform gets its ack."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Literal, Protocol

from sqlalchemy.exc import IntegrityError

from core.accounts import Accounts
from core.automations.model import Automation
from core.desk import Outcome, Receipt
from core.errors import RequestRefused
from core.intake import access, conversation, earlier, improving, questions, sessions, versions
from core.intake.decision import DUPLICATE, Decision, refused
from core.intake.finding import session_meant
from core.intake.permission import RoleOf, nobody_says, role_needed
from core.intents import (
    AnswerNow,
    Apply,
    Ask,
    Cancel,
    ChangeRequirements,
    Close,
    Dashboard,
    Delete,
    Diff,
    Download,
    Erase,
    ForgetMe,
    Generate,
    Intent,
    OpenSession,
    Place,
    Rename,
    Reopen,
    Restore,
    Retry,
    Review,
    Revise,
    RunTests,
    Say,
    ThreadLost,
)
from core.replies import Reply
from core.sessions.model import Session
from core.storage.unit_of_work import Database, Unit
from core.storage.useless import EVENTS_KEPT


class Follower(Protocol):
    """Who is told after a commit."""

    def nudge(self) -> None:
        """There is new work in the inbox."""
        ...

    def stop(self, job_id: str) -> None:
        """This job was cancelled."""
        ...


LONGEST = EVENTS_KEPT - timedelta(days=1)
"""Older events are not taken up: they may have been, and the inbox does not know any more. The day between is for
clocks that differ."""
LONG_AGO = "That was asked many days ago, and may have been done since: ask again if it is still wanted."

Tell = Callable[[str, Literal["message", "status"], dict[str, Any]], None]
"""Session, what kind of thing happened, and what of it (`core.library.Happened`)."""


def _nobody_watches(session_id: str, kind: str, data: dict[str, Any]) -> None:
    """Nothing to do."""


class IntakeDesk:
    """Implements `core.desk.Desk`. ``accounts``: ``None`` where there is no dashboard; ``address``: of it, as people
    reach it. ``happened``: told after a commit what those who watch the session should see. ``role_of``: asked where
    only maintainers may generate."""

    def __init__(
        self,
        database: Database,
        follower: Follower,
        *,
        accounts: Accounts | None = None,
        address: str | None = None,
        happened: Tell = _nobody_watches,
        role_of: RoleOf = nobody_says,
    ) -> None:
        self._database = database
        self._follower = follower
        self._accounts = accounts
        self._address = address
        self._happened = happened
        self._role_of = role_of

    async def receive(self, intent: Intent) -> Receipt:
        if isinstance(intent, Ask):
            async with self._database.read() as unit:
                return Receipt(Outcome.ACCEPTED, await questions.answer(unit, intent))
        try:
            if isinstance(intent, access.ACCESS):
                return await self._let_in(intent)
            decision, session_id = await self._store(intent)
        except IntegrityError:  # the same event came twice at the same moment; the other one was stored
            async with self._database.read() as unit:
                if not await unit.inbox.seen(intent.origin):
                    raise
            return Receipt(Outcome.DUPLICATE)
        for job_id in decision.cancels:
            self._follower.stop(job_id)
        if decision.tasks:
            self._follower.nudge()
        if session_id is not None:
            self._happened(session_id, *_seen(intent))
        return decision.receipt

    async def _store(self, intent: Intent) -> tuple[Decision, str | None]:
        """And the session that it changed."""
        decide = await self._decides(intent)
        async with self._database.write() as unit:
            if await unit.inbox.seen(intent.origin):
                return DUPLICATE, None
            if _too_old(intent, unit.clock.now()):
                return refused(LONG_AGO), None
            before = await _meant(unit, intent) if isinstance(intent, Delete) else None
            decision = await decide(unit, intent)
            if decision.receipt.outcome is not Outcome.ACCEPTED:
                return decision, None
            await _remember(unit, intent, decision)
            of_task = next((task.session_id for task in decision.tasks if task.session_id), None)
            return decision, before or of_task or await _meant(unit, intent)

    async def _decides(self, intent: Intent) -> Callable[[Unit, Any], Awaitable[Decision]]:
        generating = _GENERATING.get(type(intent))
        if generating is None:
            return _HANDLERS[type(intent)]
        return partial(generating, role=await role_needed(self._database, self._role_of, intent.origin))

    async def _let_in(self, intent: access.Access) -> Receipt:
        """Stored before it is done, since it is done in a transaction of its own: an event that comes again makes no
        second link or token. So a refused one is used up, too."""
        if self._accounts is None:
            return Receipt(Outcome.REFUSED, access.NOT_HERE)
        if self._address is None and isinstance(intent, Dashboard):
            return Receipt(Outcome.REFUSED, access.NO_ADDRESS)
        async with self._database.write() as unit:
            if await unit.inbox.seen(intent.origin):
                return Receipt(Outcome.DUPLICATE)
            now = unit.clock.now()
            if _too_old(intent, now):
                return Receipt(Outcome.REFUSED, Reply(LONG_AGO, private=True))
            await unit.inbox.add(intent.origin, "", None, {})
        try:
            reply = await access.answer(self._accounts, self._address or "", intent, now)
        except RequestRefused as error:
            return Receipt(Outcome.REFUSED, Reply(error.sentence, private=True))
        return Receipt(Outcome.ACCEPTED, reply)

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

    async def half_open(self, platform: str) -> Sequence[tuple[Place, str]]:
        async with self._database.read() as unit:
            return await unit.sessions.half_open(platform, unit.clock.now() - sessions.OPENING)

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
    Cancel: versions.cancel,
    Download: versions.download,
    Diff: earlier.diff,
    Restore: earlier.restore,
    Review: improving.review,
    RunTests: improving.run_tests,
}
_GENERATING: Mapping[type[Any], Callable[..., Awaitable[Decision]]] = {
    Generate: versions.generate,
    Retry: versions.retry,
    Apply: improving.apply,
}
"""Who decides what, the last ones with the person's role; `Ask` changes nothing and is answered before, as are those of `access`."""


def _too_old(intent: Intent, now: datetime) -> bool:
    """What is said, the session itself knows; what is taken back may be so again."""
    return not isinstance(intent, Say | Erase) and now - intent.origin.at > LONGEST


async def _meant(unit: Unit, intent: Intent) -> str | None:
    """The session that an intent is about."""
    session = await session_meant(unit, intent.origin.place, getattr(intent, "session", None))
    return session.id if session else None


def _seen(intent: Intent) -> tuple[Literal["message", "status"], dict[str, Any]]:
    """What those who watch see of it: that there is something to look up."""
    if isinstance(intent, Say | Revise | Erase):
        return "message", {"message": intent.message, "by": "person"}
    return "status", {"what": "session"}


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
