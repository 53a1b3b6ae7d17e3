"""Idempotency keys: a POST that is sent again under the same key is done once, and answered as before."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable

import orjson
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adapters.web.problems import PROBLEM, Problem, Wrong, reference_of
from core.accounts import Caller
from core.library import Once, Recalled

HEADER = "idempotency-key"
_KEY = re.compile(r"[\x21-\x7e]{1,128}")
_KEPT = ("content-type", "location")
_OWN_FAULT = 500
_LATER = (408, 429)


class Repeating:
    """Runs an application for requests that bring a key."""

    def __init__(self, app: ASGIApp, once: Once) -> None:
        self._app, self._once = app, once
        self._under_way: set[tuple[str, str]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Raises Problem when the key cannot be used."""
        who: Caller = scope["state"]["caller"]
        key = Headers(scope=scope)[HEADER]
        if not _KEY.fullmatch(key):
            raise _wrong("it has 1 to 128 letters, digits or signs")
        mark, digest = (who.key, key), _digest(scope)
        if mark in self._under_way:
            raise Problem(
                409, "The same request is under way. Wait for its answer.", headers={"Retry-After": "1"}
            )
        self._under_way.add(mark)
        try:
            recalled = await self._once.recall(who, key, digest)
            if recalled is None:
                await self._run(scope, receive, send, (who, key, digest))
            else:
                await _again(recalled)(scope, receive, send)
        finally:
            self._under_way.discard(mark)

    async def _run(self, scope: Scope, receive: Receive, send: Send, named: tuple[Caller, str, str]) -> None:
        who, key, _ = named
        scope["state"]["event"] = hashlib.sha256(f"{who.key} {key}".encode()).hexdigest()[:40]
        answer = _Answer()
        await self._app(scope, receive, answer.take)
        if answer.status < _OWN_FAULT and answer.status not in _LATER:
            await self._once.keep(*named, *answer.kept(Request(scope)))
        for message in answer.messages:  # kept before anybody hears of it
            await send(message)


class _Answer:
    """An answer that has been given to us, not yet to the caller."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    async def take(self, message: Message) -> None:
        self.messages.append(message)

    @property
    def status(self) -> int:
        return int(self.messages[0]["status"])

    def kept(self, request: Request) -> tuple[int, str]:
        if request.scope["state"].get("told_once"):
            return _told_once(reference_of(request))
        headers = Headers(scope=self.messages[0])
        body = b"".join(message.get("body", b"") for message in self.messages[1:])
        named = {name: headers[name] for name in _KEPT if name in headers}
        return self.status, orjson.dumps([named, base64.b64encode(body).decode()]).decode()


def tell_once(request: Request) -> None:
    """What is answered holds a secret, and must not be kept."""
    request.scope["state"]["told_once"] = True


def _told_once(reference: str) -> tuple[int, str]:
    problem = Problem(409, "This was done already, and its answer is told only once.")
    body = base64.b64encode(orjson.dumps(problem.body(reference))).decode()
    return problem.status, orjson.dumps([{"content-type": PROBLEM}, body]).decode()


def _again(recalled: Recalled) -> Response:
    if not recalled.same:
        raise _wrong("it was used for another request")
    headers, body = orjson.loads(recalled.body)
    return Response(base64.b64decode(body), recalled.status, {**headers, "idempotency-replayed": "true"})


def _wrong(reason: str) -> Problem:
    return Problem(422, f"The Idempotency-Key does not fit: {reason}.", (Wrong("Idempotency-Key", reason),))


def _digest(scope: Scope) -> str:
    parts: Iterable[bytes] = (
        scope["method"].encode(),
        scope["path"].encode(errors="replace"),
        scope.get("query_string", b""),
        scope["state"].get("body", b""),
    )
    return hashlib.sha256(b"\0".join(parts)).hexdigest()
