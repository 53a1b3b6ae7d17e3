"""What is sent: the body of a chat call and the headers, in the dialect of the service. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from core.openrouter.config import ModelConfig
from core.ports import ModelLimits, ModelMessage, ModelRequest

_SMALLEST_OUTPUT = 16  # some providers refuse less
_MOST_FALLBACKS = 3  # OpenRouter refuses a longer `models`
_LONGEST_SESSION_ID = 256


def headers(config: ModelConfig) -> dict[str, str]:
    """The same for every call."""
    given = {"Authorization": f"Bearer {config.api_key}" if config.api_key else ""}
    if config.spoken == "openrouter":
        given |= {"HTTP-Referer": config.referer, "X-OpenRouter-Title": config.title}
    return {name: value for name, value in given.items() if value}


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
