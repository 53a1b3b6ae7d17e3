"""Reads the error bodies of model services, in all the shapes that were seen, into one value. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

import orjson

_SECRETS = re.compile(r"\b(?:(?:sk|pk|rk|xai)-|(?:gsk|hf)_|AIza)[\w-]{6,}|\bBearer\s+\S+", re.IGNORECASE)
_LONGEST_MESSAGE = 400

ERROR_STATUSES = range(400, 600)


@dataclass(frozen=True, slots=True)
class Complaint:
    """What a service says when it does not answer.

    ``status``: of HTTP, or the code in the body of a 200; ``None`` when neither tells. ``kinds``: every word that
    may name the kind of error, the most telling first. ``message``: for the log, without secrets.
    ``availability`` and ``retryable``: OpenRouter's verdict on the model, if it gives one.
    ``moderated``: the body says what was flagged. ``understood``: the body was an error of a model service.
    ``retry_after``: seconds.
    """

    status: int | None
    kinds: tuple[str, ...] = ()
    message: str = ""
    provider: str = ""
    availability: str = ""
    retryable: bool | None = None
    moderated: bool = False
    understood: bool = True
    retry_after: float | None = None

    @property
    def detail(self) -> str:
        """For the log."""
        facts = {
            "status": self.status,
            "error_type": self.kinds[0] if self.kinds else "",
            "availability": self.availability,
            "provider": self.provider,
            "message": self.message,
        }
        return ", ".join(f"{name} {value}" for name, value in facts.items() if value)


def complaint_of(
    body: bytes, *, status: int, headers: Mapping[str, str], now: float, key: str | None = None
) -> Complaint:
    """From a whole response. ``now``: seconds since 1970, to read dates against. ``key``: kept out of the message."""
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        document = None
    error = _error_in(document)
    wait = _retry_after(headers, error or {}, now)
    if error is None:
        kind = headers.get("content-type", "of no type")
        return Complaint(status, message=f"{len(body)} bytes, {kind}", understood=False, retry_after=wait)
    return complaint_from(
        error, status=status if status in ERROR_STATUSES else None, retry_after=wait, key=key
    )


def complaint_from(
    error: Mapping[str, Any],
    *,
    status: int | None = None,
    retry_after: float | None = None,
    key: str | None = None,
) -> Complaint:
    """From an error object, as it also comes in mid-stream. Whatever is missing or odd in it is left out."""
    metadata = _mapping(error.get("metadata"))
    availability = _mapping(error.get("availability"))
    retryable = availability.get("retryable")
    return Complaint(
        status=status or _status(error.get("code")) or _status(error.get("http_status")),
        kinds=_kinds(error, metadata),
        message=redacted(_message(error, metadata), key),
        provider=_text(metadata.get("provider_name")),
        availability=_text(availability.get("code")),
        retryable=retryable if isinstance(retryable, bool) else None,
        moderated=any(metadata.get(name) for name in ("reasons", "flagged_input", "patterns")),
        retry_after=retry_after if retry_after is not None else _seconds(availability.get("retry_after")),
    )


def redacted(message: str, key: str | None) -> str:
    """On one line, at most 400 characters, without `key` and whatever else looks like one."""
    if key:
        message = message.replace(key, "***")
    return " ".join(_SECRETS.sub("***", message).split())[:_LONGEST_MESSAGE]


def _error_in(document: object) -> Mapping[str, Any] | None:
    """`{"error": {…}}` of nearly everybody, `{"error": "…"}` of Ollama, `{"message": …, "code": …}` of vLLM."""
    if not isinstance(document, dict):
        return None
    error = document.get("error")
    if isinstance(error, dict):
        return error
    if isinstance(error, str):
        return {"message": error}
    return document if isinstance(document.get("message"), str) else None


def _kinds(error: Mapping[str, Any], metadata: Mapping[str, Any]) -> tuple[str, ...]:
    named = (error.get("error_type"), metadata.get("error_type"), error.get("code"), error.get("type"))
    return tuple(kind for kind in named if isinstance(kind, str) and kind)


def _message(error: Mapping[str, Any], metadata: Mapping[str, Any]) -> str:
    """With the provider's own words, since OpenRouter's are often just "Provider returned error"."""
    return " | ".join(filter(None, (_text(error.get("message")), _text(metadata.get("raw")))))


def _status(code: object) -> int | None:
    if isinstance(code, str) and code.isdecimal():
        code = int(code)
    return code if isinstance(code, int) and code in ERROR_STATUSES else None


def _retry_after(headers: Mapping[str, str], error: Mapping[str, Any], now: float) -> float | None:
    """Retry-After in seconds or as a date, then OpenRouter's body, then its X-RateLimit-Reset in milliseconds."""
    given = headers.get("retry-after", "")
    try:
        return max(
            0.0, float(given) if given[:1].isdecimal() else parsedate_to_datetime(given).timestamp() - now
        )
    except ValueError:
        pass
    told = _seconds(_mapping(error.get("availability")).get("retry_after"))
    limits = {**_mapping(_mapping(error.get("metadata")).get("headers")), **headers}
    reset = next((value for name, value in limits.items() if name.lower() == "x-ratelimit-reset"), "")
    if told is None and str(reset).isdecimal():
        return max(0.0, int(reset) / 1000 - now)
    return told


def _seconds(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and value >= 0 else None


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
