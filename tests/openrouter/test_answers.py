"""Answers that come in order, over a real socket."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import get_args

import pytest

from bot.simulators.openrouter import Answer, OpenRouterSimulator, Problem, Variant
from core.openrouter.client import OpenRouter
from core.ports import Completed, Started, TextDelta, Thinking, Usage
from tests.openrouter.helpers import asked, client, heard, last, text_of

TEXT = "Grüße, 世界 😀! A line with\u2028an odd separator\u0085 and\r\nanother.\n" * 3
UNKNOWN = {"new_finish_reason", "no_finish"}
BROKEN = {"no_choices", "finish_error"}


async def test_an_answer_with_thoughts_and_its_cost(
    simulator: OpenRouterSimulator, model: OpenRouter
) -> None:
    simulator.answer(
        Answer(
            "one two three four five six",
            reasoning="I need numbers",
            keepalives=3,
            usage={"completion_tokens": 9},
        )
    )
    events = await heard(model)
    assert events == [
        Started("gen-000001"),
        Thinking(14),
        TextDelta("one two three four five "),
        TextDelta("six"),
        Completed("stop", "simulated/coder", Usage(2, 9, 0, 4, Decimal("0.00123"))),
    ]


@pytest.mark.parametrize("split", [1, 7, 1000])
async def test_text_survives_any_split(simulator: OpenRouterSimulator, model: OpenRouter, split: int) -> None:
    simulator.answer(Answer(TEXT, reasoning="hm", split=split))
    assert text_of(await heard(model)) == TEXT


@pytest.mark.parametrize("variant", sorted(set(get_args(Variant)) - BROKEN))
async def test_every_wild_variant_is_understood(
    simulator: OpenRouterSimulator, model: OpenRouter, variant: Variant
) -> None:
    simulator.answer(Answer(TEXT, reasoning="I need", variant=variant))
    events = await heard(model)
    assert text_of(events) == TEXT
    assert any(isinstance(event, Thinking) for event in events)
    assert last(events).reason == ("unknown" if variant in UNKNOWN else "stop")
    assert last(events).usage.cost == Decimal("0.00123")


@pytest.mark.parametrize(
    ("finish", "reason"),
    [("length", "length"), ("content_filter", "content_filter"), ("tool_calls", "unknown")],
)
async def test_finish_reasons(
    simulator: OpenRouterSimulator, model: OpenRouter, finish: str, reason: str
) -> None:
    simulator.answer(Answer("text", finish=finish))
    assert last(await heard(model)).reason == reason


async def test_an_empty_answer_is_an_answer(simulator: OpenRouterSimulator, model: OpenRouter) -> None:
    simulator.answer(Answer("", finish="length"))
    events = await heard(model)
    assert text_of(events) == ""
    assert last(events).reason == "length"


async def test_the_answering_model_is_named(simulator: OpenRouterSimulator, model: OpenRouter) -> None:
    simulator.answer(Answer("text", model="openai/gpt-5.2"))
    assert last(await heard(model)).model == "openai/gpt-5.2"


async def test_one_connection_serves_many_answers(simulator: OpenRouterSimulator, model: OpenRouter) -> None:
    for _ in range(10):
        await heard(model)
    assert len(simulator.requests) == 10
    assert simulator.connections == 1


async def test_a_late_end_of_the_body_does_not_cost_the_connection(
    simulator: OpenRouterSimulator, model: OpenRouter
) -> None:
    simulator.answer(Answer("first", linger=0.05), Answer("second"))
    assert [text_of(await heard(model)) for _ in range(2)] == ["first", "second"]
    assert simulator.connections == 1


async def test_text_is_heard_while_the_answer_goes_on(
    simulator: OpenRouterSimulator, model: OpenRouter
) -> None:
    more = asyncio.Event()
    simulator.answer(Answer("first second", chunk=6, hold=more, hold_after=1))
    stream = model.stream(asked())
    assert [await anext(stream), await anext(stream)] == [Started("gen-000001"), TextDelta("first ")]
    assert simulator.open_streams == 1
    more.set()
    assert text_of([event async for event in stream]) == "second"
    await simulator.until(lambda: simulator.open_streams == 0)
    assert simulator.closed_early == 0


async def test_a_service_that_does_not_stream_is_heard_too(
    simulator: OpenRouterSimulator, model: OpenRouter
) -> None:
    message = {"role": "assistant", "content": "all at once", "reasoning": "hm"}
    body = {
        "id": "x",
        "choices": [{"message": message, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 3},
    }
    simulator.answer(Problem(200, body))
    events = await heard(model)
    assert text_of(events) == "all at once"
    assert last(events).usage == Usage(prompt_tokens=3)


async def test_two_hundred_streams_at_once(simulator: OpenRouterSimulator, model: OpenRouter) -> None:
    more = asyncio.Event()
    simulator.respond(lambda body: Answer(body["messages"][0]["content"] * 40, hold=more, hold_after=2))
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(heard(model, asked(f"stream {number}. "))) for number in range(200)]
        await simulator.until(lambda: simulator.open_streams == 200)
        more.set()
    assert [text_of(task.result()) for task in tasks] == [f"stream {number}. " * 40 for number in range(200)]


async def test_a_slow_listener_does_not_make_the_model_stalled(simulator: OpenRouterSimulator) -> None:
    """The clock of progress stands still while nobody asks for more."""
    more = asyncio.Event()
    simulator.answer(Answer("first second", chunk=6, hold=more, hold_after=1))
    async with client(simulator, stall_seconds=0.2) as model:
        stream = model.stream(asked())
        await anext(stream)
        await anext(stream)
        with pytest.raises(TimeoutError):
            await simulator.until(lambda: False, timeout=0.3)
        asyncio.get_running_loop().call_later(0.1, more.set)
        assert text_of([event async for event in stream]) == "second"
