"""``python -m bot.bench [NAME …] [--quick]``: measures the program against simulators on this machine."""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from typing import Any

from bot.bench.acks import acks, load
from bot.bench.chunks import chunks
from bot.bench.cold_start import cold_start
from bot.bench.delivery import delivery
from bot.bench.fifty import fifty
from bot.bench.first_text import first_text
from bot.bench.history import history
from bot.bench.library import library
from bot.bench.loop import run
from bot.bench.parsing import parsing
from bot.bench.processes import processes
from bot.bench.report import Report
from bot.bench.size import FULL, QUICK, Size
from bot.bench.streams import streams
from bot.bench.turn import turn
from bot.bench.watching import watching

BENCHMARKS: Mapping[str, Callable[[Size], Awaitable[Report]]] = {
    "ack": acks,
    "first-text": first_text,
    "delivery": delivery,
    "chunks": chunks,
    "cold-start": cold_start,
    "library": library,
    "parsing": parsing,
    "watching": watching,
    "load": load,
    "streams": streams,
    "fifty": fifty,
    "turn": turn,
    "history": history,
    "processes": processes,
}
_FOOTER = """\
Everything ran on this machine over 127.0.0.1. The simulators ran in one process, that of the bench, with the platforms'
rate limits on; the program and the bare client each in a process of its own, one after the other. So the times include
what the simulators take, for both alike; CPU is that of the measured process alone. p99 of fewer than a hundred values
is the largest of them."""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bot.bench", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"all when left out: {', '.join(BENCHMARKS)}"
    )
    parser.add_argument("--quick", action="store_true", help="fewer values, to see whether it works")
    options = parser.parse_args(arguments)
    if unknown := set(options.names) - BENCHMARKS.keys():
        parser.error(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(BENCHMARKS)}")
    try:
        run(_until_told(measure(options.names or list(BENCHMARKS), QUICK if options.quick else FULL)))
    except (KeyboardInterrupt, asyncio.CancelledError):
        return 1
    return 0


async def _until_told(work: Coroutine[Any, Any, None]) -> None:
    """SIGTERM ends the work as Ctrl-C does: no process that was started stays behind."""
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    await work


async def measure(names: Sequence[str], size: Size) -> None:
    """Prints a table for each."""
    began = time.perf_counter()
    print(machine())
    for name in names:
        report = await BENCHMARKS[name](size)
        print(f"\n{report.text()}", flush=True)
    print(f"\n{_FOOTER}\n\nIt took {time.perf_counter() - began:.0f} s.")


def machine() -> str:
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    return (
        f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}; "
        f"load average before: {load}"
    )


if __name__ == "__main__":
    sys.exit(main())
