"""One budget per workspace and method of a platform: who may call now, who waits, and what is dropped."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from core.errors import PlatformRateLimited
from core.ports import Clock

_TICK = 1e-6
"""Seconds that count as none, so that rounding never makes anybody wait for a moment that does not come."""


@dataclass(frozen=True, slots=True)
class Tier:
    """At most ``calls`` in any stretch of ``seconds``."""

    calls: int
    seconds: float = 60.0


@dataclass(frozen=True, slots=True)
class Account:
    """What is counted together: one method in one workspace; ``part`` where a limit is finer (a channel)."""

    workspace: str
    method: str
    part: str = ""


@dataclass(slots=True)
class _Bucket:
    """Tokens of one account. Each comes back when the call it was spent on is `tier.seconds` old: so no stretch of
    that length ever holds more calls than the tier allows, however they bunch."""

    tier: Tier
    spent: deque[float] = field(default_factory=deque)
    shut_until: float = 0.0

    def left(self, now: float) -> int:
        while self.spent and self.spent[0] + self.tier.seconds <= now + _TICK:
            self.spent.popleft()
        return 0 if now + _TICK < self.shut_until else self.tier.calls - len(self.spent)

    def wait(self, now: float) -> float:
        """Seconds until a token is there."""
        if self.left(now) > 0:
            return 0.0
        full = len(self.spent) >= self.tier.calls
        back = self.spent[0] + self.tier.seconds if full else now
        return max(back, self.shut_until) - now


class Budget:
    """``tiers``: by method; methods that are not named share nothing and get `default`."""

    RESERVE = 0.2
    """The share of a tier that calls which may be dropped leave to those which may not."""

    def __init__(self, clock: Clock, tiers: Mapping[str, Tier], default: Tier) -> None:
        self._clock = clock
        self._tiers = tiers
        self._buckets: dict[Account, _Bucket] = {}
        self._default = default

    def try_spend(self, account: Account) -> bool:
        """Whether a call that may as well be dropped can be made now; if so, it is counted."""
        bucket, now = self._bucket(account), self._clock.monotonic()
        if bucket.left(now) <= bucket.tier.calls * self.RESERVE:
            return False
        bucket.spent.append(now)
        return True

    async def spend(self, account: Account, deadline: float) -> None:
        """Waits until a call that must go out can be made, and counts it. ``deadline``: in the clock's monotonic
        seconds; raises PlatformRateLimited at once when there is no token before it."""
        bucket = self._bucket(account)
        while (wait := bucket.wait(self._clock.monotonic())) > 0:
            if self._clock.monotonic() + wait > deadline:
                raise PlatformRateLimited(
                    f"There is too much to send at once. It goes on in about {wait:.0f} seconds.",
                    detail=f"budget of {account.method} is spent",
                    retry_after=wait,
                )
            await self._clock.sleep(wait)
        bucket.spent.append(self._clock.monotonic())

    def refused(self, account: Account, retry_after: float) -> None:
        """The platform said 429: nothing more for `retry_after` seconds."""
        bucket = self._bucket(account)
        bucket.shut_until = max(bucket.shut_until, self._clock.monotonic() + retry_after)

    def _bucket(self, account: Account) -> _Bucket:
        if account not in self._buckets:
            self._buckets[account] = _Bucket(self._tiers.get(account.method, self._default))
        return self._buckets[account]
