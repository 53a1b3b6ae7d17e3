"""One at a time for each key, in order."""

from __future__ import annotations

import asyncio

import pytest

from adapters.shared.turns import Turns


async def test_those_with_the_same_key_wait_and_others_do_not() -> None:
    turns, done, gate = Turns(), [], asyncio.Event()

    async def work(key: str, name: str) -> None:
        async with turns.turn(key):
            if key == "a":
                await gate.wait()
            done.append(name)

    async with asyncio.TaskGroup() as group:
        for number in range(5):
            group.create_task(work("a", f"a{number}"))
        other = group.create_task(work("b", "b"))
        await other
        assert done == ["b"]
        gate.set()
    assert done == ["b", "a0", "a1", "a2", "a3", "a4"]


async def test_a_failure_gives_the_turn_on() -> None:
    turns = Turns()

    async def fail() -> None:
        async with turns.turn("a"):
            raise LookupError

    for _ in range(2):
        with pytest.raises(LookupError):
            await fail()
    async with asyncio.timeout(1), turns.turn("a"):
        pass
