"""Faults on order: what goes wrong at the next calls of a method."""

from __future__ import annotations

from dataclasses import dataclass
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
