"""``python -m bot.bench.readers core|bare URL KEY STREAMS``: reads so many answers at once, and tells its own CPU time.

Prints one line of JSON: ``cpu`` and ``wall`` in seconds, and ``chunks``, the frames with text that were read.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager

import aiohttp

from bot.bench.loop import run
from bot.bench.texts import FRAME
from bot.bench.wire import MODEL, texts
from core.openrouter.client import OpenRouter, open_model
from core.openrouter.config import ModelConfig
from core.ports import ModelMessage, ModelRequest, TextDelta

Read = Callable[[], Awaitable[int]]
"""Reads one answer; how many frames had text."""
_ASKED = ModelRequest((ModelMessage("user", "Go on."),), 4_000, 0.4, "session")


@asynccontextmanager
async def _core(url: str, key: str) -> AsyncIterator[Read]:
    async with open_model(ModelConfig(key, MODEL, url)) as model:
        await model.limits()  # asked once in the life of a program
        yield lambda: _heard(model)


async def _heard(model: OpenRouter) -> int:
    async with aclosing(model.stream(_ASKED)) as events:
        said = sum([len(event.text) async for event in events if isinstance(event, TextDelta)])
    return -(-said // FRAME)  # the last frame may be shorter


@asynccontextmanager
async def _bare(url: str, key: str) -> AsyncIterator[Read]:
    async def read() -> int:
        return sum([1 async for _ in texts(http, url, key)])

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        yield read


KINDS = {"core": _core, "bare": _bare}


async def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bot.bench.readers", description=__doc__)
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("url")
    parser.add_argument("key")
    parser.add_argument("streams", type=int)
    options = parser.parse_args()
    async with KINDS[options.kind](options.url, options.key) as read:
        wall, cpu = time.perf_counter(), time.process_time()
        counts = await asyncio.gather(*(read() for _ in range(options.streams)))
        told = {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall, "chunks": sum(counts)}
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    run(main())
