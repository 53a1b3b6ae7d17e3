"""Processes that borrow from one bank keep to the tier together, lose little of it, and never wait for ever."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Awaitable, Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.shared.budget import Account, Budget, Purse, Tier
from adapters.shared.cadence import pace
from adapters.shared.leases import LeasedPurse
from core.errors import PlatformRateLimited, PlatformUnavailable
from core.ports import Clock
from core.system import SystemClock
from tests.adapters.shared.clock import StillClock
from tests.adapters.shared.till import Till

UPDATE = Account("T1", "chat.update")
CALLS = 20


def _budgets(clock: StillClock, till: Till, number: int = 3, calls: int = CALLS) -> list[Budget]:
    return [Budget(clock, {}, Tier(calls), _purse(clock, till)) for _ in range(number)]


def _purse(clock: Clock, till: Till) -> Purse:
    return LeasedPurse(clock, till, "slack")


async def test_what_may_be_dropped_leaves_a_reserve_that_is_one_for_all() -> None:
    one, two, three = _budgets(clock := StillClock(), Till(clock))
    granted = [await budget.try_spend(UPDATE) for _ in range(CALLS) for budget in (one, two, three)]
    assert CALLS * 0.7 <= sum(granted) <= CALLS * 0.8
    for budget in (one, two, three, one):
        await budget.spend(UPDATE, deadline=0)
    assert clock.slept == []


async def test_what_must_go_out_is_served_in_the_order_of_asking() -> None:
    one, two, three = _budgets(clock := StillClock(), Till(clock), calls=3)
    for budget in (one, two, three):
        await budget.spend(UPDATE, deadline=0)
        clock.seconds += 10
    await two.spend(UPDATE, deadline=100)
    assert clock.seconds == pytest.approx(63)
    await three.spend(UPDATE, deadline=100)
    assert clock.seconds == pytest.approx(73)


async def test_it_does_not_wait_beyond_the_deadline() -> None:
    one, two, _ = _budgets(clock := StillClock(), Till(clock), calls=1)
    await one.spend(UPDATE, deadline=0)
    with pytest.raises(PlatformRateLimited) as failed:
        await two.spend(UPDATE, deadline=62)
    assert failed.value.retry_after == pytest.approx(63)
    assert clock.slept == []


async def test_what_one_process_was_refused_nobody_tries() -> None:
    one, two, _ = _budgets(clock := StillClock(), Till(clock))
    await one.refused(UPDATE, retry_after=7)
    assert not await one.try_spend(UPDATE)
    assert not await two.try_spend(UPDATE)
    await two.spend(UPDATE, deadline=60)
    assert clock.seconds == 7
    assert await one.try_spend(UPDATE)


async def test_a_refusal_is_heard_by_who_already_waits() -> None:
    one, two, _ = _budgets(clock := _Interrupted(), Till(clock), calls=1)
    await one.spend(UPDATE, deadline=0)
    clock.meanwhile = lambda: one.refused(UPDATE, retry_after=100)
    await two.spend(UPDATE, deadline=300)
    assert clock.seconds >= 100


async def test_tokens_that_nobody_used_are_missed_only_for_a_while() -> None:
    one, two, _ = _budgets(clock := StillClock(), Till(clock), calls=100)
    for _ in range(30):
        assert await one.try_spend(UPDATE)
    clock.seconds += 64
    for _ in range(100):
        await two.spend(UPDATE, deadline=clock.seconds)
    assert clock.slept == []


async def test_a_busy_process_borrows_several_at_once_and_a_calm_one_does_not() -> None:
    one, *_ = _budgets(clock := StillClock(), till := Till(clock), calls=100)
    for _ in range(60):
        assert await one.try_spend(UPDATE)
        clock.seconds += 0.6
    assert till.asked <= 30
    till.asked = 0
    for _ in range(20):
        clock.seconds += 10
        assert await one.try_spend(UPDATE)
    assert till.asked == 20
    clock.seconds += 70
    await one.try_spend(UPDATE)
    assert sum(many for _, many, _ in till.accounts["slack T1 chat.update"].returns) == 1


async def test_a_short_budget_is_not_asked_for_each_call_that_is_dropped() -> None:
    one, *_ = _budgets(clock := StillClock(), till := Till(clock))
    while await one.try_spend(UPDATE):
        pass
    till.asked = 0
    for _ in range(1000):
        await one.try_spend(UPDATE)
        clock.seconds += 0.01
    assert till.asked <= 5


async def test_without_the_bank_calls_are_dropped_or_fail_at_their_deadline() -> None:
    one, *_ = _budgets(clock := StillClock(), till := Till(clock, away=True))
    assert not await one.try_spend(UPDATE)
    with pytest.raises(PlatformUnavailable):
        await one.spend(UPDATE, deadline=10)
    assert 8 <= clock.seconds <= 10
    await one.refused(UPDATE, retry_after=5)
    till.away = False
    await one.spend(UPDATE, deadline=clock.seconds + 1)
    assert not await one.try_spend(UPDATE)


async def test_many_who_wait_for_a_bank_that_hangs_give_up_in_time() -> None:
    clock = SystemClock()
    budget = Budget(clock, {}, Tier(CALLS), _purse(clock, Till(clock, delay=0.2, away=True)))
    begun = clock.monotonic()
    ends = await asyncio.gather(
        *(budget.spend(UPDATE, begun + 1.5) for _ in range(30)), return_exceptions=True
    )
    assert {type(end) for end in ends} == {PlatformUnavailable}
    assert clock.monotonic() - begun <= 3


async def test_a_bank_that_is_slow_is_waited_for_but_its_late_tokens_are_not_used() -> None:
    one, *_ = _budgets(clock := StillClock(), till := Till(clock, delay=4))
    assert not await one.try_spend(UPDATE)
    assert await one.try_spend(UPDATE)  # more time is asked for than before
    till.delay = 20
    with pytest.raises(PlatformUnavailable):
        await one.spend(UPDATE, deadline=clock.seconds + 10)
    till.delay = 0
    await one.spend(UPDATE, deadline=clock.seconds)


@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.booleans(), st.floats(0, 6), st.floats(0, 4)),
        min_size=60,
        max_size=90,
    )
)
@settings(max_examples=50, deadline=None)
async def test_no_minute_ever_holds_more_calls_than_the_tier(
    steps: list[tuple[int, bool, float, float]],
) -> None:
    """Of three processes, whose bank now and then takes its time."""
    budgets = _budgets(clock := StillClock(), till := Till(clock))
    made = []
    for who, droppable, pause, delay in steps:
        clock.seconds += pause
        till.delay = delay
        if droppable and not await budgets[who].try_spend(UPDATE):
            continue
        if not droppable:
            till.delay = min(delay, 1.0)
            await budgets[who].spend(UPDATE, deadline=clock.seconds + 300)
        made.append(clock.seconds)
    for first, later in zip(made, made[CALLS:], strict=False):
        assert later - first >= 60 - 1e-3


async def test_streams_of_several_processes_leave_room_for_what_must_go_out() -> None:
    """Each process paces its own ten by what it knows of the others; half of the calls are for streams. Were only the
    budget to drop edits, some streams would show nothing, and half of the answers would wait for 19 seconds."""
    budgets = _budgets(clock := StillClock(), Till(clock), calls=50)
    due = [(number * 2.0, number) for number in range(30)]
    shown = dict.fromkeys(range(30), 0)
    while (earliest := heapq.heappop(due))[0] < 120:
        moment, number = earliest
        clock.seconds, budget = max(clock.seconds, moment), budgets[number % 3]
        shown[number] += await budget.try_spend(UPDATE)
        heapq.heappush(due, (moment + pace(10 * budget.sharers(UPDATE), 50, 0.5), number))
    assert [budget.sharers(UPDATE) for budget in budgets] == [3, 3, 3]
    assert min(shown.values()) >= 1
    assert sum(shown.values()) <= 60
    waits, ended = [], clock.seconds
    for number in range(30):
        await budgets[number % 3].spend(UPDATE, clock.seconds + 60)
        waits.append(clock.seconds - ended)
    assert waits[15] <= 1
    assert waits[-1] <= 30


class _Interrupted(StillClock):
    """Something happens while somebody sleeps for the first time."""

    meanwhile: Callable[[], Awaitable[None]] | None = None

    async def sleep(self, seconds: float) -> None:
        happening, self.meanwhile = self.meanwhile, None
        if happening is not None:
            await happening()
        await super().sleep(seconds)
