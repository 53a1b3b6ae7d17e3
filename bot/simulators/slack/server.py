"""The HTTP face: routes, tokens, scopes, tiers and faults around the Web API methods."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from aiohttp import web

from bot.simulators.shared.faults import FaultOrders, cut
from bot.simulators.slack import accounts, chat, conversations, hooks, lists, modals, uploads, wire
from bot.simulators.slack.calls import Call, Method, Platform
from bot.simulators.slack.faults import Fault
from bot.simulators.slack.outcomes import Limited, Refused
from bot.simulators.slack.streams import Streams
from bot.simulators.slack.tiers import Tiers
from bot.simulators.slack.uploads import Uploads
from bot.simulators.slack.world import APP_TOKEN, Json, Workspace

_BIGGEST_BODY = 64 * 1024 * 1024
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def methods(streams: Streams, files: Uploads) -> Mapping[str, Method]:
    """Every Web API method there is."""
    fixed = chat.METHODS | conversations.METHODS | lists.METHODS | modals.METHODS | accounts.METHODS
    return {**fixed, **streams.methods(), **files.methods()}


@dataclass(frozen=True, slots=True)
class Exchange:
    """One call of the Web API with its answer. ``given``: its arguments as they came. ``status``: 200, or 429."""

    method: str
    workspace: str
    given: Json
    status: int
    answer: Json


@dataclass(frozen=True, slots=True)
class Server:
    """``counts``: how often each method was called, refusals included. ``listeners``: are told of every call."""

    platform: Platform
    methods: Mapping[str, Method]
    faults: FaultOrders[Fault]
    tiers: Tiers
    counts: dict[str, int]
    listeners: list[Callable[[Exchange], None]]

    def application(self, control: Handler) -> web.Application:
        """``control``: answers POST /_sim/<verb>."""
        world = self.platform.world
        app = web.Application(client_max_size=_BIGGEST_BODY)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_get("/link/", self.platform.sockets.serve)
        app.router.add_post(
            "/upload/v1/{file}", self._faulty("upload", lambda got: uploads.receive(world, got))
        )
        app.router.add_get(
            "/files-pri/{key}/{path:.*}", self._faulty("download", lambda got: uploads.hand_out(world, got))
        )
        app.router.add_post(
            "/actions/{team}/{hook}",
            self._faulty("response_url", lambda got: hooks.answer(self.platform, got)),
        )
        app.router.add_post("/_sim/{verb}", control)
        app.router.add_route("*", "/{path:.*}", self._unknown)
        return app

    async def _unknown(self, request: web.Request) -> web.Response:
        self.platform.world.unknown_routes.append(f"{request.method} {request.path}")
        return web.json_response({"ok": False, "error": "unknown_method"}, status=404)

    async def _api(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        self.counts[name] = self.counts.get(name, 0) + 1
        return await self._faulty(name, lambda got: self._answer(name, got))(request)

    async def _answer(self, name: str, request: web.Request) -> web.Response:
        token, given = "", Json()
        try:
            token, given = await wire.read(request)
            body = {"ok": True, **self._call(name, token, given)}
        except Limited as limited:
            self._told(name, token, given, 429, {})
            return _limited(limited.seconds)
        except Refused as refused:
            body = refused.body()
        self._told(name, token, given, 200, body)
        self.platform.world.touch()
        return web.json_response(body, headers=self._scopes())

    def _told(self, name: str, token: str, given: Json, status: int, answer: Json) -> None:
        if not self.listeners:
            return
        teams = self.platform.world.workspaces.values()
        team = next((each.id for each in teams if each.token == token), "")
        for listener in self.listeners:
            listener(Exchange(name, team, given, status, answer))

    def _scopes(self) -> dict[str, str]:
        scopes = self.platform.world.scopes
        return {"x-oauth-scopes": ",".join(sorted(scopes))} if scopes is not None else {}

    def _call(self, name: str, token: str, given: Json) -> Json:
        method = self.methods.get(name)
        if method is None:
            self.platform.world.unknown_routes.append(f"/api/{name}")
            raise Refused("unknown_method")
        team = self._team(token, method)
        try:
            args = wire.typed(method.arguments, given)
        except Refused as refused:
            self.platform.world.problems.append(f"{name}: {'; '.join(refused.messages)}")
            raise
        call = Call(self.platform, team, args)
        call.need(*method.scopes)
        seconds = self.tiers.wait(team.id, name, method.tier, call.text("channel"))
        if seconds:
            raise Limited(seconds)
        return method.run(call)

    def _team(self, token: str, method: Method) -> Workspace:
        """Whose token it is. Raises `Refused`."""
        world = self.platform.world
        if not token:
            raise Refused("not_authed")
        if token == APP_TOKEN:
            if not method.app_level:
                raise Refused("not_allowed_token_type")
            return world.workspaces["T1"]
        for team in world.workspaces.values():
            if team.installed and team.token == token:
                if team.revoked:
                    raise Refused("token_revoked")
                if method.app_level:
                    raise Refused("not_allowed_token_type")
                return team
        raise Refused("invalid_auth")

    def _faulty(
        self, name: str, work: Callable[[web.Request], web.Response | Awaitable[web.Response]]
    ) -> Handler:
        """The work, spoiled as ordered."""

        async def handle(request: web.Request) -> web.StreamResponse:
            fault = self.faults.take(name)
            if fault is not None:
                await request.read()
                spoiled = await _before(fault, request)
                if spoiled is not None:
                    return spoiled
            result = work(request)
            response = await result if inspect.isawaitable(result) else result
            if fault is not None and fault.kind == "cut_after":
                return cut(request)
            return response

        return handle


async def _before(fault: Fault, request: web.Request) -> web.Response | None:
    """What is answered instead of doing the work; None when the work goes on."""
    match fault.kind:
        case "ratelimited":
            return _limited(fault.retry_after)
        case "500":
            return web.Response(status=500, text="Internal Server Error")
        case "error":
            return web.json_response({"ok": False, "error": fault.error})
        case "cut_before":
            return cut(request)
        case "slow":
            await asyncio.sleep(fault.delay)
    return None


def _limited(seconds: int) -> web.Response:
    headers = {"Retry-After": str(seconds)}
    return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
