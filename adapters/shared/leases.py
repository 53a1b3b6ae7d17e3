"""The budget of an account that several processes spend from: tokens are borrowed from a bank that all of them know."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass, field
from typing import Final, Protocol

import structlog

from adapters.shared.budget import Account, Tier, too_much
from core.errors import PlatformUnavailable
from core.ports import Clock

_log = structlog.get_logger(__name__)

_SHORTEST: Final = 0.2
"""Seconds that a token can be used, at least: the way from the bank is within."""
_SLACK: Final = 3
"""A token can be used for so many times as long as the bank took to answer, at least."""
_HELD: Final = 1 / 20
"""Of a tier's seconds: so long a token can be used. It comes back so much later, hence no tier gives less than
1 / (1 + this) of what it could, but for tiers of so few seconds that the shortest time is more."""
_LARGEST: Final = 1 / 10
"""Of a tier's calls: so many are borrowed at once, at most."""
_AGAIN: Final = 1.0
"""Seconds before a bank that did not answer is asked again."""
_AWAY: Final = "My database does not tell what I may send just now. Try again in a minute."


class Bank(Protocol):
    """Lends the tokens of all processes. Raises only PlatformUnavailable, within seconds, when it cannot be asked."""

    async def lend(
        self, account: str, calls: int, lasts: float, *, want: int, leave: int, patience: float, whose: str
    ) -> tuple[int, float, int]:
        """Lends `want` tokens or as many as leave `leave` of `calls`; they come back by themselves after ``lasts``
        seconds. When none is there now, one is booked that comes back within `patience` seconds: who asks first has
        the first. ``whose``: the process that asks. Returns how many, in how many seconds from now they can be used
        (0 tokens: there is one), and how many processes have tokens now, this one with them."""
        ...

    async def close(self, account: str, seconds: float) -> None:
        """Lends nothing that can be used before so many seconds have passed."""
        ...

    async def closed(self, account: str) -> float:
        """For how many seconds it lends nothing, by the word of any process; 0 when it lends."""
        ...


@dataclass(slots=True)
class _Lease:
    """What this process has of one account. Of ``lent`` tokens ``left`` are unused, and of no use after ``until``.
    ``quiet_until``: calls that may be dropped are dropped without asking the bank. ``away_until``: it did not answer, and
    nobody asks, so that those who wait for their turn to ask do not wait for it in turn. ``took``: seconds that the bank took
    to answer, at most, and of late. ``sharers``: processes that spend, as it was told last."""

    lent: int = 0
    left: int = 0
    until: float = 0.0
    quiet_until: float = 0.0
    away_until: float = 0.0
    took: float = 0.0
    sharers: int = 1
    asking: asyncio.Lock = field(default_factory=asyncio.Lock)

    def take(self, now: float) -> bool:
        if self.left == 0 or now >= self.until:
            return False
        self.left -= 1
        return True

    def held(self, tier: Tier) -> float:
        """Seconds for which a token can be used."""
        return max(_SHORTEST, tier.seconds * _HELD, self.took * _SLACK)

    def wanted(self, now: float, tier: Tier) -> int:
        """As many as were used of the last ones, and one more when they were used up before their time."""
        used, short = self.lent - self.left, self.left == 0 and now < self.until
        return max(1, min(used + short, int(tier.calls * _LARGEST)))


class LeasedPurse:
    """``name``: of the platform and the bot, which tells its accounts from those of others. Calls that may be dropped
    use tokens that were borrowed together; the others borrow their own, or book it. A token is used within a short
    time after it was lent, and comes back when a call at the end of that time would be `tier.seconds` old: so a tier
    holds over all processes, and what a process does not use or dies with is missed only so long."""

    def __init__(self, clock: Clock, bank: Bank, name: str) -> None:
        self._clock = clock
        self._bank = bank
        self._name = name
        self._whose = secrets.token_hex(4)
        self._leases: dict[Account, _Lease] = {}

    async def try_spend(self, account: Account, tier: Tier) -> bool:
        lease = self._lease(account)
        if (taken := self._at_hand(lease)) is not None:
            return taken
        async with lease.asking:
            if (taken := self._at_hand(lease)) is not None:  # somebody else has just asked
                return taken
            return await self._borrow(account, tier, lease)

    async def spend(self, account: Account, tier: Tier, deadline: float) -> None:
        """Raises PlatformUnavailable when the bank cannot be asked until `deadline`."""
        lease = self._lease(account)
        while not lease.take(self._clock.monotonic()):
            try:
                if await self._booked(account, tier, lease, deadline):
                    return
            except PlatformUnavailable:
                if self._clock.monotonic() + _AGAIN > deadline:
                    raise
                await self._clock.sleep(_AGAIN)

    async def refused(self, account: Account, tier: Tier, retry_after: float) -> None:  # noqa: ARG002 - the port's
        """Here at once; elsewhere when a process asks next, which is after a lease at the latest."""
        lease = self._lease(account)
        lease.left = 0
        lease.quiet_until = max(lease.quiet_until, self._clock.monotonic() + retry_after)
        try:
            await self._bank.close(self._key(account), retry_after)
        except PlatformUnavailable as error:
            _log.warning("refusal_not_told", reference=error.reference, detail=error.detail)

    def sharers(self, account: Account) -> int:
        return max(1, self._lease(account).sharers)

    def _at_hand(self, lease: _Lease) -> bool | None:
        """Whether a call that may be dropped can be made; ``None`` when the bank must be asked."""
        now = self._clock.monotonic()
        if lease.take(now):
            return True
        return False if now < lease.quiet_until else None

    async def _borrow(self, account: Account, tier: Tier, lease: _Lease) -> bool:
        wanted = lease.wanted(self._clock.monotonic(), tier)
        try:
            lent, wait, until = await self._lend(account, tier, lease, want=wanted, leave=tier.reserve)
        except PlatformUnavailable:
            lent, wait, until = 0, _AGAIN, 0.0
        now = self._clock.monotonic()
        if not lent:
            lease.quiet_until = max(lease.quiet_until, now + min(wait, max(_AGAIN, lease.held(tier))))
        if now < lease.quiet_until:  # as another call was refused meanwhile
            return False
        lease.lent, lease.left, lease.until = lent, lent, until
        return lease.take(now)

    async def _booked(self, account: Account, tier: Tier, lease: _Lease, deadline: float) -> bool:
        """Whether a call can be made now; otherwise it is to be tried again."""
        async with lease.asking:
            patience = max(0.0, deadline - self._clock.monotonic())
            lent, wait, until = await self._lend(account, tier, lease, want=1, patience=patience)
        if not lent:
            raise too_much(account, wait)
        if wait > 0:
            await self._clock.sleep(wait)
            if await self._bank.closed(self._key(account)) > 0:
                return False
        if (now := self._clock.monotonic()) < until:
            return True
        if now < deadline:
            return False
        raise PlatformUnavailable(_AWAY, detail=f"the token for {account.method} came too late")

    async def _lend(
        self, account: Account, tier: Tier, lease: _Lease, *, want: int, leave: int = 0, patience: float = 0.0
    ) -> tuple[int, float, float]:
        """How many are lent, in how many seconds they can be used, and the moment after which they cannot."""
        asked, held = self._clock.monotonic(), lease.held(tier)
        if asked < lease.away_until:
            raise PlatformUnavailable(_AWAY, detail="the bank did not answer a moment ago")
        try:
            lent, wait, lease.sharers = await self._bank.lend(
                self._key(account),
                tier.calls,
                tier.seconds + held,
                want=want,
                leave=leave,
                patience=patience,
                whose=self._whose,
            )
        except PlatformUnavailable as error:
            _log.warning("bank_did_not_answer", reference=error.reference, detail=error.detail)
            lease.away_until = self._clock.monotonic() + _AGAIN
            raise
        lease.took = max(self._clock.monotonic() - asked, lease.took * 0.9)
        return lent, wait, asked + wait + held

    def _key(self, account: Account) -> str:
        return f"{self._name} {account.workspace} {account.method} {account.part}".rstrip()

    def _lease(self, account: Account) -> _Lease:
        if account not in self._leases:
            self._leases[account] = _Lease()
        return self._leases[account]
