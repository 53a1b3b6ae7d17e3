"""Opens the way to Discord: the REST client, and who we are there. The one place where the library is pointed at an
address."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

import aiohttp
import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from adapters.discord.answers import Answers
from adapters.discord.calls import EVERYTHING, LONGEST_WAIT, Calls, discord_budget
from adapters.discord.cards import Cards
from adapters.discord.failures import refused, unreached
from adapters.discord.files import Files
from adapters.discord.membership import Membership
from adapters.discord.outbound import DiscordPlatform
from adapters.discord.people import People
from adapters.discord.streams import Streams
from adapters.discord.threads import Bot
from adapters.discord.whereabouts import Whereabouts
from adapters.shared.leases import Bank
from core.bus import Alone, Bus
from core.errors import PermissionMissing
from core.ports import Clock

_TIMEOUT: Final = aiohttp.ClientTimeout(total=30, connect=10)
_UNKNOWN: Final = (
    "Discord does not know my token. Whoever runs me sets `DISCORD_TOKEN` to the one under *Bot* in the developer "
    "portal."
)


@dataclass(frozen=True, slots=True)
class Shards:
    """The part of the guilds that one process listens to: shards ``first`` to ``last`` of ``count``, counted from 0."""

    first: int
    last: int
    count: int


@dataclass(frozen=True, slots=True)
class DiscordConfig:
    """``api_url``: root of the REST API, ending in `/api/v10`. ``gateway_url``: of the gateway's websocket. ``shards``:
    ``None`` listens to all guilds, by as many shards as Discord recommends."""

    token: str = field(repr=False)
    api_url: str = "https://discord.com/api/v10"
    gateway_url: str = "wss://gateway.discord.gg"
    shards: Shards | None = None


@asynccontextmanager
async def open_platform(
    config: DiscordConfig, clock: Clock, bank: Bank | None = None, bus: Bus | None = None
) -> AsyncIterator[DiscordPlatform]:
    """The platform while the block runs. ``bank``: of the rate budgets, where several processes call. ``bus``:
    between those. Raises PlatformError when Discord does not know the token."""
    async with logged_in(config) as client, aiohttp.ClientSession(timeout=_TIMEOUT) as http:
        assert client.user is not None, "it is logged in"
        bot = Bot(str(client.user.id), str(client.application_id))
        budget = discord_budget(clock, bank, bot.application)
        calls = Calls(client.http, budget, clock)
        yield DiscordPlatform(
            bot=bot,
            http=http,
            calls=calls,
            files=Files(calls, http, clock),
            people=People(calls, clock),
            membership=Membership(calls, bot),
            answers=Answers(http, config.api_url, bot.application, clock, bus or Alone()),
            whereabouts=Whereabouts(calls),
            cards=Cards(calls),
            clock=clock,
            streams=Streams(sharers=lambda: budget.sharers(EVERYTHING)),
        )


@asynccontextmanager
async def logged_in(config: DiscordConfig) -> AsyncIterator[discord.Client]:
    """A client for the REST API alone."""
    point_library_at(config)
    client = discord.Client(
        intents=discord.Intents(guilds=True),  # never asked for, but the library warns without it
        allowed_mentions=discord.AllowedMentions.none(),
        max_ratelimit_timeout=LONGEST_WAIT,
    )
    async with client:
        await login(client, config.token)
        yield client


async def login(client: discord.Client, token: str) -> None:
    """Raises PlatformError."""
    try:
        await client.login(token)
    except discord.LoginFailure as error:
        raise PermissionMissing(_UNKNOWN, detail="login: 401") from error
    except (discord.HTTPException, discord.RateLimited) as error:
        raise refused("login", error) from error
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        raise unreached("login", error) from error


def point_library_at(config: DiscordConfig) -> None:
    """The library keeps its addresses in its classes, so there is one Discord per process. Voice is not used: nothing
    has to be said about what it would need."""
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
    Route.BASE = config.api_url.rstrip("/")
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(config.gateway_url)
