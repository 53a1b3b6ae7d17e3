"""The budget keeps to the tier however calls bunch, drops what may be dropped, and lets the rest wait."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.shared.budget import Account, Budget, Tier
from core.errors import PlatformRateLimited
from tests.adapters.shared.clock import StillClock

UPDATE = Account("T1", "chat.update")
CALLS = 10


def _budget(clock: StillClock) -> Budget:
    return Budget(clock, {"chat.update": Tier(CALLS)}, Tier(1000))


async def test_what_may_be_dropped_leaves_a_reserve() -> None:
    budget = _budget(clock := StillClock())
    granted = [await budget.try_spend(UPDATE) for _ in range(CALLS)]
    assert granted == [True] * 8 + [False] * 2
    await budget.spend(UPDATE, deadline=0)
    await budget.spend(UPDATE, deadline=0)
    assert clock.slept == []


async def test_what_must_go_out_waits_for_its_turn() -> None:
    budget = _budget(clock := StillClock())
    for _ in range(CALLS):
        await budget.spend(UPDATE, deadline=0)
        clock.seconds += 1
    await budget.spend(UPDATE, deadline=clock.seconds + 60)
    assert clock.seconds == 60


async def test_it_does_not_wait_beyond_the_deadline() -> None:
    budget = _budget(clock := StillClock())
    for _ in range(CALLS):
        await budget.spend(UPDATE, deadline=0)
    with pytest.raises(PlatformRateLimited) as failed:
        await budget.spend(UPDATE, deadline=59)
    assert failed.value.retry_after == 60
    assert clock.slept == []


async def test_a_refusal_of_the_platform_is_heeded() -> None:
    budget = _budget(clock := StillClock())
    await budget.refused(UPDATE, retry_after=7)
    assert not await budget.try_spend(UPDATE)
    await budget.spend(UPDATE, deadline=60)
    assert clock.seconds == 7
    assert await budget.try_spend(UPDATE)


async def test_workspaces_methods_and_channels_have_budgets_of_their_own() -> None:
    budget = _budget(StillClock())
    while await budget.try_spend(UPDATE):
        pass
    others = (Account("T2", "chat.update"), Account("T1", "chat.delete"), Account("T1", "chat.update", "C1"))
    assert all([await budget.try_spend(other) for other in others])


@given(st.lists(st.floats(0, 20), min_size=30, max_size=60))
@settings(max_examples=50, deadline=None)
async def test_no_minute_ever_holds_more_calls_than_the_tier(pauses: list[float]) -> None:
    budget = _budget(clock := StillClock())
    made = []
    for pause in pauses:
        clock.seconds += pause
        await budget.spend(UPDATE, deadline=clock.seconds + 120)
        made.append(clock.seconds)
    for first, later in zip(made, made[CALLS:], strict=False):
        assert later - first >= 60 - 1e-6
