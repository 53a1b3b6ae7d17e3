"""Waiting in a simulated world."""

from __future__ import annotations

import asyncio

import pytest

from bot.simulators.shared.watching import Changes, MovingWorld


async def test_what_came_without_a_change_is_seen_at_the_end() -> None:
    seen: list[str] = []
    asyncio.get_running_loop().call_later(0.01, seen.append, "late")
    assert await Changes().until(lambda: seen, 0.1) == ["late"]


async def test_what_never_comes_is_told_with_how_things_stand() -> None:
    with pytest.raises(TimeoutError, match=r"still not true after 0.01 s\nnobody is here"):
        await Changes().until(lambda: None, 0.01, lambda: "nobody is here")


async def test_time_that_is_moved_ahead_wakes_those_who_wait_for_it() -> None:
    world = MovingWorld()
    later = world.now() + 3600
    asyncio.get_running_loop().call_soon(world.advance, 3600)
    assert await world.until(lambda: world.now() >= later, 5)
