"""The HTTP face: routes, the token, rate limits and faults around the operations, and who listens to the exchanges."""

from __future__ import annotations

import asyncio
import inspect
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.simulators.discord import accounts, attachments, channels, commands, interactions, messages, wire
from bot.simulators.discord.buckets import Buckets, limited
from bot.simulators.discord.calls import Call, Operation, Platform
from bot.simulators.discord.faults import Fault
from bot.simulators.discord.outcomes import Refused, no_such_route, refused, unauthorized
from bot.simulators.discord.wire import Given
from bot.simulators.discord.world import TOKEN
from bot.simulators.shared.faults import FaultOrders, cut

ROOT = "/api/v10"
OPERATIONS: Sequence[Operation] = (
    *messages.OPERATIONS, *channels.OPERATIONS, *accounts.OPERATIONS, *commands.OPERATIONS, *interactions.OPERATIONS,
)  # fmt: skip
_PARAMETER = re.compile(r"\{(\w+_id)\}")
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Exchange:
    """One REST call with its answer. ``path``: the template of the official OpenAPI file; ``body``: the JSON, None
    without one; ``answer``: the JSON, None for 204."""

    operation: str
    method: str
    path: str
    content_type: str
    body: Any
    status: int
    answer: Any


@dataclass(slots=True)
class Ledger:
    """``counts``: how often each operation was called, refusals included. ``invalid``: answers that Discord counts
    towards a ban. ``listeners``: are told of every exchange."""

    counts: dict[str, int] = field(default_factory=dict)
    invalid: int = 0
    listeners: list[Callable[[Exchange], None]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Server:
    platform: Platform
    faults: FaultOrders[Fault]
    buckets: Buckets
    ledger: Ledger

    def application(self, control: Handler) -> web.Application:
        """``control``: answers POST /_sim/<verb>."""
        app = web.Application(client_max_size=wire.BIGGEST_BODY)
        for operation in OPERATIONS:
            path = ROOT + _PARAMETER.sub(r"{\1:\\d+}", operation.path)
            app.router.add_route(
                operation.method, path, self._faulty(operation.name, self._serving(operation))
            )
        app.router.add_get("/gateway", self.platform.gateway.serve)
        app.router.add_get("/gateway/", self.platform.gateway.serve)
        app.router.add_get(
            "/cdn/attachments/{channel}/{attachment}/{name}",
            self._faulty("download", lambda got: attachments.hand_out(self.platform.world, got)),
        )
        app.router.add_post("/_sim/{verb}", control)
        app.router.add_route("*", "/{path:.*}", self._unknown)
        return app

    async def _unknown(self, request: web.Request) -> web.Response:
        self.platform.world.unknown_routes.append(f"{request.method} {request.path}")
        return wire.refusal(no_such_route())

    def _serving(self, operation: Operation) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handle(request: web.Request) -> web.Response:
            self.ledger.counts[operation.name] = self.ledger.counts.get(operation.name, 0) + 1
            given = Given()
            headers: Mapping[str, str] = {}
            try:
                headers = self._admit(operation, request)
                given = await wire.read(request)
                call = Call(self.platform, operation.name, request.match_info, request.query, given)
                payload = operation.run(call)
                status = 204 if payload is None else operation.status
            except Refused as no:
                payload, status, headers = no.body(), no.status, {**headers, **no.headers}
            except ConnectionError:  # who asked is gone in the middle of the request, which had no effect yet
                raise
            except Exception as fault:
                self.platform.world.problems.append(
                    f"the simulator itself failed at {operation.name}: {fault!r}"
                )
                raise
            self._told(operation, request, given, status, payload)
            return wire.nothing(headers) if status == 204 else wire.answer(payload, status, headers)

        return handle

    def _admit(self, operation: Operation, request: web.Request) -> Mapping[str, str]:
        """The rate limit headers. Raises `Refused`: 401, 429, 40005."""
        if not operation.open and request.headers.get("Authorization") != f"Bot {TOKEN}":
            raise unauthorized()
        headers = self.buckets.take(operation.bucket or operation.name, request.match_info)
        if (request.content_length or 0) > wire.BIGGEST_BODY:
            raise refused(40005)
        return headers

    def _told(
        self, operation: Operation, request: web.Request, given: Given, status: int, payload: Any
    ) -> None:
        if status in (401, 403, 429):
            self.ledger.invalid += 1
        body = given.body if request.body_exists else None
        exchange = Exchange(
            operation.name, operation.method, operation.path, request.content_type, body, status, payload
        )
        for listener in self.ledger.listeners:
            listener(exchange)
        self.platform.world.touch()

    def _faulty(
        self, name: str, work: Callable[[web.Request], web.Response | Awaitable[web.Response]]
    ) -> Handler:
        """The work, spoiled as ordered."""

        async def handle(request: web.Request) -> web.StreamResponse:
            fault = self.faults.take(name)
            if fault is not None:
                spoiled = await _before(fault, request)
                self.ledger.invalid += fault.kind == "ratelimited" and fault.scope != "shared"
                if spoiled is not None:
                    await request.read()
                    return spoiled
            result = work(request)
            response = await result if inspect.isawaitable(result) else result
            return _after(fault, request) or response

        return handle


async def _before(fault: Fault, request: web.Request) -> web.Response | None:
    """What is answered instead of doing the work; None when the work goes on."""
    match fault.kind:
        case "ratelimited":
            return wire.refusal(limited(fault.retry_after, fault.scope))
        case "500":
            return _server_error(fault)
        case "error":
            return wire.refusal(_error(fault))
        case "cut_before":
            return cut(request)
        case "slow":
            with suppress(Refused):  # it is told when the work is done
                await wire.read(request)  # the client may be gone when the delay is over
            await asyncio.sleep(fault.delay)
    return None


def _after(fault: Fault | None, request: web.Request) -> web.Response | None:
    """What is answered though the work was done."""
    if fault is None:
        return None
    match fault.kind:
        case "cut_after":
            return cut(request)
        case "500_after":
            return _server_error(fault)
    return None


def _error(fault: Fault) -> Refused:
    try:
        known = refused(fault.code)
    except KeyError:
        return Refused(fault.status or 400, fault.code, "Error")
    return Refused(fault.status or known.status, known.code, known.message)


def _server_error(fault: Fault) -> web.Response:
    return wire.refusal(Refused(fault.status or 500, 0, f"{fault.status or 500}: Internal Server Error"))
