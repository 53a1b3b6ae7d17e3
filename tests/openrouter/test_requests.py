"""What is sent, in both dialects."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from bot.simulators.openrouter import OpenRouterSimulator
from core.openrouter import wire
from core.openrouter.client import OpenRouter
from core.openrouter.config import PUBLIC_URL, ModelConfig, dialect_of
from core.ports import ModelLimits, ModelMessage, ModelRequest
from tests.openrouter.helpers import asked, client, heard

LIMITS = ModelLimits(200_000, 64_000, known=True)
PLAIN = "http://localhost:11434/v1"


def body(request: ModelRequest, **config: Any) -> dict[str, Any]:
    given = ModelConfig(**{"api_key": None, "model": "simulated/coder", **config})
    parsed: dict[str, Any] = orjson.loads(wire.chat_body(given, request, LIMITS))
    return parsed


def test_a_request_to_openrouter() -> None:
    messages = (
        ModelMessage("system", "rules"),
        ModelMessage("user", "Ada: hi"),
        ModelMessage("assistant", "hello"),
    )
    request = ModelRequest(messages, 1_000, 0.2, "session-1")
    assert body(request) == {
        "model": "simulated/coder",
        "messages": [
            {"role": "system", "content": "rules"},
            {"role": "user", "content": "Ada: hi"},
            {"role": "assistant", "content": "hello"},
        ],
        "stream": True,
        "temperature": 0.2,
        "max_completion_tokens": 1_000,
        "session_id": "session-1",
        "plugins": [{"id": "context-compression", "enabled": False}],
    }


def test_a_request_to_any_other_service_has_nothing_of_openrouter() -> None:
    assert body(asked("hi"), base_url=PLAIN, fallback_models=("a/b",), model="anthropic/x") == {
        "model": "anthropic/x",
        "messages": [{"role": "user", "content": "hi"}],
        "stream": True,
        "temperature": 0.2,
        "max_tokens": 1_000,
        "stream_options": {"include_usage": True},
    }


def test_the_same_request_has_the_same_bytes() -> None:
    config = ModelConfig(None, "simulated/coder", fallback_models=("a/b", "c/d"))
    assert wire.chat_body(config, asked(), LIMITS) == wire.chat_body(config, asked(), LIMITS)


@pytest.mark.parametrize(
    ("asked_for", "cap", "model", "sent"),
    [
        (1_000, 32_768, 64_000, 1_000),
        (99_000, 32_768, 64_000, 32_768),
        (99_000, 99_000, 8_000, 8_000),
        (1, 99, 99, 16),
    ],
)
def test_the_output_is_limited_by_the_model_and_the_product(
    asked_for: int, cap: int, model: int, sent: int
) -> None:
    config = ModelConfig(None, "a/b", max_output_tokens=cap)
    request = asked(max_output_tokens=asked_for)
    encoded = wire.chat_body(config, request, ModelLimits(200_000, model, known=True))
    assert orjson.loads(encoded)["max_completion_tokens"] == sent


def test_fallbacks_are_other_models_and_at_most_three() -> None:
    models = ("a/1", "simulated/coder", "a/2", "a/3", "a/4")
    assert body(asked(), fallback_models=models)["models"] == ["a/1", "a/2", "a/3"]
    assert body(asked(model="a/1"), fallback_models=models)["models"] == ["simulated/coder", "a/2", "a/3"]
    assert "models" not in body(asked(), fallback_models=("simulated/coder",))


@pytest.mark.parametrize(
    ("model", "marked"),
    [("anthropic/claude", True), ("~anthropic/claude-latest", True), ("openai/gpt", False)],
)
def test_prompt_caching_is_switched_on_where_it_must_be(model: str, marked: bool) -> None:
    assert body(asked(model=model)).get("cache_control") == ({"type": "ephemeral"} if marked else None)


def test_half_a_character_does_not_stop_a_request() -> None:
    assert body(asked("a\ud83d"))["messages"] == [{"role": "user", "content": "a?"}]


def test_a_long_session_key_is_cut() -> None:
    assert len(body(asked(session_key="x" * 300))["session_id"]) == 256


@pytest.mark.parametrize(
    ("url", "dialect"),
    [
        (PUBLIC_URL, "openrouter"),
        ("https://eu.openrouter.ai/api/v1/", "openrouter"),
        ("http://127.0.0.1:4010/api/v1", "openrouter"),
        ("http://localhost:4010/api/v1/", "openrouter"),
        ("http://[::1]:4010/api/v1", "openrouter"),
        (PLAIN, "plain"),
        ("http://127.0.0.1:1234/v1", "plain"),
        ("https://api.openai.com/v1", "plain"),
        ("https://openrouter.ai.example.org/api/v1", "plain"),
        ("https://notopenrouter.ai/api/v1", "plain"),
        ("http://[::1", "plain"),
        ("", "plain"),
    ],
)
def test_the_dialect_follows_from_the_address(url: str, dialect: str) -> None:
    assert dialect_of(url) == dialect


def test_the_dialect_can_be_said() -> None:
    assert (
        ModelConfig("k", "a/b", "https://gateway.example.org/v1", dialect="openrouter").spoken == "openrouter"
    )
    assert ModelConfig("k", "a/b", dialect="plain").spoken == "plain"


def test_the_key_does_not_show() -> None:
    assert "sk-or-fake" not in repr(ModelConfig("sk-or-fake", "a/b"))


async def test_attribution_and_key_are_headers(simulator: OpenRouterSimulator) -> None:
    async with client(simulator, referer="https://example.org", title="Threadwright") as model:
        await heard(model)
    sent = {name.lower(): value for name, value in simulator.headers[0].items()}
    assert sent["authorization"] == "Bearer sk-or-fake"
    assert (sent["http-referer"], sent["x-openrouter-title"]) == ("https://example.org", "Threadwright")


async def test_a_plain_service_gets_no_attribution_and_needs_no_key() -> None:
    assert wire.headers(ModelConfig(None, "a/b", PLAIN, referer="https://example.org")) == {}


async def test_the_simulator_accepts_what_the_client_sends(
    simulator: OpenRouterSimulator, model: OpenRouter
) -> None:
    request = asked("hi", model="anthropic/claude-sonnet-4.5", max_output_tokens=999_999)
    await heard(model, request)
    assert simulator.requests[0]["max_completion_tokens"] == 32_768
