"""What open messages need for their end is set aside when they begin: so a final text never waits for the budget."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_MINUTE: Final = 60.0
_SHARE: Final = 0.8
"""Of the calls of a minute; the rest is for calls that are not about live messages."""


class Endings:
    """``calls``: a minute, of the kind that ends a message. ``open``: messages that will need one each."""

    def __init__(self, calls: int) -> None:
        self.open = 0
        self._calls = calls
        self._made: deque[float] = deque()

    def room(self, sharers: int = 1) -> bool:
        """Whether one more such call can be made or promised, and every open message could still be ended at once.
        ``sharers``: how many processes share the calls."""
        self._forget()
        return len(self._made) + self.open < self._calls * _SHARE / sharers

    @contextmanager
    def set_aside(self) -> Iterator[None]:
        """One more is promised while the block runs."""
        self.open += 1
        try:
            yield
        finally:
            self.open -= 1

    def made(self) -> None:
        """Such a call was made."""
        self._made.append(asyncio.get_running_loop().time())

    def _forget(self) -> None:
        before = asyncio.get_running_loop().time() - _MINUTE
        while self._made and self._made[0] <= before:
            self._made.popleft()
