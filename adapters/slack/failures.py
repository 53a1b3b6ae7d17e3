"""Slack's refusals and broken connections, translated once into the error tree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import aiohttp
from slack_sdk.errors import SlackApiError

from core.errors import (
    AnswerLost,
    ChannelGone,
    NotInChannel,
    PermissionMissing,
    PlatformError,
    PlatformRateLimited,
    PlatformRefused,
    PlatformUnavailable,
    ThreadGone,
    TooLarge,
)

_NOT_IN_CHANNEL = "I am not a member of this channel. Type `/invite @Threadwright` in it, and then try again."
_CHANNEL_GONE = (
    "I cannot see this channel any more: it is archived or deleted, or I was removed from it. "
    "If it still exists, type `/invite @Threadwright` in it."
)
_THREAD_GONE = "This thread or message was deleted, so nothing can be added to it."
_TOO_LARGE = "This is more than Slack takes in one message."
_LOCKED_OUT = "Slack does not accept my token any more. Whoever runs me has to install the app again and set the new token."
_NOT_ALLOWED = (
    "The rules of this workspace do not allow me to do this here. A workspace admin can change that."
)
_TOO_LATE = "Slack did not open the form: it waits three seconds at most. Please try again."
STREAM_UNKNOWN: Final = frozenset(
    {"unknown_method", "method_deprecated", "feature_not_enabled", "not_supported"}
)
"""This workspace has no native streams."""

_BY_CODE: Final[Mapping[str, tuple[type[PlatformError], str]]] = (
    {
        "not_in_channel": (NotInChannel, _NOT_IN_CHANNEL),
        "user_not_in_channel": (NotInChannel, _NOT_IN_CHANNEL),
    }
    | dict.fromkeys(
        ("channel_not_found", "is_archived", "channel_is_archived", "is_inactive"),
        (ChannelGone, _CHANNEL_GONE),
    )
    | dict.fromkeys(
        ("message_not_found", "thread_not_found", "cannot_reply_to_message", "thread_locked"),
        (ThreadGone, _THREAD_GONE),
    )
    | dict.fromkeys(
        ("msg_too_long", "msg_blocks_too_long", "view_too_large", "file_too_large", "over_file_size_limit"),
        (TooLarge, _TOO_LARGE),
    )
    | dict.fromkeys(
        ("expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id"), (PlatformRefused, _TOO_LATE)
    )
    | dict.fromkeys(
        ("invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"),
        (PermissionMissing, _LOCKED_OUT),
    )
    | dict.fromkeys(
        (
            "restricted_action",
            "restricted_action_read_only_channel",
            "restricted_action_thread_only_channel",
            "restricted_action_non_threadable_channel",
            "no_permission",
            "not_allowed_token_type",
            "ekm_access_denied",
            "team_access_not_granted",
            "access_denied",
        ),
        (PermissionMissing, _NOT_ALLOWED),
    )
)

_LOST: Final = frozenset({"internal_error", "fatal_error", "request_timeout"})
"""Slack's own words on these: some aspect of the operation may have succeeded."""
_UNAVAILABLE: Final = frozenset({"service_unavailable", "team_added_to_org", "accesslimited"})
_TOO_MANY, _SERVER_ERROR, _OVERLOADED = 429, 500, 503


def not_a_member(detail: str) -> NotInChannel:
    """For a private channel, which Slack does not admit to exist."""
    return NotInChannel(_NOT_IN_CHANNEL, detail=detail)


def code_of(error: PlatformError) -> str:
    """Slack's error code behind `error`, empty when there is none."""
    cause = error.__cause__
    return _code(cause) if isinstance(cause, SlackApiError) else ""


def refused(method: str, error: SlackApiError) -> PlatformError:
    """Slack answered, and not with yes."""
    code, status, headers = _code(error), _status(error), _headers(error)
    detail = " ".join([f"{method}: {code or status}", *_hints(error)])
    if status == _TOO_MANY or code in {"ratelimited", "rate_limited"}:
        wait = _seconds(headers)
        sentence = f"Slack asks me to slow down. I go on in about {wait:.0f} seconds."
        return PlatformRateLimited(sentence, detail=detail, retry_after=wait)
    if code in _UNAVAILABLE or (not code and status == _OVERLOADED):
        return PlatformUnavailable("Slack is not available at the moment.", detail=detail)
    if code in _LOST or (not code and status >= _SERVER_ERROR):
        return AnswerLost("Slack had a problem of its own with this.", detail=detail)
    if code == "missing_scope":
        return _missing_scope(method, str(_body(error).get("needed") or ""))
    kind, sentence = _BY_CODE.get(code, (PlatformRefused, f"Slack refused this (`{code or status}`)."))
    return kind(sentence, detail=detail)


def unreached(method: str, error: aiohttp.ClientError | TimeoutError) -> PlatformError:
    """The connection failed. Before the request was written nothing can have happened; afterwards it may have."""
    detail = f"{method}: {type(error).__name__}: {error}"
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError | aiohttp.InvalidURL):
        return PlatformUnavailable("I cannot reach Slack at the moment.", detail=detail)
    return AnswerLost("The connection to Slack broke before it answered.", detail=detail)


def _missing_scope(method: str, needed: str) -> PermissionMissing:
    return PermissionMissing(
        f"I lack the Slack permission `{needed or 'unknown'}`. Whoever runs me adds it to the app under "
        "*OAuth & Permissions* (the manifest has them all) and installs the app again.",
        needed=needed,
        detail=f"{method}: missing_scope {needed}",
    )


def _body(error: SlackApiError) -> Mapping[str, Any]:
    data = getattr(error.response, "data", None)
    return data if isinstance(data, Mapping) else {}


def _hints(error: SlackApiError) -> list[str]:
    """What Slack says about arguments that it refuses."""
    return [str(hint) for hint in (_body(error).get("response_metadata") or {}).get("messages") or ()]


def _code(error: SlackApiError) -> str:
    return str(_body(error).get("error") or "")


def _status(error: SlackApiError) -> int:
    """The SDK hands over its own response, or aiohttp's where the body was no JSON."""
    response = error.response
    return int(getattr(response, "status_code", None) or getattr(response, "status", None) or 0)


def _headers(error: SlackApiError) -> Mapping[str, str]:
    headers: Mapping[str, str] = getattr(error.response, "headers", None) or {}
    return headers


def _seconds(headers: Mapping[str, str]) -> float:
    given = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    return float(given) if given.isdigit() else 1.0
