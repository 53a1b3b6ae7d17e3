"""What the service refuses before it asks a model: decided from the request alone. Pure.

Fields: `ChatRequest` of the official OpenAPI file, without `route` (removed since), with what only the guide names.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.simulators.openrouter import problems
from bot.simulators.openrouter.answers import Problem
from bot.simulators.openrouter.bodies import output_asked, prompt_tokens
from bot.simulators.openrouter.models import SimulatedModel, find

_FIELDS = frozenset(
    [
        "cache_control",
        "debug",
        "deferred_tools",
        "frequency_penalty",
        "image_config",
        "logit_bias",
        "logprobs",
        "max_completion_tokens",
        "max_tokens",
        "messages",
        "metadata",
        "min_p",
        "modalities",
        "model",
        "models",
        "parallel_tool_calls",
        "plugins",
        "prediction",
        "presence_penalty",
        "prompt_cache_key",
        "prompt_cache_options",
        "provider",
        "reasoning",
        "reasoning_effort",
        "repetition_penalty",
        "response_format",
        "seed",
        "service_tier",
        "session_id",
        "stop",
        "stop_server_tools_when",
        "stream",
        "stream_options",
        "temperature",
        "tool_choice",
        "tools",
        "top_a",
        "top_k",
        "top_logprobs",
        "top_p",
        "trace",
        "user",
        "verbosity",
    ]
)
_PROVIDER_FIELDS = frozenset(
    [
        "allow_fallbacks",
        "data_collection",
        "enforce_distillable_text",
        "ignore",
        "max_price",
        "only",
        "options",
        "order",
        "preferred_max_latency",
        "preferred_min_throughput",
        "quantizations",
        "require_parameters",
        "sort",
        "zdr",
    ]
)
_ROLES = frozenset({"system", "developer", "user", "assistant", "tool"})
_FALLBACKS = 3  # "'models' array must have 3 items or fewer"; seen at the live service in 2026
_SESSION_ID = 256


def refusal(
    body: Mapping[str, Any], models: Mapping[str, SimulatedModel], affordable: int | None
) -> Problem | None:
    """Why this request does not reach a model, or ``None``. ``affordable``: output tokens that the credit pays for."""
    return (
        _malformed(body)
        or _out_of_range(body)
        or _unroutable(body, models)
        or _too_dear(body, models, affordable)
    )


def answering(body: Mapping[str, Any], models: Mapping[str, SimulatedModel]) -> SimulatedModel | None:
    """The first model of the request that exists. Without any the account's default answers."""
    names = [name for name in (body.get("model"), *(body.get("models") or ())) if name]
    if not names:
        return next(iter(models.values()))
    return next((model for name in names if (model := find(models, name))), None)


def _malformed(body: Mapping[str, Any]) -> Problem | None:
    unknown = sorted(set(body) - _FIELDS) + sorted(set(body.get("provider") or ()) - _PROVIDER_FIELDS)
    if unknown:
        return problems.invalid(f"Unrecognized key(s) in object: {', '.join(map(repr, unknown))}")
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        return problems.invalid('Input required: specify "messages"')
    for number, message in enumerate(messages):
        if not isinstance(message, dict) or message.get("role") not in _ROLES:
            return problems.invalid(f"messages[{number}]: Invalid discriminator value for role")
        if message["role"] != "assistant" and not isinstance(message.get("content"), str | list):
            return problems.invalid(f"messages[{number}].content: Required")
    return None


def _out_of_range(body: Mapping[str, Any]) -> Problem | None:
    if len(body.get("session_id") or "") > _SESSION_ID:
        return problems.invalid("session_id: String must contain at most 256 character(s)")
    if len(body.get("models") or ()) > _FALLBACKS:
        return problems.invalid("'models' array must have 3 items or fewer.")
    for name in ("max_completion_tokens", "max_tokens"):
        limit = body.get(name)
        if limit is not None and (not isinstance(limit, int) or limit < 1):
            return problems.invalid(f"{name}: Number must be greater than or equal to 1")
    if not 0 <= (body.get("temperature") or 0) <= 2:
        return problems.invalid("temperature: Number must be between 0 and 2")
    return None


def _unroutable(body: Mapping[str, Any], models: Mapping[str, SimulatedModel]) -> Problem | None:
    model = answering(body, models)
    if model is None:
        return problems.model_not_found(str(body.get("model")))
    prompt = prompt_tokens(body)
    output = output_asked(body) or 0
    if prompt + output > model.context and not _compressed(body, model):
        return problems.context_too_long(model.context, prompt, output)
    return None


def _compressed(body: Mapping[str, Any], model: SimulatedModel) -> bool:
    """The middle of the prompt is dropped unasked for contexts up to 8k, or when asked."""
    for plugin in body.get("plugins") or ():
        if plugin.get("id") == "context-compression":
            return bool(plugin.get("enabled", True))
    return model.context <= 8_192


def _too_dear(
    body: Mapping[str, Any], models: Mapping[str, SimulatedModel], affordable: int | None
) -> Problem | None:
    """Without an explicit limit the model's whole output counts, as at the service."""
    model = answering(body, models)
    asked = output_asked(body) or (model and model.output) or 65_536
    if affordable is not None and asked > affordable:
        return problems.credit_gone(asked=asked, affordable=affordable)
    return None
