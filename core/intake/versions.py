"""Asking for a version, stopping it, taking it, trying again."""

from __future__ import annotations

from typing import Any

from core.accounts import Role
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
from core.intake.permission import against
from core.intents import Cancel, Download, Generate, Origin, Retry
from core.ports import ThreadRef
from core.replies import Action, Button, Reply
from core.sessions.model import Session, SessionStatus
from core.storage.unit_of_work import Unit
from core.vocabulary import Language

BUSY = "A version is being written already. **Cancel** stops it."
NOT_WRITTEN = "That version is not being written any more."
NO_VERSION = "There is no version yet. Press **Generate**, or mention me with `generate`."


async def generate(unit: Unit, intent: Generate, role: Role | None = None) -> Decision:
    """``role``: of the person, where the workspace leaves it to some (`permission`)."""
    place = intent.origin.place
    session = await session_meant(unit, place, intent.session)
    if session is None:
        return (
            await _offer(unit, intent)
            if place.thread is None and intent.session is None
            else refused(NO_SESSION)
        )
    return await start(unit, intent.origin, session, role, language=intent.language)


async def start(
    unit: Unit,
    origin: Origin,
    session: Session,
    role: Role | None,
    *,
    language: Language | None = None,
    wish: str = "",
) -> Decision:
    """Orders a version. ``wish``: what it is to bring beyond what the conversation says."""
    settings = await unit.accounts.settings_of(session.platform, session.workspace)
    if sentence := against(settings, role):
        return refused(sentence)
    if session.status is SessionStatus.CLOSED:
        return closed(session)
    if session.thread is None:
        return refused("This session's thread is not there yet. Try again in a moment.")
    if await unit.automations.active_job(session.id):
        return refused(BUSY)
    chosen = settings.language if session.language is Language.AUTO else session.language
    wanted = language or chosen
    await unit.sessions.update(session.id, language=wanted)
    job_id = await unit.automations.add_job(session.id, wanted, origin.person, wish, settings.model)
    args = args_of(session, session.thread, job_id)
    return accepted(Task(GENERATE, session.id, args), Task(PROGRESS, session.id, args))


def args_of(session: Session, thread: ThreadRef, job_id: str) -> dict[str, Any]:
    """The thread stands in it, too: when the session is deleted, its progress message is still to be ended."""
    return {"job": job_id, "thread": thread_of(session, thread)}


def thread_of(session: Session, thread: ThreadRef) -> list[str]:
    """As plain data; the work makes a `ThreadRef` of it."""
    return [session.platform, session.workspace, session.channel, thread.thread]


def no_such(number: int | None = None) -> str:
    return f"There is no {'such version' if number is None else f'v{number}'}. `versions` lists those that exist."


def closed(session: Session) -> Decision:
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
    named = await unit.automations.job(intent.job) if intent.job else None
    if named and intent.session not in (None, named.session_id):
        return refused(NOT_WRITTEN)
    # A button of an older release names the session, where one of now names the job.
    meant = named.session_id if named else intent.session or intent.job
    session = await session_meant(unit, intent.origin.place, meant)
    if session is None:
        return refused(NO_SESSION)
    job = await unit.automations.active_job(session.id)
    if job is None:
        return refused("Nothing is being written at the moment.")
    if named is not None and named.id != job.id:
        return refused(NOT_WRITTEN)
    await unit.automations.ask_cancel(job.id)
    if (
        job.status is JobStatus.QUEUED and session.thread is not None
    ):  # it shows at once, whatever runs before it
        await unit.automations.set_job(job.id, JobStatus.CANCELLED)
        args = {**args_of(session, session.thread, job.id), "stopped": True}
        return accepted(Task(PROGRESS, session.id, args), cancels=[job.id])
    return accepted(cancels=[job.id])


async def retry(unit: Unit, intent: Retry, role: Role | None = None) -> Decision:
    """Whatever failed last: the opening, a generation or an answer."""
    session = await session_meant(unit, intent.origin.place, intent.session)
    if session is None:
        return refused(NO_SESSION)
    if session.thread is None:
        return accepted(Task(OPEN, session.id))
    if session.status is SessionStatus.CLOSED:
        return closed(session)
    job = await unit.automations.newest_job(session.id)
    if job is not None and job.status is JobStatus.FAILED and not await unit.messages.open(session.id):
        return await start(unit, intent.origin, session, role, language=job.language, wish=job.wish)
    if job is not None and job.status is JobStatus.DONE and not await _handed_over(unit, job.id):
        return accepted(Task(GENERATE, session.id, args_of(session, session.thread, job.id)))
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
        return refused(no_such(intent.number))
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
