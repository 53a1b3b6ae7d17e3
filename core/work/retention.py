"""Sessions that a workspace wants to keep only for so long: deleted when nobody has said a word for that time."""

from __future__ import annotations

from datetime import timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

from core.errors import ThreadwrightError
from core.ports import MessageRef
from core.replies import Reply
from core.sessions.model import Session
from core.work.workshop import Workshop

_log = structlog.get_logger(__name__)

HOURS = 6
"""Between two looks."""


async def keep_forgetting(shop: Workshop) -> None:
    """Until it is cancelled."""
    while True:
        try:
            await forget_old(shop)
        except ThreadwrightError as error:
            _log.warning("retention_failed", reference=error.reference, detail=error.detail)
        except (
            SQLAlchemyError
        ) as error:  # the database may be away for a while, and all else must outlive that
            _log.warning("retention_failed", detail=f"{type(error).__name__}: {error}")
        await shop.clock.sleep(HOURS * 3600)


async def forget_old(shop: Workshop) -> int:
    """How many were deleted. Their cards say why, where the platform still lets them."""
    deleted = 0
    async with shop.database.read() as unit:
        wanted = await unit.accounts.retentions()
    for platform, workspace, days in wanted:
        since = shop.clock.now() - timedelta(days=days)
        async with shop.database.read() as unit:
            ids = await unit.sessions.idle_since(platform, workspace, since)
        for session_id in ids:
            deleted += await _forget(shop, session_id, days)
    return deleted


async def _forget(shop: Workshop, session_id: str, days: int) -> bool:
    async with shop.database.write() as unit:
        session = await unit.sessions.get(session_id)
        if session is None or await unit.automations.active_job(session_id) is not None:
            return False
        await unit.sessions.remove(session_id)
    _log.info("session_forgotten", session=session_id, days=days)
    await _say(shop, session, days)
    return True


async def _say(shop: Workshop, session: Session, days: int) -> None:
    if session.thread is None:
        return
    text = f"**{session.title}** was deleted: nobody has written here for {days} days, as long as this workspace keeps sessions."
    try:
        card = MessageRef(session.thread, session.thread.thread)
        await shop.courier.edit(card, Reply(text), final=True)
    except ThreadwrightError as error:
        _log.warning("card_not_changed", reference=error.reference, detail=error.detail)
