"""The simulator's cache of answers, as the service documents its own."""

from __future__ import annotations

from typing import Any

import httpx
import orjson
import pytest

from bot.simulators.openrouter import Answer, OpenRouterSimulator

CALL = {"model": "simulated/coder", "messages": [{"role": "user", "content": "hello"}]}
ON = {"X-OpenRouter-Cache": "true"}


async def post(
    http: httpx.AsyncClient, headers: dict[str, str], call: dict[str, Any] = CALL
) -> httpx.Response:
    return await http.post("/chat/completions", content=orjson.dumps(call), headers=headers)


def status(response: httpx.Response) -> str | None:
    found: str | None = response.headers.get("X-OpenRouter-Cache-Status")
    return found


async def test_a_hit_counts_nothing_and_names_its_source(
    http: httpx.AsyncClient, simulator: OpenRouterSimulator
) -> None:
    simulator.answer(Answer("one"), Answer("two"))
    first, again = await post(http, ON), await post(http, ON)
    assert (status(first), status(again)) == ("MISS", "HIT")
    assert again.json()["choices"][0]["message"]["content"] == "one"
    usage = again.json()["usage"]
    assert (usage["prompt_tokens"], usage["completion_tokens"], usage["cost"]) == (0, 0, 0.0)
    assert again.headers["X-OpenRouter-Cache-Source-Id"] == first.headers["X-Generation-Id"]
    assert again.headers["X-Generation-Id"] != first.headers["X-Generation-Id"]
    assert simulator.ledger.spent == 0.00123


async def test_streams_are_kept_whole_and_apart(
    http: httpx.AsyncClient, simulator: OpenRouterSimulator
) -> None:
    simulator.answer(Answer("whole"), Answer("streamed"), Answer("not asked for"))
    stream = {**CALL, "stream": True}
    await post(http, ON)
    first, again = await post(http, ON, stream), await post(http, ON, stream)
    assert (status(first), status(again)) == ("MISS", "HIT")
    assert "streamed" in again.text
    assert again.text.endswith("data: [DONE]\n\n")


@pytest.mark.parametrize(
    ("headers", "call"),
    [
        ({}, CALL),
        ({**ON, "X-OpenRouter-Cache-Clear": "true"}, CALL),
        (ON, dict(reversed(CALL.items()))),
        (ON, {**CALL, "temperature": 0.5}),
    ],
    ids=["not asked for", "cleared", "another order of keys", "another body"],
)
async def test_what_is_no_hit(
    http: httpx.AsyncClient,
    simulator: OpenRouterSimulator,
    headers: dict[str, str],
    call: dict[str, Any],
) -> None:
    simulator.answer(Answer("one"), Answer("two"))
    await post(http, ON)
    assert (await post(http, headers, call)).json()["choices"][0]["message"]["content"] == "two"
    assert simulator.cache.hits == 0


@pytest.mark.parametrize(
    "answer", [Answer("half", end_after=1), Answer("half", finish=None), Answer("x", error_after=(1, {}))]
)
async def test_what_is_not_whole_is_not_kept(
    http: httpx.AsyncClient, simulator: OpenRouterSimulator, answer: Answer
) -> None:
    simulator.answer(answer, Answer("whole"))
    stream = {**CALL, "stream": True}
    await post(http, ON, stream)
    assert status(await post(http, ON, stream)) == "MISS"


async def test_an_answer_is_kept_for_its_time(
    http: httpx.AsyncClient, simulator: OpenRouterSimulator
) -> None:
    first = await post(http, {**ON, "X-OpenRouter-Cache-TTL": "999999"})
    assert first.headers["X-OpenRouter-Cache-TTL"] == "86400"
    assert (await post(http, ON, {**CALL, "seed": 1})).headers["X-OpenRouter-Cache-TTL"] == "300"
