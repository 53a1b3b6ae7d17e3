"""Watching a simulated world: whoever waits is woken by every change, and its time can be moved ahead."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class Changes:
    """Wakes all that wait for something to come true."""

    def __init__(self) -> None:
        self._next = asyncio.Event()

    def touch(self) -> None:
        """Something changed: wake all that wait for it."""
        self._next.set()
        self._next = asyncio.Event()

    async def until(
        self,
        condition: Callable[[], T | bool | None],
        timeout: float | None,
        told: Callable[[], str] = lambda: "",
    ) -> T:
        """The condition's first true value, tried at every change. ``timeout``: seconds, None without end.

        Raises TimeoutError, which says with ``told`` how things stood.
        """
        try:
            async with asyncio.timeout(timeout):
                while not (value := condition()):
                    await self._next.wait()
        except TimeoutError:
            value = condition()  # what it looks at may have come after the last change
            if not value:
                raise TimeoutError(f"still not true after {timeout} s\n{told()}") from None
        return value  # type: ignore[return-value]  # True stands for itself where T is bool


class MovingWorld(Changes):
    """A world with a clock of its own."""

    def __init__(self) -> None:
        super().__init__()
        self._offset = 0.0

    def now(self) -> float:
        """Unix seconds on the world's clock, which `advance` can move ahead."""
        return time.time() + self._offset

    def advance(self, seconds: float) -> None:
        self._offset += seconds
        self.touch()
