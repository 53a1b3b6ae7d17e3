"""One at a time in each lane, the lowest number first."""

from __future__ import annotations

import asyncio

from core.jobs.lanes import Turns


async def test_places_are_kept_for_those_who_are_yet_to_come() -> None:
    turns, went = Turns(), list[int]()

    async def go(number: int) -> None:
        async with turns.turn("lane", number):
            went.append(number)

    turns.expect("lane", 1)
    turns.expect("lane", 2)
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        for number in (3, 2):
            group.create_task(go(number))
        await asyncio.sleep(0)
        assert went == []
        group.create_task(go(1))
    assert went == [1, 2, 3]


async def test_one_who_leaves_the_line_holds_up_nobody() -> None:
    turns, went, leave = Turns(), list[int](), asyncio.Event()

    async def go(number: int) -> None:
        async with turns.turn("lane", number):
            went.append(number)
            await leave.wait()

    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        tasks = [group.create_task(go(number)) for number in (1, 2, 3)]
        await asyncio.sleep(0)
        tasks[1].cancel()
        await asyncio.sleep(0)
        tasks[0].cancel()
        leave.set()
    assert went == [1, 3]


async def test_lanes_do_not_know_each_other() -> None:
    turns = Turns()
    async with asyncio.timeout(5), turns.turn("a", 1), turns.turn("b", 1), turns.turn("c", 7):
        pass
