"""ETags: what a caller has already is not sent again."""

from __future__ import annotations

import hashlib

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import Message, Send


def tag_of(data: bytes) -> str:
    return f'"{hashlib.sha256(data).hexdigest()}"'


def has(headers: Headers, tag: str) -> bool:
    """Whether If-None-Match names the tag, weak ones alike."""
    given = headers.get("if-none-match", "")
    return given.strip() == "*" or tag in (one.strip().removeprefix("W/") for one in given.split(","))


class Tagging:
    """Around `send`: gives JSON that was asked for its tag, or 304 in its place."""

    def __init__(self, send: Send, headers: Headers) -> None:
        self._send, self._asked = send, headers
        self._start: Message | None = None
        self._parts: list[bytes] = []

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _taggable(message):
            self._start = message
            return
        if self._start is None:
            await self._send(message)
            return
        self._parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            await self._finish(self._start, b"".join(self._parts))

    async def _finish(self, start: Message, body: bytes) -> None:
        tag, headers = tag_of(body), MutableHeaders(scope=start)
        headers["etag"] = tag
        headers["cache-control"] = "private, no-cache"
        if has(self._asked, tag):
            start["status"] = 304
            del headers["content-length"]
            body = b""
        await self._send(start)
        await self._send({"type": "http.response.body", "body": body})


def _taggable(start: Message) -> bool:
    headers = Headers(scope=start)
    return (
        start["status"] == 200  # noqa: PLR2004 - the only one that says how things are
        and headers.get("content-type", "") == "application/json"
        and "etag" not in headers
    )
