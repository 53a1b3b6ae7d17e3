"""Asking for what makes a version better: a review, one of its suggestions, its tests once more."""

from __future__ import annotations

from core.accounts import Role
from core.automations.model import Automation, JobStatus
from core.delivery.card import shorten
from core.intake.decision import REVIEW, RUN_TESTS, Decision, Task, accepted, refused
from core.intake.finding import NO_SESSION, session_meant
from core.intake.versions import NO_VERSION, closed, no_such, start, thread_of
from core.intents import Apply, Review, RunTests
from core.sessions.model import Session, SessionStatus
from core.storage.reviews import Suggestion
from core.storage.unit_of_work import Unit

_OVER = (JobStatus.FAILED, JobStatus.CANCELLED)


async def review(unit: Unit, intent: Review) -> Decision:
    session = await session_meant(unit, intent.origin.place, intent.session)
    if session is None:
        return refused(NO_SESSION)
    newest = await unit.automations.newest(session.id)
    return _ordered(session, newest, REVIEW, NO_VERSION)


async def run_tests(unit: Unit, intent: RunTests) -> Decision:
    place = intent.origin.place
    if intent.automation is None:
        session = await session_meant(unit, place, intent.session)
        made = await unit.automations.newest(session.id) if session else None
    else:
        made = await unit.automations.get(intent.automation)
        session = await session_meant(unit, place, made.session_id) if made else None
    if session is None:
        return refused(NO_SESSION if intent.automation is None else no_such())
    return _ordered(session, made, RUN_TESTS, NO_VERSION)


def _ordered(session: Session, made: Automation | None, work: str, without: str) -> Decision:
    if session.status is SessionStatus.CLOSED:
        return closed(session)
    if made is None or session.thread is None:
        return refused(without)
    args = {"automation": made.id, "thread": thread_of(session, session.thread)}
    return accepted(Task(work, session.id, args))


async def apply(unit: Unit, intent: Apply, role: Role | None = None) -> Decision:
    """The next version is made with the suggestion as its wish. One that came to nothing may be asked for again."""
    suggestion = await unit.reviews.get(intent.suggestion)
    session = await session_meant(unit, intent.origin.place, suggestion.session_id) if suggestion else None
    if suggestion is None or session is None:
        return refused("This suggestion does not exist any more.")
    earlier = await unit.automations.job(suggestion.job_id) if suggestion.job_id else None
    if earlier is not None and earlier.status is JobStatus.DONE:
        return refused("This suggestion has been applied already.")
    if earlier is not None and earlier.status not in _OVER:
        return refused("This suggestion is being applied already.")
    decision = await start(unit, intent.origin, session, role, wish=await _wish(unit, suggestion))
    if decision.tasks:
        await unit.reviews.applied(suggestion.id, decision.tasks[0].args["job"])
    return decision


async def _wish(unit: Unit, suggestion: Suggestion) -> str:
    reviewed = await unit.automations.get(suggestion.automation_id)
    of = f" of v{reviewed.number}" if reviewed else ""
    text = shorten(" ".join(suggestion.text.split()), 2_000)
    return f"Apply suggestion {suggestion.number} of the review{of}, and change nothing else. {suggestion.place}: {text}"
