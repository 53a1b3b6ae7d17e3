"""conversations.list and users.conversations: who sees which channels."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable

from bot.simulators.slack import shapes
from bot.simulators.slack.calls import Call, Method
from bot.simulators.slack.outcomes import Refused
from bot.simulators.slack.wire import arguments
from bot.simulators.slack.world import Channel, Json

_TYPES = {
    "public_channel": ("channel", "channels:read"),
    "private_channel": ("group", "groups:read"),
    "im": ("im", "im:read"),
    "mpim": ("mpim", "mpim:read"),
}
_MOST = 999  # docs.slack.dev
_USUAL = 100
_OMITTED = ("is_member", "num_members")


def _all(call: Call) -> Json:
    return _answer(call, _visible(call))


def _of_user(call: Call) -> Json:
    """Of others only what the bot shares with them, public channels aside."""
    user = call.text("user") or call.team.bot_user
    known = call.world.people.get(user)
    if user != call.team.bot_user and (known is None or known.deactivated):
        raise Refused("user_not_found")
    answer = _answer(call, (each for each in _visible(call) if user in each.members))
    listed = [
        {key: value for key, value in each.items() if key not in _OMITTED} for each in answer["channels"]
    ]
    return {**answer, "channels": listed}


def _visible(call: Call) -> Iterable[Channel]:
    kinds = _kinds(call)
    for channel in call.world.channels.values():
        ours = call.team.id in channel.workspaces and not channel.deleted
        if (
            ours
            and channel.kind in kinds
            and (channel.kind == "channel" or call.team.bot_user in channel.members)
        ):
            yield channel


def _kinds(call: Call) -> frozenset[str]:
    """Raises `Refused`: invalid_types, missing_scope."""
    wanted = [each.strip() for each in (call.text("types") or "public_channel").split(",")]
    if not all(each in _TYPES for each in wanted):
        raise Refused("invalid_types")
    call.need(*(_TYPES[each][1] for each in wanted))
    return frozenset(_TYPES[each][0] for each in wanted)


def _answer(call: Call, channels: Iterable[Channel]) -> Json:
    """One page, of which archived channels are left out after it was cut: it may be short, or empty."""
    limit = call.args.get("limit") or _USUAL
    if not 1 <= limit <= _MOST:
        raise Refused("invalid_limit")
    listed = sorted(channels, key=lambda each: each.id)
    start = _start(call.text("cursor"))
    page = listed[start : start + limit]
    following = start + limit
    cursor = base64.b64encode(f"team:{following}".encode()).decode() if following < len(listed) else ""
    shown = [each for each in page if not (call.args.get("exclude_archived") and each.archived)]
    made = [shapes.channel_json(call.world, each, call.team) for each in shown]
    return {"channels": made, "response_metadata": {"next_cursor": cursor}}


def _start(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        return int(base64.b64decode(cursor, validate=True).removeprefix(b"team:"))
    except (ValueError, binascii.Error):
        raise Refused("invalid_cursor") from None


_PAGE = ("cursor", "limit:int", "types", "exclude_archived:bool")
METHODS = {
    "conversations.list": Method(_all, arguments(*_PAGE), 2),
    "users.conversations": Method(_of_user, arguments("user", *_PAGE), 3),
}
