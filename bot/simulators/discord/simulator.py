"""The simulated Discord in one object: start it, people it, watch it, break it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager

from bot.simulators.discord.accounts import open_direct
from bot.simulators.discord.acts import Acts
from bot.simulators.discord.buckets import Buckets
from bot.simulators.discord.calls import Platform
from bot.simulators.discord.control import control
from bot.simulators.discord.events import Events
from bot.simulators.discord.faults import Fault
from bot.simulators.discord.gateway import Gateway
from bot.simulators.discord.people import People
from bot.simulators.discord.permissions import EVERYONE, mask
from bot.simulators.discord.server import ROOT, Exchange, Ledger, Server
from bot.simulators.discord.sight import Sight
from bot.simulators.discord.things import KINDS, Channel, Member, Overwrite, Person, Role
from bot.simulators.discord.world import APP, GUILD, TOKEN, World
from bot.simulators.shared.faults import FaultOrders
from bot.simulators.shared.listening import listening


class DiscordSimulator(People, Acts, Sight):
    """A Discord on 127.0.0.1. Guild 200 ("acme") has the bot in it; limits on sizes are always enforced.

    All ids are strings of digits, as on the wire. ``counts``: how often each operation was called.
    """

    def __init__(self, platform: Platform, faults: FaultOrders[Fault], ledger: Ledger) -> None:
        self._platform = platform
        self._faults = faults
        self._ledger = ledger
        self.counts = ledger.counts
        self.problems = platform.world.problems
        self.unknown_routes = platform.world.unknown_routes

    @classmethod
    @asynccontextmanager
    async def start(
        cls,
        *,
        tiers: bool = False,
        port: int = 0,
        privileged: Collection[str] = ("message_content",),
        shards: int = 1,
        ack_seconds: float = 3.0,
        heartbeat_seconds: float = 41.25,
        ago: float = 0.0,
    ) -> AsyncIterator[DiscordSimulator]:
        """Listens until the block ends.

        ``tiers``: enforce the rate limits and send their headers. ``privileged``: the intents that are switched on
        for the application, of message_content, members and presences. ``shards``: what /gateway/bot recommends.
        ``ack_seconds``: how long the first answer to an interaction may take. ``ago``: seconds by which the
        platform's clock is behind at first; `advance` brings it to now.
        """
        world = World(frozenset(privileged), ack_seconds)
        world.advance(-ago)
        gateway = Gateway(world, shards, heartbeat_seconds)
        platform = Platform(world, gateway, Events(world, gateway), strict=tiers)
        faults, ledger = FaultOrders[Fault](), Ledger()
        simulator = cls(platform, faults, ledger)
        simulator.add_guild(GUILD, "acme")
        server = Server(platform, faults, Buckets(world.now, enforced=tiers), ledger)
        async with listening(server.application(control(simulator).handle), port) as base:
            world.base = base
            try:
                yield simulator
            finally:
                gateway.drop()

    # -- addresses and keys

    @property
    def api_url(self) -> str:
        return f"{self._world.base}{ROOT}"

    @property
    def gateway_url(self) -> str:
        return self._platform.gateway.url

    @property
    def settings(self) -> dict[str, str]:
        """What leads the program here."""
        return {
            "DISCORD_TOKEN": self.token,
            "DISCORD_API_URL": self.api_url,
            "DISCORD_GATEWAY_URL": self.gateway_url,
        }

    @property
    def token(self) -> str:
        return TOKEN

    @property
    def bot_user(self) -> str:
        """Its id; that of the application is the same."""
        return APP

    # -- the world

    def add_person(self, user: str, name: str, *, guild: str = GUILD, locale: str = "en-US") -> None:
        """``name``: the display name. A person added again with another guild is in both."""
        self._world.people[_id(user)] = Person(user, name, locale)
        self._world.guilds[guild].members[user] = Member([], self._world.now())

    def add_guild(
        self, guild: str, name: str, *, boost: int = 0, bot_permissions: Collection[str] = ()
    ) -> None:
        """A guild that the bot is in. ``boost``: its premium tier. ``bot_permissions``: what the bot was invited with
        beyond what everyone may, like manage_threads."""
        made = self._world.make_guild(_id(guild), name, boost, mask(bot_permissions), mask(EVERYONE))
        self._platform.events.guild_joined(made)
        self._world.touch()

    def add_channel(
        self,
        channel: str,
        name: str,
        *,
        kind: str = "text",
        private: bool = False,
        members: Sequence[str] = (),
        bot_in: bool = True,
        guild: str = GUILD,
    ) -> None:
        """``kind``: text, voice, forum, announcement or category. A private one is for its members, and for the bot
        where ``bot_in``."""
        made = Channel(_id(channel), KINDS[kind], name, guild, self._world.now())
        sight = mask(["view_channel"])
        if private:
            made.overwrites[guild] = Overwrite(deny=sight)
            seers = [*members, *([APP] if bot_in else [])]
            made.overwrites |= {each: Overwrite(allow=sight, member=True) for each in seers}
        elif not bot_in:
            made.overwrites[APP] = Overwrite(deny=sight, member=True)
        self._world.channels[channel] = made
        self._platform.events.channel("CREATE", made)
        self._world.touch()

    def forbid(self, channel: str, *permissions: str) -> None:
        """The bot may no longer do this in a channel, like create_public_threads or view_channel."""
        self._overwrite(channel, deny=mask(permissions))

    def allow(self, channel: str, *permissions: str) -> None:
        """The bot may do this in a channel from now on."""
        self._overwrite(channel, allow=mask(permissions))

    def _overwrite(self, channel: str, *, allow: int = 0, deny: int = 0) -> None:
        place = self._world.channels[channel]
        held = place.overwrites.setdefault(APP, Overwrite(member=True))
        held.allow = held.allow & ~deny | allow
        held.deny = held.deny & ~allow | deny
        self._platform.events.channel("UPDATE", place)
        self._world.touch()

    def add_role(
        self, name: str, permissions: Collection[str] = (), *, members: Sequence[str] = (), guild: str = GUILD
    ) -> str:
        """A role with these permissions, given to these people; returns its id."""
        place = self._world.guilds[guild]
        made = Role(self._world.snowflake(), name, mask(permissions))
        place.roles[made.id] = made
        for member in members:
            place.members[member].roles.append(made.id)
        self._platform.events.role_made(place, made)
        self._world.touch()
        return made.id

    def except_role(
        self, channel: str, role: str, *, allow: Collection[str] = (), deny: Collection[str] = ()
    ) -> None:
        """A channel's exception for a role; that of everybody has the id of the guild."""
        place = self._world.channels[channel]
        place.overwrites[role] = Overwrite(mask(allow), mask(deny))
        self._platform.events.channel("UPDATE", place)
        self._world.touch()

    def leave(self, user: str, guild: str = GUILD) -> None:
        """A person leaves a guild, or is thrown out."""
        place = self._world.guilds[guild]
        self._platform.events.member_left(place, user)
        del place.members[user]
        self._world.touch()

    def direct(self, user: str) -> str:
        """The id of the person's own direct message with the bot."""
        return open_direct(self._world, user).id

    def close_direct(self, user: str) -> None:
        """The person takes no direct messages any more."""
        self._world.people[user].dms_open = False

    def boost(self, guild: str, tier: int) -> None:
        """The guild's premium tier changes, and with it the size of files."""
        self._world.guilds[guild].boost = tier
        self._platform.events.guild_changed(self._world.guilds[guild])

    def kick_bot(self, guild: str = GUILD) -> None:
        """After this the bot sees nothing of the guild."""
        place = self._world.guilds[guild]
        self._platform.events.guild_left(place)
        place.joined = False
        self._world.touch()

    def invite_bot(self, guild: str = GUILD) -> None:
        """The bot comes back into a guild."""
        place = self._world.guilds[guild]
        place.joined = True
        self._platform.events.guild_joined(place)
        self._world.touch()

    async def connected(self, timeout: float = 10, *, shards: int = 1) -> None:
        """Returns when the program has this many sessions."""
        await self.until(lambda: len(self._platform.gateway.ready) >= shards, timeout)

    # -- what goes wrong

    @property
    def listeners(self) -> list[Callable[[Exchange], None]]:
        """Are told of every REST exchange; add to it."""
        return self._ledger.listeners

    @property
    def invalid_requests(self) -> int:
        """Answers 401, 403 and 429; ten thousand in ten minutes get the address banned."""
        return self._ledger.invalid

    @property
    def sessions(self) -> int:
        """Gateway sessions that have a socket."""
        return len(self._platform.gateway.ready)

    def order(self, fault: Fault) -> None:
        """Spoils the next calls of an operation."""
        self._faults.order(fault, fault.operation, times=fault.times, after_calls=fault.after_calls)

    def recover(self) -> None:
        """Nothing that was ordered goes wrong any more."""
        self._faults.clear()

    def drop_sockets(self) -> None:
        """Aborts every gateway connection; the sessions can be resumed."""
        self._platform.gateway.drop()

    def close_sockets(self, code: int) -> None:
        """Closes every gateway connection with this code."""
        self._platform.gateway.close_all(code)

    def ask_reconnect(self) -> None:
        """Op 7 to every session."""
        self._platform.gateway.ask_reconnect()

    def invalidate_sessions(self, *, resumable: bool = False) -> None:
        """Op 9 to every session; unless they are resumable, what they missed is lost to them."""
        self._platform.gateway.invalidate(resumable=resumable)

    def lose_sessions(self) -> None:
        """Sessions without a socket can no longer be resumed, as after a few minutes away."""
        self._platform.gateway.lose_sessions()

    def mute_heartbeats(self, *, muted: bool = True) -> None:
        """Heartbeats are no longer acknowledged, or are again."""
        self._platform.gateway.muted = muted

    def advance(self, seconds: float) -> None:
        """Moves the platform's clock ahead: tokens, nonces and addresses expire, rate limits refill."""
        self._world.advance(seconds)


def _id(text: str) -> str:
    if not text.isdigit():
        raise ValueError(f"Discord's ids are digits, not {text!r}")
    return text
