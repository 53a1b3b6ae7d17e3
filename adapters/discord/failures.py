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
_UNKNOWN_GUILD, _NO_COMMON_GUILD, _MANY_THREADS = 10004, 50278, 160006
_SLOWMODE, _WRITES, _SERVICE_LIMIT = 20016, 20028, 40062
_OVERLOADED_NOW, _AUTOMOD, _AUTOMOD_TITLE, _HARMFUL = 130000, 200000, 200001, 240000
_FORUM, _NO_TEXT, _WRONG_KIND = 40058, 50008, 50024
_UNAUTHORIZED, _FORBIDDEN, _TOO_BIG, _TOO_MANY, _SERVER_ERROR, _OVERLOADED = 401, 403, 413, 429, 500, 503

_CHANNEL_GONE = (
    "I cannot find this channel any more, because it was deleted, or I was removed from the server."
)
_THREAD_GONE = "This thread or message was deleted or locked, so nothing can be added to it."
_TOO_LARGE = "This is more than Discord takes in one message."
_NO_DIRECT = (
    "You take no direct messages from this server, and the answer to your click has run out of time: allow direct "
    "messages in the server's *Privacy Settings*, or use `/automation download` in the thread."
)
_LOCKED_OUT = (
    "Discord does not accept my token any more: whoever runs me has to set a new one (`DISCORD_TOKEN`)."
)
_BLOCKED = "A rule of this server blocked what I wanted to say: whoever manages the server can except me in its *AutoMod* settings."
_TOO_MANY_THREADS = (
    "This server has as many open threads as Discord allows: archive some, and then try again."
)
_NO_EDITS = "Discord does not let me change this message any more."
_NOT_HERE = "This kind of channel cannot hold a session: use a text channel."
_SLOWLY = "Discord asks me to slow down: try again in about {:.0f} seconds."
_AWAY = "Discord is not available at the moment: try again in a few minutes."
_TROUBLE = "Discord had a problem of its own with this: try again in a few minutes."
_UNREACHABLE = "I cannot reach Discord at the moment: try again in a few minutes."
_BROKEN = "The connection to Discord broke before it answered: try again in a few minutes."
_SENTENCES: Final[Mapping[int, tuple[type[PlatformError], str]]] = {
    UNKNOWN_CHANNEL: (ChannelGone, _CHANNEL_GONE),
    _UNKNOWN_GUILD: (ChannelGone, _CHANNEL_GONE),
    UNKNOWN_MESSAGE: (ThreadGone, _THREAD_GONE),
    ARCHIVED: (ThreadGone, _THREAD_GONE),
    LOCKED: (ThreadGone, _THREAD_GONE),
    TOO_LARGE: (TooLarge, _TOO_LARGE),
    NO_DIRECT: (PlatformRefused, _NO_DIRECT),
    _NO_COMMON_GUILD: (PlatformRefused, _NO_DIRECT),
    _MANY_THREADS: (PlatformRefused, _TOO_MANY_THREADS),
    _AUTOMOD: (PermissionMissing, _BLOCKED),
    _AUTOMOD_TITLE: (PermissionMissing, _BLOCKED),
    _HARMFUL: (PermissionMissing, _BLOCKED),
    _FORUM: (PlatformRefused, _NOT_HERE),
    _NO_TEXT: (PlatformRefused, _NOT_HERE),
    _WRONG_KIND: (PlatformRefused, _NOT_HERE),
}
_LIMITED: Final = frozenset({OLD_EDITS, _SLOWMODE, _WRITES, _SERVICE_LIMIT})


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
    if status == _TOO_MANY or code in _LIMITED:
        return _too_many(detail, _wait(error))
    if status == _OVERLOADED or code == _OVERLOADED_NOW:
        return PlatformUnavailable(_AWAY, detail=detail)
    if status >= _SERVER_ERROR:
        return AnswerLost(_TROUBLE, detail=detail)
    if status == _UNAUTHORIZED and code != TOKEN_OVER:
        return PermissionMissing(_LOCKED_OUT, detail=detail)
    if code == MISSING_ACCESS:
        return missing(("View Channel",), detail)
    if code == MISSING_PERMISSION or (status == _FORBIDDEN and code not in _SENTENCES):
        return missing((needs,) if needs else (), detail)
    told = (
        TOO_LARGE if status == _TOO_BIG else UNKNOWN_MESSAGE if thread and code == UNKNOWN_CHANNEL else code
    )
    kind, sentence = _SENTENCES.get(told, (PlatformRefused, _not_expected(code or status)))
    return kind(sentence, detail=detail)


def _not_expected(code: int) -> str:
    return f"Discord refused this (`{code}`), which is my fault and not yours: please give the reference to whoever runs me."


def _wait(error: discord.HTTPException | Refusal) -> float:
    """Seconds that Discord asks for, 0 when it does not say."""
    if isinstance(error, Refusal):
        return error.retry_after
    given = error.response.headers.get("Retry-After", "")
    try:
        return max(0.0, float(given))
    except ValueError:
        return 0.0


def unreached(call: str, error: aiohttp.ClientError | OSError | TimeoutError) -> PlatformError:
    """The connection failed. Before the request was written nothing can have happened; afterwards it may have."""
    detail = f"{call}: {type(error).__name__}: {error}"
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError | aiohttp.InvalidURL):
        return PlatformUnavailable(_UNREACHABLE, detail=detail)
    return AnswerLost(_BROKEN, detail=detail)


def unchangeable(detail: str) -> PlatformRefused:
    """For a message that is too old to be edited any more."""
    return PlatformRefused(_NO_EDITS, detail=detail)


def missing(permissions: tuple[str, ...], detail: str) -> PermissionMissing:
    """``permissions``: in Discord's own spelling."""
    names = " and ".join(f"**{name}**" for name in permissions)
    lack = f"the permission{'s' if len(permissions) > 1 else ''} {names}" if names else "a permission"
    return PermissionMissing(
        f"I lack {lack} in this channel: whoever manages the server grants it to my role under *Edit Channel* -> "
        "*Permissions*, and then try again.",
        needed=", ".join(permissions),
        detail=detail,
    )


def _too_many(detail: str, wait: float) -> PlatformRateLimited:
    wait = wait or 1.0
    return PlatformRateLimited(_SLOWLY.format(wait), detail=detail, retry_after=wait)
