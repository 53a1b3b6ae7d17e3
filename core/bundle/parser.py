"""From a model's answer to files: one pass over whole lines, the same result for any cutting into chunks.

Files are told by the dialects of `core/bundle/dialects`, in the order given here; a dialect is one module with a
`Dialect` in it. Work is linear in the text, and beyond the files and the prose themselves only single lines are held.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from core.bundle.collector import Collector
from core.bundle.dialects.fenced import Fenced
from core.bundle.dialects.json_text import Objects
from core.bundle.dialects.patches import Patches
from core.bundle.dialects.replaced import Replaced
from core.bundle.dialects.separated import Separated
from core.bundle.dialects.tagged import Tagged
from core.bundle.dialects.trail import Trail
from core.bundle.events import Event
from core.bundle.lines import Lines
from core.bundle.model import Asked, Bundle
from core.bundle.state import Dialect, State
from core.bundle.text import Text

__all__ = ["Asked", "Bundle", "BundleParser", "parse"]

_CHUNK = 1 << 16


class BundleParser:
    """Feed it the answer's text as it streams in (never its reasoning), then `finish` it, once.

    ``asked``: what the model had been asked for, where that tells how to name code that has no name.
    """

    def __init__(self, asked: Asked | None = None) -> None:
        self._asked = asked or Asked()
        self._lines = Lines()
        self._collector = Collector()
        self._state: State = Text(self._collector, _dialects(self._collector))

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
        return self._collector.bundle(self._asked)

    def _take(self, lines: Sequence[str]) -> None:
        waiting = deque(lines)
        while waiting:
            self._state, again = self._state.take(waiting.popleft())
            waiting.extendleft(reversed(again))


def _dialects(collector: Collector) -> Sequence[Dialect]:
    """In the order in which they are asked whether a file begins; the last one keeps the trail of names."""
    trail = Trail()
    separated = Separated(collector, trail)
    objects = Objects(collector)
    marked = (Tagged(collector, trail), Patches(collector, trail))
    fenced = Fenced(collector, trail, within=marked, around=(objects, separated))
    return (*marked, Replaced(collector, trail), objects, separated, fenced)


def parse(text: str, *, cut: bool = False, asked: Asked | None = None) -> Bundle:
    """The whole answer at once."""
    parser = BundleParser(asked)
    for start in range(0, len(text), _CHUNK):
        parser.feed(text[start : start + _CHUNK])
    return parser.finish(cut=cut)
