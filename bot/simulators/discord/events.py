"""What the gateway tells the bot about messages, channels, threads and interactions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.simulators.discord import shapes
from bot.simulators.discord.gateway import (
    CONTENT,
    DIRECT_MESSAGES,
    DIRECT_TYPING,
    GUILD_MESSAGES,
    GUILD_TYPING,
    GUILDS,
    MEMBERS,
    Gateway,
)
from bot.simulators.discord.message_shapes import event_json, secret
from bot.simulators.discord.permissions import granted
from bot.simulators.discord.things import Channel, Guild, Json, Message, Role
from bot.simulators.discord.world import APP, World


@dataclass(frozen=True, slots=True)
class Events:
    """Builds and sends events to every session that may and wants to see them."""

    world: World
    gateway: Gateway

    # -- messages

    def posted(self, message: Message, *, copies: int = 1) -> None:
        for _ in range(copies):
            self._message("MESSAGE_CREATE", message)

    def edited(self, message: Message) -> None:
        self._message("MESSAGE_UPDATE", message)

    def _message(self, event: str, message: Message) -> None:
        channel = self.world.channels[message.channel]
        if message.only_for is not None or not granted(self.world, APP, channel):
            return
        hidden = secret(self.world, message)
        full = event_json(self.world, message, hidden=False)
        bare = event_json(self.world, message, hidden=True) if hidden else full
        intent = GUILD_MESSAGES if channel.guild else DIRECT_MESSAGES
        self.gateway.publish(
            event, lambda session: full if session.intents & CONTENT else bare, intent, channel.guild
        )

    def removed(self, message: Message) -> None:
        channel = self.world.channels[message.channel]
        if message.only_for is None and granted(self.world, APP, channel):
            data = {"id": message.id, "channel_id": channel.id, **_place(channel)}
            intent = GUILD_MESSAGES if channel.guild else DIRECT_MESSAGES
            self.gateway.publish("MESSAGE_DELETE", lambda _: data, intent, channel.guild)

    def typing(self, channel: Channel, user: str) -> None:
        data: Json = {
            "channel_id": channel.id,
            "user_id": user,
            "timestamp": int(self.world.now()),
            **_place(channel),
        }
        intent = GUILD_TYPING if channel.guild else DIRECT_TYPING
        self.gateway.publish("TYPING_START", lambda _: data, intent, channel.guild)

    # -- channels and threads

    def channel(self, what: str, channel: Channel) -> None:
        """``what``: CREATE, UPDATE or DELETE; threads are told only when the bot sees them."""
        if channel.thread is None:
            self._guilds(f"CHANNEL_{what}", channel, shapes.channel_json(self.world, channel))
        elif granted(self.world, APP, channel):
            self._guilds(f"THREAD_{what}", channel, self._thread(what, channel))

    def _thread(self, what: str, thread: Channel) -> Json:
        if what == "DELETE":
            about = {"id": thread.id, "parent_id": thread.parent, "type": thread.kind}
            return {**about, **_place(thread)}
        made = shapes.channel_json(self.world, thread)
        return {**made, "newly_created": True} if what == "CREATE" else made

    def thread_members(
        self, thread: Channel, *, added: Sequence[str] = (), removed: Sequence[str] = ()
    ) -> None:
        """Without the members intent only the bot's own coming and going is told."""
        if not granted(self.world, APP, thread) and APP not in removed:
            return
        count = len(thread.thread.members) if thread.thread else 0

        def told(only_me: bool) -> Json:
            came = [each for each in added if each == APP or not only_me]
            went = [each for each in removed if each == APP or not only_me]
            data: Json = {"id": thread.id, "member_count": count, **_place(thread)}
            data |= (
                {"added_members": [shapes.thread_member_json(thread, each) for each in came]} if came else {}
            )
            return data | ({"removed_member_ids": went} if went else {})

        intent = GUILDS if APP in (*added, *removed) else MEMBERS
        self.gateway.publish(
            "THREAD_MEMBERS_UPDATE", lambda session: told(not session.intents & MEMBERS), intent, thread.guild
        )

    def woken(self, thread: Channel) -> None:
        """Unarchived: the thread, then the bot's own membership."""
        self.channel("UPDATE", thread)
        if thread.thread and APP in thread.thread.members:
            data = {**shapes.thread_member_json(thread, APP), **_place(thread)}
            self._guilds("THREAD_MEMBER_UPDATE", thread, data)

    def _guilds(self, event: str, channel: Channel, data: Json) -> None:
        self.gateway.publish(event, lambda _: data, GUILDS if channel.guild else 0, channel.guild)

    # -- the rest

    def guild_joined(self, guild: Guild) -> None:
        self.gateway.publish(
            "GUILD_CREATE",
            lambda session: shapes.guild_create_json(
                self.world, guild, everybody=bool(session.intents & MEMBERS)
            ),
            GUILDS,
            guild.id,
        )

    def guild_changed(self, guild: Guild) -> None:
        self.gateway.publish("GUILD_UPDATE", lambda _: shapes.guild_json(guild), GUILDS, guild.id)

    def role_made(self, guild: Guild, role: Role) -> None:
        told = {"guild_id": guild.id, "role": shapes.role_json(role, list(guild.roles).index(role.id))}
        self.gateway.publish("GUILD_ROLE_CREATE", lambda _: told, GUILDS, guild.id)

    def member_left(self, guild: Guild, user: str) -> None:
        told = {"guild_id": guild.id, "user": shapes.user_json(self.world.people[user])}
        self.gateway.publish("GUILD_MEMBER_REMOVE", lambda _: told, MEMBERS, guild.id)

    def guild_left(self, guild: Guild) -> None:
        self.gateway.publish("GUILD_DELETE", lambda _: {"id": guild.id}, GUILDS, guild.id)

    def interaction(self, payload: Json) -> None:
        """Needs no intent."""
        self.gateway.publish("INTERACTION_CREATE", lambda _: payload, 0, payload.get("guild_id"))


def _place(channel: Channel) -> Json:
    return {"guild_id": channel.guild} if channel.guild else {}
