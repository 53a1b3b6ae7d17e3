"""Making a version: from the conversation to files that are stored, once, and handed over in the thread."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from core.automations.evidence import Evidence
from core.automations.model import Automation, AutomationStatus, JobStatus
from core.bundle.facts import dependencies, setup_of, usage_of
from core.delivery.speech import again, sorry
from core.errors import AnswerUnusable, ModelError
from core.generation.context import generation_prompt
from core.generation.editing import long_files, may_edit
from core.generation.tokens import estimate
from core.messages.model import Message
from core.ports import ModelRequest, ThreadRef
from core.replies import Action, Button, Reply
from core.sessions.model import Session
from core.storage.automations import Job
from core.storage.inbox import Work
from core.storage.unit_of_work import Unit
from core.work.billing import JOB, billed
from core.work.handing_over import DELETED, hand_over
from core.work.making import Made, Making, Order
from core.work.people import name_people, read_files
from core.work.progress import Progress, Scene, conclude, progress_of, running
from core.work.proving import judged_anew
from core.work.stopping import Stopped
from core.work.workshop import Workshop, measure

_log = structlog.get_logger(__name__)

OUTPUT_TOKENS = 32_000
TEMPERATURE = 0.2


@dataclass(frozen=True, slots=True)
class _Ended:
    """A generation that made no version, and what the thread is told."""

    status: JobStatus
    reply: Reply


class Generation:
    def __init__(self, shop: Workshop) -> None:
        self._shop = shop

    async def __call__(self, work: Work) -> None:
        async with self._shop.database.read() as unit:
            job = await unit.automations.job(str(work.args["job"]))
            session = await unit.sessions.get(work.session_id or "")
            if job is None or session is None or session.thread is None:
                await self._deleted(work)
                return
            made = await unit.automations.made_by(job.id)
        if made is None and job.status in (JobStatus.QUEUED, JobStatus.RUNNING):
            progress = await show_progress(self._shop, session, session.thread, job)
            made = await self._make(session, job, progress)
        elif made is None:
            await end_progress(self._shop, session, job)  # an earlier attempt did not come to it
        if made is not None:
            await hand_over(self._shop, session, session.thread, job, made)

    async def _deleted(self, work: Work) -> None:
        """The session is gone; what still shows that something is being written must not stay."""
        thread = ThreadRef(*work.args["thread"])
        if (progress := await progress_of(self._shop, str(work.args["job"]), thread)) is not None:
            await self._shop.courier.edit(progress, DELETED, final=True)

    async def _make(self, session: Session, job: Job, progress: Progress) -> Automation | None:
        """The version, stored; None when it was stopped or failed, which the thread then knows."""
        try:
            async with progress.shown():
                outcome = await self._outcome(session, job, progress)
        except asyncio.CancelledError:
            await progress.rest()
            raise
        if isinstance(outcome, Automation):
            return outcome
        async with self._shop.database.write() as unit:
            await unit.automations.set_job(job.id, outcome.status, outcome.reply.text)
            await unit.questions.settle(session.id, _purpose(job))
            await unit.model_calls.lost(session.id, _purpose(job))
        await conclude(self._shop, session.id, f"job:{job.id}", progress.message, outcome.reply)
        return None

    async def _outcome(self, session: Session, job: Job, progress: Progress) -> Automation | _Ended:
        try:
            async with self._shop.stopping.stoppable(job.id):
                if await self._cancelled(job):
                    return _stopped(session, progress)
                return await self._write(session, job, progress)
        except Stopped:  # maybe when all was stored already, and only the last steps were left
            async with self._shop.database.read() as unit:
                return await unit.automations.made_by(job.id) or _stopped(session, progress)
        except (ModelError, AnswerUnusable) as error:
            _log.warning("generation_failed", job=job.id, reference=error.reference, detail=error.detail)
            return _Ended(JobStatus.FAILED, sorry(error, session.id))

    async def _cancelled(self, job: Job) -> bool:
        """Asked only once `stop` would reach us: whoever cancels stores that first, so no click falls in between."""
        async with self._shop.database.read() as unit:
            now = await unit.automations.job(job.id)
        return now is None or now.cancel_asked

    async def _write(self, session: Session, job: Job, progress: Progress) -> Automation:
        shop = self._shop
        async with shop.database.write() as unit:
            await unit.automations.set_job(job.id, JobStatus.RUNNING)
        await read_files(shop, session)
        session = await name_people(shop, session)
        async with shop.database.read() as unit:
            messages = await unit.messages.of(session.id)
            begun = await unit.questions.begun_at(session.id, _purpose(job))  # by an earlier attempt
            current = await unit.automations.newest(session.id, before=begun)
        progress.stage(f"Reading {len(messages)} message{'' if len(messages) == 1 else 's'}")
        made = await Making(shop, await self._order(session, job, messages, current), progress).make()
        evidence = replace(made.evidence, seconds=round(progress.seconds, 1))
        async with shop.database.write() as unit:
            now = await unit.sessions.get(session.id)
            if now is not None and _wanted(now) != _wanted(session):  # the team has gone on meanwhile
                evidence = judged_anew(evidence, made.files, now.requirements)
            evidence = billed(evidence, await unit.model_calls.bill(session.id, _purpose(job)))
            version = _version(session, job, made, evidence, shop.clock.now())
            if made.edits is not None:
                await unit.automations.note_edit(evidence.model, made.edits)
            return await _store(unit, job, version)

    async def _order(
        self, session: Session, job: Job, messages: Sequence[Message], current: Automation | None
    ) -> Order:
        shop, model = self._shop, job.model or None
        limits = await shop.model.limits(model)
        size = measure(limits, OUTPUT_TOKENS)
        edits = await self._long_files(current)
        prompt = generation_prompt(
            shop.prompts, session, messages, job.language, current, size.room, wish=job.wish, edits=edits
        )
        used = sum(estimate(message.content) for message in prompt)
        since = [one.text for one in messages if current is None or one.at > current.created_at]
        return Order(
            session_id=session.id,
            purpose=_purpose(job),
            request=ModelRequest(prompt, size.output, TEMPERATURE, session.id, model),
            language=job.language,
            requirements=session.requirements,
            current=current.files if current else (),
            said="\n".join([*since, job.wish]),
            room=max(0, int(limits.context_tokens * 0.9) - size.output - used),
        )

    async def _long_files(self, current: Automation | None) -> tuple[str, ...]:
        """The files that the model may change in places, if it is one that can."""
        if current is None or not (long := long_files(current.files)):
            return ()
        async with self._shop.database.read() as unit:
            outcomes = await unit.automations.edits_of(current.evidence.model)
        return long if may_edit(current.evidence.model, outcomes) else ()


def _purpose(job: Job) -> str:
    """What the calls of a job are booked under."""
    return f"{JOB}{job.id}"


def _version(session: Session, job: Job, made: Made, evidence: Evidence, now: datetime) -> Automation:
    return Automation(
        id="",
        session_id=session.id,
        number=0,
        status=AutomationStatus.DRAFT,
        language=job.language,
        summary=made.summary or f"The files for {session.title}.",
        dependencies=dependencies(made.files),
        setup=setup_of(made.files),
        usage=usage_of(made.files),
        warnings=made.warnings,
        evidence=evidence,
        created_at=now,
        files=made.files,
    )


def _wanted(session: Session) -> set[int]:
    return {one.number for one in session.requirements if not one.withdrawn}


async def _store(unit: Unit, job: Job, made: Automation) -> Automation:
    """The version and the end of its job, in one transaction; `ready` only with proof."""
    stored = await unit.automations.add(made, job.id)
    await unit.automations.set_job(job.id, JobStatus.DONE)
    await unit.questions.settle(stored.session_id, _purpose(job))
    if not made.evidence.proved:
        return stored
    return replace(stored, status=await unit.automations.advance(stored.id, AutomationStatus.READY))


def _stopped(session: Session, progress: Progress) -> _Ended:
    files = progress.scene.files
    written = f" {files} file{'' if files == 1 else 's'} had been begun; none is kept." if files else ""
    reply = Reply(f"🛑 Stopped after {progress.seconds:.0f} s.{written}", (_once_more(session),))
    return _Ended(JobStatus.CANCELLED, reply)


def _once_more(session: Session) -> Button:
    return Button(Action.REGENERATE, "Generate again", session.id)


async def end_progress(shop: Workshop, session: Session, job: Job) -> None:
    """The progress message of a job that came to its end without a version says so, if there is one."""
    if session.thread is None or (shown := await progress_of(shop, job.id, session.thread)) is None:
        return
    failed = job.status is JobStatus.FAILED
    text = job.sentence or "🛑 Stopped before it began."
    button = again(session.id) if failed else _once_more(session)
    await conclude(shop, session.id, f"job:{job.id}", shown, Reply(text, (button,)))


async def show_progress(shop: Workshop, session: Session, thread: ThreadRef, job: Job) -> Progress:
    """The progress message of a job, posted by whoever comes first: the errand, or the generation itself."""
    async with shop.database.read() as unit:
        newest = await unit.automations.newest(session.id)
    scene = Scene((newest.number if newest else 0) + 1, stage="Waiting for its turn")
    message = await shop.courier.post(f"job:{job.id}:progress", session.id, thread, running(scene, job.id, 0))
    return Progress(shop.courier, shop.clock, message, job.id, scene, shop.clock.monotonic())
