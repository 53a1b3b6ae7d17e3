"""Driving a running simulator from outside: POST /_sim/<verb> with the arguments as a JSON object."""

from __future__ import annotations

import base64
import dataclasses
import inspect
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.simulators.shared.outcomes import ClientRefused, NotAcked


@dataclass(frozen=True, slots=True)
class Control:
    """``verbs``: all that can be asked for; what they return comes as ``{"result": …}``. ``arguments``: theirs, from
    the JSON object that came."""

    verbs: Mapping[str, Callable[..., Any]]
    arguments: Callable[[dict[str, Any]], dict[str, Any]]

    async def handle(self, request: web.Request) -> web.Response:
        verb = self.verbs.get(request.match_info["verb"])
        if verb is None:
            return _error(404, f"no such verb; there are {sorted(self.verbs)}")
        try:
            result = verb(**self.arguments(_object(await request.text())))
            result = await result if inspect.isawaitable(result) else result
        except (NotAcked, ClientRefused, LookupError, TimeoutError) as refused:
            return _error(409, f"{type(refused).__name__}: {refused}")
        except (TypeError, ValueError) as wrong:
            return _error(400, str(wrong))
        return web.json_response({"result": _plain(result)})


def data_of(file: Mapping[str, str]) -> bytes:
    """What is in a file that came as {"base64"} or {"text"}."""
    return base64.b64decode(file["base64"]) if "base64" in file else file["text"].encode()


def _error(status: int, why: str) -> web.Response:
    return web.json_response({"error": why}, status=status)


def _object(text: str) -> dict[str, Any]:
    given = json.loads(text or "{}")
    if not isinstance(given, dict):
        raise TypeError("the body must be a JSON object")
    return given


def _plain(value: Any) -> Any:
    """As JSON has it; bytes in base64."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {each.name: _plain(getattr(value, each.name)) for each in dataclasses.fields(value)}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return dict(value) if isinstance(value, Mapping) else value
