"""Driving a running simulator from outside: POST /_sim/<verb> with the arguments as a JSON object."""

from __future__ import annotations

import base64
import dataclasses
import inspect
import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from aiohttp import web

from bot.simulators.slack.faults import Fault
from bot.simulators.slack.outcomes import ClientRefused, NotAcked
from bot.simulators.slack.shown import Upload

if TYPE_CHECKING:
    from bot.simulators.slack.simulator import SlackSimulator


class Control:
    """The verbs, each under its own name in the Python API; what they return comes as ``{"result": …}``."""

    def __init__(self, simulator: SlackSimulator) -> None:
        self._simulator = simulator
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


def _verbs(simulator: SlackSimulator) -> Mapping[str, Callable[..., Any]]:
    """The one table of what can be asked for from outside."""

    async def wait_for(text: str, timeout: float = 10) -> str:
        return await simulator.until(
            lambda: text in simulator.transcript() and simulator.transcript(), timeout
        )

    named = (
        simulator.add_person, simulator.add_channel, simulator.direct, simulator.direct_between,
        simulator.invite_bot, simulator.kick_bot, simulator.leave, simulator.archive_channel,
        simulator.delete_channel, simulator.connected, simulator.say, simulator.say_as_bot, simulator.edit,
        simulator.delete, simulator.react, simulator.slash, simulator.click, simulator.choose, simulator.submit,
        simulator.dismiss, simulator.open_home, simulator.press_stop, simulator.thread, simulator.channel,
        simulator.message, simulator.ephemerals, simulator.view, simulator.home, simulator.status,
        simulator.session, simulator.transcript, simulator.drop_sockets, simulator.ask_reconnect,
        simulator.kill_stream, simulator.delay_shares, simulator.lose_shares, simulator.advance, wait_for,
    )  # fmt: skip
    table: dict[str, Callable[..., Any]] = {each.__name__: each for each in named}
    table["order"] = lambda **fault: simulator.order(Fault(**fault))
    table["problems"] = lambda: [*simulator.problems, *simulator.unknown_routes]
    return table


def _arguments(given: Any) -> dict[str, Any]:
    """``files`` come as {"name", "text" or "base64", "title"?}."""
    if not isinstance(given, dict):
        raise TypeError("the body must be a JSON object")
    if "files" in given:
        given["files"] = [_upload(each) for each in given["files"]]
    return given


def _upload(given: dict[str, str]) -> Upload:
    data = base64.b64decode(given["base64"]) if "base64" in given else given["text"].encode()
    return Upload(given["name"], data, given.get("title", ""))


def _plain(value: Any) -> Any:
    """As JSON has it; bytes in base64."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {each.name: _plain(getattr(value, each.name)) for each in dataclasses.fields(value)}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return dict(value) if isinstance(value, Mapping) else value
