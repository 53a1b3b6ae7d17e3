"""A simulator as a process of its own."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import TypeVar

S = TypeVar("S")


async def serve(starting: AbstractAsyncContextManager[S], where: Callable[[S], Mapping[str, str]]) -> None:
    """Prints the settings that lead a program here as one line of JSON, then serves until SIGTERM or SIGINT."""
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with starting as simulator:
        sys.stdout.write(json.dumps(where(simulator)) + "\n")
        sys.stdout.flush()
        await stopped.wait()
