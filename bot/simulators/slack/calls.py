"""What a Web API method works with: the world, the events that go out, and the call itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.simulators.slack.events import Events
from bot.simulators.slack.outcomes import Refused
from bot.simulators.slack.sockets import Sockets
from bot.simulators.slack.wire import Argument
from bot.simulators.slack.world import Channel, Json, Message, Workspace, World


@dataclass(frozen=True, slots=True)
class Platform:
    """The running Slack."""

    world: World
    sockets: Sockets
    events: Events


@dataclass(frozen=True, slots=True)
class Call:
    """One authenticated call with checked arguments. ``team``: whose token it came with."""

    platform: Platform
    team: Workspace
    args: Json

    @property
    def world(self) -> World:
        return self.platform.world

    @property
    def events(self) -> Events:
        return self.platform.events

    def text(self, name: str) -> str:
        return str(self.args.get(name) or "")

    def need(self, *scopes: str) -> None:
        """Raises `Refused`: missing_scope."""
        granted = self.world.scopes
        missing = [scope for scope in scopes if granted is not None and scope not in granted]
        if missing:
            provided = ",".join(sorted(granted or ()))
            raise Refused("missing_scope", needed=",".join(missing), provided=provided)

    def channel(self, name: str = "channel") -> Channel:
        """The channel an argument names, if this bot may know of it. Raises `Refused`: channel_not_found."""
        found = self.world.channels.get(self.text(name))
        visible = found and not found.deleted and self.team.id in found.workspaces
        if not found or not visible or (found.kind != "channel" and self.team.bot_user not in found.members):
            raise Refused("channel_not_found")
        return found

    def writable(self, name: str = "channel") -> Channel:
        """A channel this bot may post to; a person's id opens their direct message."""
        person = self.world.people.get(self.text(name))
        channel = open_direct(self.world, self.team, person.id) if person else self.channel(name)
        if channel.archived:
            raise Refused("is_archived")
        public = self.world.scopes is not None and "chat:write.public" in self.world.scopes
        if self.team.bot_user not in channel.members and not (public and channel.kind == "channel"):
            raise Refused("not_in_channel")
        return channel

    def mine(self, channel: Channel, refusal: str) -> Message:
        """The bot's own message that ``ts`` names. Raises `Refused`: message_not_found, or `refusal`."""
        message = channel.find(self.text("ts"))
        if message is None or message.subtype == "tombstone":
            raise Refused("message_not_found")
        if message.bot is None or message.bot.bot_id != self.team.bot_id:
            raise Refused(refusal)
        return message


@dataclass(frozen=True, slots=True)
class Method:
    """A Web API method. ``app_level``: called with the app token, not a bot's. ``scopes``: all needed; those that depend on the channel are checked
    inside. ``tier``: 2 to 4, 0 for a special one."""

    run: Callable[[Call], Json]
    arguments: Mapping[str, Argument]
    tier: int
    scopes: tuple[str, ...] = ()
    app_level: bool = False


def open_direct(world: World, team: Workspace, user: str) -> Channel:
    """The direct message of a person with the bot of `team`, made when needed."""
    members = {user, team.bot_user}
    for channel in world.channels.values():
        if channel.kind == "im" and channel.members == members:
            return channel
    channel = Channel(
        f"D{user}" if team.id == "T1" else f"D{user}{team.id}", "directmessage", "im", [team.id], world.now()
    )
    channel.members = members
    world.channels[channel.id] = channel
    return channel
