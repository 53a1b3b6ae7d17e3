"""The simulator's routes: chat completions with and without a stream, models, key, generation."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import orjson
from aiohttp import web

from bot.simulators.openrouter import frames, problems
from bot.simulators.openrouter.answers import Answer, Problem
from bot.simulators.openrouter.bodies import prompt_tokens
from bot.simulators.openrouter.cache import Wish, free_of_charge, hit, missed, wish_of
from bot.simulators.openrouter.frames import Call
from bot.simulators.openrouter.models import find
from bot.simulators.openrouter.performance import perform
from bot.simulators.openrouter.refusals import answering, refusal
from bot.simulators.openrouter.state import State

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_LARGEST_BODY = 32 * 1024 * 1024


def make_app(simulator: State) -> web.Application:
    routes = _Routes(simulator)
    app = web.Application(client_max_size=_LARGEST_BODY)
    app.router.add_post("/api/v1/chat/completions", routes.chat)
    app.router.add_get("/api/v1/models", routes.models)
    app.router.add_get("/api/v1/model/{author}/{slug}", routes.model)
    app.router.add_get("/api/v1/key", routes.key)
    app.router.add_get("/api/v1/credits", routes.credits)
    app.router.add_get("/api/v1/generation", routes.generation)
    app.router.add_route("*", "/{rest:.*}", routes.unknown)
    return app


class _Routes:
    def __init__(self, simulator: State) -> None:
        self._simulator = simulator
        self._peers: set[object] = set()
        self._calls = 0

    async def chat(self, request: web.Request) -> web.StreamResponse:
        refused = self._unauthorised(request)
        if refused:
            return _refused(refused)
        sent = await request.read()
        try:
            body = orjson.loads(sent)
        except orjson.JSONDecodeError:
            return _refused(problems.invalid("Unexpected token in JSON"))
        if not isinstance(body, dict):
            return _refused(problems.invalid("Expected object"))
        self._note(request, body)
        simulator = self._simulator
        refused = refusal(body, simulator.models, simulator.affordable)
        if refused:
            return _refused(refused)
        wish = wish_of(request.headers, sent)
        if known := simulator.cache.get(wish):
            return await self._answered(request, body, free_of_charge(known.answer), hit(known))
        found = simulator.next_answer(body)
        if isinstance(found, Problem):
            return _refused(found)
        return await self._answered(request, body, found, missed(wish), wish)

    async def models(self, _request: web.Request) -> web.StreamResponse:
        entries = [model.as_json() for model in self._simulator.models.values()]
        return _json({"data": entries, "total_count": len(entries), "links": {"next": None}})

    async def model(self, request: web.Request) -> web.StreamResponse:
        name = f"{request.match_info['author']}/{request.match_info['slug']}"
        model = find(self._simulator.models, name)
        return _json({"data": model.as_json()}) if model else _refused(problems.plain(404, "Model not found"))

    async def key(self, request: web.Request) -> web.StreamResponse:
        refused = self._unauthorised(request)
        return _refused(refused) if refused else _json({"data": self._simulator.ledger.key()})

    async def credits(self, request: web.Request) -> web.StreamResponse:
        refused = self._unauthorised(request)
        return _refused(refused or problems.plain(403, "Only management keys can perform this operation"))

    async def generation(self, request: web.Request) -> web.StreamResponse:
        refused = self._unauthorised(request)
        if refused:
            return _refused(refused)
        id_ = request.query.get("id", "")
        record = self._simulator.ledger.found(id_)
        return (
            _json({"data": record})
            if record
            else _refused(problems.plain(404, f"Generation {id_} not found"))
        )

    async def unknown(self, request: web.Request) -> web.StreamResponse:
        self._simulator.unknown_routes.append(f"{request.method} {request.path}")
        return _refused(problems.plain(404, "Not Found"))

    async def _answered(
        self,
        request: web.Request,
        body: dict[str, Any],
        answer: Answer,
        headers: Mapping[str, str],
        wish: Wish | None = None,
    ) -> web.StreamResponse:
        simulator, model = self._simulator, answering(body, self._simulator.models)
        assert model is not None, "refused before"
        self._calls += 1
        call = Call(f"gen-{self._calls:06}", answer.model or model.id, prompt_tokens(body))
        headers = {"X-Generation-Id": call.id, **headers}
        if body.get("stream"):
            response, whole = await perform(simulator, request, answer, call, headers)
        else:
            response, whole = await self._said_at_once(answer, call, headers), True
        if wish is not None and whole:
            simulator.cache.put(wish, answer, call.id)
        return response

    async def _said_at_once(
        self, answer: Answer, call: Call, headers: Mapping[str, str]
    ) -> web.StreamResponse:
        if answer.hold:
            await answer.hold.wait()
        await asyncio.sleep(answer.pace)
        self._simulator.ledger.enter(
            call.id, call.model, frames.usage(answer, call), answer.finish, cancelled=False
        )
        return web.Response(body=frames.whole(answer, call), content_type="application/json", headers=headers)

    def _note(self, request: web.Request, body: dict[str, Any]) -> None:
        simulator = self._simulator
        if request.transport is not None:
            self._peers.add(request.transport.get_extra_info("peername"))
            simulator.connections = len(self._peers)
        simulator.requests.append(body)
        simulator.headers.append(dict(request.headers))
        simulator.changed()

    def _unauthorised(self, request: web.Request) -> Problem | None:
        given = request.headers.get("Authorization", "")
        if not given:
            return problems.no_key()
        return None if given == f"Bearer {self._simulator.key}" else problems.wrong_key()


def _json(payload: Mapping[str, Any]) -> web.Response:
    return web.Response(body=orjson.dumps(payload), content_type="application/json")


def _refused(problem: Problem) -> web.Response:
    if isinstance(problem.body, str):
        return web.Response(
            status=problem.status, text=problem.body, content_type="text/html", headers=problem.headers
        )
    return web.Response(
        status=problem.status,
        body=orjson.dumps(problem.body),
        content_type="application/json",
        headers=problem.headers,
    )
