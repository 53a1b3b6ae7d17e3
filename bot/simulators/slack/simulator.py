"""The simulated Slack in one object: start it, people it, watch it, break it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager

from bot.simulators.shared.faults import FaultOrders
from bot.simulators.shared.listening import listening
from bot.simulators.slack.calls import Platform, open_direct
from bot.simulators.slack.control import control
from bot.simulators.slack.events import Events
from bot.simulators.slack.faults import Fault
from bot.simulators.slack.people import People
from bot.simulators.slack.server import Exchange, Server, methods
from bot.simulators.slack.sight import Sight
from bot.simulators.slack.sockets import Sockets
from bot.simulators.slack.streams import Streams
from bot.simulators.slack.tiers import Tiers
from bot.simulators.slack.uploads import Uploads
from bot.simulators.slack.world import APP_TOKEN, Channel, ChannelKind, Person, Rank, World


class SlackSimulator(People, Sight):
    """A Slack on 127.0.0.1. Workspace T1 ("acme") has the app installed; limits on sizes are always enforced.

    ``problems``: mistakes of the program that people would not see at once: wrong arguments, text cut without a word,
    bad acks, events never acked. ``unknown_routes``: what it asked for that does not exist. ``counts``: calls by method.
    ``listeners``: are told of every call of the Web API.
    """

    def __init__(
        self, platform: Platform, faults: FaultOrders[Fault], files: Uploads, counts: dict[str, int]
    ) -> None:
        self._platform = platform
        self._faults = faults
        self._files = files
        self.counts = counts
        self.listeners: list[Callable[[Exchange], None]] = []
        self.app_token = APP_TOKEN
        self.problems = platform.world.problems
        self.unknown_routes = platform.world.unknown_routes

    @classmethod
    @asynccontextmanager
    async def start(
        cls,
        *,
        tiers: bool = False,
        stream_seconds: float = 300.0,
        port: int = 0,
        scopes: Collection[str] | None = None,
        events: Collection[str] | None = None,
        ack_seconds: float = 3.0,
    ) -> AsyncIterator[SlackSimulator]:
        """Listens until the block ends.

        ``tiers``: enforce the rate tiers per workspace and method. ``scopes``: what the bot token may do, None for
        everything but chat:write.public. ``events``: what it has subscribed to ("message.channels", "app_mention" …),
        None for everything. ``ack_seconds``: how long an ack may take.
        """
        world = World(*(None if each is None else frozenset(each) for each in (scopes, events)))
        world.workspace("T1").installed = True
        failure: BaseException | None = None
        async with asyncio.TaskGroup() as tasks:
            sockets = Sockets(world, tasks, ack_seconds)
            platform = Platform(world, sockets, Events(world, sockets))
            files, faults, counts = Uploads(), FaultOrders[Fault](), dict[str, int]()
            simulator = cls(platform, faults, files, counts)
            known = methods(Streams(stream_seconds), files)
            server = Server(
                platform, known, faults, Tiers(world.now, enforced=tiers), counts, simulator.listeners
            )
            async with listening(server.application(control(simulator).handle), port) as base:
                world.base = base
                try:
                    yield simulator
                except (asyncio.CancelledError, GeneratorExit):
                    raise
                except BaseException as error:  # noqa: BLE001 - raised again below, free of the TaskGroup's wrapping
                    failure = error
                finally:
                    await sockets.close()
        if failure is not None:
            raise failure

    # -- addresses and keys

    @property
    def api_url(self) -> str:
        return f"{self._world.base}/api/"

    @property
    def settings(self) -> dict[str, str]:
        """What leads the program here."""
        return {
            "SLACK_BOT_TOKEN": self.bot_token,
            "SLACK_APP_TOKEN": self.app_token,
            "SLACK_API_URL": self.api_url,
        }

    @property
    def bot_token(self) -> str:
        return self._world.workspace("T1").token

    @property
    def bot_user(self) -> str:
        return self._world.workspace("T1").bot_user

    def token_of(self, workspace: str) -> str:
        """The bot token of another workspace that has the app installed."""
        return self._world.workspace(workspace).token

    # -- the world

    def add_person(self, user: str, name: str, *, workspace: str = "T1", rank: Rank = "member") -> None:
        """``name``: the display name. ``rank``: in their own workspace."""
        self._world.workspace(workspace)
        self._world.people[user] = Person(user, name, workspace, rank=rank)

    def deactivate(self, user: str) -> None:
        """An admin ends the person's account."""
        self._world.people[user].deactivated = True

    def add_channel(
        self,
        channel: str,
        name: str,
        *,
        private: bool = False,
        members: Sequence[str] = (),
        bot_in: bool = True,
        archived: bool = False,
        workspace: str = "T1",
    ) -> None:
        """A channel with these people in it. Members of another workspace make it a shared one. ``archived``: since
        long ago, so that nobody is told."""
        team = self._world.workspace(workspace)
        team.installed = team.installed or bot_in
        kind: ChannelKind = "group" if private else "channel"
        teams = [workspace, *(self._world.people[each].workspace for each in members)]
        made = Channel(channel, name, kind, list(dict.fromkeys(teams)), self._world.now())
        made.members = {*members, *([team.bot_user] if bot_in else [])}
        made.archived = archived
        self._world.channels[channel] = made
        self._world.touch()

    def direct(self, user: str) -> str:
        """The id of the person's own direct message with the bot."""
        return open_direct(self._world, self._world.home_of(user), user).id

    def direct_between(self, one: str, other: str) -> str:
        """The id of a direct message of two people, which no bot can see."""
        key = f"D{one}{other}"
        team = self._world.people[one].workspace
        made = Channel(key, "directmessage", "im", [team], self._world.now(), {one, other})
        return self._world.channels.setdefault(key, made).id

    async def invite_bot(self, channel: str) -> None:
        """Somebody types /invite. Raises `NotAcked`."""
        place = self._world.channels[channel]
        place.members.add(self._world.workspaces[place.workspace].bot_user)
        await self._membership(
            place, "member_joined_channel", self._world.workspaces[place.workspace].bot_user
        )

    async def kick_bot(self, channel: str) -> None:
        """The bot is removed; after this it sees nothing of the channel."""
        place = self._world.channels[channel]
        team = self._world.workspaces[place.workspace]
        place.members.discard(team.bot_user)
        kind = "channel_left" if place.kind == "channel" else "group_left"
        event = {"type": kind, "channel": channel, "actor_id": ""}
        await self._platform.sockets.settled(self._platform.events.direct(team.id, event))

    async def leave(self, user: str, channel: str) -> None:
        """A person leaves. Raises `NotAcked`."""
        place = self._world.channels[channel]
        place.members.discard(user)
        await self._membership(place, "member_left_channel", user)

    async def _membership(self, place: Channel, kind: str, user: str) -> None:
        short = {"channel": "C", "group": "G", "im": "D"}[place.kind]
        event = {
            "type": kind,
            "user": user,
            "channel": place.id,
            "channel_type": short,
            "team": place.workspace,
        }
        self._world.touch()
        await self._platform.sockets.settled(self._platform.events.told(place, event))

    async def archive_channel(self, channel: str, user: str = "UADMIN") -> None:
        """Raises `NotAcked`."""
        place = self._world.channels[channel]
        place.archived = True
        await self._ended(place, "archive", user)

    async def delete_channel(self, channel: str, user: str = "UADMIN") -> None:
        """Raises `NotAcked`."""
        place = self._world.channels[channel]
        place.deleted = True
        await self._ended(place, "deleted", user)

    async def _ended(self, place: Channel, how: str, user: str) -> None:
        event = {"type": f"{'channel' if place.kind == 'channel' else 'group'}_{how}", "channel": place.id}
        by = {"user": user} if how == "archive" else {}
        self._world.touch()
        await self._platform.sockets.settled(self._platform.events.told(place, {**event, **by}))

    async def connected(self, timeout: float = 10) -> None:
        """Returns when the program has a socket."""
        await self.until(lambda: bool(self._platform.sockets.ready), timeout)

    @property
    def sessions(self) -> int:
        """Sockets that the program has."""
        return len(self._platform.sockets.ready)

    # -- what goes wrong

    def order(self, fault: Fault) -> None:
        """Spoils the next calls of a method."""
        self._faults.order(fault, fault.method, times=fault.times, after_calls=fault.after_calls)

    def recover(self) -> None:
        """Nothing that was ordered goes wrong any more."""
        self._faults.clear()

    def drop_sockets(self) -> None:
        """Aborts every socket's TCP connection."""
        self._platform.sockets.drop()

    async def ask_reconnect(self) -> None:
        """Sends every socket a disconnect frame."""
        await self._platform.sockets.ask_reconnect()

    def kill_stream(self, ts: str) -> None:
        """The native stream dies: append and stop answer message_not_in_streaming_state."""
        for channel in self._world.channels.values():
            message = channel.find(ts)
            if message is not None and message.stream is not None:
                message.stream.open = False
                self._world.touch()
                return
        raise LookupError(f"no stream {ts}")

    def delay_shares(self, polls: int) -> None:
        """Completed uploads show up only after so many calls of files.info."""
        self._files.polls = polls

    def lose_shares(self, number: int = 1) -> None:
        """The next completed uploads answer ok and are never shared."""
        self._files.to_lose = number

    def advance(self, seconds: float) -> None:
        """Moves the platform's clock ahead: triggers and response_urls expire, streams die, tiers refill."""
        self._world.advance(seconds)
