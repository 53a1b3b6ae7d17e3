"""conversations.*: reading channels and threads, joining, opening a direct message."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from bot.simulators.slack import shapes
from bot.simulators.slack.calls import Call, Method, open_direct
from bot.simulators.slack.outcomes import Refused
from bot.simulators.slack.wire import arguments
from bot.simulators.slack.world import Channel, Json, Message

_KINDS = {"channel": "channels", "group": "groups", "im": "im"}
_PAGE = ("cursor", "limit:int", "oldest", "latest", "inclusive:bool", "include_all_metadata:bool")


def _readable(call: Call, right: str) -> Channel:
    channel = call.channel()
    call.need(f"{_KINDS[channel.kind]}:{right}")
    return channel


def _members_only(call: Call) -> Channel:
    channel = _readable(call, "history")
    if call.team.bot_user not in channel.members:
        raise Refused("not_in_channel")
    return channel


def _replies(call: Call) -> Json:
    channel = _members_only(call)
    root = channel.find(call.text("ts"))
    if root is None:
        raise Refused("thread_not_found")
    replies = [] if root.is_reply else _between(call, channel.replies(root.ts))
    # Oldest first; the page that has no cursor begins with the parent, whatever `oldest` says.
    return _paged(call, [root, *replies], 1000)


def _history(call: Call) -> Json:
    channel = _members_only(call)
    found = _between(call, [each for each in channel.messages if each.top_level])
    return {**_paged(call, found[::-1], 100), "pin_count": 0}


def _between(call: Call, messages: list[Message]) -> list[Message]:
    oldest, latest = _moment(call, "oldest"), _moment(call, "latest")
    inclusive = bool(call.args.get("inclusive"))
    return [
        each
        for each in messages
        if (oldest is None or float(each.ts) > oldest or (inclusive and float(each.ts) == oldest))
        and (latest is None or float(each.ts) < latest or (inclusive and float(each.ts) == latest))
    ]


def _moment(call: Call, name: str) -> float | None:
    try:
        return float(call.text(name)) if call.text(name) else None
    except ValueError:
        raise Refused(f"invalid_ts_{name}") from None


def _paged(call: Call, messages: list[Message], default: int) -> Json:
    page, tail = _page(call, messages, default)
    metadata = bool(call.args.get("include_all_metadata"))
    return {"messages": [shapes.message_json(call.world, each, metadata=metadata) for each in page], **tail}


def _page(call: Call, items: list[Any], default: int) -> tuple[list[Any], Json]:
    """One page, and what the answer says about the next."""
    limit = call.args.get("limit") or default
    if not 1 <= limit <= 1000:
        raise Refused("invalid_limit")
    start = _start(call.text("cursor"))
    following = start + limit
    more = following < len(items)
    cursor = base64.b64encode(f"next:{following}".encode()).decode() if more else ""
    return items[start:following], {"has_more": more, "response_metadata": {"next_cursor": cursor}}


def _start(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        return int(base64.b64decode(cursor, validate=True).removeprefix(b"next:"))
    except (ValueError, binascii.Error):
        raise Refused("invalid_cursor") from None


def _info(call: Call) -> Json:
    channel = _readable(call, "read")
    made = shapes.channel_json(call.world, channel, call.team)
    if call.args.get("include_num_members"):
        made["num_members"] = len(channel.members)
    return {"channel": made}


def _members(call: Call) -> Json:
    page, tail = _page(call, sorted(_readable(call, "read").members), 100)
    tail.pop("has_more")
    return {"members": page, **tail}


def _join(call: Call) -> Json:
    channel = call.channel()
    if channel.kind != "channel":
        raise Refused("method_not_supported_for_channel_type")
    if channel.archived:
        raise Refused("is_archived")
    already = call.team.bot_user in channel.members
    channel.members.add(call.team.bot_user)
    if not already:
        joined = {"type": "member_joined_channel", "user": call.team.bot_user, "channel": channel.id}
        call.events.told(channel, {**joined, "channel_type": "C", "team": call.team.id})
    warning = {"warning": "already_in_channel", "response_metadata": {"warnings": ["already_in_channel"]}}
    made = shapes.channel_json(call.world, channel, call.team)
    return {"channel": made, **(warning if already else {})}


def _open(call: Call) -> Json:
    users = [each.strip() for each in call.text("users").split(",") if each.strip()]
    if call.text("channel"):
        channel = call.channel()
    elif len(users) != 1:
        raise Refused("users_list_not_supplied" if not users else "not_supported_by_simulator")
    elif users[0] not in call.world.people:
        raise Refused("user_not_found")
    else:
        channel = open_direct(call.world, call.team, users[0])
    made = (
        shapes.channel_json(call.world, channel, call.team)
        if call.args.get("return_im")
        else {"id": channel.id}
    )
    return {"channel": made}


METHODS = {
    "conversations.replies": Method(_replies, arguments("channel!", "ts!", *_PAGE), 3),
    "conversations.history": Method(_history, arguments("channel!", *_PAGE), 3),
    "conversations.info": Method(
        _info, arguments("channel!", "include_locale:bool", "include_num_members:bool"), 3
    ),
    "conversations.members": Method(_members, arguments("channel!", "cursor", "limit:int"), 4),
    "conversations.join": Method(_join, arguments("channel!"), 3, ("channels:join",)),
    "conversations.open": Method(
        _open, arguments("channel", "users", "return_im:bool", "prevent_creation:bool"), 3, ("im:write",)
    ),
}
