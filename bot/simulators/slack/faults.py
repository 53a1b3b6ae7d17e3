"""Faults on order: what goes wrong at the next calls of a method."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

FaultKind = Literal["ratelimited", "500", "cut_before", "cut_after", "error", "slow"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One order.

    ``method``: a Web API method, or ``upload``, ``download``, ``response_url``, or ``*`` for any. ``times``: how many
    calls it spoils, after the first ``after_calls`` have passed. ``retry_after``: seconds, of a `ratelimited` one.
    ``error``: the code of an `error` one. ``delay``: seconds that a `slow` one waits before it does its work.
    `cut_before`: the connection dies without effect; `cut_after`: the effect happened, no answer comes.
    """

    method: str
    kind: FaultKind
    times: int = 1
    retry_after: int = 1
    error: str = ""
    delay: float = 0.0
    after_calls: int = 0


class FaultOrders:
    """The orders not yet used up, oldest first."""

    def __init__(self) -> None:
        self._orders: list[Fault] = []

    def order(self, fault: Fault) -> None:
        self._orders.append(fault)

    def take(self, method: str) -> Fault | None:
        """The fault that this call suffers, if any; counts the call."""
        for at, fault in enumerate(self._orders):
            if fault.method not in (method, "*"):
                continue
            if fault.after_calls > 0:
                self._orders[at] = replace(fault, after_calls=fault.after_calls - 1)
                continue
            if fault.times > 1:
                self._orders[at] = replace(fault, times=fault.times - 1)
            else:
                del self._orders[at]
            return fault
        return None
