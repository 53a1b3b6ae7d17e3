"""What the service refuses, the simulator refuses; and what it accepts, it accepts."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from bot.simulators.openrouter import Answer, OpenRouterSimulator

CALL = {"model": "simulated/coder", "messages": [{"role": "user", "content": "hello"}]}
SWITCHED_OFF = [{"id": "context-compression", "enabled": False}]
LONG = [{"role": "user", "content": "x" * 20_000}]


async def ask(http: httpx.AsyncClient, **fields: Any) -> httpx.Response:
    return await http.post("/chat/completions", json={**CALL, **fields})


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"usage": {"include": True}}, "'usage'"),
        ({"transforms": []}, "'transforms'"),
        ({"route": "fallback"}, "'route'"),
        ({"sesion_id": "typo"}, "'sesion_id'"),
        ({"provider": {"zdrr": True}}, "'zdrr'"),
        ({"messages": []}, "messages"),
        ({"messages": "hello"}, "messages"),
        ({"messages": [{"role": "robot", "content": "x"}]}, "role"),
        ({"messages": [{"role": "user"}]}, "content"),
        ({"session_id": "x" * 257}, "256"),
        ({"max_completion_tokens": 0}, "max_completion_tokens"),
        ({"max_tokens": -1}, "max_tokens"),
        ({"temperature": 3}, "temperature"),
        ({"models": ["a/1", "a/2", "a/3", "a/4"]}, "3 items"),
    ],
)
async def test_a_wrong_request(
    http: httpx.AsyncClient, simulator: OpenRouterSimulator, fields: dict[str, Any], words: str
) -> None:
    response = await ask(http, **fields)
    assert response.status_code == 400
    error = response.json()["error"]
    assert words in error["message"]
    assert error["metadata"]["error_type"] == "invalid_request"
    assert len(simulator.requests) == 1, "kept, to be looked at"


@pytest.mark.parametrize(("sent", "words"), [(b"{", "JSON"), (b"[]", "object")])
async def test_what_is_no_request_at_all(http: httpx.AsyncClient, sent: bytes, words: str) -> None:
    response = await http.post("/chat/completions", content=sent)
    assert response.status_code == 400
    assert words in response.json()["error"]["message"]


@pytest.mark.parametrize(
    "fields",
    [
        {"session_id": "x" * 256, "temperature": 0, "max_completion_tokens": 1},
        {"messages": [{"role": "user", "content": [{"type": "text", "text": "in parts"}]}]},
        {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "tool_calls": []}]},
        {"model": "no/such", "models": ["simulated/coder"]},
        {"model": "simulated/coder:nitro"},
        {"model": "~anthropic/claude-sonnet-latest"},
        {"provider": {"sort": "price", "zdr": True}, "reasoning": {"effort": "low", "exclude": True}},
    ],
)
async def test_a_right_request(http: httpx.AsyncClient, fields: dict[str, Any]) -> None:
    assert (await ask(http, **fields)).status_code == 200


async def test_without_a_key(http: httpx.AsyncClient) -> None:
    for given, words in (("", "Missing"), ("Bearer sk-or-wrong", "not found")):
        headers = {"Authorization": given}
        for response in (
            await http.post("/chat/completions", json=CALL, headers=headers),
            await http.get("/key", headers=headers),
            await http.get("/generation?id=x", headers=headers),
            await http.get("/credits", headers=headers),
        ):
            assert response.status_code == 401
            assert words in response.json()["error"]["message"]
    assert (await http.get("/models", headers={"Authorization": ""})).status_code == 200


async def test_an_unknown_model(http: httpx.AsyncClient) -> None:
    response = await ask(http, model="no/such")
    assert response.status_code == 400
    error = response.json()["error"]
    assert "code" not in error
    assert error["availability"]["code"] == "model_not_found"
    assert error["availability"]["retryable"] is False


async def test_more_than_the_model_reads(http: httpx.AsyncClient) -> None:
    response = await ask(http, model="simulated/tiny", messages=LONG, plugins=SWITCHED_OFF)
    assert response.status_code == 400
    assert response.json()["error"]["metadata"]["error_type"] == "context_length_exceeded"


async def test_small_contexts_are_compressed_unsaid(http: httpx.AsyncClient) -> None:
    assert (await ask(http, model="simulated/tiny", messages=LONG)).status_code == 200


async def test_the_whole_output_counts_when_no_limit_is_given(
    http: httpx.AsyncClient, simulator: OpenRouterSimulator
) -> None:
    simulator.affordable = 30_104
    response = await ask(http)
    assert response.status_code == 402
    assert "can only afford 30104" in response.json()["error"]["message"]
    assert (await ask(http, max_completion_tokens=1_000)).status_code == 200


async def test_the_account(http: httpx.AsyncClient, simulator: OpenRouterSimulator) -> None:
    simulator.ledger.limit = 1.0
    simulator.answer(Answer("text", cost=0.25))
    id_ = (await ask(http, stream=True)).headers["x-generation-id"]
    assert (await http.get("/key")).json()["data"]["limit_remaining"] == 0.75
    generation = (await http.get(f"/generation?id={id_}")).json()["data"]
    assert (generation["total_cost"], generation["cancelled"], generation["finish_reason"]) == (
        0.25,
        False,
        "stop",
    )
    assert (await http.get("/generation?id=gen-0")).status_code == 404
    assert (await http.get("/credits")).status_code == 403


async def test_single_models(http: httpx.AsyncClient) -> None:
    assert (await http.get("/model/simulated/tiny")).json()["data"]["context_length"] == 4_096
    assert (await http.get("/model/no/such")).status_code == 404


async def test_unknown_routes_are_remembered(http: httpx.AsyncClient, simulator: OpenRouterSimulator) -> None:
    assert (await http.get("/nothing")).status_code == 404
    assert simulator.unknown_routes == ["GET /api/v1/nothing"]
