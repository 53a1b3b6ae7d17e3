"""The platform says who sees what; it is asked seldom, and its silence is a no."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from core.intake.answers import KEPT, PAUSE
from core.intake.visibility import Visibility
from tests.fakes.house import FakeClock
from tests.intake.people import ANA, BEN, OTHER_PLATFORM, OTHER_WORKSPACE, Telling, caller


async def test_the_channels_of_each(visibility: Visibility, slack: Telling) -> None:
    slack.sees = {("T1", "UANA"): ["C2", "C1"], ("T2", "UANA"): ["C9"]}
    assert await visibility.channels(caller()) == {"C1", "C2"}
    assert [one.name for one in await visibility.named(caller())] == ["name-of-C1", "name-of-C2"]
    assert await visibility.channels(caller(BEN)) == frozenset()
    assert await visibility.channels(caller(place=OTHER_WORKSPACE)) == {"C9"}


async def test_the_answer_is_kept_for_a_minute(
    visibility: Visibility, slack: Telling, clock: FakeClock
) -> None:
    slack.sees = {("T1", "UANA"): ["C1"]}
    await visibility.channels(caller())
    slack.sees = {}
    clock.at += timedelta(seconds=KEPT - 1)
    assert await visibility.channels(caller()) == {"C1"}
    clock.at += timedelta(seconds=1)
    assert await visibility.channels(caller()) == frozenset()
    assert slack.asked["channels_of"] == 2


async def test_many_at_once_ask_once(visibility: Visibility, slack: Telling) -> None:
    slack.sees = {("T1", "UANA"): ["C1"]}
    slack.open.clear()
    async with asyncio.TaskGroup() as group:
        asking = [group.create_task(visibility.channels(caller())) for _ in range(20)]
        other = group.create_task(visibility.channels(caller(BEN)))
        for _ in range(2):
            await slack.arrived.get()
        slack.open.set()
    assert {await one for one in asking} == {frozenset({"C1"})}
    assert await other == frozenset()
    assert slack.asked["channels_of"] == 2


async def test_whoever_asked_first_may_go_away(visibility: Visibility, slack: Telling) -> None:
    slack.sees = {("T1", "UANA"): ["C1"]}
    slack.open.clear()
    async with asyncio.TaskGroup() as group:
        first = group.create_task(visibility.channels(caller()))
        await slack.arrived.get()
        second = group.create_task(visibility.channels(caller()))
        first.cancel()
        slack.open.set()
    assert await second == {"C1"}


async def test_silence_is_a_no_and_short(visibility: Visibility, slack: Telling, clock: FakeClock) -> None:
    slack.sees, slack.silent = {("T1", "UANA"): ["C1"]}, True
    assert await visibility.channels(caller()) == frozenset()
    slack.silent = False
    assert await visibility.channels(caller()) == frozenset()
    clock.at += timedelta(seconds=PAUSE)
    assert await visibility.channels(caller()) == {"C1"}


async def test_what_was_known_ends_with_silence(
    visibility: Visibility, slack: Telling, clock: FakeClock
) -> None:
    slack.sees = {("T1", "UANA"): ["C1"]}
    await visibility.channels(caller())
    slack.silent = True
    clock.at += timedelta(seconds=KEPT)
    assert await visibility.channels(caller()) == frozenset()


async def test_a_platform_that_is_not_connected_says_nothing(clock: FakeClock) -> None:
    visibility = Visibility({}, clock)
    assert await visibility.channels(caller(place=OTHER_PLATFORM)) == frozenset()
    assert await visibility.name("discord", ANA) == "UANA"
