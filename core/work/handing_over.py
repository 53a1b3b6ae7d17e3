"""A version is handed over: the message, the files under it, the end of the progress message, the card."""

from __future__ import annotations

import structlog

from core.automations.model import Automation, AutomationStatus
from core.bundle.archive import singles
from core.delivery.card import card, counted
from core.delivery.delivered import delivery
from core.delivery.packaging import zip_of
from core.delivery.speech import sorry
from core.errors import PermissionMissing, PlatformRefused, ThreadGone, TooLarge
from core.ports import MessageRef, OutFile, ThreadRef
from core.replies import Action, Button, Reply
from core.sessions.model import Session
from core.storage.automations import Job
from core.work.comparing import patch
from core.work.progress import conclude, progress_of
from core.work.workshop import Workshop

_log = structlog.get_logger(__name__)

SINGLES = 9
"""Up to so many files are attached singly beside the zip."""
ATTACHMENTS = 10
"""Discord takes ten in a message."""
DELETED = Reply("🛑 This session was deleted.")
"""Ends what still shows that something is being done."""


async def hand_over(shop: Workshop, session: Session, thread: ThreadRef, job: Job, made: Automation) -> None:
    """Every step is once; after a crash the missing ones follow."""
    before = await _before(shop, made)
    await shop.courier.post(f"job:{job.id}:delivery", session.id, thread, delivery(made, before))
    try:
        files = attachments(session, made, before)
        await shop.courier.attach(f"job:{job.id}:files", session.id, thread, files)
        end = Reply(_end(made))
    except (TooLarge, PermissionMissing, PlatformRefused) as error:
        _log.warning("files_refused", job=job.id, reference=error.reference, detail=error.detail)
        kept = f"**v{made.number}** is written, but its files are not attached."
        view = (Button(Action.VIEW, "View code", made.id),)
        end = sorry(error, session.id, kept=kept, buttons=view if isinstance(error, TooLarge) else None)
    if (progress := await progress_of(shop, job.id, thread)) is not None:
        await conclude(shop, session.id, f"job:{job.id}", progress, end)
    elif end.buttons:  # a restored version has no progress message that could say it
        await shop.courier.post(f"job:{job.id}:end", session.id, thread, end)
    await refresh_card(shop, session.id)


def _end(made: Automation) -> str:
    """The last words of the progress message: a tick only for what is proved."""
    if made.warnings:
        sign, rest = "⚠️", f"{made.status}, with warnings: see below"
    elif made.status is AutomationStatus.DRAFT:
        sign, rest = "📝", "draft: what is missing stands below"
    else:
        sign, rest = "✅", str(made.status)
    files = counted(len(made.files), "file")
    return f"{sign} **v{made.number}** · {files} in {made.evidence.seconds:.0f} s · {rest}"


async def _edit(shop: Workshop, message: MessageRef, reply: Reply) -> None:
    """What is delivered stays delivered, even if an older message can no longer be changed."""
    try:
        await shop.courier.edit(message, reply, final=True)
    except (PlatformRefused, PermissionMissing, ThreadGone) as error:
        _log.warning("edit_refused", reference=error.reference, detail=error.detail)


async def _before(shop: Workshop, made: Automation) -> Automation | None:
    async with shop.database.read() as unit:
        return await unit.automations.numbered(made.session_id, made.number - 1)


def attachments(session: Session, made: Automation, before: Automation | None) -> tuple[OutFile, ...]:
    """The zip first, then the patch from the version before, then the files singly if they are few. Where not all of
    those fit, one that did not change is left out: the zip has it."""
    changed = patch(before, made) if before else None
    ahead = (zip_of(session, made), *([changed] if changed and changed.data else []))
    alone = singles(made.files, SINGLES)
    left_out = _least_telling(made, before, len(ahead) + len(alone) - ATTACHMENTS)
    return (*ahead, *(file for number, file in enumerate(alone) if number not in left_out))


def _least_telling(made: Automation, before: Automation | None, many: int) -> set[int]:
    """Numbers of `many` files: those that did not change first, and of these the last."""
    old = set(before.files) if before else set()
    numbers = sorted(range(len(made.files)), key=lambda number: (made.files[number] not in old, -number))
    return set(numbers[: max(0, many)])


async def refresh_card(shop: Workshop, session_id: str) -> None:
    """The card shows what is true now; one change at a time, so that the last one stands."""
    async with shop.courier.alone(f"card:{session_id}"):
        async with shop.database.read() as unit:
            session = await unit.sessions.get(session_id)
            newest = await unit.automations.newest(session_id)
        if session is not None and session.thread is not None:
            message = MessageRef(session.thread, session.thread.thread)
            await _edit(shop, message, card(session, newest))
