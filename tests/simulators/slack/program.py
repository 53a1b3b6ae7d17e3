"""A small real Bolt program on a real socket, for the simulator to talk to."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulators.slack import SlackSimulator

Json = dict[str, Any]
_ANYTHING = re.compile("")
_EVENTS = (
    "app_mention",
    "app_home_opened",
    "member_joined_channel",
    "member_left_channel",
    "channel_archive",
    "channel_deleted",
    "channel_left",
    "reaction_added",
    "agent_session_stopped",
)


def people(slack: SlackSimulator) -> SlackSimulator:
    """Two people, a channel with the bot, one without, and a private one without."""
    slack.add_person("U1", "Ada")
    slack.add_person("U2", "Ben")
    slack.add_channel("C1", "general", members=["U1", "U2"])
    slack.add_channel("C2", "elsewhere", members=["U1"], bot_in=False)
    slack.add_channel("G1", "secret", private=True, members=["U1"], bot_in=False)
    return slack


@dataclass
class Program:
    """``bodies``: every payload that came, in order, noted before it is acked."""

    app: AsyncApp
    client: AsyncWebClient
    bodies: list[Json] = field(default_factory=list)

    def events(self, kind: str) -> list[Json]:
        """The events of a type, or of a subtype of message."""
        told = [body["event"] for body in self.bodies if body.get("type") == "event_callback"]
        return [event for event in told if event["type"] == kind or event.get("subtype") == kind]


@asynccontextmanager
async def client_of(slack: SlackSimulator, token: str | None = None) -> AsyncIterator[AsyncWebClient]:
    """The unmodified client, without retries, on a session that takes no proxy from the environment."""
    async with aiohttp.ClientSession(trust_env=False) as session:
        yield AsyncWebClient(token or slack.bot_token, slack.api_url, session=session, retry_handlers=[])


@asynccontextmanager
async def running(
    slack: SlackSimulator, listen: Callable[[Program], None] | None = None, *, sockets: int = 1
) -> AsyncIterator[Program]:
    """The program, connected. It hears everything and acks it."""
    async with client_of(slack) as client:
        program = Program(AsyncApp(client=client, ignoring_self_events_enabled=False), client)
        if listen is not None:
            listen(program)
        _hear(program)
        handlers = [AsyncSocketModeHandler(program.app, slack.app_token) for _ in range(sockets)]
        try:
            for handler in handlers:
                await handler.connect_async()  # type: ignore[no-untyped-call]  # slack_bolt leaves it untyped
            await slack.connected()
            yield program
        finally:
            for handler in handlers:
                await handler.close_async()  # type: ignore[no-untyped-call]  # slack_bolt leaves it untyped


def _hear(program: Program) -> None:
    async def note(body: Json, next_: Callable[[], Awaitable[None]]) -> None:
        program.bodies.append(body)
        await next_()

    async def ack(ack: Callable[[], Awaitable[None]]) -> None:
        await ack()

    program.app.use(note)
    program.app.event({"type": "message"})(ack)
    kinds: Json = {"type": "message", "subtype": _ANYTHING}
    program.app.event(kinds)(ack)
    for name in _EVENTS:
        program.app.event(name)(ack)
    program.app.action(_ANYTHING)(ack)
    program.app.view(_ANYTHING)(ack)
    program.app.command(_ANYTHING)(ack)
