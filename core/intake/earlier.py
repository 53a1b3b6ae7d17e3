"""Looking at what changed between versions, and going back to an earlier one."""

from __future__ import annotations

from dataclasses import replace

from core.automations.model import Automation, AutomationStatus, File, JobStatus
from core.checks.tracing import trace
from core.intake.decision import DIFF, GENERATE, Decision, Task, accepted, refused
from core.intake.finding import NO_SESSION, session_meant
from core.intake.versions import BUSY, NO_VERSION, args_of, closed, no_such
from core.intents import Diff, Origin, Restore
from core.sessions.model import Session, SessionStatus
from core.storage.unit_of_work import Unit

GONE = "This version does not exist any more."


async def diff(unit: Unit, intent: Diff) -> Decision:
    """`diff`: what the newest version changed; `diff 2`: what v2 changed; `diff 1 3`: all since v1 up to v3."""
    newer = await _newer(unit, intent)
    if isinstance(newer, str):
        return refused(newer)
    number = newer.number - 1 if intent.older is None else intent.older
    if newer.number == 1 and intent.older is None:
        return refused("v1 is the first version: there is nothing to compare it with.")
    if number == newer.number:
        return refused("That is the same version twice.")
    older = await unit.automations.numbered(newer.session_id, number)
    if older is None:
        return refused(no_such(number))
    older, newer = sorted((older, newer), key=lambda one: one.number)
    if set(older.files) == set(newer.files):
        return refused(f"v{older.number} and v{newer.number} hold the same files: nothing changed.")
    return accepted(Task(DIFF, newer.session_id, {"older": older.id, "newer": newer.id}))


async def _newer(unit: Unit, intent: Diff) -> Automation | str:
    """The version that is compared with an earlier one, or why there is none."""
    place = intent.origin.place
    if intent.automation is not None:
        made = await unit.automations.get(intent.automation)
        return made if made and await session_meant(unit, place, made.session_id) else GONE
    session = await session_meant(unit, place, None)
    if session is None:
        return NO_SESSION
    newest = await unit.automations.newest(session.id)
    if newest is None:
        return NO_VERSION
    if intent.newer is None:
        return newest
    return await unit.automations.numbered(session.id, intent.newer) or no_such(intent.newer)


async def restore(unit: Unit, intent: Restore) -> Decision:
    """The old version is copied, not moved: versions never change. It is handed over as any other."""
    session = await session_meant(unit, intent.origin.place, intent.session)
    if session is None:
        return refused(NO_SESSION)
    if session.status is SessionStatus.CLOSED:
        return closed(session)
    if await unit.automations.active_job(session.id):
        return refused(BUSY)
    old = await unit.automations.numbered(session.id, intent.number)
    if old is None:
        return refused(no_such(intent.number))
    newest = await unit.automations.newest(session.id)
    if newest is not None and newest.number == old.number:
        return refused(f"v{old.number} is the newest version already.")
    return await _copy(unit, intent.origin, session, old)


async def _copy(unit: Unit, origin: Origin, session: Session, old: Automation) -> Decision:
    if session.thread is None:
        return refused(NO_SESSION)
    job_id = await unit.automations.add_job(session.id, old.language, origin.person)
    await unit.automations.add(_again(unit, session, old), job_id)
    await unit.automations.set_job(job_id, JobStatus.DONE)
    return accepted(Task(GENERATE, session.id, args_of(session, session.thread, job_id)))


def _again(unit: Unit, session: Session, old: Automation) -> Automation:
    """The same files are as proved as they were, as far as the requirements of today go; they cost nothing, and nobody
    has taken them from this version yet."""
    traced = trace(session.requirements, old.files, old.evidence.tests)
    evidence = replace(old.evidence, trace=traced, rounds=(), seconds=0.0, cost=None, prompt_tokens=0)
    evidence = replace(evidence, completion_tokens=0, cached_tokens=0)
    lacking = [f"R{row.number}: {row.verdict}" for row in traced if row.verdict != "passed"]
    proved = old.evidence.proved and not lacking
    if old.evidence.proved and lacking:
        evidence = replace(evidence, proved=False, notes=(f"of today's requirements {', '.join(lacking)}",))
    return replace(
        old,
        status=AutomationStatus.READY if proved else AutomationStatus.DRAFT,
        summary=f"This is v{old.number} again. {old.summary}".strip(),
        evidence=evidence,
        files=tuple(File(file.path, file.content, "restored") for file in old.files),
        created_at=unit.clock.now(),
    )
