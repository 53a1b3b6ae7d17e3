"""Whoever stops listening stops paying: the connection is closed at once."""

from __future__ import annotations

import asyncio
import time
from contextlib import aclosing

import pytest

from bot.simulators.openrouter import Answer, OpenRouterSimulator
from core.openrouter.client import OpenRouter, open_model
from core.openrouter.config import ModelConfig
from core.ports import ModelEvent, TextDelta
from tests.openrouter.helpers import asked, heard, raw_server


async def first_text(model: OpenRouter) -> ModelEvent | None:
    async with aclosing(model.stream(asked())) as events:
        async for event in events:
            if isinstance(event, TextDelta):
                return event
    return None


async def test_closing_the_generator_closes_the_connection(
    simulator: OpenRouterSimulator, model: OpenRouter
) -> None:
    simulator.answer(Answer("text " * 100, hold=asyncio.Event(), hold_after=1))
    assert await first_text(model)
    began = time.monotonic()
    await simulator.until(lambda: simulator.closed_early == 1, timeout=1)
    assert time.monotonic() - began < 0.5
    assert simulator.open_streams == 0


@pytest.mark.parametrize("frames", [0, 1])
async def test_cancelling_the_task_closes_the_connection(
    simulator: OpenRouterSimulator, model: OpenRouter, frames: int
) -> None:
    simulator.answer(Answer("text " * 100, hold=asyncio.Event(), hold_after=frames))
    async with asyncio.TaskGroup() as group:
        task = group.create_task(heard(model))
        await simulator.until(lambda: simulator.open_streams == 1)
        task.cancel()
    assert task.cancelled()
    await simulator.until(lambda: simulator.closed_early == 1, timeout=1)


async def test_two_hundred_streams_are_cancelled_together(
    simulator: OpenRouterSimulator, model: OpenRouter
) -> None:
    simulator.respond(lambda _: Answer("text " * 1000, pace=0.05))
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(heard(model)) for _ in range(200)]
        await simulator.until(lambda: simulator.open_streams == 200)
        for task in tasks:
            task.cancel()
    assert all(task.cancelled() for task in tasks)
    await simulator.until(lambda: simulator.closed_early == 200, timeout=2)
    assert simulator.open_streams == 0


async def test_cancelling_before_any_answer_closes_the_connection() -> None:
    asked_for, closed = asyncio.Event(), asyncio.Event()

    async def silent(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        asked_for.set()
        assert await reader.read() == b""
        closed.set()

    async with raw_server(silent) as url, open_model(ModelConfig(None, "a/b", url)) as model:
        async with asyncio.TaskGroup() as group:
            task = group.create_task(heard(model))
            async with asyncio.timeout(5):
                await asked_for.wait()
            task.cancel()
        async with asyncio.timeout(1):
            await closed.wait()


async def test_the_client_goes_on_after_a_cancelled_answer(
    simulator: OpenRouterSimulator, model: OpenRouter
) -> None:
    simulator.answer(Answer("text " * 100, hold=asyncio.Event(), hold_after=1), Answer("whole"))
    await first_text(model)
    assert await first_text(model) == TextDelta("whole")
