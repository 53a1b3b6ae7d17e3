"""What a caller may read: every question goes by the shelves that the caller can reach, and by nothing else.

A caller of the workspace `slack:T1` reaches the sessions of that workspace in channels that they can see, and those of
the platform `web` in the workspace `slack:T1` that are their own; a maintainer all of both.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Literal, Protocol

from sqlalchemy import ColumnElement, not_
from sqlalchemy.exc import IntegrityError

from core.accounts import Caller, Role
from core.automations.model import Automation, AutomationStatus
from core.errors import RequestRefused
from core.intake import cursors
from core.intake.decision import TURN
from core.intake.visibility import Visibility
from core.intents import Person
from core.library import (
    Happened,
    JobView,
    Page,
    SessionDetail,
    SessionQuery,
    SessionRow,
    Spent,
    Suggested,
    Underway,
)
from core.messages.model import Message
from core.sessions.model import Session
from core.storage.catalogue import Shelf, either
from core.storage.reviews import Suggestion
from core.storage.spending import OfPerson, dearest, joined
from core.storage.unit_of_work import Database, Unit

MOST = 100
"""Items of a page."""
_NUMBERS = 2**31
"""Versions and messages have smaller ones."""


_LOOK = 1.0
"""Seconds between two looks whether a watcher still sees the session; the platform's word is kept for a minute anyway."""


class Feed(Protocol):
    """What happens in sessions, for those who watch (`core.delivery.watching`)."""

    def subscribe(
        self, session_id: str, after: int | None
    ) -> AbstractAsyncContextManager[AsyncIterator[Happened]]: ...

    def current(self, session_id: str) -> Mapping[str, Any]:
        """The last progress of the session; empty when there was none."""
        ...


class Reading:
    """Implements `core.library.Library`."""

    def __init__(self, database: Database, visibility: Visibility, feed: Feed) -> None:
        self._database = database
        self._visibility = visibility
        self._feed = feed

    # ---- sessions

    async def sessions(self, caller: Caller, query: SessionQuery) -> Page[SessionRow]:
        _check(query.limit)
        listed = f"sessions {caller.platform} {caller.workspace}"
        after = _moment(*cursors.read(listed, query.cursor)) if query.cursor else None
        shelves = await self._reach(caller)
        async with self._database.read() as unit:
            found = await unit.catalogue.sessions(shelves, query, after)
        shown = tuple(found[: query.limit])
        more = len(found) > query.limit
        return Page(
            shown, cursors.written(listed, shown[-1].last_said, shown[-1].session.id) if more else None
        )

    async def session(self, caller: Caller, session_id: str) -> SessionDetail | None:
        shelves = await self._reach(caller)
        async with self._database.read() as unit:
            session = await _seen(unit, shelves, session_id)
            if session is None:
                return None
            return SessionDetail(
                session=session,
                current=await unit.catalogue.head(session_id),
                job=self._with_progress(await unit.catalogue.job(session_id, None)),
                messages=await unit.messages.count(session_id),
                last_said=await unit.catalogue.last_said(session_id),
            )

    async def messages(
        self, caller: Caller, session_id: str, cursor: str | None = None, limit: int = 50
    ) -> Page[Message] | None:
        _check(limit)
        listed = f"messages {session_id}"
        before = _number(cursors.read(listed, cursor)[1]) if cursor else None
        shelves = await self._reach(caller)
        async with self._database.read() as unit:
            if await _seen(unit, shelves, session_id) is None:
                return None
            found = await unit.catalogue.messages(session_id, before, limit + 1)
        shown = tuple(found[:limit])
        more = len(found) > limit
        return Page(shown, cursors.written(listed, None, str(shown[-1].seq)) if more else None)

    async def turn_of(self, caller: Caller, session_id: str, platform_message: str) -> str | None:
        shelves = await self._reach(caller)
        async with self._database.read() as unit:
            if await _seen(unit, shelves, session_id) is None:
                return None
            return await unit.catalogue.turn_of(session_id, platform_message, TURN)

    # ---- versions and jobs

    async def automations(self, caller: Caller, session_id: str) -> Sequence[Automation] | None:
        shelves = await self._reach(caller)
        async with self._database.read() as unit:
            if await _seen(unit, shelves, session_id) is None:
                return None
            return list(reversed(await unit.automations.heads(session_id)))

    async def automation(self, caller: Caller, session_id: str, automation_id: str) -> Automation | None:
        shelves = await self._reach(caller)
        async with self._database.read() as unit:
            if await _seen(unit, shelves, session_id) is None:
                return None
            made = await unit.automations.get(automation_id)
            return made if made is not None and made.session_id == session_id else None

    async def numbered(self, caller: Caller, session_id: str, number: int) -> Automation | None:
        shelves = await self._reach(caller)
        async with self._database.read() as unit:
            if not 0 < number < _NUMBERS or await _seen(unit, shelves, session_id) is None:
                return None
            return await unit.automations.numbered(session_id, number)

    async def suggestions(
        self, caller: Caller, session_id: str, automation_id: str
    ) -> Sequence[Suggested] | None:
        shelves = await self._reach(caller)
        async with self._database.read() as unit:
            if await _seen(unit, shelves, session_id) is None:
                return None
            made = await unit.automations.get(automation_id)
            if made is None or made.session_id != session_id:
                return None
            return [await _suggested(unit, one) for one in await unit.reviews.newest(automation_id)]

    async def job(self, caller: Caller, session_id: str, job_id: str) -> JobView | None:
        shelves = await self._reach(caller)
        async with self._database.read() as unit:
            if await _seen(unit, shelves, session_id) is None:
                return None
            return self._with_progress(await unit.catalogue.job(session_id, job_id))

    def _with_progress(self, job: JobView | None) -> JobView | None:
        told = self._feed.current(job.session_id) if job is not None and job.finished_at is None else {}
        if job is None or told.get("job") != job.id:
            return job
        return replace(job, progress=_underway(told))

    async def downloaded(self, caller: Caller, automation_id: str, operation: str) -> None:
        shelves = await self._reach(caller)
        try:
            async with self._database.write() as unit:
                made = await unit.automations.get(automation_id)
                if made is None or await _seen(unit, shelves, made.session_id) is None:
                    return
                await unit.automations.add_download(automation_id, operation, caller.person, "web")
                await unit.automations.advance(automation_id, AutomationStatus.DOWNLOADED)
        except IntegrityError:  # the same operation was noted at the same moment
            return

    # ---- figures, channels, watching

    async def spent(
        self, caller: Caller, by: Literal["person", "session", "day"], since: date, until: date
    ) -> Sequence[Spent]:
        """An operator's days are those of the installation; of every other workspace an operator sees one line with
        what it spent (its key is `<platform>:<workspace>`), and nothing of its people or sessions."""
        shelves = await self._reach(caller)
        runs = caller.role is Role.OPERATOR
        async with self._database.read() as unit:
            ours = either([await unit.catalogue.on(shelf) for shelf in shelves])
            if by == "day":
                return await unit.spending.by_day(_everything() if runs else ours, since, until)
            others = await unit.spending.by_workspace(not_(ours), since, until) if runs else ()
            if by == "session":
                return dearest([*await unit.spending.by_session(ours, since, until), *others])
            people = await unit.spending.by_person(ours, since, until)
        return dearest([*await self._by_person(caller, people), *others])

    async def _by_person(self, caller: Caller, found: Sequence[OfPerson]) -> Sequence[Spent]:
        """Whoever spent in the chat and in the browser spent once."""
        whole: dict[Person | None, Spent] = {}
        for one in found:
            known = whole.get(one.person)
            whole[one.person] = one.spent if known is None else joined(known, one.spent)
        return [await self._named(caller, person, spent) for person, spent in whole.items()]

    async def _named(self, caller: Caller, person: Person | None, spent: Spent) -> Spent:
        if spent.name or person is None:
            return spent
        name = await self._visibility.name(caller.platform, person)
        return Spent(spent.key, name, spent.calls, spent.prompt_tokens, spent.completion_tokens, spent.cost)

    async def belongs(self, caller: Caller) -> bool:
        return bool(await self._reach(caller))

    async def channels(self, caller: Caller) -> Sequence[tuple[str, str]]:
        return [(one.id, one.name) for one in await self._visibility.named(caller)]

    @asynccontextmanager
    async def happenings(
        self, caller: Caller, session_id: str, after: int | None
    ) -> AsyncIterator[AsyncIterator[Happened] | None]:
        """Ends when the caller cannot see the session any more."""
        shelves = await self._reach(caller)
        async with self._database.read() as unit:
            session = await _seen(unit, shelves, session_id)
        if session is None:
            yield None
            return
        async with self._feed.subscribe(session_id, after) as happening:
            yield self._while_seen(caller, session, happening)

    async def _while_seen(
        self, caller: Caller, session: Session, happening: AsyncIterator[Happened]
    ) -> AsyncIterator[Happened]:
        asked = self._visibility.clock.monotonic()
        async for one in happening:
            if (now := self._visibility.clock.monotonic()) - asked >= _LOOK:
                asked = now
                if not any(shelf.holds(session) for shelf in await self._reach(caller)):
                    return
            yield one

    async def _reach(self, caller: Caller) -> Sequence[Shelf]:
        """Empty while the platform is silent: it may be that somebody does not belong there any more."""
        of_web = f"{caller.platform}:{caller.workspace}"
        if caller.maintains:
            return Shelf(caller.platform, caller.workspace), Shelf("web", of_web)
        told = await self._visibility.told(caller)
        if told is None:
            return ()
        seen = frozenset(one.id for one in told)
        own = frozenset({f"{caller.person.team}:{caller.person.id}"})
        return Shelf(caller.platform, caller.workspace, seen), Shelf("web", of_web, own)


async def _seen(unit: Unit, shelves: Sequence[Shelf], session_id: str) -> Session | None:
    session = await unit.sessions.get(session_id)
    return session if session is not None and any(shelf.holds(session) for shelf in shelves) else None


def _underway(told: Mapping[str, Any]) -> Underway:
    return Underway(
        text=told["text"],
        stage=told["stage"],
        path=told["path"],
        file=told["file"],
        of=told["of"],
        lines=told["lines"],
        files=tuple((one["path"], one["lines"]) for one in told["files"]),
    )


async def _suggested(unit: Unit, one: Suggestion) -> Suggested:
    job = await unit.automations.job(one.job_id) if one.job_id else None
    return Suggested(
        one.id, one.number, one.path, one.line, one.text, one.job_id, job.status if job else None
    )


def _everything() -> ColumnElement[bool]:
    return not_(either([]))


def _check(limit: int) -> None:
    if not 1 <= limit <= MOST:
        raise RequestRefused(f"A page holds 1 to {MOST}.", field="limit")


def _moment(moment: datetime | None, last: str) -> tuple[datetime, str]:
    if moment is None:
        raise RequestRefused(cursors.WRONG, field="cursor")
    return moment, last


def _number(last: str) -> int:
    if not last.isdecimal() or not 0 < int(last) < _NUMBERS:
        raise RequestRefused(cursors.WRONG, field="cursor")
    return int(last)
