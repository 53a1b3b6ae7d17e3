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

_NOT_IN_CHANNEL = "I am not a member of this channel: type `/invite @Threadwright` in it, and then try again."
_CHANNEL_GONE = (
    "I cannot see this channel any more, because it is archived or deleted, or I was removed from it: if it still "
    "exists, type `/invite @Threadwright` in it."
)
_THREAD_GONE = "This thread or message was deleted, so nothing can be added to it."
_TOO_LARGE = "This is more than Slack takes in one message."
_LOCKED_OUT = "Slack does not accept my token any more: whoever runs me has to install the app again and set the new token."
_NOT_ALLOWED = (
    "The rules of this workspace do not allow me to do this here: a workspace admin can change that."
)
_NO_FILES = "This workspace does not take this kind of file from me: a workspace admin can change that."
_NO_ROOM = (
    "The workspace has no room left for files: somebody has to delete some, or a workspace admin gets more."
)
_NO_EDITS = "Slack does not let me change this message any more."
_NO_DIRECT = "Slack does not let me write to you directly: use me in a channel that we are both in."
_TOO_LATE = "Slack did not open the form, because it waits three seconds at most: please try again."
_SLOWLY = "Slack asks me to slow down: try again in about {:.0f} seconds."
_AWAY = "Slack is not available at the moment: try again in a few minutes."
_TROUBLE = "Slack had a problem of its own with this: try again in a few minutes."
_UNREACHABLE = "I cannot reach Slack at the moment: try again in a few minutes."
_BROKEN = "The connection to Slack broke before it answered: try again in a few minutes."
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
        (
            "msg_too_long",
            "msg_blocks_too_long",
            "view_too_large",
            "metadata_too_large",
            "file_too_large",
            "file_upload_size_restricted",
            "over_file_size_limit",
        ),
        (TooLarge, _TOO_LARGE),
    )
    | dict.fromkeys(
        (
            "blocked_file_type",
            "slack_connect_blocked_file_type",
            "file_uploads_disabled",
            "file_uploads_except_images_disabled",
            "slack_connect_file_upload_sharing_blocked",
            "posting_to_channel_denied",
        ),
        (PermissionMissing, _NO_FILES),
    )
    | dict.fromkeys(("storage_limit_reached", "over_storage_limit"), (PlatformRefused, _NO_ROOM))
    | dict.fromkeys(("cant_update_message", "edit_window_closed"), (PlatformRefused, _NO_EDITS))
    | dict.fromkeys(
        ("cannot_dm_bot", "messages_tab_disabled", "user_disabled", "user_not_visible"),
        (PlatformRefused, _NO_DIRECT),
    )
    | dict.fromkeys(
        ("expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id"), (PlatformRefused, _TOO_LATE)
    )
    | dict.fromkeys(
        (
            "invalid_auth",
            "not_authed",
            "account_inactive",
            "token_revoked",
            "token_expired",
            "two_factor_setup_required",
        ),
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
            "enterprise_is_restricted",
            "user_is_restricted",
            "user_is_ultra_restricted",
            "as_user_not_supported",
            "team_access_not_granted",
            "access_denied",
        ),
        (PermissionMissing, _NOT_ALLOWED),
    )
)

_LOST: Final = frozenset({"internal_error", "fatal_error", "request_timeout"})
"""Slack's own words on these: some aspect of the operation may have succeeded."""
_UNAVAILABLE: Final = frozenset(
    {"service_unavailable", "team_added_to_org", "org_login_required", "accesslimited"}
)
_LIMITED: Final = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
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
    if status == _TOO_MANY or code in _LIMITED:
        wait = _seconds(headers)
        return PlatformRateLimited(_SLOWLY.format(wait), detail=detail, retry_after=wait)
    if code in _UNAVAILABLE or (not code and status == _OVERLOADED):
        return PlatformUnavailable(_AWAY, detail=detail)
    if code in _LOST or (not code and status >= _SERVER_ERROR):
        return AnswerLost(_TROUBLE, detail=detail)
    if code == "missing_scope":
        return _missing_scope(method, str(_body(error).get("needed") or ""))
    kind, sentence = _BY_CODE.get(code, (PlatformRefused, _not_expected(code or str(status))))
    return kind(sentence, detail=detail)


def _not_expected(code: str) -> str:
    return f"Slack refused this (`{code}`), which is my fault and not yours: please give the reference to whoever runs me."


def unreached(method: str, error: aiohttp.ClientError | TimeoutError) -> PlatformError:
    """The connection failed. Before the request was written nothing can have happened; afterwards it may have."""
    detail = f"{method}: {type(error).__name__}: {error}"
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError | aiohttp.InvalidURL):
        return PlatformUnavailable(_UNREACHABLE, detail=detail)
    return AnswerLost(_BROKEN, detail=detail)


def _missing_scope(method: str, needed: str) -> PermissionMissing:
    return PermissionMissing(
        f"I lack {f'the Slack permission `{needed}`' if needed else 'a Slack permission'}: whoever runs me adds it to the "
        "app under *OAuth & Permissions* (the manifest has them all) and installs the app again.",
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
