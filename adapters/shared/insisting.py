"""Asking a platform again at the start, when it is away for a moment: nobody has to start the program by hand for that."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

import structlog

from core.errors import PlatformError
from core.ports import Clock

T = TypeVar("T")
PATIENCE: Final = 120.0
"""Seconds after which whoever starts the program hears of it."""
_FIRST_WAIT: Final = 0.5
_LONGEST_WAIT: Final = 15.0

_log = structlog.get_logger(__name__)


async def insist(clock: Clock, ask: Callable[[], Awaitable[T]]) -> T:
    """What `ask` returns, asked again with growing pauses while its failures are retryable. Raises PlatformError."""
    ends, wait = clock.monotonic() + PATIENCE, _FIRST_WAIT
    while True:
        try:
            return await ask()
        except PlatformError as error:
            pause = max(wait, error.retry_after or 0.0)
            if not error.retryable or clock.monotonic() + pause > ends:
                raise
            _log.warning("platform_asked_again", reference=error.reference, detail=error.detail, pause=pause)
            await clock.sleep(pause)
            wait = min(2 * wait, _LONGEST_WAIT)
