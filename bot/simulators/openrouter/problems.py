"""The service's refusals by name, each in the shape that it has on the wire."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.simulators.openrouter.answers import Problem

_USER = "user_fake"


def plain(status: int, message: str, metadata: Mapping[str, Any] | None = None) -> Problem:
    """The ordinary shape: code, message, perhaps metadata."""
    error: dict[str, Any] = {"code": status, "message": message}
    if metadata is not None:
        error["metadata"] = dict(metadata)
    return Problem(status, {"error": error, "user_id": _USER})


def no_key() -> Problem:
    return Problem(401, {"error": {"message": "Missing Authentication header", "code": 401}})


def wrong_key() -> Problem:
    return Problem(401, {"error": {"message": "User not found.", "code": 401}})


def invalid(message: str) -> Problem:
    return plain(400, message, {"error_type": "invalid_request"})


def model_not_found(model: str) -> Problem:
    return unavailable(
        "model_not_found", status=400, retryable=False, message=f"{model} is not a valid model ID"
    )


def unavailable(
    code: str,
    *,
    status: int,
    retryable: bool,
    retry_after: int | None = None,
    message: str = "No model available",
) -> Problem:
    """An availability error: it has `http_status` and no `code` (since 2026-08-19)."""
    error: dict[str, Any] = {
        "message": message,
        "error_type": "rate_limit_exceeded" if status == 429 else "not_found",
        "http_status": status,
        "availability": {
            "code": code,
            "retryable": retryable,
            "retry_after": retry_after,
            "requested_models": [],
            "affected_providers": [],
            "fallback_models": [],
            "excluded_by": [],
        },
        "metadata": {"previous_errors": []},
    }
    return Problem(status, {"error": error})


def credit_gone(*, asked: int = 65_536, affordable: int | None = 30_104) -> Problem:
    message = "Insufficient credits. Add more to go on."
    if affordable is not None:
        message = (
            "This request requires more credits, or fewer max_tokens. You requested up to "
            f"{asked} tokens, but can only afford {affordable}. To increase, add more credits."
        )
    return plain(402, message, {"provider_name": None})


def key_limit() -> Problem:
    return plain(403, "Key limit exceeded (monthly limit).")


def moderated() -> Problem:
    metadata = {
        "reasons": ["violence"],
        "flagged_input": "…",
        "provider_name": "Simulated",
        "model_slug": "m",
    }
    return plain(403, "The input was flagged by moderation", metadata)


def guarded() -> Problem:
    return plain(
        403,
        "Request blocked: prompt injection patterns detected",
        {"patterns": ["ignore all previous instructions"]},
    )


def context_too_long(context: int, prompt: int, output: int) -> Problem:
    message = (
        f"This endpoint's maximum context length is {context} tokens. However, you requested about "
        f"{prompt + output} tokens ({prompt} of text input, {output} in the output)."
    )
    return plain(400, message, {"error_type": "context_length_exceeded", "provider_name": None})


def rate_limited(retry_after: int | None = 7) -> Problem:
    """The provider's own limit, handed through."""
    metadata = {
        "error_type": "rate_limit_exceeded",
        "raw": "simulated/coder is temporarily rate-limited upstream.",
        "provider_name": "Simulated",
        "limit_source": "upstream_provider_shared_pool",
    }
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    body = plain(429, "Provider returned error", metadata).body
    return Problem(429, body, headers)


def html(status: int = 502) -> Problem:
    """What the edge in front of the service answers when the service does not."""
    return Problem(status, f"<!DOCTYPE html><html><head><title>{status}: Bad gateway</title></head></html>")
