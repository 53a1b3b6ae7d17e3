"""What the processes of one installation tell each other: words that nobody keeps, for what cannot wait until the
others look into the database. Whoever needs a word to arrive looks there as well."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

Word = Mapping[str, Any]
"""Plain data, as JSON has it."""

LARGEST: Final = 64_000
"""Bytes of one word."""


class Bus(Protocol):
    @property
    def alone(self) -> bool:
        """Whether there can be no other process: then nobody hears, and nothing can be missed."""
        ...

    def tell(self, topic: str, word: Word) -> None:
        """All OTHER processes hear it, in the order of telling, once, or not at all. Never waits. One that does not
        `fits` is dropped. For the thread of the event loop."""
        ...

    def hear(self, topic: str, hearer: Callable[[Word], None]) -> None:
        """From now on `hearer` is called with each word that another process tells on `topic`."""
        ...

    def joined(self, then: Callable[[], None]) -> None:
        """`then` is called soon if the others can be heard already, then whenever the connection to them stands anew, and
        whenever words were lost: what they told in between was not heard."""
        ...


class Alone:
    """Implements `Bus`: there are no others."""

    alone: Final = True

    def tell(self, topic: str, word: Word) -> None:
        pass

    def hear(self, topic: str, hearer: Callable[[Word], None]) -> None:
        pass

    def joined(self, then: Callable[[], None]) -> None:
        pass


def written(word: Word) -> bytes:
    """As JSON. Halves of characters, which no encoding has, become `?`."""
    return json.dumps(word, ensure_ascii=False, separators=(",", ":"), default=str).encode(errors="replace")


def fits(word: Word) -> bool:
    return len(written(word)) <= LARGEST
