"""What all live messages of the bot share: their pace."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from adapters.discord.calls import A_SECOND
from adapters.shared.cadence import pace

EYE: Final = 1.25
"""Seconds between two edits in one thread, at least: Discord takes five in five seconds there (unofficial), and a fifth
is left to others."""


@dataclass(slots=True)
class Streams:
    """What the live messages share. ``least``: seconds between two edits of one, however few there are. ``open``: how
    many there are now. ``sharers``: how many processes share the bot's calls."""

    least: float = EYE
    open: int = 0
    sharers: Callable[[], int] = lambda: 1

    @property
    def interval(self) -> float:
        streams = self.open * self.sharers()
        return self.least if streams <= 1 else pace(streams, A_SECOND * 60, 0.6, self.least)
