"""A growing message: the first words at once, then in steps that people can follow."""

from __future__ import annotations

import asyncio

from adapters.shared.cadence import Growth, pace

NEVER = 1000.0


async def test_the_first_text_is_due_at_once_and_blank_text_is_none() -> None:
    growth = Growth(lambda: NEVER)
    growth.write("\n")
    growth.write("Hello")
    async with asyncio.timeout(1):
        assert await growth.due() == "\nHello"


async def test_later_text_waits_for_its_time_and_comes_together() -> None:
    growth = Growth(lambda: 0.05)
    growth.write("a")
    await growth.due()
    growth.write("b")
    growth.write("c")
    began = asyncio.get_running_loop().time()
    assert await growth.due() == "abc"
    assert asyncio.get_running_loop().time() - began >= 0.04


async def test_the_end_does_not_wait() -> None:
    growth = Growth(lambda: NEVER)
    growth.write("a")
    await growth.due()
    growth.write("b")
    async with asyncio.timeout(1), asyncio.TaskGroup() as group:
        due = group.create_task(growth.due())
        group.create_task(_end(growth))
    assert due.result() is None
    assert growth.text == "ab"


async def _end(growth: Growth) -> None:
    growth.end()


async def test_an_end_before_any_text() -> None:
    growth = Growth(lambda: NEVER)
    growth.end()
    assert await growth.due() is None


def test_the_pace_is_shared() -> None:
    assert pace(1, 100) == 1.5
    assert pace(2, 100) == 1.5
    assert pace(20, 100) == 15
    assert pace(10, 50, share=0.5) == 24


async def test_what_could_not_be_shown_is_due_again_before_the_next_interval_is_over() -> None:
    growth = Growth(lambda: 0.5)
    loop = asyncio.get_running_loop()
    growth.write("a")
    assert await growth.due() == "a"
    began = loop.time()
    growth.again()
    assert await growth.due() == "a"
    assert loop.time() - began < 0.4
