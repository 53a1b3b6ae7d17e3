"""How many requests one caller may make: a bucket of tokens each, filled evenly."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

_MINUTE = 60.0
_KEPT = 10_000
"""Buckets in memory; then those that are full again are dropped, which changes nothing for their callers."""


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


@dataclass(frozen=True, slots=True)
class Standing:
    """``left``: requests that may follow at once. ``reset``: seconds until all of `limit` may. ``wait``: seconds until
    the next one may, 0 when this one did."""

    limit: int
    left: int
    reset: int
    wait: int

    @property
    def headers(self) -> dict[str, str]:
        said = {
            "RateLimit-Limit": self.limit,
            "RateLimit-Remaining": self.left,
            "RateLimit-Reset": self.reset,
        }
        if self.wait:
            said["Retry-After"] = self.wait
        return {name: str(value) for name, value in said.items()}


class Rates:
    """``limit``: requests in a minute, and as many at once after a pause."""

    def __init__(self, limit: int, monotonic: Callable[[], float]) -> None:
        self._limit, self._monotonic = limit, monotonic
        self._buckets: dict[str, _Bucket] = {}

    def take(self, key: str) -> Standing:
        now, pace = self._monotonic(), self._limit / _MINUTE
        bucket = self._bucket(key, now)
        bucket.left = min(float(self._limit), bucket.left + (now - bucket.at) * pace)
        bucket.at = now
        wait = 0 if bucket.left >= 1 else math.ceil((1 - bucket.left) / pace)
        if not wait:
            bucket.left -= 1
        reset = math.ceil((self._limit - bucket.left) / pace)
        return Standing(self._limit, int(bucket.left), reset, wait)

    def _bucket(self, key: str, now: float) -> _Bucket:
        if key not in self._buckets:
            if len(self._buckets) >= _KEPT:
                self._buckets = {name: one for name, one in self._buckets.items() if now - one.at < _MINUTE}
            self._buckets[key] = _Bucket(float(self._limit), now)
        return self._buckets[key]
