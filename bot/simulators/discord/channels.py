"""Channels and threads of the REST API: get, change, delete, start, list, members."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from bot.simulators.discord.buckets import limited
from bot.simulators.discord.calls import Call, Operation
from bot.simulators.discord.findings import Spot
from bot.simulators.discord.message_shapes import seen_json
from bot.simulators.discord.messages import new_message
from bot.simulators.discord.outcomes import refused
from bot.simulators.discord.permissions import granted, may
from bot.simulators.discord.posting import (
    begin_thread,
    change_thread,
    check_unlocked,
    post,
    remove_channel,
)
from bot.simulators.discord.shapes import channel_json, thread_member_json
from bot.simulators.discord.things import (
    DIRECT,
    FORUM,
    NEWS,
    NEWS_THREAD,
    PRIVATE_THREAD,
    PUBLIC_THREAD,
    SYSTEM,
    TEXT,
    Channel,
    Json,
    ThreadState,
)
from bot.simulators.discord.world import APP

DURATIONS = (60, 1440, 4320, 10080)  # docs.discord.com: minutes until a thread leaves the list
NAME = 100
RENAMES, RENAME_SECONDS = 2, 600.0  # renames of a channel in ten minutes; unofficial


def get(call: Call) -> Json:
    return channel_json(call.world, call.channel())


def update(call: Call) -> Json:
    channel = call.channel()
    _checked(call, least=0)
    if channel.guild is None:
        raise refused(50003)
    if channel.thread is not None:
        _update_thread(call, channel, channel.thread)
    else:
        call.need(channel, "manage_channels")
        channel.name = call.given.fields.get("name") or channel.name
        call.events.channel("UPDATE", channel)
    return channel_json(call.world, channel)


def _update_thread(call: Call, thread: Channel, state: ThreadState) -> None:
    """docs.discord.com, threads: who may change what. Raises `Refused`: 160005, 50083, 50013, 429."""
    asked = call.given.fields
    moderates = may(call.world, APP, thread, "manage_threads")
    waking = asked.get("archived") is False
    if state.locked and not moderates:
        raise refused(160005)
    if state.archived and not waking:
        raise refused(50083)
    moderator_needed = any(asked.get(key) is not None for key in ("locked", "rate_limit_per_user"))
    owner_needed = bool(asked.keys() & {"name", "auto_archive_duration"} or asked.get("archived"))
    if not moderates and (moderator_needed or (owner_needed and state.owner != APP)):
        raise refused(50013)
    if asked.get("name") is not None:
        _count_rename(call, state)
    change_thread(
        call.platform, APP, thread, name=asked.get("name"), archived=asked.get("archived"), locked=asked.get("locked"),
        auto_archive=asked.get("auto_archive_duration"),
    )  # fmt: skip


def _count_rename(call: Call, state: ThreadState) -> None:
    """A limit below the bucket's own. Raises `Refused` 429."""
    now = call.world.now()
    state.renames = [each for each in state.renames if now - each < RENAME_SECONDS]
    if call.platform.strict and len(state.renames) >= RENAMES:
        raise limited(state.renames[0] + RENAME_SECONDS - now, "shared")
    state.renames.append(now)


def delete(call: Call) -> Json:
    channel = call.channel()
    made = channel_json(call.world, channel)
    if channel.kind == DIRECT:
        return made
    call.need(channel, "manage_threads" if channel.thread else "manage_channels")
    remove_channel(call.platform, channel)
    return made


# -- starting threads


def start_from_message(call: Call) -> Json:
    parent = call.channel()
    source = call.message(parent)
    if parent.kind not in (TEXT, NEWS):
        raise refused(50024)
    call.need(parent, "create_public_threads", "read_message_history")
    if source.kind in SYSTEM:
        raise refused(50021)
    if call.world.thread_from(source) is not None:
        raise refused(160004)
    name, minutes = _checked(call)
    kind = NEWS_THREAD if parent.kind == NEWS else PUBLIC_THREAD
    made = begin_thread(call.platform, APP, parent, name, kind=kind, source=source, auto_archive=minutes)
    return channel_json(call.world, made)


def start(call: Call) -> Json:
    """Without a type it is private; in a forum it is a post with its first message."""
    parent = call.channel()
    if parent.kind not in (TEXT, NEWS, FORUM):
        raise refused(50024)
    name, minutes = _checked(call)
    if parent.kind == FORUM:
        return _start_post(call, parent, name, minutes)
    kind = int(call.given.fields.get("type") or PRIVATE_THREAD)
    spot = Spot().at("type")
    spot.choice(kind, (NEWS_THREAD, PUBLIC_THREAD, PRIVATE_THREAD))
    spot.settle()
    call.need(parent, "create_private_threads" if kind == PRIVATE_THREAD else "create_public_threads")
    made = begin_thread(call.platform, APP, parent, name, kind=kind, source=None, auto_archive=minutes)
    return channel_json(call.world, made)


def _start_post(call: Call, forum: Channel, name: str, minutes: int) -> Json:
    call.need(forum, "send_messages")
    spot = Spot().at("message")
    if not spot.required(call.given.fields.get("message")):
        spot.settle()
    first = new_message(call, forum, call.given.inside("message"))
    made = begin_thread(
        call.platform, APP, forum, name, kind=PUBLIC_THREAD, source=None, auto_archive=minutes
    )
    first.id, first.channel = made.id, made.id
    post(call.platform, first)
    return {**channel_json(call.world, made), "message": seen_json(call.world, first)}


def _checked(call: Call, *, least: int = 1) -> tuple[str, int]:
    """Name and minutes. Raises `Refused` 50035."""
    asked, spot = call.given.fields, Spot()
    if least and not spot.at("name").required(asked.get("name")):
        spot.settle()
    spot.at("name").text(asked.get("name"), NAME, 1)
    spot.at("auto_archive_duration").choice(asked.get("auto_archive_duration"), DURATIONS)
    spot.at("rate_limit_per_user").whole(asked.get("rate_limit_per_user"), 0, 21600)
    for key in ("archived", "locked", "invitable"):
        spot.at(key).switch(asked.get(key))
    spot.settle()
    return asked.get("name") or "", asked.get("auto_archive_duration") or 1440


# -- members and lists


def _thread(call: Call) -> tuple[Channel, ThreadState]:
    channel = call.channel()
    if channel.thread is None:
        raise refused(50024)
    return channel, channel.thread


def _member(call: Call) -> str:
    """The user of the path, the bot itself where it says @me. Raises `Refused` 10013."""
    user = call.path.get("user_id", APP)
    if user not in call.world.people:
        raise refused(10013)
    return user


def join(call: Call) -> None:
    thread, state = _thread(call)
    user = _member(call)
    check_unlocked(call.world, APP, thread)
    if state.archived:
        raise refused(50083)
    if user != APP:
        call.need(thread, "send_messages_in_threads")
    if user not in state.members:
        state.members[user] = call.world.now()
        call.events.thread_members(thread, added=[user])


def leave(call: Call) -> None:
    thread, state = _thread(call)
    user = _member(call)
    if user not in (APP, state.owner):
        call.need(thread, "manage_threads")
    if state.members.pop(user, None) is not None:
        call.events.thread_members(thread, removed=[user])


def member(call: Call) -> Json:
    thread, state = _thread(call)
    user = _member(call)
    if user not in state.members:
        raise refused(10007)
    return thread_member_json(thread, user)


def members(call: Call) -> list[Json]:
    thread, state = _thread(call)
    return [thread_member_json(thread, each) for each in state.members]


def archived(kind: str) -> Callable[[Call], Json]:
    """Lists archived threads, the latest archived first."""

    def listed(call: Call) -> Json:
        parent = call.channel()
        call.need(parent, "read_message_history", *(["manage_threads"] if kind == "private" else []))
        most = call.number("limit", 50, 2, 100)
        private = kind == "private"
        found = [
            each
            for each in call.world.threads(parent)
            if each.thread and each.thread.archived and (each.kind == PRIVATE_THREAD) == private
        ]
        found.sort(key=lambda each: each.thread.archive_changed if each.thread else 0, reverse=True)
        return {**threads_json(call, found[:most]), "has_more": len(found) > most}

    return listed


def active(call: Call) -> Json:
    guild = call.guild()
    found = [
        each
        for each in call.world.channels.values()
        if each.guild == guild.id and each.thread and not each.thread.archived and not each.deleted
    ]
    return {
        **threads_json(call, [each for each in found if granted(call.world, APP, each)]),
        "has_more": False,
    }


def threads_json(call: Call, threads: Iterable[Channel]) -> Json:
    listed = list(threads)
    mine = [thread_member_json(each, APP) for each in listed if each.thread and APP in each.thread.members]
    return {"threads": [channel_json(call.world, each) for each in listed], "members": mine}


_CHANNEL = "/channels/{channel_id}"
_MEMBER = _CHANNEL + "/thread-members/{user_id}"
_ME = _CHANNEL + "/thread-members/@me"
OPERATIONS = (
    Operation("get_channel", "GET", _CHANNEL, get),
    Operation("update_channel", "PATCH", _CHANNEL, update),
    Operation("delete_channel", "DELETE", _CHANNEL, delete),
    Operation(
        "create_thread_from_message",
        "POST",
        _CHANNEL + "/messages/{message_id}/threads",
        start_from_message,
        201,
    ),
    Operation("create_thread", "POST", _CHANNEL + "/threads", start, 201),
    Operation("list_thread_members", "GET", _CHANNEL + "/thread-members", members),
    Operation("join_thread", "PUT", _ME, join),
    Operation("leave_thread", "DELETE", _ME, leave),
    Operation("get_thread_member", "GET", _MEMBER, member),
    Operation("add_thread_member", "PUT", _MEMBER, join),
    Operation("delete_thread_member", "DELETE", _MEMBER, leave),
    Operation(
        "list_public_archived_threads", "GET", _CHANNEL + "/threads/archived/public", archived("public")
    ),
    Operation(
        "list_private_archived_threads", "GET", _CHANNEL + "/threads/archived/private", archived("private")
    ),
    Operation("get_active_guild_threads", "GET", "/guilds/{guild_id}/threads/active", active),
)
