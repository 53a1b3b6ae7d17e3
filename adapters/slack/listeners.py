"""The door: Slack's payloads come in by Socket Mode, are committed at the desk, and only then get their ack.

Bolt acks an event before its listeners run, so the work is done in a middleware, which runs before the ack. It stands
before Bolt's authorization, since it needs none: the platform has its own client."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from typing import Any, Final, cast

import structlog
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from adapters.shared.background import background
from adapters.shared.remembered import Remembered
from adapters.slack.adapter import SlackConfig, on_loopback
from adapters.slack.dialogs import Dialogs
from adapters.slack.forms import as_typed
from adapters.slack.inbound import (
    Asked,
    NewSession,
    ShowCode,
    ShowRequirements,
    gesture,
    in_direct_message,
    slash_person,
)
from adapters.slack.outbound import SlackPlatform
from core.desk import Desk, Outcome, Receipt
from core.errors import PlatformError, PlatformUnavailable
from core.intents import OpenSession, Person, Place
from core.replies import Reply

_log = structlog.get_logger(__name__)

_PING_SECONDS: Final = 5
"""A dead socket is noticed after so long; the SDK's default is ten."""
_CONNECT_SECONDS: Final = 30
_REMEMBERED: Final = 2_000
_FOREIGN: Final = (
    "I cannot work in other people's direct messages. Use `/automation` in a channel, or in your own direct message "
    "with me."
)


@asynccontextmanager
async def listen(platform: SlackPlatform, desk: Desk, config: SlackConfig) -> AsyncIterator[None]:
    """Takes in what people do while the block runs; at its end what has come in is finished and acked.
    Raises PlatformError when Slack does not let us in."""
    async with background() as group:
        intake = Intake(platform, desk, group)
        handler = _handler(platform, intake, config)
        try:
            await _connect(platform, handler)
            yield
        finally:
            handler.client.socket_mode_request_listeners.clear()  # what comes now is brought to somebody else
            await intake.idle()
            await handler.close_async()  # type: ignore[no-untyped-call]  # the SDK leaves it untyped


class Intake:
    """Takes payloads to the desk, and what the desk says back to the person."""

    def __init__(self, platform: SlackPlatform, desk: Desk, group: asyncio.TaskGroup) -> None:
        self._platform = platform
        self._desk = desk
        self._dialogs = Dialogs(platform, desk)
        self._group = group
        self._answered = Remembered(_REMEMBERED)
        self._busy = 0
        self._idle = asyncio.Event()
        self._idle.set()

    async def take(self, payload: Mapping[str, Any]) -> BoltResponse:
        """The ack, when the payload is committed or of no concern. Raises when it could not be stored: no ack, so
        Slack brings events again, and tells people that it did not work."""
        direct = in_direct_message(payload)
        if direct and not await self._in_own_direct(payload):
            return _ack()
        asked = gesture(payload, self._platform.bot, self._platform.clock.now(), direct=direct)
        if isinstance(asked, Asked):
            return await self._hand_in(asked)
        if asked is not None:
            await self._open(asked)
        return _ack()

    @contextmanager
    def working(self) -> Iterator[None]:
        """Around everything that has to be finished before the end."""
        self._busy += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._busy -= 1
            if not self._busy:
                self._idle.set()

    async def idle(self) -> None:
        await self._idle.wait()

    async def _hand_in(self, asked: Asked) -> BoltResponse:
        receipt = await self._desk.receive(asked.intent)
        refused = receipt.outcome is Outcome.REFUSED
        if refused and receipt.reply and receipt.field and receipt.field in (asked.fields or ()):
            return _ack({"response_action": "errors", "errors": {receipt.field: receipt.reply.text}})
        reply = _answer(asked, receipt)
        origin = asked.intent.origin
        keys = [key for key in (origin.event_key, origin.alias_key) if key]
        if reply is not None and self._answered.first(*keys):
            self._tell(origin.place, origin.person, reply, asked.response_url)
        return _ack()

    async def _open(self, asked: NewSession | ShowRequirements | ShowCode) -> None:
        try:
            match asked:
                case NewSession():
                    await self._dialogs.new_session(asked)
                case ShowRequirements():
                    await self._dialogs.requirements(asked)
                case ShowCode():
                    await self._dialogs.code(asked)
        except PlatformError as error:
            if isinstance(asked, ShowCode) and asked.view:
                _log.info("page_not_turned", reference=error.reference, detail=error.detail)
                return
            _log.warning("dialog_failed", reference=error.reference, detail=error.detail)
            place, url = asked.where.place(self._platform.bot.workspace), asked.where.response_url
            self._tell(place, asked.person, Reply(f"{error.sentence} `ref {error.reference}`"), url)

    async def _in_own_direct(self, payload: Mapping[str, Any]) -> bool:
        """Whether a direct message is the person's own one with us. If not, the person is told."""
        person, channel = slash_person(payload), str(payload["channel_id"])
        place = Place(self._platform.name, self._platform.bot.workspace, channel)
        try:
            if await self._platform.people.direct(person) == channel:
                return True
            reply = Reply(_FOREIGN)
        except PlatformError as error:
            reply = Reply(error.sentence)
        self._tell(place, person, reply, str(payload.get("response_url") or ""))
        return False

    def _tell(self, place: Place, person: Person, reply: Reply, response_url: str) -> None:
        """After the ack: an answer takes a call, and the ack does not wait for it."""
        self._later(self._dialogs.tell(place, person, reply, response_url))

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        self._group.create_task(work)


def _answer(asked: Asked, receipt: Receipt) -> Reply | None:
    """What the person is told. A form that is refused as a whole closes, so what was typed is given back."""
    reply = receipt.reply
    if reply and receipt.outcome is Outcome.REFUSED and isinstance(asked.intent, OpenSession):
        return replace(reply, text=f"{reply.text}\n\nThis is what you typed:\n\n{as_typed(asked.intent)}")
    return reply


def _ack(body: dict[str, Any] | None = None) -> BoltResponse:
    return BoltResponse(status=200, body=body or "")


def _handler(platform: SlackPlatform, intake: Intake, config: SlackConfig) -> AsyncSocketModeHandler:
    async def take(body: dict[str, Any]) -> BoltResponse:
        return await intake.take(body)

    # Bolt looks for a token in the environment by itself, and warns at every start that it does not need it.
    framework, socket = logging.getLogger("slack_bolt.app"), logging.getLogger("slack_sdk.socket_mode")
    framework.setLevel(logging.ERROR)
    app = AsyncApp(name="threadwright", client=platform.calls.client, before_authorize=take, logger=framework)
    handler = AsyncSocketModeHandler(app, config.app_token, logger=socket, ping_interval=_PING_SECONDS)
    if on_loopback(config.api_url):
        handler.client.proxy = None

    async def handle(client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        with intake.working():  # until the ack is sent
            await handler.handle(cast("SocketModeClient", client), request)

    handler.client.socket_mode_request_listeners[:] = [handle]
    return handler


async def _connect(platform: SlackPlatform, handler: AsyncSocketModeHandler) -> None:
    """The SDK would try for ever with a wrong token, so the first address is asked for here."""
    told = await platform.calls.must(
        "apps.connections.open",
        lambda client: client.apps_connections_open(app_token=handler.app_token),
    )
    handler.client.wss_uri = str(told["url"])
    try:
        async with asyncio.timeout(_CONNECT_SECONDS):
            await handler.connect_async()  # type: ignore[no-untyped-call]  # the SDK leaves it untyped
    except TimeoutError as error:
        raise PlatformUnavailable(
            "Slack does not open its socket.", detail="socket mode: no connection"
        ) from error
