"""Reading a Web API request: where the token is, JSON, form and query arguments, and their types."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.simulators.slack.outcomes import Refused
from bot.simulators.slack.world import Json


@dataclass(frozen=True, slots=True)
class Argument:
    """``kind``: str, int, bool, list or object; the last two may come as JSON in a string."""

    name: str
    kind: str
    required: bool


def arguments(*specs: str) -> Mapping[str, Argument]:
    """From "channel!" (required), "limit:int", "blocks:list" …; without a kind it is a string."""
    made = {}
    for spec in specs:
        name, _, kind = spec.partition(":")
        made[name.rstrip("!")] = Argument(name.rstrip("!"), kind or "str", name.endswith("!"))
    return made


async def read(request: web.Request) -> tuple[str, Json]:
    """The token ("" without one) and the raw arguments. Raises `Refused`."""
    given: Json = dict(request.query)
    if (
        request.method == "POST" and request.body_exists
    ):  # and not `can_read_body`: a fault may have read it already
        given |= await _body(request)
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    argument = given.pop("token", "")
    given.pop("team_id", None)  # the SDK sends it with every method of an installed workspace
    return (token if kind.lower() == "bearer" else str(argument)), given


async def _body(request: web.Request) -> Json:
    if request.content_type != "application/json":
        return dict(await request.post())
    try:
        body = json.loads(await request.text())
    except ValueError:
        raise Refused("invalid_json") from None
    if not isinstance(body, dict):
        raise Refused("json_not_object")
    return body


def typed(known: Mapping[str, Argument], given: Json) -> Json:
    """The arguments by their types, the absent and null ones left out. Raises `Refused`: invalid_arguments."""
    wrong = [f"[ERROR] unknown argument: {name}" for name in given.keys() - known.keys()]
    wrong += [
        f"[ERROR] missing required field: {each.name}"
        for each in known.values()
        if each.required and given.get(each.name) in (None, "")
    ]
    made = {}
    for name, value in given.items():
        if name in known and value is not None:
            try:
                made[name] = _typed(known[name].kind, value)
            except (ValueError, TypeError):
                wrong.append(f"[ERROR] must be of type {known[name].kind}: {name}")
    if wrong:
        raise Refused("invalid_arguments", *wrong)
    return made


def _typed(kind: str, value: Any) -> Any:
    match kind:
        case "str":
            return _string(value)
        case "int":
            return int(value)
        case "bool":
            return _boolean(value)
        case _:
            return _structure(kind, json.loads(value) if isinstance(value, str) else value)


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    known = {"1": True, "true": True, "0": False, "false": False}
    if str(value).lower() not in known:
        raise ValueError
    return known[str(value).lower()]


def _structure(kind: str, value: Any) -> Any:
    if not isinstance(value, list if kind == "list" else dict):
        raise TypeError
    return value
