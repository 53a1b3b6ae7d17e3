"""What a running simulator can be asked for from outside, each verb under its own name in the Python API."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from bot.simulators.discord.faults import Fault
from bot.simulators.discord.shown import Upload
from bot.simulators.shared.control import Control, data_of

if TYPE_CHECKING:
    from bot.simulators.discord.simulator import DiscordSimulator


def control(simulator: DiscordSimulator) -> Control:
    return Control(_verbs(simulator), _arguments)


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
        simulator.lose_sessions, simulator.mute_heartbeats, simulator.advance, simulator.recover, select, forbid, allow,
        wait_for,
    )  # fmt: skip
    table: dict[str, Callable[..., Any]] = {each.__name__: each for each in named}
    table["order"] = lambda **fault: simulator.order(Fault(**fault))
    table["problems"] = lambda: [*simulator.problems, *simulator.unknown_routes]
    return table


def _arguments(given: dict[str, Any]) -> dict[str, Any]:
    """Files, wherever they stand, come as {"name", "text" or "base64"}."""
    return {key: _with_uploads(each) for key, each in given.items()}


def _with_uploads(value: Any) -> Any:
    if isinstance(value, list):
        return [_with_uploads(each) for each in value]
    if not isinstance(value, dict):
        return value
    if "name" in value and ("base64" in value or "text" in value):
        return Upload(value["name"], data_of(value), value.get("mimetype", ""))
    return {key: _with_uploads(each) for key, each in value.items()}
