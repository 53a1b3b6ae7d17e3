"""Which handler does which work. Every one is idempotent: it may be entered again after a crash at any point."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

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
from core.storage.boxes import Work
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
    return {OPEN: Opening(shop), TURN: Turn(shop), GENERATE: Generation(shop), REVIEW: Reviewing(shop)}


def errands(shop: Workshop) -> Mapping[str, Handler]:
    """At once, whatever else is running."""
    small = Errands(shop)
    return {
        RUN_TESTS: Testing(shop),
        PROGRESS: small.progress,
        NOTICE: small.notice,
        ECHO: small.echo,
        DOWNLOAD: small.download,
        DIFF: Comparing(shop),
        OFFER_LATE: small.offer_late,
        FAREWELL: small.farewell,
    }
