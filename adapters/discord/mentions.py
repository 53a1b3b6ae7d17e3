"""Discord's own marks in what people type: made readable, and those of the bot found. Pure.

Nothing the bot sends notifies anybody: every message says so itself (`blocks.py`)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

_MARK: Final = re.compile(
    r"<(?:@!?(?P<user>\d+)|@&(?P<role>\d+)|#(?P<channel>\d+)|a?:(?P<emoji>\w+):\d+|/(?P<command>[^<>:]+):\d+)>"
)
_TIME: Final = re.compile(r"<t:(\d{1,13})(?::\w)?>")


def incoming(text: str, names: Mapping[str, str]) -> str:
    """What a person typed, with names instead of ids where `names` has them."""
    readable = _MARK.sub(lambda match: _readable(match, names), text)
    return _TIME.sub(r"<!time:\1>", readable)


def mentions(text: str, user: str) -> bool:
    return _of(user).search(text) is not None


def begins_with_mention(text: str, user: str) -> bool:
    return _of(user).match(text.lstrip()) is not None


def without(text: str, user: str) -> str:
    """`text` without the mentions of `user`; as it is when there are none."""
    cut, count = _of(user).subn(" ", text)
    return cut.strip() if count else text


def _of(user: str) -> re.Pattern[str]:
    return re.compile(rf"[ \t]*<@!?{re.escape(user)}>[ \t]*")


def _readable(match: re.Match[str], names: Mapping[str, str]) -> str:
    if user := match["user"]:
        return f"@{names.get(user, user)}"
    if role := match["role"]:
        return f"@{names.get(role, role)}"
    if channel := match["channel"]:
        return f"#{names.get(channel, channel)}"
    return f":{match['emoji']}:" if match["emoji"] else f"/{match['command']}"
