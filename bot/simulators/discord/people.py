"""What people do among themselves: speak, edit, delete, start and run threads. Each act goes out as Discord sends it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.simulators.discord import mentions
from bot.simulators.discord.attachments import limit, stored
from bot.simulators.discord.calls import Platform
from bot.simulators.discord.outcomes import Refused
from bot.simulators.discord.permissions import granted, may
from bot.simulators.discord.posting import (
    begin_thread,
    change_thread,
    check_speech,
    check_unlocked,
    post,
    remove,
    remove_channel,
)
from bot.simulators.discord.shown import Upload
from bot.simulators.discord.things import (
    FORUM,
    PRIVATE_THREAD,
    PUBLIC_THREAD,
    REPLY,
    Channel,
    Member,
    Message,
    Person,
)
from bot.simulators.discord.wire import Part
from bot.simulators.discord.world import APP, OWNER, World
from bot.simulators.shared.outcomes import ClientRefused

NITRO_TEXT = 4000  # what a paying person can type; others 2000


class People:
    """The hands of the people at their own things."""

    _platform: Platform

    def _writable(self, user: str, channel: str) -> tuple[World, Channel]:
        """A place that the person can write to. Raises `ClientRefused`."""
        world, place = self._platform.world, self._platform.world.channels[channel]
        if place.deleted or not granted(world, user, place):
            raise ClientRefused(f"{world.called(user)} does not see {place.name or channel}")
        try:
            check_speech(world, user, place)
        except Refused as no:
            raise ClientRefused(
                f"{world.called(user)} cannot write in {place.name or channel}: {no.message}"
            ) from None
        return world, place

    async def say(
        self, user: str, channel: str, text: str, *, mention: bool = False, files: Sequence[Upload] = (),
        copies: int = 1, reply_to: str | None = None, ago: float = 0.0,
    ) -> str:  # fmt: skip
        """Says something in a channel, thread or direct message; returns the message's id. An archived thread wakes.

        ``mention``: of the bot, at the beginning. ``copies``: how often the same event is delivered. ``reply_to``:
        the message it answers, whose author is notified. ``ago``: seconds that it was really said earlier.
        Raises `ClientRefused`.
        """
        world, place = self._writable(user, channel)
        said = f"<@{APP}> {text}" if mention else text
        if len(said) > NITRO_TEXT or not (said.strip() or files):
            raise ClientRefused(f"a message of {len(said)} characters cannot be sent")
        if any(len(each.data) > limit(world, place) for each in files):
            raise ClientRefused("your files are too powerful")
        message = Message(world.snowflake(ago), channel, user, world.now() - ago, said.strip())
        message.attachments = [stored(world, place, Part(each.name, each.data, each.kind)) for each in files]
        if reply_to is not None:
            message.kind, message.reply_to = REPLY, (channel, reply_to)
        self._heard(message, place)
        post(self._platform, message, copies=copies)
        world.touch()
        return message.id

    def _heard(self, message: Message, place: Channel) -> None:
        world = self._platform.world
        answered = world.message(*message.reply_to) if message.reply_to else None
        replied = answered.author if answered else None
        mentions.found(world, place, message.author, message.content, None, replied).put_into(message)

    async def say_as_bot(self, name: str, channel: str, text: str, *, webhook: bool = False) -> str:
        """Another application's bot says something, or a webhook."""
        world, place = self._platform.world, self._platform.world.channels[channel]
        known = (
            each.id for each in world.people.values() if each.is_bot and each.name == name and each.id != APP
        )
        author = next(known, "") or world.snowflake()
        world.people[author] = Person(author, name, is_bot=True)
        guild = world.guild_of(place)
        if guild is not None and not webhook:
            guild.members.setdefault(author, Member([], world.now()))
        message = Message(
            world.snowflake(), channel, author, world.now(), text, webhook=author if webhook else None
        )
        self._heard(message, place)
        post(self._platform, message)
        world.touch()
        return message.id

    def _found(self, channel: str, message: str) -> tuple[World, Message]:
        world, place = self._platform.world, self._platform.world.channels[channel]
        found = place.find(message)
        if found is None or place.deleted:
            raise ClientRefused(f"there is no message {message}")
        return world, found

    async def edit(self, user: str, channel: str, message: str, text: str) -> None:
        """Raises `ClientRefused`."""
        world, found = self._found(channel, message)
        place = world.channels[channel]
        if found.author != user or (place.thread and place.thread.archived):
            raise ClientRefused(f"{world.called(user)} cannot edit {message}")
        found.content, found.edited = text.strip(), world.now()
        self._heard(found, place)
        self._platform.events.edited(found)
        world.touch()

    async def delete(self, user: str, channel: str, message: str) -> None:
        """One's own, or anybody's for those who manage messages. Raises `ClientRefused`."""
        world, found = self._found(channel, message)
        if found.author != user and not may(world, user, world.channels[channel], "manage_messages"):
            raise ClientRefused(f"{world.called(user)} cannot delete {message}")
        remove(self._platform, found)
        world.touch()

    # -- threads

    async def start_thread(
        self, user: str, channel: str, name: str, *, message: str | None = None, private: bool = False
    ) -> str:
        """A thread of a person's own, from a message when it is named; returns its id. Raises `ClientRefused`."""
        world, parent = self._platform.world, self._platform.world.channels[channel]
        source = parent.find(message) if message else None
        permission = "create_private_threads" if private else "create_public_threads"
        if parent.kind == FORUM or not may(world, user, parent, permission):
            raise ClientRefused(f"{world.called(user)} cannot start such a thread in {parent.name}")
        kind = PRIVATE_THREAD if private else PUBLIC_THREAD
        made = begin_thread(self._platform, user, parent, name, kind=kind, source=source, auto_archive=1440)
        world.touch()
        return made.id

    async def add_to_thread(self, thread: str, user: str) -> None:
        """Somebody adds a person, or the bot, to a thread; only so a private one becomes visible."""
        world, place = self._platform.world, self._platform.world.channels[thread]
        if place.thread is None:
            raise ClientRefused(f"{place.name} is no thread")
        place.thread.members[user] = world.now()
        if user == APP:
            self._platform.events.channel("CREATE", place)
        self._platform.events.thread_members(place, added=[user])
        world.touch()

    async def archive_thread(self, thread: str, user: str = OWNER) -> None:
        """Raises `ClientRefused`."""
        self._change(thread, user, archived=True)

    async def unarchive_thread(self, thread: str, user: str = OWNER) -> None:
        """Raises `ClientRefused`."""
        self._change(thread, user, archived=False)

    async def lock_thread(self, thread: str, user: str = OWNER) -> None:
        """Only moderators can then write, edit and wake it. Raises `ClientRefused`."""
        self._change(thread, user, locked=True)

    async def unlock_thread(self, thread: str, user: str = OWNER) -> None:
        """Raises `ClientRefused`."""
        self._change(thread, user, locked=False)

    async def rename_thread(self, thread: str, name: str, user: str = OWNER) -> None:
        """Raises `ClientRefused`."""
        self._change(thread, user, name=name)

    def _change(
        self, thread: str, user: str, *, name: str | None = None, archived: bool | None = None, locked: bool | None = None
    ) -> None:  # fmt: skip
        world, place = self._platform.world, self._platform.world.channels[thread]
        state = place.thread
        moderates = may(world, user, place, "manage_threads")
        waking = archived is False
        if state is None or place.deleted or (locked is not None and not moderates):
            raise ClientRefused(f"{world.called(user)} cannot do that to {place.name}")
        if not moderates and state.owner != user and not waking:
            raise ClientRefused(f"the thread {place.name} is not {world.called(user)}'s")
        try:
            check_unlocked(world, user, place)
        except Refused as no:
            raise ClientRefused(no.message) from None
        change_thread(self._platform, user, place, name=name, archived=archived, locked=locked)
        world.touch()

    async def delete_thread(self, thread: str, user: str = OWNER) -> None:
        """Raises `ClientRefused`."""
        await self._delete_place(thread, user, "manage_threads")

    async def delete_channel(self, channel: str, user: str = OWNER) -> None:
        """Its threads go with it, without events of their own. Raises `ClientRefused`."""
        await self._delete_place(channel, user, "manage_channels")

    async def _delete_place(self, channel: str, user: str, permission: str) -> None:
        world, place = self._platform.world, self._platform.world.channels[channel]
        if place.deleted or not may(world, user, place, permission):
            raise ClientRefused(f"{world.called(user)} cannot delete {place.name}")
        remove_channel(self._platform, place)
        world.touch()
