"""A platform that is away for a moment at the start is asked again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from adapters.shared.insisting import PATIENCE, insist
from core.errors import PermissionMissing, PlatformError, PlatformUnavailable
from tests.adapters.shared.clock import StillClock


def failing(*errors: PlatformError) -> Callable[[], Awaitable[str]]:
    """Fails so often, then answers."""
    waiting = list(errors)

    async def ask() -> str:
        if waiting:
            raise waiting.pop(0)
        return "here"

    return ask


async def test_it_is_asked_again_until_it_is_there() -> None:
    clock = StillClock()
    assert await insist(clock, failing(*(PlatformUnavailable("Away.") for _ in range(5)))) == "here"


async def test_what_asking_again_does_not_mend_is_said_at_once() -> None:
    with pytest.raises(PermissionMissing):
        await insist(StillClock(), failing(PermissionMissing("No.")))


async def test_after_two_minutes_it_is_said() -> None:
    clock = StillClock()
    began = clock.monotonic()
    with pytest.raises(PlatformUnavailable):
        await insist(clock, failing(*(PlatformUnavailable("Away.") for _ in range(1000))))
    assert 0 < clock.monotonic() - began <= PATIENCE
