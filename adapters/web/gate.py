"""Before every request to the API: who it is, how often they came, whether they may change things, and whether the
request was made before. Nothing behind it is reached by somebody unknown, not even to learn what is there. Before every
form of the pages: how often they came; the pages themselves look after the rest."""

from __future__ import annotations

from collections import Counter
from urllib.parse import unquote_plus

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adapters.web.front import Front
from adapters.web.identity import CSRF_HEADER, forged, known, nobody, read_only, same
from adapters.web.problems import Problem, Wrong, answer
from adapters.web.rates import Rates, Standing
from adapters.web.repeating import HEADER, Repeating
from adapters.web.shell import UNSAFE
from adapters.web.tagging import Tagging
from core.accounts import Caller
from core.accounts import Scope as Right

PREFIX = "/api/"
OPEN = "/api/openapi.json"
"""What the API looks like may be read by anybody."""
SIGN_IN = "/sign-in/"


class Gate:
    """ASGI middleware, within the shell."""

    def __init__(self, app: ASGIApp, front: Front) -> None:
        self._app = app
        self._repeating = Repeating(app, front.once)
        self._requests = Rates(front.limits.requests, front.clock.monotonic)
        self._writes = Rates(front.limits.writes, front.clock.monotonic)
        self._sign_ins = Rates(front.limits.sign_ins, front.clock.monotonic)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] == OPEN:
            await self._app(scope, receive, send)
        elif scope["path"].startswith(PREFIX):
            await self._to_api(Request(scope, receive), send)
        else:
            if scope["method"] in UNSAFE:
                await self._check_form(Request(scope, receive))
            await self._app(scope, receive, send)

    async def _check_form(self, request: Request) -> None:
        """Raises Problem 429. Whoever is not known is told so by the page; signing in is counted by where it comes from."""
        if request.url.path.startswith(SIGN_IN):
            _check_rate(self._sign_ins.take(request.client.host if request.client else ""))
        elif who := await known(request):
            _check_rate(self._take(who, unsafe=True))

    async def _to_api(self, request: Request, send: Send) -> None:
        scope, receive = request.scope, request.receive
        who = await known(request)
        if who is None:
            raise nobody()
        standing = self._take(who, unsafe=scope["method"] in UNSAFE)
        counted = _counted(send, standing)
        try:
            await self._admitted(request, who, standing, counted)
        except Problem as problem:
            await answer(request, problem)(scope, receive, counted)

    def _take(self, who: Caller, *, unsafe: bool) -> Standing:
        """The narrower of the two limits."""
        standing = self._requests.take(who.key)
        if unsafe and not standing.wait:
            standing = min(standing, self._writes.take(who.key), key=lambda one: (one.left, -one.wait))
        return standing

    async def _admitted(self, request: Request, who: Caller, standing: Standing, send: Send) -> None:
        _check_rate(standing)
        _check_query(request)
        if request.method not in UNSAFE:
            if Right.READ not in who.scopes:
                raise Problem(403, "This token may not read.")
            await self._app(request.scope, request.receive, Tagging(send, request.headers))
            return
        _check_right(request, who)
        _check_type(request)
        if request.method == "POST" and HEADER in request.headers:
            await self._repeating(request.scope, request.receive, send)
        else:
            await self._app(request.scope, request.receive, send)


def _check_rate(standing: Standing) -> None:
    if standing.wait:
        raise Problem(429, f"That is too often. Try again in {standing.wait} s.", headers=standing.headers)


def _check_query(request: Request) -> None:
    """A name that stands twice means two things; neither is guessed at."""
    raw = request.scope.get("query_string", b"").decode("latin-1")
    names = Counter(unquote_plus(part.partition("=")[0]) for part in raw.split("&") if part)
    twice = [name for name, count in names.items() if count > 1]
    if twice:
        name = twice[0][:100]
        raise Problem(422, "A parameter stands more than once.", (Wrong(name, "it stands more than once"),))


def _check_right(request: Request, who: Caller) -> None:
    if Right.WRITE not in who.scopes:
        raise read_only()
    if "authorization" not in request.headers and not same(request.headers.get(CSRF_HEADER, ""), who.csrf):
        raise forged()


def _check_type(request: Request) -> None:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if request.scope["state"].get("body") and kind != "application/json":
        raise Problem(415, "The body has to be JSON: send it as `Content-Type: application/json`.")


def _counted(send: Send, standing: Standing) -> Send:
    async def counted(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in standing.headers.items():
                headers[name] = value
        await send(message)

    return counted
