"""A small real discord.py program on a real socket, for the simulator to talk to. The one place that points the library."""

from __future__ import annotations

import asyncio
import io
import json
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import aiohttp
import yarl

from bot.simulators.discord import DiscordSimulator

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # the library still imports audioop
    import discord
    from discord import app_commands

__all__ = ["Json", "Program", "app_commands", "discord", "people", "pointed", "rest", "running"]

Json = dict[str, Any]
Answer = Callable[["Program", discord.Interaction[Any]], Awaitable[None]]


def people(simulator: DiscordSimulator) -> DiscordSimulator:
    """Two people, a channel, one without the bot, a voice channel and a forum."""
    simulator.add_person("101", "Ada")
    simulator.add_person("102", "Ben")
    simulator.add_channel("301", "general")
    simulator.add_channel("302", "secret", private=True, members=["101"], bot_in=False)
    simulator.add_channel("303", "talking", kind="voice")
    simulator.add_channel("304", "ideas", kind="forum")
    return simulator


@contextmanager
def pointed(simulator: DiscordSimulator) -> Iterator[None]:
    """The unmodified library talks to the simulator instead of to Discord."""
    route, socket = discord.http.Route, discord.gateway.DiscordWebSocket
    before = route.BASE, socket.DEFAULT_GATEWAY, discord.asset.Asset.BASE
    route.BASE = simulator.api_url
    socket.DEFAULT_GATEWAY = yarl.URL(simulator.gateway_url)
    discord.asset.Asset.BASE = f"{simulator.api_url.removesuffix('/api/v10')}/cdn"
    try:
        yield
    finally:
        route.BASE, socket.DEFAULT_GATEWAY, discord.asset.Asset.BASE = before


class Program(discord.AutoShardedClient):
    """``seen``: every gateway frame, in order. ``answer``: what it does with an interaction that no command takes."""

    def __init__(self, answer: Answer | None, **options: Any) -> None:
        intents = discord.Intents(guilds=True, guild_messages=True, dm_messages=True)
        intents.message_content = options.pop("message_content", True)
        super().__init__(
            intents=intents, max_messages=None, chunk_guilds_at_startup=False, guild_ready_timeout=0.01,
            member_cache_flags=discord.MemberCacheFlags.none(), enable_debug_events=True, **options,
        )  # fmt: skip
        self.seen: list[Json] = []
        self._news = asyncio.Event()
        self.tree = app_commands.CommandTree(self)
        self._answer = answer

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Without the five seconds that the real platform asks for."""

    async def on_socket_raw_receive(self, text: str) -> None:
        self.seen.append(json.loads(text))
        self._news.set()

    async def until(self, condition: Callable[[], bool], timeout: float = 5) -> None:
        """Until what was seen makes it true."""
        async with asyncio.timeout(timeout):
            while not condition():
                self._news.clear()
                await self._news.wait()

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        if self._answer is not None:
            await self._answer(self, interaction)
            self._news.set()

    def events(self, kind: str) -> list[Json]:
        """What came with the dispatches of this name."""
        return [each["d"] for each in self.seen if each.get("t") == kind]

    def said(self) -> list[str]:
        return [each["content"] for each in self.events("MESSAGE_CREATE")]


@asynccontextmanager
async def running(
    simulator: DiscordSimulator,
    answer: Answer | None = None,
    prepare: Callable[[Program], None] | None = None,
    **options: Any,
) -> AsyncIterator[Program]:
    """The program, connected, with its commands registered. ``prepare``: adds commands to its tree."""
    with pointed(simulator):
        async with Program(answer, **options) as program, asyncio.TaskGroup() as tasks:
            await program.login(simulator.token)
            if prepare is not None:
                prepare(program)
                await program.tree.sync()
            connection = tasks.create_task(program.connect())
            await simulator.connected()
            yield program
            await program.close()
            await connection


Call = Callable[..., Awaitable[tuple[int, Any]]]


@asynccontextmanager
async def rest(simulator: DiscordSimulator, token: str | None = None) -> AsyncIterator[Call]:
    """Bare REST calls: ``await call("POST", "/channels/1/messages", {...}, files=[...])`` gives (status, answer)."""
    headers = {"Authorization": f"Bot {token or simulator.token}"}
    async with aiohttp.ClientSession(trust_env=False, headers=headers) as session:

        async def call(method: str, path: str, body: Any = None, *, files: Any = ()) -> tuple[int, Any]:
            async with session.request(method, simulator.api_url + path, **_body(body, files)) as got:
                assert got.status == 204 or got.headers["Content-Type"] == "application/json"
                return got.status, None if got.status == 204 else await got.json()

        yield call


def _body(body: Any, files: Any) -> Json:
    if not files:
        return {"json": body} if body is not None else {}
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("payload_json", json.dumps(body), content_type="application/json")
    for at, (name, data) in enumerate(files):
        form.add_field(
            f"files[{at}]", io.BytesIO(data), filename=name, content_type="application/octet-stream"
        )
    return {"data": form}
