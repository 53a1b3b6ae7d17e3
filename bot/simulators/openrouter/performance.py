"""Plays one answer onto one connection, and notices when nobody listens any more."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Mapping
from typing import Literal

from aiohttp import web

from bot.simulators.openrouter import frames
from bot.simulators.openrouter.answers import Answer
from bot.simulators.openrouter.frames import Call
from bot.simulators.openrouter.state import State

_UNFINISHED = ("no_finish", "no_done", "no_choices", "finish_error")
Mishap = Literal["cut", "end", "error", "stall", "silence"]


async def perform(
    simulator: State, request: web.Request, answer: Answer, call: Call, headers: Mapping[str, str]
) -> tuple[web.StreamResponse, bool]:
    """Streams the answer, and says whether it went out whole. A client that closes early is counted within a turn of the
    loop."""
    response = web.StreamResponse(
        headers={"Content-Type": "text/event-stream", "Cache-Control": "no-cache", **headers}
    )
    stage = _Stage(request, response, answer, call)
    simulator.open_streams += 1
    simulator.changed()
    try:
        await response.prepare(request)
        await stage.play()
    except (asyncio.CancelledError, ConnectionError):
        simulator.closed_early += not stage.over
        raise
    finally:
        simulator.open_streams -= 1
        counted = frames.usage(answer, call)
        simulator.ledger.enter(call.id, call.model, counted, answer.finish, cancelled=not stage.over)
        simulator.changed()
    return response, stage.whole


class _Stage:
    """``over``: the simulator has said all that it is going to say. ``whole``: and that was the whole answer."""

    def __init__(
        self, request: web.Request, response: web.StreamResponse, answer: Answer, call: Call
    ) -> None:
        self.over = False
        self.whole = False
        self._request = request
        self._response = response
        self._answer = answer
        self._call = call

    async def play(self) -> None:
        for _ in range(self._answer.keepalives):
            await self._response.write(frames.KEEPALIVE)
            await asyncio.sleep(self._answer.pulse)
        for data in frames.opening(self._answer, self._call):
            await self._say(data)
        if await self._played_frames():
            for data in frames.ending(self._answer, self._call):
                self.over = data == frames.DONE
                await self._say(data)
            self.over = True
            self.whole = (
                self._answer.finish not in (None, "error") and self._answer.variant not in _UNFINISHED
            )
            await asyncio.sleep(self._answer.linger)

    async def _played_frames(self) -> bool:
        """Whether they went out without the mishap that was ordered."""
        answer = self._answer
        mishap, when = _mishap(answer)
        for done, data in enumerate(frames.frames(answer, self._call)):
            if done == when:
                break
            if answer.hold and done >= answer.hold_after:
                await answer.hold.wait()
            if answer.pace and done:
                await asyncio.sleep(answer.pace)
            await self._say(data)
        if mishap is not None:
            await self._suffer(mishap)
        return mishap is None

    async def _suffer(self, mishap: Mishap) -> None:
        answer = self._answer
        if mishap == "stall":
            while True:
                await self._response.write(frames.KEEPALIVE)
                await asyncio.sleep(answer.pulse)
        if mishap == "silence":
            await asyncio.Event().wait()
        self.over = True
        if mishap == "cut" and self._request.transport is not None:
            _reset(self._request.transport)
        if mishap == "error" and answer.error_after is not None:
            await self._say(frames.broken(answer, self._call, answer.error_after[1]))

    async def _say(self, data: bytes) -> None:
        for part in frames.on_the_wire(self._answer, data):
            await self._response.write(part)


def _mishap(answer: Answer) -> tuple[Mishap | None, int | None]:
    """What goes wrong, and after how many frames; at the end of them when there are fewer."""
    error = None if answer.error_after is None else answer.error_after[0]
    ordered: dict[Mishap, int | None] = {
        "cut": answer.cut_after,
        "end": answer.end_after,
        "error": error,
        "stall": answer.stall_after,
        "silence": answer.silent_after,
    }
    return next(((mishap, when) for mishap, when in ordered.items() if when is not None), (None, None))


def _reset(transport: asyncio.Transport) -> None:
    """A reset instead of an orderly end."""
    raw = transport.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
