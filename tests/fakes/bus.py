"""Processes that hear each other, in one process of the tests."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from core.bus import Word, written


@dataclass
class FakeTown:
    """All buses of it. ``cut``: nobody hears anybody. ``told``: every word with its topic."""

    buses: list[FakeBus] = field(default_factory=list)
    cut: bool = False
    told: list[tuple[str, Word]] = field(default_factory=list)

    def bus(self) -> FakeBus:
        self.buses.append(FakeBus(self))
        return self.buses[-1]

    def join(self) -> None:
        """Everybody is connected again."""
        self.cut = False
        for bus in self.buses:
            for then in bus.thens:
                then()


@dataclass(eq=False)
class FakeBus:
    """Implements `core.bus.Bus`."""

    town: FakeTown
    hearers: list[tuple[str, Callable[[Word], None]]] = field(default_factory=list)
    thens: list[Callable[[], None]] = field(default_factory=list)
    alone: Final = False

    def tell(self, topic: str, word: Word) -> None:
        self.town.told.append((topic, word))
        if not self.town.cut:
            for bus in self.town.buses:
                for heard, hearer in bus.hearers:
                    if bus is not self and heard == topic:
                        hearer(json.loads(written(word)))

    def hear(self, topic: str, hearer: Callable[[Word], None]) -> None:
        self.hearers.append((topic, hearer))

    def joined(self, then: Callable[[], None]) -> None:
        self.thens.append(then)
