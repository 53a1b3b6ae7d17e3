"""OpenRouter's own client talks to the simulator: a witness that was not written for it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from openrouter import OpenRouter
from openrouter.components import ChatUserMessage
from openrouter.errors import BadRequestResponseError, PaymentRequiredResponseError, UnauthorizedResponseError

from bot.simulators.openrouter import Answer, OpenRouterSimulator

MESSAGES = [ChatUserMessage(role="user", content="hello")]


@pytest.fixture
async def official(simulator: OpenRouterSimulator) -> AsyncIterator[OpenRouter]:
    async with OpenRouter(api_key=simulator.key, server_url=simulator.base_url) as client:
        yield client


async def test_it_hears_a_stream(simulator: OpenRouterSimulator, official: OpenRouter) -> None:
    simulator.answer(Answer("Hello from the other side. " * 3, reasoning="because", keepalives=2))
    stream = await official.chat.send_async(model="simulated/coder", messages=MESSAGES, stream=True)
    async with stream:
        chunks = [chunk async for chunk in stream]
    choices = [choice for chunk in chunks for choice in chunk.choices]
    assert "".join(choice.delta.content or "" for choice in choices) == "Hello from the other side. " * 3
    assert "".join(choice.delta.reasoning or "" for choice in choices) == "because"
    assert [choice.finish_reason for choice in choices if choice.finish_reason] == ["stop"]
    assert chunks[-1].usage is not None
    assert chunks[-1].usage.cost == 0.00123


async def test_it_hears_an_answer_without_a_stream(
    simulator: OpenRouterSimulator, official: OpenRouter
) -> None:
    simulator.answer(Answer("Hello"))
    result = await official.chat.send_async(model="simulated/coder", messages=MESSAGES)
    assert result.choices[0].message.content == "Hello"


async def test_it_reads_the_models(simulator: OpenRouterSimulator, official: OpenRouter) -> None:
    listed = await official.models.list_async()
    assert listed is not None
    assert {model.id for model in listed.result.data} == set(simulator.models)


async def test_it_understands_refusals(simulator: OpenRouterSimulator, official: OpenRouter) -> None:
    with pytest.raises(BadRequestResponseError, match="session_id"):
        await official.chat.send_async(model="simulated/coder", messages=MESSAGES, session_id="x" * 257)
    simulator.affordable = 100
    with pytest.raises(PaymentRequiredResponseError, match="can only afford 100"):
        await official.chat.send_async(model="simulated/coder", messages=MESSAGES)
    simulator.key = "sk-or-changed"
    with pytest.raises(UnauthorizedResponseError):
        await official.chat.send_async(model="simulated/coder", messages=MESSAGES)
