"""When work cannot be done: nothing stays open, and people hear of it where it happened, or else alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import structlog

from core.automations.model import JobStatus
from core.delivery.review import review
from core.delivery.speech import again, sorry
from core.errors import ChannelGone, OwnFault, PlatformError, ThreadGone, ThreadwrightError
from core.intake.decision import DIFF, DOWNLOAD, GENERATE, OPEN, PROGRESS, REVIEW, RUN_TESTS, TURN
from core.intents import Person, Place
from core.ports import Attempt, ThreadRef
from core.replies import Action, Button, Reply
from core.sessions.model import Session, SessionStatus
from core.storage.automations import Job
from core.storage.inbox import Work
from core.storage.unit_of_work import Unit
from core.work.errands import asked_at
from core.work.opening import tell_opener
from core.work.people import person_of
from core.work.progress import conclude
from core.work.workshop import Workshop

_log = structlog.get_logger(__name__)

_ONCE_MORE: Final = {
    DOWNLOAD: (Action.DOWNLOAD, "Download", "automation"),
    RUN_TESTS: (Action.RUN_TESTS, "Run tests", "automation"),
    DIFF: (Action.DIFF, "Diff", "newer"),
}
"""The button that asks for the same once more, and what it is about."""


@dataclass(frozen=True, slots=True)
class _Case:
    """``person``: who waits for the work. ``kept``: what there is of it nevertheless. ``answer``: where it is all there,
    and only has to be shown. ``buttons``: what can be done now."""

    work: Work
    fault: ThreadwrightError
    session: Session
    person: Person
    kept: str
    answer: Reply | None
    buttons: tuple[Button, ...]

    @property
    def reply(self) -> Reply:
        """For the thread."""
        return self.answer or self.sorry

    @property
    def sorry(self) -> Reply:
        return sorry(self.fault, self.session.id, kept=self.kept, buttons=self.buttons)

    @property
    def place_is_gone(self) -> bool:
        return isinstance(self.fault, ThreadGone | ChannelGone)


class Failing:
    """Told by the engine after the last attempt; idempotent. Raises what may go better later: the engine comes back."""

    def __init__(self, shop: Workshop) -> None:
        self._shop = shop

    async def __call__(self, work: Work, error: Exception) -> None:
        fault = (
            error if isinstance(error, ThreadwrightError) else OwnFault(f"{type(error).__name__}: {error}")
        )
        _log.error(
            "work_failed",
            work=work.work,
            row=work.id,
            reference=fault.reference,
            detail=fault.detail,
            exc_info=error if fault is not error else None,
        )
        if work.work == PROGRESS:
            return  # the generation itself follows, and tells
        async with self._shop.database.write() as unit:
            case = await _settled(unit, work, fault)
        if case is not None:
            await self._tell(case)

    async def _tell(self, case: _Case) -> None:
        thread = case.session.thread
        if thread is None:
            await tell_opener(self._shop, case.session, case.fault)
        elif case.work.work == DOWNLOAD or case.place_is_gone or not await self._told(case, thread):
            await self._whisper(case, thread)

    async def _told(self, case: _Case, thread: ThreadRef) -> bool:
        """Whether the thread says it: in the message that shows the work, else in one of its own."""
        for way in (self._in_place, self._anew):
            try:
                if await way(case, thread):
                    return True
            except PlatformError as refusal:
                if refusal.retryable:
                    raise
                _log.warning(
                    "failure_not_told_there",
                    row=case.work.id,
                    reference=refusal.reference,
                    detail=refusal.detail,
                    about=case.fault.reference,
                )
        return False

    async def _in_place(self, case: _Case, thread: ThreadRef) -> bool:
        courier = self._shop.courier
        if (key := _shows(case.work)) and await self._begun(key):
            message = await courier.post(key, case.session.id, thread, case.reply)
            await conclude(self._shop, case.session.id, key.removesuffix(":progress"), message, case.reply)
            return True
        for key in _streams(case.work):
            if await self._begun(key, unfinished=True):
                await courier.once(key, case.session.id, lambda attempt: self._end(case, thread, attempt))
                return True
        return False

    async def _end(self, case: _Case, thread: ThreadRef, attempt: Attempt) -> str:
        """A half-written message is ended with it."""
        platform = self._shop.courier.platform(thread.platform)
        async with platform.live(thread, case.person, attempt) as live:
            return (await live.close(case.reply)).id

    async def _anew(self, case: _Case, thread: ThreadRef) -> bool:
        await self._shop.courier.post(f"failed:{case.work.id}", case.session.id, thread, case.reply)
        return True

    async def _begun(self, key: str, *, unfinished: bool = False) -> bool:
        async with self._shop.database.read() as unit:
            post = await unit.outbox.get(key)
        return post is not None and not (unfinished and post.result is not None)

    async def _whisper(self, case: _Case, thread: ThreadRef) -> None:
        """To the one who waits for it: at the place, if that is still there, else as a direct message."""
        session, reply = case.session, case.sorry
        place = Place(session.platform, session.workspace, session.channel, thread.thread)
        if case.work.work == DOWNLOAD:
            place = asked_at(session, case.work)
        elif case.place_is_gone:
            reply = replace(
                reply, text=f"{reply.text}\n\n**{session.title}** is closed; what was made is kept."
            )
        elif case.answer is not None:
            async with self._shop.database.write() as unit:
                await unit.messages.release(session.id, f"turn:{case.work.id}")
        await self._shop.courier.platform(session.platform).whisper(place, case.person, reply)


async def _settled(unit: Unit, work: Work, fault: ThreadwrightError) -> _Case | None:
    """The job is failed, the questions are open again; a thread that is gone closes its session. ``None`` for a session
    that is deleted."""
    session = await unit.sessions.get(work.session_id or "")
    if session is None:
        return None
    turn = f"turn:{work.id}"
    answer = await _answer(unit, work, session)
    asked = await unit.messages.held(session.id, turn)
    person, kept = asked[-1].person if asked else _person(work, session), answer.text if answer else ""
    if answer is None:
        await unit.messages.release(session.id, turn)
    job = await unit.automations.job(str(work.args.get("job", "")))
    if job is not None:
        person, kept = job.asked_by, await _settled_job(unit, job, fault)
    if isinstance(fault, ThreadGone | ChannelGone) and session.thread is not None:
        await unit.sessions.update(session.id, status=SessionStatus.CLOSED)
    buttons = _buttons(work, session, fault)
    return _Case(work, fault, session, person, kept, answer, buttons)


async def _answer(unit: Unit, work: Work, session: Session) -> Reply | None:
    """What was stored to be shown, as it would have been shown."""
    for key in _streams(work):
        if (stored := await unit.messages.answer(session.id, key)) is not None:
            is_review = work.work == REVIEW
            return review(stored.text, await unit.reviews.of(key)) if is_review else Reply(stored.text)
    return None


async def _settled_job(unit: Unit, job: Job, fault: ThreadwrightError) -> str:
    """What there is of its version."""
    if job.status in (JobStatus.QUEUED, JobStatus.RUNNING):
        await unit.automations.set_job(job.id, JobStatus.FAILED, fault.sentence)
    made = await unit.automations.made_by(job.id)
    return f"**v{made.number}** is written, but could not be handed over whole." if made else ""


def _buttons(work: Work, session: Session, fault: ThreadwrightError) -> tuple[Button, ...]:
    """What a person can do about it now."""
    if isinstance(fault, ThreadGone):
        return ()
    if isinstance(fault, ChannelGone) and session.thread is not None:
        return (Button(Action.REOPEN, "Reopen", session.id),)
    if work.work in (OPEN, TURN, GENERATE):
        return (again(session.id),)
    if work.work not in _ONCE_MORE:
        return ()
    action, label, what = _ONCE_MORE[work.work]
    return (Button(action, label, str(work.args[what])),)


def _person(work: Work, session: Session) -> Person:
    pair = work.args.get("person") or work.args.get("by")
    return person_of(pair) if pair else session.opened_by


def _shows(work: Work) -> str:
    """The operation that posted the message which shows the work; empty when there is none."""
    return {GENERATE: f"job:{work.args.get('job')}:progress", RUN_TESTS: f"tests:{work.id}"}.get(
        work.work, ""
    )


def _streams(work: Work) -> tuple[str, ...]:
    """The operations that may have begun to stream for the work."""
    return {
        OPEN: (f"opening:{work.session_id}",),
        TURN: (f"turn:{work.id}", f"opening:{work.id}:{work.session_id}"),
        REVIEW: (f"review:{work.id}",),
    }.get(work.work, ())
