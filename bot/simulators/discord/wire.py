"""Reading a REST request: JSON and multipart bodies, with the files by number; and answering one as Discord does."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import BodyPartReader, web

from bot.simulators.discord.outcomes import Refused, refused

BIGGEST_BODY = 120 * 1024 * 1024  # what the server reads at all; the platform's own limits are in `content`
_FILE = re.compile(r"^files?\[(\d+)\]$")


@dataclass(frozen=True, slots=True)
class Part:
    """A file of a multipart body."""

    name: str
    data: bytes
    content_type: str


@dataclass(frozen=True, slots=True)
class Given:
    """``body``: the JSON or ``payload_json``, an empty object when there is none. ``files``: by their number.
    ``size``: of the whole request, in bytes."""

    body: Any = field(default_factory=dict)
    files: Mapping[int, Part] = field(default_factory=dict)
    size: int = 0

    @property
    def fields(self) -> dict[str, Any]:
        """The body, which must be an object. Raises `Refused`."""
        if not isinstance(self.body, dict):
            raise refused(50109)
        return self.body

    def inside(self, key: str) -> Given:
        """The object under a key, with the same files."""
        return Given(self.fields.get(key) or {}, self.files, self.size)


_GIVEN = web.RequestKey("given", Given)


async def read(request: web.Request) -> Given:
    """Can be asked for again. Raises `Refused`: 50109 for broken JSON, 50035 for another content type, 40005 for too
    much."""
    if _GIVEN not in request:
        request[_GIVEN] = await _read(request)
    return request[_GIVEN]


async def _read(request: web.Request) -> Given:
    if not request.body_exists:
        return Given()
    if request.content_type.startswith("multipart/"):
        return await _multipart(request)
    data = await _whole(request)
    if not data:
        return Given()
    if request.content_type != "application/json":
        message = 'Expected "Content-Type" header to be one of {"application/json", "multipart/form-data"}.'
        errors = {"_errors": [{"code": "CONTENT_TYPE_INVALID", "message": message}]}
        raise Refused(400, 50035, "Invalid Form Body", {"errors": errors})
    return Given(_parsed(data), {}, len(data))


async def _whole(request: web.Request) -> bytes:
    try:
        return await request.read()
    except web.HTTPRequestEntityTooLarge:
        raise refused(40005) from None


def _parsed(data: bytes | str) -> Any:
    try:
        return json.loads(data)
    except ValueError:
        raise refused(50109) from None


async def _multipart(request: web.Request) -> Given:
    body: Any = {}
    files: dict[int, Part] = {}
    size = 0
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            continue
        data = bytes(await part.read())
        size += len(data)
        if size > BIGGEST_BODY:
            raise refused(40005)
        if part.name == "payload_json":
            body = _parsed(data)
        elif numbered := _FILE.match(part.name or ""):
            kind = part.headers.get("Content-Type", "application/octet-stream")
            files[int(numbered[1])] = Part(part.filename or "", data, kind)
    return Given(body, files, size)


def answer(payload: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """JSON whose Content-Type is exactly application/json: discord.py takes anything else for text."""
    body = json.dumps(payload).encode()
    return web.Response(
        body=body, status=status, headers={**(headers or {}), "Content-Type": "application/json"}
    )


def nothing(headers: Mapping[str, str] | None = None) -> web.Response:
    return web.Response(status=204, headers=headers)


def refusal(refused: Refused) -> web.Response:
    return answer(refused.body(), refused.status, refused.headers)
