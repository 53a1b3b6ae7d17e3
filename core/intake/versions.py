"""Asking for a version, stopping it, taking it, trying again."""

from __future__ import annotations

from typing import Any

from core.automations.model import Automation, JobStatus
from core.intake.decision import (
    DOWNLOAD,
    GENERATE,
    OPEN,
    PROGRESS,
    TURN,
    Decision,
    Task,
    accepted,
    offered,
    refused,
)
from core.intake.finding import NO_SESSION, session_meant
from core.intents import Cancel, Download, Generate, Origin, Retry
from core.ports import ThreadRef
from core.replies import Action, Button, Reply
from core.sessions.model import Session, SessionStatus
from core.storage.unit_of_work import Unit
from core.vocabulary import Language


async def generate(unit: Unit, intent: Generate) -> Decision:
    place = intent.origin.place
    session = await session_meant(unit, place, intent.session)
    if session is None:
        return (
            await _offer(unit, intent)
            if place.thread is None and intent.session is None
            else refused(NO_SESSION)
        )
    return await _start(unit, intent.origin, session, intent.language)


async def _start(unit: Unit, origin: Origin, session: Session, language: Language | None) -> Decision:
    if session.status is SessionStatus.CLOSED:
        return _closed(session)
    if session.thread is None:
        return refused("This session's thread is not there yet. Try again in a moment.")
    if await unit.automations.active_job(session.id):
        return refused("A version is being written already. **Cancel** stops it.")
    wanted = language or session.language
    await unit.sessions.update(session.id, language=wanted)
    args = _args(session, session.thread, await unit.automations.add_job(session.id, wanted, origin.person))
    return accepted(Task(GENERATE, session.id, args), Task(PROGRESS, session.id, args))


def _args(session: Session, thread: ThreadRef, job_id: str) -> dict[str, Any]:
    """The thread stands in it, too: when the session is deleted, its progress message is still to be ended."""
    return {"job": job_id, "thread": [session.platform, session.workspace, session.channel, thread.thread]}


def _closed(session: Session) -> Decision:
    return offered(Reply(f"**{session.title}** is closed.", (Button(Action.REOPEN, "Reopen", session.id),)))


async def _offer(unit: Unit, intent: Generate) -> Decision:
    """In the open channel: which session is meant?"""
    heads = await unit.sessions.heads(intent.origin.place, SessionStatus.OPEN, 25)
    if not heads:
        return refused("No open session in this channel. `/automation new` opens one.")
    buttons = tuple(
        Button(Action.GENERATE, head.session.title[:75], f"{head.session.id}{_suffix(intent.language)}")
        for head in heads
    )
    return offered(Reply("Which session shall I write the code for?", buttons))


def _suffix(language: Language | None) -> str:
    """A Generate button's value may carry a language: `<session>:<language>`."""
    return f":{language}" if language else ""


async def cancel(unit: Unit, intent: Cancel) -> Decision:
    session = await session_meant(unit, intent.origin.place, intent.session)
    if session is None:
        return refused(NO_SESSION)
    job = await unit.automations.active_job(session.id)
    if job is None:
        return refused("Nothing is being written at the moment.")
    await unit.automations.ask_cancel(job.id)
    if (
        job.status is JobStatus.QUEUED and session.thread is not None
    ):  # it shows at once, whatever runs before it
        await unit.automations.set_job(job.id, JobStatus.CANCELLED)
        args = {**_args(session, session.thread, job.id), "stopped": True}
        return accepted(Task(PROGRESS, session.id, args), cancels=[job.id])
    return accepted(cancels=[job.id])


async def retry(unit: Unit, intent: Retry) -> Decision:
    """Whatever failed last: the opening, a generation or an answer."""
    session = await session_meant(unit, intent.origin.place, intent.session)
    if session is None:
        return refused(NO_SESSION)
    if session.thread is None:
        return accepted(Task(OPEN, session.id))
    if session.status is SessionStatus.CLOSED:
        return _closed(session)
    job = await unit.automations.newest_job(session.id)
    if job is not None and job.status is JobStatus.FAILED and not await unit.messages.open(session.id):
        return await _start(unit, intent.origin, session, job.language)
    if job is not None and job.status is JobStatus.DONE and not await _handed_over(unit, job.id):
        return accepted(Task(GENERATE, session.id, _args(session, session.thread, job.id)))
    if await unit.messages.spoken(session.id) and not await unit.messages.open(session.id):
        return refused("That has been answered already.")
    return accepted(Task(TURN, session.id, {"again": True}))


async def _handed_over(unit: Unit, job_id: str) -> bool:
    """Whether the version that the job made has reached the thread, message and files."""
    posts = [await unit.outbox.get(f"job:{job_id}:{part}") for part in ("delivery", "files")]
    return all(post is not None and post.result is not None for post in posts)


async def download(unit: Unit, intent: Download) -> Decision:
    made = await _version(unit, intent)
    if made is None:
        return refused("There is no such version. `versions` lists those that exist.")
    person, place = intent.origin.person, intent.origin.place
    return accepted(
        Task(
            DOWNLOAD,
            made.session_id,
            {
                "automation": made.id,
                "person": [person.team, person.id],
                "place": [place.channel, place.thread, place.direct],
            },
        )
    )


async def _version(unit: Unit, intent: Download) -> Automation | None:
    place = intent.origin.place
    if intent.automation is not None:
        made = await unit.automations.get(intent.automation)
        return made if made and await session_meant(unit, place, made.session_id) else None
    session = await session_meant(unit, place, None)
    if session is None:
        return None
    if intent.number is not None:
        return await unit.automations.numbered(session.id, intent.number)
    return await unit.automations.newest(session.id)
