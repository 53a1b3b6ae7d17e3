"""From a model's answer to files: one pass over whole lines, the same result for any cutting into chunks.

Files are told by the dialects of `core/bundle/dialects`, in the order given here; a dialect is one module with a
`Dialect` in it. Work is linear in the text, and beyond the files and the prose themselves only single lines are held.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from core.bundle.collector import Collector
from core.bundle.dialects.fenced import Fenced
from core.bundle.dialects.tagged import Tagged
from core.bundle.events import Event
from core.bundle.lines import Lines
from core.bundle.model import Bundle
from core.bundle.state import State
from core.bundle.text import Text

__all__ = ["Bundle", "BundleParser", "parse"]

_CHUNK = 1 << 16


class BundleParser:
    """Feed it the answer's text as it streams in (never its reasoning), then `finish` it, once."""

    def __init__(self) -> None:
        self._lines = Lines()
        self._collector = Collector()
        tagged = Tagged(self._collector)
        self._state: State = Text(self._collector, (tagged, Fenced(self._collector, within=(tagged,))))

    def feed(self, text: str) -> list[Event]:
        """What `text` brings about, in order."""
        for line in self._lines.feed(text):
            self._take([line])
        return self._collector.drain()

    def finish(self, *, cut: bool = False) -> Bundle:
        """The result. ``cut``: the service says that the answer was cut (`length`, an error, or no reason at all).

        A file that is open here is reported as `open_path`, never as a file.
        """
        self._collector.cut_off = cut
        if rest := self._lines.rest():
            self._take([rest])
        while (step := self._state.end()) is not None:
            self._state, lines = step
            self._take(lines)
        return self._collector.bundle()

    def _take(self, lines: Sequence[str]) -> None:
        waiting = deque(lines)
        while waiting:
            self._state, again = self._state.take(waiting.popleft())
            waiting.extendleft(reversed(again))


def parse(text: str, *, cut: bool = False) -> Bundle:
    """The whole answer at once."""
    parser = BundleParser()
    for start in range(0, len(text), _CHUNK):
        parser.feed(text[start : start + _CHUNK])
    return parser.finish(cut=cut)
