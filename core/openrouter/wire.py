"""What is sent: the body of a chat call and the headers, in the dialect of the service. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import orjson

from core.openrouter.config import ModelConfig
from core.ports import ModelLimits, ModelMessage, ModelRequest, Usage

_SMALLEST_OUTPUT = 16  # some providers refuse less
_MOST_FALLBACKS = 3  # OpenRouter refuses a longer `models`
_LONGEST_SESSION_ID = 256


def headers(config: ModelConfig) -> dict[str, str]:
    """The same for every call."""
    given = {"Authorization": f"Bearer {config.api_key}" if config.api_key else ""}
    if config.spoken == "openrouter":
        given |= {"HTTP-Referer": config.referer, "X-OpenRouter-Title": config.title}
    return {name: value for name, value in given.items() if value}


def chat_headers(config: ModelConfig, *, again: bool) -> dict[str, str]:
    """Of one call. ``again``: its very bytes were sent before.

    OpenRouter keeps each whole answer for five minutes, so that one that did not arrive can be had again, free of charge;
    a new question that happens to have the same bytes as an old one is still a new question. Not where nothing may be
    kept, and other services do not know of it."""
    given = {"Content-Type": "application/json", "Accept": "text/event-stream"}
    if config.spoken == "openrouter" and not config.zero_retention:
        given["X-OpenRouter-Cache"] = "true"
        if not again:
            given["X-OpenRouter-Cache-Clear"] = "true"
    return given


def chat_body(config: ModelConfig, request: ModelRequest, limits: ModelLimits) -> bytes:
    """The JSON of a streaming call; its bytes depend on nothing but the arguments."""
    model = request.model or config.model
    output = max(
        _SMALLEST_OUTPUT, min(request.max_output_tokens, config.max_output_tokens, limits.max_output_tokens)
    )
    body: dict[str, Any] = {
        "model": model,
        "messages": _messages(request.messages),
        "stream": True,
        "temperature": request.temperature,
    }
    if config.spoken == "openrouter":
        body |= _openrouter_fields(config, request, model, output)
    else:
        # Local servers and gateways know the old name; usage comes only when asked for.
        body |= {"max_tokens": output, "stream_options": {"include_usage": True}}
    return _encoded(body)


def model_in(body: bytes) -> str:
    """Which model a body asks for."""
    return str(orjson.loads(body)["model"])


def usage_of(told: Mapping[str, Any]) -> Usage:
    """What `GET /generation` tells, in the tokens that are charged: the model's own."""
    data = told.get("data") or {}

    def count(name: str) -> int:
        value = data.get(name)
        return value if isinstance(value, int) else 0

    cost = data.get("total_cost")
    return Usage(
        prompt_tokens=count("native_tokens_prompt") or count("tokens_prompt"),
        completion_tokens=count("native_tokens_completion") or count("tokens_completion"),
        cached_tokens=count("native_tokens_cached"),
        reasoning_tokens=count("native_tokens_reasoning"),
        cost=Decimal(str(cost)) if isinstance(cost, int | float) else None,
    )


def _openrouter_fields(config: ModelConfig, request: ModelRequest, model: str, output: int) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "max_completion_tokens": output,
        "session_id": request.session_key[:_LONGEST_SESSION_ID],
        # It is on by default for small contexts and drops the middle of the prompt unsaid.
        "plugins": [{"id": "context-compression", "enabled": False}],
    }
    fallbacks = [name for name in config.fallback_models if name != model][:_MOST_FALLBACKS]
    if fallbacks:
        fields["models"] = fallbacks
    if config.zero_retention:
        fields["provider"] = {"zdr": True, "data_collection": "deny"}
    if model.startswith(("anthropic/", "~anthropic/")):
        fields["cache_control"] = {"type": "ephemeral"}
    return fields


def _messages(messages: Sequence[ModelMessage]) -> list[dict[str, str]]:
    return [{"role": message.role, "content": message.content} for message in messages]


def _encoded(body: dict[str, Any]) -> bytes:
    try:
        return orjson.dumps(body)
    except orjson.JSONEncodeError:  # half a surrogate pair, which chat platforms let through
        for message in body["messages"]:
            message["content"] = message["content"].encode("utf-8", "replace").decode("utf-8")
        return orjson.dumps(body)
