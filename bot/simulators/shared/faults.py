"""Faults on order: which call suffers which of them, and the one that is the same on every wire."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from aiohttp import web

F = TypeVar("F")


@dataclass(slots=True, eq=False)
class _Order(Generic[F]):
    fault: F
    operation: str
    times: int
    after_calls: int


class FaultOrders(Generic[F]):
    """The orders not yet used up, oldest first."""

    def __init__(self) -> None:
        self._orders: list[_Order[F]] = []

    def order(self, fault: F, operation: str, *, times: int, after_calls: int) -> None:
        """``operation``: what it spoils, ``*`` for any. ``times``: how many calls, after the first ``after_calls``
        have passed."""
        self._orders.append(_Order(fault, operation, times, after_calls))

    def clear(self) -> None:
        """What was ordered and not used up is forgotten."""
        self._orders.clear()

    def take(self, operation: str) -> F | None:
        """The fault that this call suffers, if any; counts the call."""
        for order in self._orders:
            if order.operation not in (operation, "*"):
                continue
            if order.after_calls > 0:
                order.after_calls -= 1
                continue
            order.times -= 1
            if order.times <= 0:
                self._orders.remove(order)
            return order.fault
        return None


def cut(request: web.Request) -> web.Response:
    """The connection dies; what is returned reaches nobody."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
