"""The connection to Discord's gateway: the library's client, watched over, and what it hears handed on.

The client reconnects and resumes by itself. It ends when Discord refuses something for good, and when an event comes
that the library cannot read: then a new one begins, and what was missed in between is fetched."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final, Protocol

import discord
import structlog

from adapters.discord.adapter import DiscordConfig, Shards, login, point_library_at
from adapters.discord.backlog import Missed, Read, missed
from adapters.discord.calls import LONGEST_WAIT, Call
from adapters.discord.events import Heard, Signal, heard, signal
from adapters.discord.mentions import mentions
from adapters.discord.outbound import DiscordPlatform
from adapters.discord.threads import PLATFORM
from adapters.shared.background import background
from core.errors import PermissionMissing, PlatformError, PlatformUnavailable
from core.intents import Person, Place

_log = structlog.get_logger(__name__)

_CONNECT_SECONDS: Final = 30.0
_FIRST_WAIT, _LONGEST_WAIT = 1.0, 60.0
"""Seconds between two clients."""
_STRANGER: Final = 4004
"""Gateway close code: authentication failed (docs.discord.com, gateway close event codes)."""
_REFUSED: Final = (
    "Discord's gateway does not accept my token. Whoever runs me has to set a new one (`DISCORD_TOKEN`)."
)


class Events(Protocol):
    """Who is told: `listeners.Intake`."""

    async def interaction(self, told: Signal) -> None: ...
    async def message(self, channel: str, read: Read) -> None: ...
    async def edit(self, channel: str, read: Read) -> None: ...
    async def deletion(self, workspace: str, channel: str, messages: list[str]) -> None: ...
    async def gone(self, place: Place) -> None: ...
    async def catch_up(self, mine: Callable[[Place], bool], missed: Missed) -> None: ...


@asynccontextmanager
async def connected(platform: DiscordPlatform, events: Events, config: DiscordConfig) -> AsyncIterator[None]:
    """A client is connected while the block runs, or a new one is on its way. Raises PlatformError when the first one
    cannot connect."""
    async with background() as group:
        watch = Watch(platform, events, config)
        work = group.create_task(watch.run())
        try:
            await watch.opened()
            yield
        finally:
            await watch.close()
            work.cancel()


class Watch:
    """Keeps one client alive."""

    def __init__(self, platform: DiscordPlatform, events: Events, config: DiscordConfig) -> None:
        self._platform = platform
        self._events = events
        self._config = config
        self._intents = discord.Intents(guilds=True, guild_messages=True, message_content=True)
        self._client: Door | None = None
        self._first: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._closed = False

    async def opened(self) -> None:
        """Returns when the first client is connected. Raises PlatformError."""
        try:
            async with asyncio.timeout(_CONNECT_SECONDS):
                await self._first
        except TimeoutError as error:
            raise PlatformUnavailable(
                "Discord does not open its gateway.", detail="gateway: no connection"
            ) from error

    async def run(self) -> None:
        wait = _FIRST_WAIT
        while not self._closed:
            began = self._platform.clock.monotonic()
            try:
                await self._one_client()
            except discord.PrivilegedIntentsRequired:
                self._intents.message_content = False
                _log.warning("message_content_refused", then="only messages with a mention can be read")
                continue
            except PlatformError as error:
                if self._gives_up(error):
                    return
            except Exception:  # noqa: BLE001 - the library lets out whatever an event's parser raises
                _log.exception("gateway_client_ended")
            if self._platform.clock.monotonic() - began > _LONGEST_WAIT:
                wait = _FIRST_WAIT
            await asyncio.sleep(wait)
            wait = min(2 * wait, _LONGEST_WAIT)

    async def close(self) -> None:
        self._closed = True
        if self._client is not None:
            await self._client.close()

    def _gives_up(self, error: PlatformError) -> bool:
        """Whoever starts us is told what is wrong; later it is only logged, as it may be put right."""
        if self._first.done() or error.retryable:
            _log.error("gateway_refused", reference=error.reference, detail=error.detail)
            return False
        self._first.set_exception(error)
        return True

    async def _one_client(self) -> None:
        """Until it ends. Raises PlatformError, and whatever the library raises."""
        point_library_at(self._config)
        told = await self._platform.calls.must(Call("GET gateway", "GET", "/gateway/bot"))
        count = int(told["shards"])
        shards = self._config.shards or Shards(0, count - 1, count)
        async with Door(self._platform, self._events, self._intents, shards, self._first) as client:
            self._client = client
            await login(client, self._config.token)
            try:
                await client.connect()
            except discord.ConnectionClosed as error:
                if error.code != _STRANGER:
                    raise
                raise PermissionMissing(_REFUSED, detail="gateway: 4004") from error


class Door(discord.AutoShardedClient):
    """The library's client. It keeps nothing in memory that it does not need, and has no callbacks of its own, so all
    buttons work after any restart. ``first``: done when it is connected."""

    def __init__(
        self,
        platform: DiscordPlatform,
        events: Events,
        intents: discord.Intents,
        shards: Shards,
        first: asyncio.Future[None],
    ) -> None:
        super().__init__(
            intents=intents,
            shard_count=shards.count,
            shard_ids=list(range(shards.first, shards.last + 1)),
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            chunk_guilds_at_startup=False,
            member_cache_flags=discord.MemberCacheFlags.none(),
            guild_ready_timeout=0.3,
            max_ratelimit_timeout=LONGEST_WAIT,
        )
        self._platform = platform
        self._events = events
        self._first = first

    async def on_shard_connect(self, shard: int) -> None:
        """A new session; a resumed one has missed nothing and is not told here."""
        if not self._first.done():
            self._first.set_result(None)
        shards = self.shard_count or 1
        bot = self._platform.bot
        await self._events.catch_up(
            lambda place: (int(place.workspace) >> 22) % shards == shard,
            lambda place, last: missed(self, place, last, bot),
        )

    async def on_error(self, event_method: str, /, *_: Any, **__: Any) -> None:
        _log.exception("event_failed", event_method=event_method)

    # -- interactions

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        told = signal(interaction)
        if told is None:
            return
        if told.place.thread is not None:
            self._platform.whereabouts.met(told.place.thread, told.place.channel)
        if told.place.workspace:
            self._platform.people.met(told.person, interaction.user.display_name)
        await self._events.interaction(told)

    # -- messages

    async def on_message(self, message: discord.Message) -> None:
        if self._matters(message):
            await self._events.message(str(message.channel.id), lambda: self._heard(message))

    async def on_raw_message_edit(self, event: discord.RawMessageUpdateEvent) -> None:
        if self._matters(event.message):
            await self._events.edit(str(event.channel_id), lambda: self._heard(event.message))

    async def on_raw_message_delete(self, event: discord.RawMessageDeleteEvent) -> None:
        await self._deleted(event.guild_id, event.channel_id, [event.message_id])

    async def on_raw_bulk_message_delete(self, event: discord.RawBulkMessageDeleteEvent) -> None:
        await self._deleted(event.guild_id, event.channel_id, sorted(event.message_ids))

    # -- threads and channels

    async def on_raw_thread_delete(self, event: discord.RawThreadDeleteEvent) -> None:
        await self._events.gone(
            Place(PLATFORM, str(event.guild_id), str(event.parent_id), str(event.thread_id))
        )

    async def on_raw_thread_update(self, event: discord.RawThreadUpdateEvent) -> None:
        place = Place(PLATFORM, str(event.guild_id), str(event.parent_id), str(event.thread_id))
        self._platform.whereabouts.met(str(event.thread_id), place.channel)
        if event.data["thread_metadata"].get("locked"):
            await self._events.gone(place)

    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        await self._events.gone(Place(PLATFORM, str(channel.guild.id), str(channel.id)))

    # -- where it is

    def _matters(self, message: discord.Message) -> bool:
        """Of a channel only what mentions us; of threads, and of what may be one, everything."""
        if message.guild is None or message.author.id == int(self._platform.bot.user):
            return False
        return self._maybe_thread(message.guild.id, message.channel.id) or self._named(message)

    def _named(self, message: discord.Message) -> bool:
        return mentions(message.content, self._platform.bot.user) or bool(message.role_mentions)

    def _maybe_thread(self, guild_id: int, channel_id: int) -> bool:
        """Tells where the library knows it, what is there."""
        guild = self.get_guild(guild_id)
        channel = guild.get_channel_or_thread(channel_id) if guild else None
        if channel is None:
            return True
        parent = str(channel.parent_id) if isinstance(channel, discord.Thread) else ""
        self._platform.whereabouts.met(str(channel_id), parent)
        return bool(parent)

    async def _heard(self, message: discord.Message) -> Heard | None:
        if message.guild is None:
            return None
        place = await self._platform.whereabouts.place(str(message.guild.id), str(message.channel.id))
        told = heard(message, place, self._platform.bot)
        if told is not None and not told.by_bot:
            self._platform.people.met(
                Person(place.workspace, str(message.author.id)), message.author.display_name
            )
        return told

    async def _deleted(self, guild_id: int | None, channel_id: int, messages: list[int]) -> None:
        if guild_id is not None and self._maybe_thread(guild_id, channel_id):
            await self._events.deletion(str(guild_id), str(channel_id), [str(each) for each in messages])
