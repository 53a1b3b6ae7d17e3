"""The same bytes again: an answer that was given in full is had for nothing, a new question is a new question, and what a
broken-off call cost is found out later."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import aclosing
from decimal import Decimal

import orjson
import pytest

from bot.simulators.openrouter import Answer, OpenRouterSimulator
from core.errors import ModelKeyRefused, ModelStreamCut
from core.openrouter import wire
from core.openrouter.client import OpenRouter
from core.openrouter.config import ModelConfig
from core.ports import Completed, ModelEvent, ModelLimits, Started, Usage
from tests.openrouter.helpers import asked, client, heard_until_error, last, text_of

CACHE, CLEAR = "x-openrouter-cache", "x-openrouter-cache-clear"


def lowered(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


async def sent(model: OpenRouter, body: bytes, *, again: bool = False) -> list[ModelEvent]:
    return [event async for event in model.send(body, again=again)]


async def generation_of_a_cut_call(model: OpenRouter, simulator: OpenRouterSimulator) -> str:
    simulator.answer(Answer("one two three four", chunk=4, cut_after=2))
    events: list[ModelEvent] = []
    with pytest.raises(ModelStreamCut):
        await heard_until_error(model, events)
    assert isinstance(events[0], Started)
    assert events[0].generation_id is not None
    return events[0].generation_id


async def test_an_answer_that_was_given_in_full_is_free_the_second_time(
    simulator: OpenRouterSimulator, model: OpenRouter
) -> None:
    simulator.answer(Answer("once"), Answer("never asked for"))
    body = await model.write(asked())
    first = await sent(model, body)
    again = await sent(model, body, again=True)
    assert (text_of(first), text_of(again)) == ("once", "once")
    assert last(again).usage == Usage(cost=Decimal(0))
    assert first[0] != again[0], "with an id of its own"
    assert (simulator.cache.hits, simulator.ledger.spent) == (1, 0.00123)
    assert orjson.dumps(simulator.requests[0]) == orjson.dumps(simulator.requests[1]) == body


async def test_a_new_question_with_the_same_bytes_is_answered_anew(
    simulator: OpenRouterSimulator, model: OpenRouter
) -> None:
    simulator.answer(Answer("one"), Answer("two"))
    body = await model.write(asked())
    assert [text_of(await sent(model, body)) for _ in range(2)] == ["one", "two"]
    assert text_of(await sent(model, body, again=True)) == "two"


async def test_what_broke_off_is_made_again(simulator: OpenRouterSimulator, model: OpenRouter) -> None:
    simulator.answer(
        Answer("one two three", chunk=4, hold=asyncio.Event(), hold_after=1), Answer("from the beginning")
    )
    body = await model.write(asked())
    async with aclosing(model.send(body)) as events:
        async for event in events:
            if not isinstance(event, Started):
                break
    assert text_of(await sent(model, body, again=True)) == "from the beginning"
    assert simulator.cache.hits == 0


async def test_headers_of_the_first_call_and_of_the_second(
    simulator: OpenRouterSimulator, model: OpenRouter
) -> None:
    body = await model.write(asked())
    await sent(model, body)
    await sent(model, body, again=True)
    first, again = map(lowered, simulator.headers)
    assert (first[CACHE], first[CLEAR]) == ("true", "true")
    assert again[CACHE] == "true"
    assert CLEAR not in again


async def test_nothing_is_kept_where_nothing_may_be(simulator: OpenRouterSimulator) -> None:
    simulator.answer(Answer("one"), Answer("two"))
    async with client(simulator, zero_retention=True) as model:
        body = await model.write(asked())
        assert [text_of(await sent(model, body, again=again)) for again in (False, True)] == ["one", "two"]
    assert simulator.requests[0]["provider"] == {"zdr": True, "data_collection": "deny"}
    assert not {CACHE, CLEAR} & set(lowered(simulator.headers[1]))


@pytest.mark.parametrize("again", [False, True])
def test_other_services_hear_nothing_of_it(again: bool) -> None:
    config = ModelConfig(api_key=None, model="m", base_url="http://localhost:11434/v1", zero_retention=True)
    assert set(wire.chat_headers(config, again=again)) == {"Content-Type", "Accept"}
    body = orjson.loads(wire.chat_body(config, asked(), ModelLimits(8_000, 1_000, known=True)))
    assert "provider" not in body


async def test_what_a_cut_call_cost(simulator: OpenRouterSimulator, model: OpenRouter) -> None:
    simulator.ledger.lag = 60.0
    generation = await generation_of_a_cut_call(model, simulator)
    await simulator.until(lambda: generation in simulator.ledger.generations)
    assert await model.price(generation) is None, "not yet"
    simulator.ledger.lag = 0.0
    usage = await model.price(generation)
    assert usage is not None
    assert usage.cost == Decimal("0.00123")
    assert usage.completion_tokens > 0


async def test_a_price_is_asked_with_the_key(simulator: OpenRouterSimulator) -> None:
    async with client(simulator, api_key="sk-or-wrong") as model:
        with pytest.raises(ModelKeyRefused):
            await model.price("gen-1")


async def test_other_services_have_no_price(simulator: OpenRouterSimulator) -> None:
    async with client(simulator, dialect="plain") as model:
        assert await model.price("gen-000001") is None


async def test_a_plain_stream_is_a_first_call(simulator: OpenRouterSimulator, model: OpenRouter) -> None:
    events = [event async for event in model.stream(asked("hello"))]
    assert isinstance(events[-1], Completed)
    assert lowered(simulator.headers[0])[CLEAR] == "true"
