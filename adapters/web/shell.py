"""Around every request: a reference for the log, limits of size and time, the headers that keep browsers safe, and an
answer whatever happens inside."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adapters.web.front import Limits
from adapters.web.identity import forged
from adapters.web.problems import OWN_FAULT, Problem, answer
from core.errors import ThreadwrightError

_log = structlog.get_logger(__name__)

UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_SAFETY = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cache-control": "no-store",
}
"""Each stands unless the answer brings its own."""
_YEAR = 31_536_000


class Shell:
    """ASGI middleware, the outermost of ours."""

    def __init__(self, app: ASGIApp, limits: Limits, *, secure: bool) -> None:
        self._app, self._limits = app, limits
        self._safety = dict(_SAFETY)
        if secure:
            self._safety["strict-transport-security"] = f"max-age={_YEAR}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        reference = secrets.token_hex(4)
        scope.setdefault("state", {})["reference"] = reference
        with structlog.contextvars.bound_contextvars(request=reference):
            await self._answer(scope, receive, _Sending(send, self._safety, reference))

    async def _answer(self, scope: Scope, receive: Receive, sending: _Sending) -> None:
        request, begun = Request(scope, receive), time.monotonic()
        try:
            await self._guarded(scope, receive, sending)
        except ClientDisconnect:
            _log.debug("client_gone")
        except Problem as problem:
            await answer(request, problem)(scope, receive, sending)
        except Exception as error:
            if sending.status:  # it began to answer: all that is left is to break off
                raise
            cause = error.reference if isinstance(error, ThreadwrightError) else None
            _log.exception("request_failed", reference=scope["state"]["reference"], cause=cause)
            await answer(request, Problem(500, OWN_FAULT))(scope, receive, sending)
        finally:
            spent = round(time.monotonic() - begun, 4)
            _log.debug("request", method=scope["method"], route=_route(scope), status=sending.status, s=spent)

    async def _guarded(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        if len(scope.get("query_string", b"")) > self._limits.query:
            raise Problem(
                414, f"The address is too long: at most {self._limits.query:,} bytes behind its `?`."
            )
        if scope["method"] not in UNSAFE:
            await self._app(scope, receive, send)
            return
        if headers.get("sec-fetch-site") == "cross-site" and "authorization" not in headers:
            raise forged()
        body = await self._body(headers, receive)
        scope["state"]["body"] = body
        await self._app(scope, _replayed(body, receive), send)

    async def _body(self, headers: Headers, receive: Receive) -> bytes:
        """Whole, before anybody looks at it."""
        too_large = Problem(413, f"That is too much at once: at most {self._limits.body:,} bytes.")
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length[:20]) > self._limits.body:
            raise too_large
        parts, size = [], 0
        try:
            async with asyncio.timeout(self._limits.upload):
                async for part in _parts(receive):
                    size += len(part)
                    if size > self._limits.body:
                        raise too_large
                    parts.append(part)
        except TimeoutError as error:
            raise Problem(
                408, "The request did not arrive in time.", headers={"Connection": "close"}
            ) from error
        return b"".join(parts)


async def _parts(receive: Receive) -> AsyncIterator[bytes]:
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        yield message.get("body", b"")
        if not message.get("more_body", False):
            return


def _replayed(body: bytes, receive: Receive) -> Receive:
    """The body at once; after it, what the connection says."""
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


def _route(scope: Scope) -> str:
    """The pattern, not the address: that may hold the secret of a link."""
    return str(getattr(scope.get("route"), "path", "-"))


class _Sending:
    """Puts our headers on the answer. ``status``: 0 until it begins."""

    def __init__(self, send: Send, safety: dict[str, str], reference: str) -> None:
        self._send, self._safety, self._reference = send, safety, reference
        self.status = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            for name, value in self._safety.items():
                headers.setdefault(name, value)
            headers["x-request-id"] = self._reference
        await self._send(message)
