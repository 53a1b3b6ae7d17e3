"""A file as an answer: whole or a part of it, under a proper name, and known by what is in it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from adapters.shared.background import background
from adapters.web.problems import Problem, answer
from adapters.web.tagging import has, tag_of

_CHUNK = 65_536
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
_PLAIN = re.compile(r"[^\w.+ -]", re.ASCII)


@dataclass(frozen=True, slots=True)
class Paper:
    """``name``: as it is to be stored; without one it is shown in place. ``kind``: the media type."""

    data: bytes
    kind: str
    name: str = ""


class Handing(Response):
    """Answers GET and HEAD, If-None-Match, and one Range. ``done`` is awaited when the last byte of the whole file was
    given to the connection of a plain GET that was still there."""

    def __init__(self, paper: Paper, done: Callable[[], Awaitable[None]] | None = None) -> None:
        super().__init__(paper.data, media_type=paper.kind)
        self._paper, self._done = paper, done

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        asked, size, tag = request.headers, len(self._paper.data), tag_of(self._paper.data)
        if has(asked, tag):
            await _start(send, 304, {"etag": tag, "cache-control": "private, no-cache"})
            await send({"type": "http.response.body", "body": b""})
            return
        wanted = _wanted(asked, tag)
        part = range(size) if wanted is None else _part(wanted, size)
        if part is None:
            headers = {"Content-Range": f"bytes */{size}"}
            await answer(request, Problem(416, f"The file has {size:,} bytes.", headers=headers))(
                scope, receive, send
            )
            return
        whole = wanted is None
        await _start(send, 200 if whole else 206, self._said(part, tag, whole=whole))
        if scope["method"] == "HEAD":
            await send({"type": "http.response.body", "body": b""})
        elif await _pour(self._paper.data[part.start : part.stop], receive, send) and whole and self._done:
            await self._done()

    def _said(self, part: range, tag: str, *, whole: bool) -> dict[str, str]:
        headers = {
            "content-type": self._paper.kind,
            "content-length": str(len(part)),
            "accept-ranges": "bytes",
            "cache-control": "private, no-cache",
            "etag": tag,
        }
        if self._paper.name:
            headers["content-disposition"] = disposition(self._paper.name)
        if not whole:
            headers["content-range"] = f"bytes {part.start}-{part.stop - 1}/{len(self._paper.data)}"
        return headers


def disposition(name: str) -> str:
    """As RFC 6266 has it, for old readers and new ones."""
    plain = _PLAIN.sub("_", name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _wanted(asked: Headers, tag: str) -> tuple[str, str] | None:
    """First and last byte as Range has them, either may be "". ``None``: the whole is wanted; so it is when the file has
    changed, when several parts are asked for, and when what is asked for cannot be read."""
    match = _RANGE.fullmatch(asked.get("range", "").strip())
    if match is None or asked.get("if-range", tag) != tag:
        return None
    first, last = match.groups()
    readable = (first or last) and (not first or not last or int(first) <= int(last))
    return (first, last) if readable else None


def _part(wanted: tuple[str, str], size: int) -> range | None:
    """``None``: none of it is there."""
    first, last = wanted
    if not first:
        return range(max(0, size - int(last)), size) if int(last) and size else None
    return range(int(first), min(int(last) + 1 if last else size, size)) if int(first) < size else None


async def _start(send: Send, status: int, headers: dict[str, str]) -> None:
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": raw})


async def _pour(data: bytes, receive: Receive, send: Send) -> bool:
    """Whether the caller was there until the last piece was on its way."""
    gone = asyncio.Event()
    async with background() as group:
        watching = group.create_task(_watch(receive, gone))
        for at in range(0, max(1, len(data)), _CHUNK):
            await asyncio.sleep(0)  # lets the connection say that it was closed
            if gone.is_set():
                return False
            more = at + _CHUNK < len(data)
            await send({"type": "http.response.body", "body": data[at : at + _CHUNK], "more_body": more})
        watching.cancel()
    return True


async def _watch(receive: Receive, gone: asyncio.Event) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    gone.set()
