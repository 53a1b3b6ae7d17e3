"""A model service whose answers say, in every frame, when it left: so whoever reads one knows how old it is.

It keeps its pace by the clock, whatever the reader does, and writes until it is told to end."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from aiohttp import web

from bot.bench.texts import END, paced
from bot.simulators.openrouter import frames
from bot.simulators.openrouter.answers import Answer
from bot.simulators.shared.listening import listening

_WRAP = 100_000
"""Milliseconds after which stamps begin anew: five digits."""
_LINE = 16
"""Frames in a line of the text."""
_PULSE = 5.0
"""Seconds between two keep-alives."""
_MARK = "00000 "
_ANSWER = Answer(END)


def stamp() -> str:
    """Now, in milliseconds of a clock that all processes share."""
    return f"{int(time.monotonic() * 1000) % _WRAP:05d}"


def age(stamped: str) -> int:
    """Milliseconds since `stamped`."""
    return (int(time.monotonic() * 1000) - int(stamped)) % _WRAP


class Pacer:
    """``open``: answers that are being written. ``frames``: so many have left."""

    key = "sk-or-fake"

    def __init__(self) -> None:
        self.base_url = ""
        self.open = 0
        self.frames = 0
        self._calls = 0
        self._begins = asyncio.Event()
        self._spread = 0.0
        self._over: float | None = None

    @classmethod
    @asynccontextmanager
    async def start(cls) -> AsyncIterator[Pacer]:
        pacer = cls()
        app = web.Application()
        app.router.add_post("/api/v1/chat/completions", pacer.answer)
        app.router.add_get("/api/v1/models", pacer.models)
        async with listening(app, 0) as base:
            pacer.base_url = f"{base}/api/v1"
            yield pacer

    def begin(self, spread: float) -> None:
        """Until now there were keep-alives only: every answer begins, one after the other within `spread` seconds."""
        self._spread = spread
        self._begins.set()

    def end(self) -> None:
        """Every answer comes to its end, as they began: within `spread` seconds."""
        self._over = asyncio.get_running_loop().time()

    async def models(self, _request: web.Request) -> web.Response:
        return web.json_response({"data": []})

    async def answer(self, request: web.Request) -> web.StreamResponse:
        await request.read()
        self._calls += 1
        number = self._calls
        call = frames.Call(f"gen-{number:06}", "anthropic/claude-sonnet-4.5", 1_000)
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "X-Generation-Id": call.id}
        )
        await response.prepare(request)
        self.open += 1
        try:
            while not self._begins.is_set():
                await response.write(frames.KEEPALIVE)
                with suppress(TimeoutError):
                    async with asyncio.timeout(_PULSE):
                        await self._begins.wait()
            later = self._spread * (number * 0.618 % 1)
            await asyncio.sleep(later)
            await self._speak(response, call, paced(number), later)
        finally:
            self.open -= 1
        return response

    async def _speak(
        self, response: web.StreamResponse, call: frames.Call, pace: float, later: float
    ) -> None:
        [whole] = frames.frames(Answer(_MARK), call)
        before, after = whole.split(_MARK.encode())
        after_line = b"\\n" + after
        after = b" " + after
        loop, number = asyncio.get_running_loop(), 0
        began = loop.time()
        while self._over is None or loop.time() < self._over + later:
            number += 1
            await response.write(before + stamp().encode() + (after if number % _LINE else after_line))
            self.frames += 1
            await asyncio.sleep(began + number * pace - loop.time())
        for data in (*frames.frames(_ANSWER, call), *frames.ending(_ANSWER, call)):
            await response.write(data)
