"""The terminal that all screens share: what is settled scrolls up, what still grows stays at the bottom."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console, Group, RenderableType
from rich.live import Live

_PLAIN_WIDTH = 120


class Terminal:
    """``live``: the bottom; without it nothing is shown twice, and only plain lines come out."""

    def __init__(self, console: Console, live: Live | None) -> None:
        self._console = console
        self._live = live
        self._bottoms: dict[str, Sequence[RenderableType]] = {}

    @property
    def is_live(self) -> bool:
        return self._live is not None

    def out(self, what: RenderableType) -> None:
        if self._live is not None:
            self._console.print(what)
            return
        with self._console.capture() as lines:
            self._console.print(what)
        print("\n".join(line.rstrip() for line in lines.get().splitlines()), flush=True)

    def set_bottom(self, whose: str, parts: Sequence[RenderableType]) -> None:
        """What one of the screens has there now."""
        if self._live is None:
            return
        self._bottoms[whose] = parts
        every = [part for bottom in self._bottoms.values() for part in bottom]
        self._live.update(Group(*every), refresh=True)


@contextmanager
def terminal() -> Iterator[Terminal]:
    """Until the block ends. Nothing but plain lines goes to what is no terminal."""
    real = sys.stdout.isatty()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal that cannot show a sign is no reason to stop
    console = Console(force_terminal=real, width=None if real else _PLAIN_WIDTH, highlight=False)
    if not real:
        yield Terminal(console, None)
        return
    with Live(console=console, auto_refresh=False, transient=True, vertical_overflow="crop") as live:
        yield Terminal(console, live)
