"""Slack's rate tiers as token buckets, per workspace and method; chat.postMessage also per channel."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable
from dataclasses import dataclass

# docs.slack.dev, rate limits: "20+", "50+", "100+" calls a minute; one message a second and channel with short bursts,
# several hundred a minute for a workspace.
TIERS = {2: 20, 3: 50, 4: 100}
SPECIAL = {"chat.postMessage": 300, "assistant.threads.setStatus": 600, "auth.test": 300}
POST_BURST = 5


@dataclass(slots=True)
class Bucket:
    """``rate``: tokens a second, at most ``size`` saved up."""

    size: float
    rate: float
    tokens: float
    at: float

    def take(self, now: float) -> int:
        """0, or the whole seconds to wait for a token."""
        self.tokens = min(self.size, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens >= 1:
            self.tokens -= 1
            return 0
        return max(1, math.ceil((1 - self.tokens) / self.rate))


class Tiers:
    """What is left to whom. Disabled ones never refuse."""

    def __init__(self, now: Callable[[], float], *, enforced: bool) -> None:
        self._now = now
        self._enforced = enforced
        self._buckets: dict[Hashable, Bucket] = {}

    def wait(self, workspace: str, method: str, tier: int, channel: str) -> int:
        """Seconds that this call has to wait; 0 when it may go on."""
        if not self._enforced:
            return 0
        per_minute = SPECIAL.get(method) or TIERS[tier]
        if method == "chat.postMessage" and channel:
            wait = self._bucket((workspace, method, channel), POST_BURST, 1.0).take(self._now())
            if wait:
                return wait
        return self._bucket((workspace, method), per_minute, per_minute / 60).take(self._now())

    def _bucket(self, key: Hashable, size: float, rate: float) -> Bucket:
        return self._buckets.setdefault(key, Bucket(size, rate, size, self._now()))
