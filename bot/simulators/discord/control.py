"""Driving a running simulator from outside: POST /_sim/<verb> with the arguments as a JSON object."""

from __future__ import annotations

import base64
import dataclasses
import inspect
import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from aiohttp import web

from bot.simulators.discord.faults import Fault
from bot.simulators.discord.outcomes import ClientRefused, NotAcked
from bot.simulators.discord.shown import Upload

if TYPE_CHECKING:
    from bot.simulators.discord.simulator import DiscordSimulator


class Control:
    """The verbs, each under its own name in the Python API; what they return comes as ``{"result": …}``."""

    def __init__(self, simulator: DiscordSimulator) -> None:
        self._verbs = _verbs(simulator)

    async def handle(self, request: web.Request) -> web.Response:
        verb = self._verbs.get(request.match_info["verb"])
        if verb is None:
            return _error(404, f"no such verb; there are {sorted(self._verbs)}")
        try:
            result = verb(**_arguments(json.loads(await request.text() or "{}")))
            result = await result if inspect.isawaitable(result) else result
        except (NotAcked, ClientRefused, LookupError, TimeoutError) as refused:
            return _error(409, f"{type(refused).__name__}: {refused}")
        except (TypeError, ValueError) as wrong:
            return _error(400, str(wrong))
        return web.json_response({"result": _plain(result)})


def _error(status: int, why: str) -> web.Response:
    return web.json_response({"error": why}, status=status)


def _verbs(simulator: DiscordSimulator) -> Mapping[str, Callable[..., Any]]:
    """The one table of what can be asked for from outside."""

    async def wait_for(text: str, timeout: float = 10) -> str:
        return await simulator.until(
            lambda: text in simulator.transcript() and simulator.transcript(), timeout
        )

    async def select(user: str, message: str, menu: str, values: list[str]) -> None:
        await simulator.select(user, message, menu, *values)

    def forbid(channel: str, permissions: list[str]) -> None:
        simulator.forbid(channel, *permissions)

    def allow(channel: str, permissions: list[str]) -> None:
        simulator.allow(channel, *permissions)

    named = (
        simulator.add_person, simulator.add_guild, simulator.add_channel, simulator.direct, simulator.boost,
        simulator.close_direct, simulator.kick_bot, simulator.invite_bot, simulator.connected, simulator.say,
        simulator.say_as_bot, simulator.edit, simulator.delete, simulator.start_thread, simulator.add_to_thread,
        simulator.archive_thread, simulator.unarchive_thread, simulator.lock_thread, simulator.unlock_thread,
        simulator.rename_thread, simulator.delete_thread, simulator.delete_channel, simulator.slash, simulator.click,
        simulator.submit, simulator.dismiss, simulator.modal, simulator.thread, simulator.channel, simulator.threads,
        simulator.place, simulator.message, simulator.ephemerals, simulator.is_typing, simulator.transcript,
        simulator.drop_sockets, simulator.close_sockets, simulator.ask_reconnect, simulator.invalidate_sessions,
        simulator.lose_sessions, simulator.mute_heartbeats, simulator.advance, select, forbid, allow, wait_for,
    )  # fmt: skip
    table: dict[str, Callable[..., Any]] = {each.__name__: each for each in named}
    table["order"] = lambda **fault: simulator.order(Fault(**fault))
    table["problems"] = lambda: [*simulator.problems, *simulator.unknown_routes]
    return table


def _arguments(given: Any) -> dict[str, Any]:
    """Files, wherever they stand, come as {"name", "text" or "base64"}."""
    if not isinstance(given, dict):
        raise TypeError("the body must be a JSON object")
    return {key: _with_uploads(each) for key, each in given.items()}


def _with_uploads(value: Any) -> Any:
    if isinstance(value, list):
        return [_with_uploads(each) for each in value]
    if not isinstance(value, dict):
        return value
    if "name" in value and ("base64" in value or "text" in value):
        data = base64.b64decode(value["base64"]) if "base64" in value else value["text"].encode()
        return Upload(value["name"], data, value.get("mimetype", ""))
    return {key: _with_uploads(each) for key, each in value.items()}


def _plain(value: Any) -> Any:
    """As JSON has it; bytes in base64."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {each.name: _plain(getattr(value, each.name)) for each in dataclasses.fields(value)}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return dict(value) if isinstance(value, Mapping) else value
