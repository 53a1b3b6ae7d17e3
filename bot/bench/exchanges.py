"""What the simulators see of a program: when its answers change before people's eyes, and what they refuse."""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass, field

from bot.simulators.discord import Exchange as DiscordExchange
from bot.simulators.slack import Exchange as SlackExchange

_SLACK = {"chat.startStream", "chat.appendStream", "chat.update", "chat.postMessage"}
_DISCORD = {"create_message", "update_message"}
_LIMITED = 429


@dataclass
class Exchanges:
    """Counts only while it is on, except ``limited``: answers 429. ``intervals``: milliseconds between two changes of what
    a channel shows, by platform. ``calls``: of the platforms."""

    on: bool = False
    limited: list[str] = field(default_factory=list)
    calls: int = 0
    intervals: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    _last: dict[str, float] = field(default_factory=dict)

    def slack(self, told: SlackExchange) -> None:
        self._called(told.method, told.status)
        if told.status != _LIMITED and told.method in _SLACK:
            self._changed("Slack", str(told.given.get("channel")))

    def discord(self, told: DiscordExchange) -> None:
        self._called(told.operation, told.status)
        if told.status != _LIMITED and told.operation in _DISCORD:
            self._changed("Discord", str(told.answer["channel_id"]))

    def _called(self, method: str, status: int) -> None:
        self.calls += self.on
        if status == _LIMITED:
            self.limited.append(method)

    def _changed(self, platform: str, channel: str) -> None:
        now = time.perf_counter()
        if self.on and channel in self._last:
            self.intervals[platform].append(1000 * (now - self._last[channel]))
        self._last[channel] = now
