"""Work beside a block does not change how the block fails."""

from __future__ import annotations

import asyncio

import pytest

from adapters.shared.background import background


class Broken(Exception):
    """What a block may raise."""


async def test_the_block_s_own_exception_comes_out_as_it_is() -> None:
    finished = asyncio.Event()
    original = Broken()
    original.__cause__ = ValueError("why")

    async def work() -> None:
        await asyncio.sleep(0)
        finished.set()

    async def block() -> None:
        async with background() as group:
            group.create_task(work())
            raise original

    with pytest.raises(Broken) as failed:
        await block()
    assert failed.value is original
    assert isinstance(original.__cause__, ValueError)
    assert finished.is_set()


async def test_a_cancelled_block_cancels_the_work() -> None:
    never = asyncio.Event()

    async def block() -> None:
        async with asyncio.timeout(0.01), background() as group:
            group.create_task(never.wait())
            await never.wait()

    with pytest.raises(TimeoutError):
        await block()
