"""Discord's rate limits: one bucket per route and major parameter, a global one, and the headers that tell of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.simulators.discord.faults import Scope
from bot.simulators.discord.outcomes import Refused

GLOBAL = 50  # docs.discord.com: requests a second and bot
INVALID = 10_000  # docs.discord.com: answers 401, 403 and 429 in ten minutes, then the address is banned
# (requests, seconds); unofficial, except that webhooks and interactions are outside of the global limit.
_LIMITS: Mapping[str, tuple[int, float]] = {
    "create_message": (5, 5.0),
    "update_message": (5, 5.0),
    "delete_message": (5, 1.0),
    "trigger_typing_indicator": (5, 5.0),
    "webhook": (5, 2.0),
    "create_interaction_response": (100, 1.0),
}
_DEFAULT = (50, 1.0)
_OUTSIDE = frozenset({"webhook", "create_interaction_response"})
_MAJOR = ("channel_id", "guild_id", "webhook_token", "interaction_token")


@dataclass(slots=True)
class Window:
    """``used`` of ``most`` requests until ``ends``."""

    most: int
    seconds: float
    ends: float = 0.0
    used: int = 0

    def take(self, now: float) -> float:
        """0, or the seconds to wait."""
        if now >= self.ends:
            self.ends, self.used = now + self.seconds, 0
        if self.used >= self.most:
            return self.ends - now
        self.used += 1
        return 0.0


class Buckets:
    """What is left to the bot. Disabled ones never refuse and send no headers."""

    def __init__(self, now: Callable[[], float], *, enforced: bool) -> None:
        self._now = now
        self._enforced = enforced
        self._windows: dict[tuple[str, str], Window] = {}
        self._global = Window(GLOBAL, 1.0)

    def take(self, name: str, path: Mapping[str, str]) -> Mapping[str, str]:
        """The headers that the answer carries. Raises `Refused` 429. ``name``: of the bucket."""
        if not self._enforced:
            return {}
        now = self._now()
        wait = 0.0 if name in _OUTSIDE else self._global.take(now)
        if wait:
            raise limited(wait, "global")
        major = next((path[key] for key in _MAJOR if key in path), "")
        window = self._windows.setdefault((name, major), Window(*_LIMITS.get(name, _DEFAULT)))
        wait = window.take(now)
        headers = {
            "X-RateLimit-Limit": str(window.most), "X-RateLimit-Remaining": str(window.most - window.used),
            "X-RateLimit-Reset": f"{window.ends:.3f}", "X-RateLimit-Reset-After": f"{window.ends - now:.3f}",
            "X-RateLimit-Bucket": f"fake-{name}",
        }  # fmt: skip
        if wait:
            raise limited(wait, "user", headers)
        return headers


def limited(seconds: float, scope: Scope, headers: Mapping[str, str] | None = None) -> Refused:
    """A 429 as the platform itself sends it; without the Via header clients take it for a ban."""
    wait = round(seconds, 3)
    told = {"Via": "1.1 fake", "Retry-After": str(math.ceil(wait)), "X-RateLimit-Scope": scope}
    if scope == "global":
        told["X-RateLimit-Global"] = "true"
    message = "The resource is being rate limited." if scope == "shared" else "You are being rate limited."
    extra = {"retry_after": wait, "global": scope == "global"}
    return Refused(429, 0, message, extra, {**(headers or {}), **told})
