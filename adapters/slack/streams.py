"""What the live messages of one workspace share: their pace, and what they will need for their ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from adapters.shared.cadence import SLOWEST_EYE, pace
from adapters.shared.endings import Endings
from adapters.slack.calls import APPENDS, UPDATES

_STOPS: Final = 20
"""Calls a minute and workspace of chat.stopStream (docs.slack.dev, tiers)."""
_SPARE: Final = 0.5
"""The share of chat.update for growing messages: progress messages are edited, too."""


@dataclass(slots=True)
class Streams:
    """What the live messages of one workspace share. ``least``: seconds between two updates of one, however few
    there are. ``open``: how many there are now. ``native``: whether the workspace knows native streams, until it says
    otherwise. ``sharers``: how many processes share the calls of a method. ``stops``: of the open native streams,
    ``edits``: of the open messages that are edited."""

    least: float = SLOWEST_EYE
    open: int = 0
    native: bool = True
    sharers: Callable[[str], int] = lambda _method: 1
    stops: Endings = field(default_factory=lambda: Endings(_STOPS))
    edits: Endings = field(default_factory=lambda: Endings(UPDATES))

    @property
    def of_appends(self) -> float:
        """Seconds between two updates of a native stream."""
        return self._pace("chat.appendStream", self.stops.open, APPENDS * 0.8)

    @property
    def of_edits(self) -> float:
        """Seconds between two edits of a message. What the open ones need for their end is not spent on the way."""
        return self._pace("chat.update", self.edits.open, max(1.0, UPDATES * _SPARE - self.edits.open))

    @property
    def may_stop(self) -> bool:
        """Whether one more native stream could be ended in time."""
        return self.stops.room(self.sharers("chat.stopStream"))

    @property
    def may_edit(self) -> bool:
        """Whether one more edit, now or at its end, leaves enough for the ends of all that are open."""
        return self.edits.room(self.sharers("chat.update"))

    def _pace(self, method: str, streams: int, calls_a_minute: float) -> float:
        """The processes take like parts: more of them are as more streams here."""
        streams *= self.sharers(method)
        return self.least if streams <= 1 else pace(streams, calls_a_minute, 1.0, self.least)
