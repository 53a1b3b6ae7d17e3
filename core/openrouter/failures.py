"""From a service's complaint to the core's error, with one sentence for people that says what to do. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Literal

from core.errors import (
    ContextTooLong,
    CreditGone,
    ModelError,
    ModelGone,
    ModelKeyMissing,
    ModelKeyRefused,
    ModelModerated,
    ModelRateLimited,
    ModelRefusedRequest,
    ModelStalled,
    ModelStreamCut,
    ModelUnavailable,
    ModelUnreachable,
)
from core.openrouter.complaints import ERROR_STATUSES, Complaint

Family = Literal[
    "key", "forbidden", "credit", "moderated", "context", "gone", "refused", "address", "limited", "down"
]

_BY_KIND: dict[str, Family] = {
    # OpenRouter's error_type; "unmapped" is left to the status
    "context_length_exceeded": "context",
    "max_tokens_exceeded": "context",
    "token_limit_exceeded": "context",
    "string_too_long": "context",
    "authentication": "key",
    "permission_denied": "forbidden",
    "payment_required": "credit",
    "rate_limit_exceeded": "limited",
    "provider_overloaded": "down",
    "provider_unavailable": "down",
    "server": "down",
    "timeout": "down",
    "not_found": "gone",
    "content_policy_violation": "moderated",
    "refusal": "moderated",
    "invalid_request": "refused",
    "invalid_prompt": "refused",
    "precondition_failed": "refused",
    "payload_too_large": "refused",
    "unprocessable": "refused",
    # what OpenAI and the servers that follow it say
    "invalid_api_key": "key",
    "insufficient_quota": "credit",
    "model_not_found": "gone",
    "server_error": "down",
}
_BY_STATUS: dict[int, Family] = {
    400: "refused",
    401: "key",
    402: "credit",
    403: "forbidden",
    404: "gone",
    405: "address",
    408: "down",
    413: "refused",
    422: "refused",
    429: "limited",
}
_BY_MESSAGE: tuple[tuple[re.Pattern[str], Family], ...] = (
    (re.compile(r"key limit exceeded", re.IGNORECASE), "credit"),
    (
        re.compile(r"context (length|window|size)|too many tokens|prompt is too long", re.IGNORECASE),
        "context",
    ),
    (re.compile(r"not a valid model|model\b.{0,80} not found|no endpoints found", re.IGNORECASE), "gone"),
)
_AFFORDABLE = re.compile(r"can only afford (\d+)")

_WHY_GONE = {
    "wrong_endpoint": "it is not made for chats",
    "region_restricted": "it is not offered in this region",
    "privacy_restricted": "the privacy settings of the account exclude every provider of it",
    "constraint_filtered": "the routing rules exclude every provider of it",
    "no_endpoints": "no provider offers it",
    "model_deprecated": "it was retired",
    "free_variant_ended": "its free variant has ended",
}


def failure(complaint: Complaint, *, model: str, begun: bool = False) -> ModelError:
    """The error to raise. ``model``: as it was asked for. ``begun``: text had come before."""
    family = _family(complaint)
    if begun and family in {"limited", "down"}:
        return cut("The model's provider gave up in the middle of the answer", complaint)
    return _MAKERS[family](complaint, model)


def key_missing() -> ModelKeyMissing:
    return ModelKeyMissing(
        "No key for the model service is set: make one at https://openrouter.ai/settings/keys, put it into "
        "`OPENROUTER_API_KEY` and start me again."
    )


def unreachable(detail: str) -> ModelUnreachable:
    return ModelUnreachable(
        "The model service cannot be reached: try again in a minute, and if it lasts, whoever runs me should check the "
        "network and `OPENROUTER_BASE_URL`.",
        detail=detail,
    )


def stalled(what: str, detail: str) -> ModelStalled:
    """``what``: the beginning of the sentence."""
    return ModelStalled(f"{what}, so the call was ended: try again, or choose a faster model.", detail=detail)


def cut(what: str, complaint: Complaint) -> ModelStreamCut:
    return ModelStreamCut(
        f"{what}: try again{_when(complaint.retry_after)}.",
        detail=complaint.detail,
        retry_after=complaint.retry_after,
    )


def _family(complaint: Complaint) -> Family:
    """OpenRouter's verdict first, then what is flagged, the words, the status."""
    if complaint.availability or complaint.retryable is not None:
        if complaint.retryable:
            return "limited" if complaint.status == HTTPStatus.TOO_MANY_REQUESTS else "down"
        return "gone"
    if not complaint.understood:
        return _without_words(complaint.status)
    if complaint.moderated:
        return "moderated"
    for pattern, family in _BY_MESSAGE:
        if _mistaken(complaint) and pattern.search(complaint.message):
            return family
    known = (_BY_KIND[kind] for kind in complaint.kinds if kind in _BY_KIND)
    return next(known, _BY_STATUS.get(complaint.status or 0, "down"))


def _mistaken(complaint: Complaint) -> bool:
    """Whether the fault is on this side of the wire; only there a message is worth a look."""
    return complaint.status in {400, 403, 404, 413, 422}


def _without_words(status: int | None) -> Family:
    """A body that no model service writes: a web page of the edge in front of it, or of something else."""
    if status not in ERROR_STATUSES or status in {404, 405}:
        return "address"
    return _BY_STATUS.get(status or 0, "down")


def _key(complaint: Complaint, _model: str) -> ModelError:
    return ModelKeyRefused(
        "The model service does not accept the key: whoever runs me should check `OPENROUTER_API_KEY`.",
        detail=complaint.detail,
    )


def _forbidden(complaint: Complaint, model: str) -> ModelError:
    return ModelKeyRefused(
        f"The model service does not let this key use `{model}`: whoever runs me should check the key and its "
        "rules, or choose another model.",
        detail=complaint.detail,
    )


def _credit(complaint: Complaint, _model: str) -> ModelError:
    match = _AFFORDABLE.search(complaint.message)
    if match is None:
        sentence = (
            "The credit at the model service, or the key's spending limit, is used up: whoever runs me should "
            "top it up or raise it, then try again."
        )
        return CreditGone(sentence, detail=complaint.detail)
    affordable = int(match[1])
    sentence = (
        f"The credit at the model service pays for only {affordable:,} more tokens of answer, which is less than this "
        "needs: whoever runs me should top it up, then try again."
    )
    return CreditGone(sentence, affordable=affordable, detail=complaint.detail)


def _moderated(complaint: Complaint, _model: str) -> ModelError:
    return ModelModerated(
        "The model's provider refused the text of this conversation: rephrase or delete what may have caused it, then "
        "try again.",
        detail=complaint.detail,
    )


def _context(complaint: Complaint, model: str) -> ModelError:
    return ContextTooLong(
        f"The conversation is longer than `{model}` can read: go on in a new session with a short summary, or choose "
        "a model that reads more.",
        detail=complaint.detail,
    )


def _gone(complaint: Complaint, model: str) -> ModelError:
    why = _WHY_GONE.get(complaint.availability, "it is unknown or no longer offered")
    return ModelGone(
        f"The model `{model}` cannot be used, because {why}: whoever runs me should choose another one in "
        "`OPENROUTER_MODEL`.",
        detail=complaint.detail,
    )


def _refused(complaint: Complaint, _model: str) -> ModelError:
    return ModelRefusedRequest(
        "The model service did not accept my request, which is my fault and not yours: please give the reference to "
        "whoever runs me.",
        detail=complaint.detail,
    )


def _address(complaint: Complaint, _model: str) -> ModelError:
    return ModelRefusedRequest(
        "The address in `OPENROUTER_BASE_URL` does not answer like a model service: whoever runs me should "
        "check it.",
        detail=complaint.detail,
    )


def _limited(complaint: Complaint, model: str) -> ModelError:
    return ModelRateLimited(
        f"`{model}` is asked for too often at the moment: try again{_when(complaint.retry_after) or ' in a minute'}.",
        detail=complaint.detail,
        retry_after=complaint.retry_after,
    )


def _down(complaint: Complaint, _model: str) -> ModelError:
    return ModelUnavailable(
        "The model service has a problem or is overloaded: try again"
        f"{_when(complaint.retry_after) or ' in a few minutes'}.",
        detail=complaint.detail,
        retry_after=complaint.retry_after,
    )


_MAKERS: dict[Family, Callable[[Complaint, str], ModelError]] = {
    "key": _key,
    "forbidden": _forbidden,
    "credit": _credit,
    "moderated": _moderated,
    "context": _context,
    "gone": _gone,
    "refused": _refused,
    "address": _address,
    "limited": _limited,
    "down": _down,
}


def _when(seconds: float | None) -> str:
    return "" if seconds is None else f" in {in_words(seconds)}"


def in_words(seconds: float) -> str:
    """`40 seconds`, `3 minutes`, `2 hours`."""
    for unit, length in (("hour", 3600), ("minute", 60), ("second", 1)):
        number = round(seconds / length)
        if number >= 2 or length == 1:  # noqa: PLR2004 - 90 seconds say more than 1 minute
            return f"{max(1, number)} {unit}{'s' if number > 1 else ''}"
    raise AssertionError("seconds always fit")
