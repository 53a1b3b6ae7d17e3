"""A version is handed over: the message, the files under it, the end of the progress message, the card."""

from __future__ import annotations

from core.automations.model import Automation
from core.bundle.archive import folder_name, pack, singles
from core.delivery.card import card
from core.delivery.delivered import delivery
from core.delivery.speech import sorry
from core.errors import PermissionMissing, PlatformRefused, TooLarge
from core.ports import MessageRef, OutFile, ThreadRef
from core.replies import Reply
from core.sessions.model import Session
from core.storage.automations import Job
from core.work.progress import progress_of
from core.work.workshop import Workshop

SINGLES = 9
"""Up to so many files are attached singly beside the zip; Discord takes ten attachments in a message."""


async def hand_over(shop: Workshop, session: Session, thread: ThreadRef, job: Job, made: Automation) -> None:
    """Every step is once; after a crash the missing ones follow."""
    before = await _before(shop, made)
    await shop.courier.post(f"job:{job.id}:delivery", session.id, thread, delivery(made, before))
    try:
        await shop.courier.attach(f"job:{job.id}:files", session.id, thread, attachments(session, made))
    except (TooLarge, PermissionMissing, PlatformRefused) as error:
        await shop.courier.post(f"job:{job.id}:nofiles", session.id, thread, sorry(error, session.id))
    if (progress := await progress_of(shop, job.id, thread)) is not None:
        text = f"✅ **v{made.number}** · {len(made.files)} files in {made.evidence.seconds:.0f} s"
        await shop.courier.edit(progress, Reply(text), final=True)
    await refresh_card(shop, session.id)


async def _before(shop: Workshop, made: Automation) -> Automation | None:
    async with shop.database.read() as unit:
        return await unit.automations.numbered(made.session_id, made.number - 1)


def attachments(session: Session, made: Automation) -> tuple[OutFile, ...]:
    """The zip first, then the files singly if they are few."""
    return (zip_of(session, made), *singles(made.files, SINGLES))


def zip_of(session: Session, made: Automation) -> OutFile:
    folder = folder_name(session.title, made.number)
    about = {
        "session": session.title,
        "version": made.number,
        "status": str(made.status),
        "language": str(made.language),
        "model": made.evidence.model,
        "created_at": made.created_at.isoformat(),
    }
    return OutFile(f"{folder}.zip", pack(folder, made.files, about))


async def refresh_card(shop: Workshop, session_id: str) -> None:
    """The card shows what is true now."""
    async with shop.database.read() as unit:
        session = await unit.sessions.get(session_id)
        newest = await unit.automations.newest(session_id)
    if session is not None and session.thread is not None:
        message = MessageRef(session.thread, session.thread.thread)
        await shop.courier.edit(message, card(session, newest), final=True)
