"""What a running simulator can be asked for from outside, each verb under its own name in the Python API."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from bot.simulators.shared.control import Control, data_of
from bot.simulators.slack.faults import Fault
from bot.simulators.slack.shown import Upload

if TYPE_CHECKING:
    from bot.simulators.slack.simulator import SlackSimulator


def control(simulator: SlackSimulator) -> Control:
    return Control(_verbs(simulator), _arguments)


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
        simulator.kill_stream, simulator.delay_shares, simulator.lose_shares, simulator.advance, simulator.recover,
        wait_for,
    )  # fmt: skip
    table: dict[str, Callable[..., Any]] = {each.__name__: each for each in named}
    table["order"] = lambda **fault: simulator.order(Fault(**fault))
    table["problems"] = lambda: [*simulator.problems, *simulator.unknown_routes]
    return table


def _arguments(given: dict[str, Any]) -> dict[str, Any]:
    """``files`` come as {"name", "text" or "base64", "title"?}."""
    if "files" in given:
        given["files"] = [
            Upload(each["name"], data_of(each), each.get("title", "")) for each in given["files"]
        ]
    return given
