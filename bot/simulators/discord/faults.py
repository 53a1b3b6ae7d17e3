"""Faults on order: what goes wrong at the next calls of an operation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FaultKind = Literal["ratelimited", "500", "500_after", "cut_before", "cut_after", "error", "slow"]
Scope = Literal["user", "global", "shared"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One order.

    ``operation``: an operation id of the official OpenAPI file (``create_message``, ``update_message``,
    ``create_thread_from_message``, ``create_interaction_response`` …), or ``download`` of an attachment, or ``*`` for
    any. ``times``: how many calls it spoils, after the first ``after_calls`` have passed. ``retry_after``: seconds,
    and ``scope``, of a `ratelimited` one. ``status``: of a `500` or `error` one; ``code``: of an `error` one.
    ``delay``: seconds that a `slow` one waits before it does its work. `cut_before`: the connection dies without
    effect; `cut_after` and `500_after`: the effect happened, and no answer or an error comes.
    """

    operation: str
    kind: FaultKind
    times: int = 1
    retry_after: float = 1.0
    scope: Scope = "user"
    status: int = 0
    code: int = 0
    delay: float = 0.0
    after_calls: int = 0
