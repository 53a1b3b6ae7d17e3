"""When work cannot be done: nothing stays open, and the thread hears of it where it can."""

from __future__ import annotations

import structlog

from core.automations.model import JobStatus
from core.delivery.speech import sorry
from core.errors import ChannelGone, OwnFault, PlatformError, ThreadGone, ThreadwrightError
from core.intake.decision import GENERATE
from core.ports import ThreadRef
from core.replies import Reply
from core.sessions.model import Session, SessionStatus
from core.storage.inbox import Work
from core.work.opening import tell_opener
from core.work.progress import progress_of
from core.work.workshop import Workshop

_log = structlog.get_logger(__name__)


class Failing:
    """Told by the engine after the last attempt."""

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
        session = await self._settle(work, fault)
        if session is None or isinstance(fault, ThreadGone | ChannelGone):
            return
        if session.thread is None:
            await tell_opener(self._shop, session, fault.sentence)
            return
        try:
            await self._tell(work, session, session.thread, sorry(fault, session.id))
        except PlatformError as unheard:
            _log.error("failure_not_told", row=work.id, reference=unheard.reference, detail=unheard.detail)

    async def _tell(self, work: Work, session: Session, thread: ThreadRef, reply: Reply) -> None:
        """A generation's progress message ends with it; anything else gets a message of its own."""
        progress = await progress_of(self._shop, str(work.args.get("job", "")), thread)
        if progress is not None:
            await self._shop.courier.edit(progress, reply, final=True)
        else:
            await self._shop.courier.post(f"failed:{work.id}", session.id, thread, reply)

    async def _settle(self, work: Work, fault: ThreadwrightError) -> Session | None:
        """The job is failed, the questions are open again; a thread that is gone closes its session."""
        async with self._shop.database.write() as unit:
            session = await unit.sessions.get(work.session_id or "")
            if session is None:
                return None
            await unit.messages.release(session.id, f"turn:{work.id}")
            if work.work == GENERATE:
                job = await unit.automations.job(str(work.args["job"]))
                if job is not None and job.status in (JobStatus.QUEUED, JobStatus.RUNNING):
                    await unit.automations.set_job(job.id, JobStatus.FAILED, fault.sentence)
            if isinstance(fault, ThreadGone | ChannelGone):
                await unit.sessions.update(session.id, status=SessionStatus.CLOSED)
            return session
