"""One budget per workspace and method of a platform: who may call now, who waits, and what is dropped."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from core.errors import PlatformRateLimited
from core.ports import Clock

_TICK = 1e-6
"""Seconds that count as none, so that rounding never makes anybody wait for a moment that does not come."""

RESERVE: Final = 0.2
"""The share of a tier that calls which may be dropped leave to those which may not."""


@dataclass(frozen=True, slots=True)
class Tier:
    """At most ``calls`` in any stretch of ``seconds``."""

    calls: int
    seconds: float = 60.0

    @property
    def reserve(self) -> int:
        return int(self.calls * RESERVE)


@dataclass(frozen=True, slots=True)
class Account:
    """What is counted together: one method in one workspace; ``part`` where a limit is finer (a channel)."""

    workspace: str
    method: str
    part: str = ""


class Purse(Protocol):
    """Where the tokens of accounts are. Times are the clock's monotonic seconds."""

    async def try_spend(self, account: Account, tier: Tier) -> bool:
        """Spends a token if there is one beyond the reserve."""
        ...

    async def spend(self, account: Account, tier: Tier, deadline: float) -> None:
        """Waits for a token and spends it. Raises PlatformRateLimited at once when there is none before `deadline`."""
        ...

    async def refused(self, account: Account, tier: Tier, retry_after: float) -> None:
        """Gives out nothing for `retry_after` seconds."""
        ...

    def sharers(self, account: Account) -> int:
        """How many processes spend from an account of late, this one with them."""
        ...


class Budget:
    """``tiers``: by method; methods that are not named share nothing and get `default`. ``purse``: without one, this
    process is the only one that calls."""

    def __init__(
        self, clock: Clock, tiers: Mapping[str, Tier], default: Tier, purse: Purse | None = None
    ) -> None:
        self._tiers = tiers
        self._default = default
        self._purse = purse or OwnPurse(clock)

    async def try_spend(self, account: Account) -> bool:
        """Whether a call that may as well be dropped can be made now; if so, it is counted."""
        return await self._purse.try_spend(account, self._tier(account))

    async def spend(self, account: Account, deadline: float) -> None:
        """Waits until a call that must go out can be made, and counts it. ``deadline``: in the clock's monotonic
        seconds; raises PlatformRateLimited at once when there is no token before it."""
        await self._purse.spend(account, self._tier(account), deadline)

    async def refused(self, account: Account, retry_after: float) -> None:
        """The platform said 429: nothing more for `retry_after` seconds."""
        await self._purse.refused(account, self._tier(account), retry_after)

    def sharers(self, account: Account) -> int:
        """How many processes spend from an account of late, this one with them: each may take its part."""
        return self._purse.sharers(account)

    def _tier(self, account: Account) -> Tier:
        return self._tiers.get(account.method, self._default)


def too_much(account: Account, wait: float) -> PlatformRateLimited:
    """``wait``: seconds until there is a token."""
    return PlatformRateLimited(
        f"There is too much to send at once. It goes on in about {wait:.0f} seconds.",
        detail=f"budget of {account.method} is spent",
        retry_after=wait,
    )


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


class OwnPurse:
    """In the memory of the one process that calls. Nothing here gives way to other tasks, but for `spend` when it has
    to wait."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._buckets: dict[Account, _Bucket] = {}

    async def try_spend(self, account: Account, tier: Tier) -> bool:
        bucket, now = self._bucket(account, tier), self._clock.monotonic()
        if bucket.left(now) <= tier.reserve:
            return False
        bucket.spent.append(now)
        return True

    async def spend(self, account: Account, tier: Tier, deadline: float) -> None:
        bucket = self._bucket(account, tier)
        while (wait := bucket.wait(self._clock.monotonic())) > 0:
            if self._clock.monotonic() + wait > deadline:
                raise too_much(account, wait)
            await self._clock.sleep(wait)
        bucket.spent.append(self._clock.monotonic())

    async def refused(self, account: Account, tier: Tier, retry_after: float) -> None:
        bucket = self._bucket(account, tier)
        bucket.shut_until = max(bucket.shut_until, self._clock.monotonic() + retry_after)

    def sharers(self, account: Account) -> int:  # noqa: ARG002 - the port's
        return 1

    def _bucket(self, account: Account, tier: Tier) -> _Bucket:
        if account not in self._buckets:
            self._buckets[account] = _Bucket(tier)
        return self._buckets[account]
