"""Which handler does which work. Every one is idempotent: it may be entered again after a crash at any point."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from sqlalchemy.exc import IntegrityError

from core.intake.decision import (
    DIFF,
    DOWNLOAD,
    ECHO,
    FAREWELL,
    GENERATE,
    NOTICE,
    OFFER_LATE,
    OPEN,
    PROGRESS,
    REVIEW,
    RUN_TESTS,
    TURN,
)
from core.storage.inbox import Work
from core.work.comparing import Comparing
from core.work.errands import Errands
from core.work.generation import Generation
from core.work.opening import Opening
from core.work.reviewing import Reviewing
from core.work.testing import Testing
from core.work.turn import Turn
from core.work.workshop import Workshop

Handler = Callable[[Work], Awaitable[None]]


def ordered(shop: Workshop) -> Mapping[str, Handler]:
    """One at a time per session, in the order in which they were asked for."""
    handlers: Mapping[str, Handler] = {
        OPEN: Opening(shop),
        TURN: Turn(shop),
        GENERATE: Generation(shop),
        REVIEW: Reviewing(shop),
    }
    return {work: Deletable(shop, handler) for work, handler in handlers.items()}


def errands(shop: Workshop) -> Mapping[str, Handler]:
    """At once, whatever else is running."""
    small = Errands(shop)
    handlers: Mapping[str, Handler] = {
        RUN_TESTS: Testing(shop),
        PROGRESS: small.progress,
        NOTICE: small.notice,
        ECHO: small.echo,
        DOWNLOAD: small.download,
        DIFF: Comparing(shop),
        OFFER_LATE: small.offer_late,
        FAREWELL: small.farewell,
    }
    return {work: Deletable(shop, handler) for work, handler in handlers.items()}


class Deletable:
    """A handler whose session may be deleted at any moment: what it then stores refers to nothing any more. Entered once
    more, it finds the session gone, and ends in order."""

    def __init__(self, shop: Workshop, handler: Handler) -> None:
        self._shop = shop
        self._handler = handler

    async def __call__(self, work: Work) -> None:
        try:
            await self._handler(work)
        except (IntegrityError, ExceptionGroup) as error:
            if not _refers_to_nothing(error) or await self._is_there(work):
                raise
            await self._handler(work)

    async def _is_there(self, work: Work) -> bool:
        async with self._shop.database.read() as unit:
            return await unit.sessions.get(work.session_id or "") is not None


def _refers_to_nothing(error: Exception) -> bool:
    return isinstance(error, IntegrityError) or (
        isinstance(error, ExceptionGroup) and error.subgroup(IntegrityError) is not None
    )
