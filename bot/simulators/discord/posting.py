"""The effects that acts of people and calls of the bot share: posting, removing, threads beginning and changing."""

from __future__ import annotations

from bot.simulators.discord.calls import Platform
from bot.simulators.discord.outcomes import refused
from bot.simulators.discord.permissions import may
from bot.simulators.discord.things import (
    CATEGORY,
    DIRECT,
    FORUM,
    PUBLIC_THREAD,
    RENAMED,
    THREAD_CREATED,
    THREAD_STARTER,
    Channel,
    Message,
    ThreadState,
)
from bot.simulators.discord.world import World


def check_speech(world: World, user: str, channel: Channel) -> None:
    """May the user write here? Raises `Refused`: 50008, 40058, 50013, 160005, 50083, 50007."""
    if channel.kind == CATEGORY:
        raise refused(50008)
    if channel.kind == FORUM:
        raise refused(40058)
    if channel.kind == DIRECT and any(not world.people[each].dms_open for each in channel.people):
        raise refused(50007)
    if not may(world, user, channel, "send_messages_in_threads" if channel.thread else "send_messages"):
        raise refused(50013)
    check_unlocked(world, user, channel)


def check_unlocked(world: World, user: str, channel: Channel) -> None:
    """Raises `Refused`: 160005 in a locked thread, 50083 when it is archived besides; moderators pass."""
    state = channel.thread
    if state and state.locked and not may(world, user, channel, "manage_threads"):
        raise refused(50083 if state.archived else 160005)


def post(platform: Platform, message: Message, *, copies: int = 1) -> None:
    """Into its channel; an archived thread wakes, and whoever speaks in a thread joins it. ``copies``: how often the
    event is delivered."""
    channel = platform.world.channels[message.channel]
    state = channel.thread
    if state is not None and state.archived:
        state.archived, state.archive_changed = False, platform.world.now()
        platform.events.woken(channel)
    channel.add(message)
    if state is not None:
        state.sent += 1
        if message.author not in state.members:
            state.members[message.author] = platform.world.now()
            platform.events.thread_members(channel, added=[message.author])
    platform.events.posted(message, copies=copies)


def remove(platform: Platform, message: Message) -> None:
    """A message disappears; a thread that was started from it stays."""
    message.deleted = True
    if message.only_for is not None:
        platform.world.whispers.remove(message)
        return
    platform.world.channels[message.channel].messages.remove(message)
    platform.events.removed(message)


def begin_thread(
    platform: Platform,
    owner: str,
    parent: Channel,
    name: str,
    *,
    kind: int,
    source: Message | None,
    auto_archive: int,
) -> Channel:
    """A thread from a message has the message's id and opens with a starter message; another public one is announced
    in its channel."""
    world = platform.world
    now = world.now()
    key = source.id if source else world.snowflake()
    made = Channel(key, kind, name, parent.guild, now, parent.id)
    made.thread = ThreadState(owner, now, now, auto_archive=auto_archive, members={owner: now})
    world.channels[key] = made
    platform.events.channel("CREATE", made)
    if source is not None:
        starter = Message(world.snowflake(), key, owner, now, kind=THREAD_STARTER)
        starter.reply_to = (parent.id, source.id)
        made.add(starter)
        platform.events.posted(starter)
        platform.events.edited(source)
    elif kind == PUBLIC_THREAD and parent.kind != FORUM:
        told = Message(world.snowflake(), parent.id, owner, now, name, THREAD_CREATED)
        told.about = key
        post(platform, told)
    return made


def change_thread(
    platform: Platform,
    user: str,
    thread: Channel,
    *,
    name: str | None = None,
    archived: bool | None = None,
    locked: bool | None = None,
    auto_archive: int | None = None,
) -> None:
    """A new name is told in the thread as a message of `user`."""
    state = thread.thread
    assert state is not None, "only threads change so"
    now = platform.world.now()
    woken = state.archived and archived is False
    if archived is not None and archived != state.archived:
        state.archived, state.archive_changed = archived, now
    state.locked = state.locked if locked is None else locked
    state.auto_archive = auto_archive or state.auto_archive
    renamed = name is not None and name != thread.name
    if renamed:
        thread.name = name or thread.name
    if woken:
        platform.events.woken(thread)
    else:
        platform.events.channel("UPDATE", thread)
    if renamed:
        told = Message(platform.world.snowflake(), thread.id, user, now, thread.name, RENAMED)
        thread.add(told)
        platform.events.posted(told)


def remove_channel(platform: Platform, channel: Channel) -> None:
    """With a channel its threads go, without a word."""
    channel.deleted = True
    for thread in list(platform.world.threads(channel)):
        thread.deleted = True
    platform.events.channel("DELETE", channel)
