"""What was said while the program was away: fetched for the threads of open sessions, oldest first."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Final

import aiohttp
import discord

from adapters.discord.events import Heard, heard
from adapters.discord.failures import refused, unreached
from adapters.discord.threads import Bot
from core.intents import Place

Read = Callable[[], Coroutine[Any, Any, Heard | None]]
"""Makes a message out, which may take a question to Discord; later ones of its channel wait meanwhile."""
Missed = Callable[[Place, str], Coroutine[Any, Any, list[Heard]]]
"""What was said in a thread after that message."""

_SECONDS: Final = 120.0


async def missed(client: discord.Client, place: Place, last: str, bot: Bot) -> list[Heard]:
    """What people said in a thread after the message `last`, oldest first. Raises PlatformError."""
    thread = int(place.thread or 0)
    channel = client.get_partial_messageable(thread, guild_id=int(place.workspace))
    after = discord.Object(int(last))
    try:
        async with asyncio.timeout(_SECONDS):
            later = [each async for each in channel.history(limit=None, after=after, oldest_first=True)]
    except (discord.HTTPException, discord.RateLimited) as error:
        raise refused("backlog", error, "Read Message History", thread=True) from error
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        raise unreached("backlog", error) from error
    messages = (heard(each, place, bot) for each in later)
    return [each for each in messages if each is not None]
