"""What a measured process notes of itself: how old each chunk was when it came, how late the event loop was, and what
it took. `pacer` writes the stamps that it reads."""

from __future__ import annotations

import asyncio
import os
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.bench.pacer import age

_STAMP = 5
_MARK = 6
"""Characters of a stamp, and of one with the space that follows it."""
_TICK = 0.01


@dataclass
class Meter:
    """Counts only while it is on. ``ages``: how many chunks were so many milliseconds old. ``late``: of the loop, in
    milliseconds."""

    on: bool = False
    ages: Counter[int] = field(default_factory=Counter)
    late: list[float] = field(default_factory=list)
    began: tuple[float, float] = (0.0, 0.0)

    def read(self, text: str) -> None:
        """A chunk has come, or several in one piece."""
        if not self.on:
            return
        for at in range(0, len(text), _MARK):
            if (stamped := text[at : at + _STAMP]).isdecimal():
                self.ages[age(stamped)] += 1

    def begin(self) -> None:
        self.on, self.began = True, (time.perf_counter(), time.process_time())

    def end(self) -> dict[str, Any]:
        """``seconds`` and ``cpu``, both in seconds; ``rss`` in megabytes."""
        self.on = False
        wall, cpu = self.began
        return {
            "ages": list(self.ages.items()),
            "late": self.late,
            "seconds": time.perf_counter() - wall,
            "cpu": time.process_time() - cpu,
            "rss": _rss(),
        }

    async def watch_the_loop(self) -> None:
        """Until it is cancelled: a hundred times a second, how much later than asked for it wakes up."""
        loop = asyncio.get_running_loop()
        while True:
            asked = loop.time() + _TICK
            await asyncio.sleep(_TICK)
            if self.on:
                self.late.append(max(0.0, 1000 * (loop.time() - asked)))


def _rss() -> float:
    """Resident memory of this process (proc(5), statm)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
