"""A gateway session with its numbered events, and the socket that carries it at the moment."""

from __future__ import annotations

import asyncio
import json
import zlib
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.simulators.discord.things import Json
from bot.simulators.discord.world import World

FATAL = frozenset(
    {4004, 4007, 4009, 4010, 4011, 4012, 4013, 4014}
)  # docs.discord.com: after these, start anew
KEPT = 10_000  # events that a resume can get back
_PRIVILEGED = {"presences": 1 << 8, "members": 1 << 1, "message_content": 1 << 15}
_INTENTS = sum(1 << place for place in (*range(17), 20, 21, 24, 25))  # docs.discord.com, all that exist


class Line:
    """One socket; what is sent leaves in order. ``closed_with``: the code that the platform closed it with."""

    def __init__(self, socket: web.WebSocketResponse, request: web.Request) -> None:
        self.socket = socket
        self.request = request
        self.session: Session | None = None
        self.closed_with: int | None = None
        self._out: asyncio.Queue[Json | int] = asyncio.Queue()
        packed = request.query.get("compress") == "zlib-stream"
        self._deflate = zlib.compressobj() if packed else None

    def send(self, frame: Json) -> None:
        self._out.put_nowait(frame)

    def close(self, code: int) -> None:
        """After what was sent before."""
        if self.closed_with is None:
            self.closed_with = code
            self._out.put_nowait(code)

    def abort(self) -> None:
        if self.request.transport is not None:
            self.request.transport.abort()

    async def write(self) -> None:
        """Until the socket is gone."""
        while not self.socket.closed:
            frame = await self._out.get()
            try:
                if isinstance(frame, int):
                    await self.socket.close(code=frame)
                else:
                    await self._write(json.dumps(frame))
            except ConnectionError:
                return

    async def _write(self, text: str) -> None:
        """Uncompressed text is always understood; zlib-stream is one stream for the whole socket."""
        if self._deflate is None:
            await self.socket.send_str(text)
            return
        packed = self._deflate.compress(text.encode()) + self._deflate.flush(zlib.Z_SYNC_FLUSH)
        await self.socket.send_bytes(packed)


@dataclass(slots=True, eq=False)
class Session:
    """``shard``: (number, count). ``line``: its socket, None while it waits to be resumed."""

    id: str
    shard: tuple[int, int]
    intents: int
    line: Line | None = None
    _number: int = 0
    _sent: deque[Json] = field(default_factory=lambda: deque(maxlen=KEPT))

    def carries(self, guild: str | None) -> bool:
        """docs.discord.com, sharding formula; what belongs to no guild goes to shard 0."""
        number, count = self.shard
        return (int(guild) >> 22) % count == number if guild else number == 0

    def dispatch(self, event: str, data: Json) -> None:
        self._number += 1
        frame = {"op": 0, "s": self._number, "t": event, "d": data}
        self._sent.append(frame)
        if self.line is not None:
            self.line.send(frame)

    def after(self, number: Any) -> list[Json] | None:
        """The events after this one; None when there never was such a number or it is too long ago."""
        if not isinstance(number, int) or not 0 <= number <= self._number:
            return None
        if self._sent and self._sent[0]["s"] > number + 1:
            return None
        return [frame for frame in self._sent if frame["s"] > number]


def session_from(world: World, content: Json) -> Session | int:
    """From the content of IDENTIFY; the close code when it is no good."""
    intents, shard = content.get("intents"), content.get("shard") or [0, 1]
    if not isinstance(intents, int) or intents & ~_INTENTS:
        return 4013
    if any(intents & bit and name not in world.privileged for name, bit in _PRIVILEGED.items()):
        return 4014
    if not isinstance(shard, list) or len(shard) != 2 or not 0 <= shard[0] < shard[1]:
        return 4010
    return Session(world.name("fake-session-"), (shard[0], shard[1]), intents)
