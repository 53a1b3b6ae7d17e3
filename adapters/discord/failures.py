"""Discord's refusals and broken connections, translated once into the error tree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import aiohttp
import discord

from core.errors import (
    AnswerLost,
    ChannelGone,
    PermissionMissing,
    PlatformError,
    PlatformRateLimited,
    PlatformRefused,
    PlatformUnavailable,
    ThreadGone,
    TooLarge,
)

# docs.discord.com, "Opcodes and Status Codes".
UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, UNKNOWN_WEBHOOK, UNKNOWN_INTERACTION = 10003, 10008, 10015, 10062
OLD_EDITS, TOO_LARGE, ALREADY_ANSWERED = 30046, 40005, 40060
MISSING_ACCESS, NO_DIRECT, MISSING_PERMISSION, TOKEN_OVER = 50001, 50007, 50013, 50027
ARCHIVED, HAS_THREAD, LOCKED = 50083, 160004, 160005
_UNAUTHORIZED, _FORBIDDEN, _TOO_BIG, _TOO_MANY, _SERVER_ERROR, _OVERLOADED = 401, 403, 413, 429, 500, 503

_CHANNEL_GONE = "I cannot find this channel any more: it was deleted, or I was removed from the server."
_THREAD_GONE = "This thread or message was deleted or locked, so nothing can be added to it."
_TOO_LARGE = "This is more than Discord takes in one message."
_NO_DIRECT = (
    "You take no direct messages from this server, and the answer to your click has run out of time. Allow direct "
    "messages in the server's *Privacy Settings*, or use `/automation download` in the thread."
)
_LOCKED_OUT = (
    "Discord does not accept my token any more. Whoever runs me has to set a new one (`DISCORD_TOKEN`)."
)
_SENTENCES: Final[Mapping[int, tuple[type[PlatformError], str]]] = {
    UNKNOWN_CHANNEL: (ChannelGone, _CHANNEL_GONE),
    UNKNOWN_MESSAGE: (ThreadGone, _THREAD_GONE),
    ARCHIVED: (ThreadGone, _THREAD_GONE),
    LOCKED: (ThreadGone, _THREAD_GONE),
    TOO_LARGE: (TooLarge, _TOO_LARGE),
    NO_DIRECT: (PlatformRefused, _NO_DIRECT),
}


class Refusal(Exception):
    """Discord said no to a call that was not made through the library."""

    def __init__(self, status: int, code: int, retry_after: float = 0.0) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code
        self.retry_after = retry_after


def code_of(error: PlatformError) -> int:
    """Discord's error code behind `error`, 0 when there is none."""
    cause = error.__cause__
    return cause.code if isinstance(cause, discord.HTTPException | Refusal) else 0


def refused(
    call: str,
    error: discord.HTTPException | discord.RateLimited | Refusal,
    needs: str = "",
    *,
    thread: bool = False,
) -> PlatformError:
    """Discord answered, and not with yes. ``needs``: the permission without which such a call is refused.
    ``thread``: the channel of the call is a thread."""
    if isinstance(error, discord.RateLimited):
        return _too_many(f"{call}: rate limited", error.retry_after)
    status, code = error.status, error.code
    detail = (
        f"{call}: {status} {code} {error.text if isinstance(error, discord.HTTPException) else ''}".rstrip()
    )
    if status == _TOO_MANY or code == OLD_EDITS:
        return _too_many(detail, error.retry_after if isinstance(error, Refusal) else 0.0)
    if status == _OVERLOADED:
        return PlatformUnavailable("Discord is not available at the moment.", detail=detail)
    if status >= _SERVER_ERROR:
        return AnswerLost("Discord had a problem of its own with this.", detail=detail)
    if status == _UNAUTHORIZED and code != TOKEN_OVER:
        return PermissionMissing(_LOCKED_OUT, detail=detail)
    if code == MISSING_ACCESS:
        return missing(("View Channel",), detail)
    if code == MISSING_PERMISSION or (status == _FORBIDDEN and code not in _SENTENCES):
        return missing((needs,) if needs else (), detail)
    told = (
        TOO_LARGE if status == _TOO_BIG else UNKNOWN_MESSAGE if thread and code == UNKNOWN_CHANNEL else code
    )
    kind, sentence = _SENTENCES.get(told, (PlatformRefused, f"Discord refused this (`{code or status}`)."))
    return kind(sentence, detail=detail)


def unreached(call: str, error: aiohttp.ClientError | OSError | TimeoutError) -> PlatformError:
    """The connection failed. Before the request was written nothing can have happened; afterwards it may have."""
    detail = f"{call}: {type(error).__name__}: {error}"
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError | aiohttp.InvalidURL):
        return PlatformUnavailable("I cannot reach Discord at the moment.", detail=detail)
    return AnswerLost("The connection to Discord broke before it answered.", detail=detail)


def missing(permissions: tuple[str, ...], detail: str) -> PermissionMissing:
    """``permissions``: in Discord's own spelling."""
    names = " and ".join(f"**{name}**" for name in permissions)
    lack = f"the permission{'s' if len(permissions) > 1 else ''} {names}" if names else "a permission"
    return PermissionMissing(
        f"I lack {lack} in this channel. Whoever manages the server grants it to my role under *Edit Channel* -> "
        "*Permissions*; then try again.",
        needed=", ".join(permissions),
        detail=detail,
    )


def _too_many(detail: str, wait: float) -> PlatformRateLimited:
    wait = wait or 1.0
    return PlatformRateLimited(
        f"Discord asks me to slow down. I go on in about {wait:.0f} seconds.", detail=detail, retry_after=wait
    )
