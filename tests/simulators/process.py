"""A simulator as a process of its own, and how it is driven over HTTP."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

ROOT = Path(__file__).parents[2]


@asynccontextmanager
async def process(platform: str) -> AsyncIterator[dict[str, str]]:
    """The settings that it printed. At the end it must go in peace when it is asked to."""
    command = (sys.executable, "-m", f"bot.simulators.{platform}")
    running = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    assert running.stdout is not None
    try:
        yield json.loads(await asyncio.wait_for(running.stdout.readline(), 20))
    finally:
        if running.returncode is None:
            running.send_signal(signal.SIGTERM)
        left = await asyncio.wait_for(running.wait(), 10)
    assert left == 0


def driver(session: aiohttp.ClientSession, base: str) -> Callable[..., Awaitable[tuple[int, Any]]]:
    """Asks for a verb with its arguments by name; what comes is the status and the result."""

    async def sim(verb: str, **arguments: Any) -> tuple[int, Any]:
        async with session.post(f"{base}/_sim/{verb}", json=arguments) as got:
            return got.status, (await got.json()).get("result")

    return sim
