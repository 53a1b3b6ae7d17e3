"""The official OpenAPI file judges both ends of the wire: our client's requests, and the simulator's answers."""

from __future__ import annotations

from typing import Any, get_args

import httpx
import orjson
import pytest

from bot.simulators.openrouter import Answer, OpenRouterSimulator, Problem, Variant, problems
from core.openrouter import wire
from core.openrouter.config import ModelConfig
from core.openrouter.stream import EventParser
from core.ports import ModelLimits, ModelMessage, ModelRequest
from tests.simulators.openrouter.specification import Specification, needs_specification

pytestmark = needs_specification

CALL = {"model": "simulated/coder", "messages": [{"role": "user", "content": "hello"}]}
#: What was seen on the real wire and is not in the file.
OUTSIDE: set[Variant] = {
    "no_finish_reason",
    "new_finish_reason",
    "error_code_text",
    "error_bare",
    "error_with_user",
    "debug_frame",
}


@pytest.fixture(scope="module")
def strict() -> Specification:
    return Specification(closed=True)


@pytest.fixture(scope="module")
def open_() -> Specification:
    return Specification(closed=False)


@pytest.mark.parametrize("model", ["simulated/coder", "anthropic/claude-sonnet-4.5"])
@pytest.mark.parametrize("fallbacks", [(), ("a/b", "c/d")])
def test_what_the_client_sends(strict: Specification, model: str, fallbacks: tuple[str, ...]) -> None:
    messages = (ModelMessage("system", "s"), ModelMessage("user", "u"), ModelMessage("assistant", "a"))
    request = ModelRequest(messages, 1_000, 0.2, "session-1")
    config = ModelConfig("sk-or-fake", model, fallback_models=fallbacks)
    body = orjson.loads(wire.chat_body(config, request, ModelLimits(100_000, 8_000, known=True)))
    assert strict.problems("ChatRequest", body) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"usage": {"include": True}},
        {"transforms": ["middle-out"]},
        {"sesion_id": "a typo"},
        {"session_id": "x" * 257},
        {"provider": {"max_price": {"prompt": 1}}},
        {"provider": {"zdrr": True}},
        {"messages": []},
        {"max_completion_tokens": "many"},
    ],
)
def test_the_judge_sees_what_is_wrong(strict: Specification, fields: dict[str, Any]) -> None:
    assert strict.problems("ChatRequest", {**CALL, **fields})


@pytest.mark.parametrize("variant", [None, *sorted(set(get_args(Variant)) - OUTSIDE)])
async def test_frames(
    simulator: OpenRouterSimulator, http: httpx.AsyncClient, open_: Specification, variant: Variant | None
) -> None:
    simulator.answer(Answer("some text " * 5, reasoning="because", keepalives=1, variant=variant))
    response = await http.post("/chat/completions", json={**CALL, "stream": True})
    assert response.headers["content-type"] == "text/event-stream"
    payloads = EventParser().feed(response.content)
    assert len(payloads) > 3
    for payload in payloads:
        if payload != b"[DONE]":
            assert open_.problems("ChatStreamChunk", orjson.loads(payload)) == []


async def test_an_answer_without_a_stream(
    simulator: OpenRouterSimulator, http: httpx.AsyncClient, open_: Specification
) -> None:
    simulator.answer(Answer("some text", reasoning="because"))
    response = await http.post("/chat/completions", json=CALL)
    assert open_.problems("ChatResult", response.json()) == []
    assert response.headers["x-generation-id"] == response.json()["id"]


@pytest.mark.parametrize(
    "problem",
    [
        problems.no_key(),
        problems.wrong_key(),
        problems.invalid("no"),
        problems.credit_gone(),
        problems.key_limit(),
        problems.moderated(),
        problems.guarded(),
        problems.context_too_long(1, 2, 3),
        problems.rate_limited(),
    ],
)
async def test_refusals(
    simulator: OpenRouterSimulator, http: httpx.AsyncClient, open_: Specification, problem: Problem
) -> None:
    simulator.answer(problem)
    response = await http.post("/chat/completions", json=CALL)
    assert response.status_code == problem.status
    path = ("post", "/chat/completions", problem.status)
    assert open_.problems_of_answer(*path, response.json()) == []


async def test_everything_else(
    simulator: OpenRouterSimulator, http: httpx.AsyncClient, open_: Specification
) -> None:
    id_ = (await http.post("/chat/completions", json=CALL)).headers["x-generation-id"]
    for path, url in (
        ("/models", "/models"),
        ("/model/{author}/{slug}", "/model/simulated/coder"),
        ("/key", "/key"),
        ("/generation", f"/generation?id={id_}"),
    ):
        response = await http.get(url)
        assert response.status_code == 200, url
        assert open_.problems_of_answer("get", path, 200, response.json()) == []
