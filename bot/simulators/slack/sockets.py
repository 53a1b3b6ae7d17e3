"""Socket Mode: several sockets, each envelope to one of them; acks; events that nobody acked come again."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

from aiohttp import WSMsgType, web

from bot.simulators.shared.outcomes import NotAcked
from bot.simulators.slack.world import APP_ID, Json, World

MOST_SOCKETS = 10  # docs.slack.dev: connections of one app
_CLOSING_SECONDS = 0.5
RETRIES = 3  # docs.slack.dev, Events API: an event is tried again three times


@dataclass(slots=True, eq=False)
class Line:
    """One socket. ``leaving``: it was told to go and gets no more envelopes. ``gone``: done when it is closed."""

    socket: web.WebSocketResponse
    request: web.Request
    gone: asyncio.Future[None]
    leaving: bool = False

    def lost(self) -> None:
        if not self.gone.done():
            self.gone.set_result(None)


class Sockets:
    """``tasks``: where deliveries run in the background; ``ack_seconds``: how long an ack may take."""

    def __init__(self, world: World, tasks: asyncio.TaskGroup, ack_seconds: float) -> None:
        self._world = world
        self._tasks = tasks
        self._ack_seconds = ack_seconds
        self._tickets: set[str] = set()
        self._lines: list[Line] = []
        self._acks: dict[str, asyncio.Future[Json]] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._turn = 0
        self._envelopes = 0

    # -- connections

    @property
    def ready(self) -> list[Line]:
        return [line for line in self._lines if not line.leaving and not line.gone.done()]

    def ticket(self) -> str:
        """The address for one new socket."""
        name = self._world.name("ticket")
        self._tickets.add(name)
        return f"{self._world.base.replace('http', 'ws', 1)}/link/?ticket={name}&app_id={APP_ID}"

    async def serve(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            raise web.HTTPForbidden
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse(timeout=_CLOSING_SECONDS)
        await socket.prepare(request)
        if len(self.ready) >= MOST_SOCKETS:
            await socket.send_json(_farewell("too_many_websockets"))
            return socket
        line = Line(socket, request, asyncio.get_running_loop().create_future())
        await socket.send_json(_hello(len(self.ready) + 1))
        self._lines.append(line)
        self._world.touch()
        try:
            async for frame in socket:
                if frame.type is WSMsgType.TEXT:
                    self._acked(frame.data)
        finally:
            self._lines.remove(line)
            line.lost()
            self._world.touch()
        return socket

    async def ask_reconnect(self) -> None:
        """Tells every socket to come back, as Slack does about every hour."""
        for line in self.ready:
            line.leaving = True
            await line.socket.send_json(_farewell("refresh_requested"))

    def drop(self) -> None:
        """Aborts every connection, without a close frame."""
        for line in list(self._lines):
            line.lost()
            if line.request.transport is not None:
                line.request.transport.abort()

    async def close(self) -> None:
        """Ends all deliveries and sockets."""
        for task in list(self._running):
            task.cancel()
        for line in list(self._lines):
            await line.socket.close()

    # -- envelopes

    async def ask(self, kind: str, payload: Json, *, answered: bool) -> Json:
        """Delivers once and returns the payload of the ack, which may come by another socket when its own was
        replaced meanwhile. Raises `NotAcked`."""
        line = await self._line(self._ack_seconds)
        ack = await self._send(line, {"type": kind, "payload": payload, "accepts_response_payload": answered})
        if not await self._acked_in_time(ack):
            raise NotAcked(f"{kind} was not acked: the person sees an error")
        return ack.result()

    def publish(self, payload: Json, *, attempt: int = 0) -> asyncio.Future[None]:
        """Delivers an event in the background, again and again until it is acked; done when it is."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._start(self._deliver(payload, attempt, done))
        return done

    async def settled(self, deliveries: list[asyncio.Future[None]]) -> None:
        """Returns when all are acked. Raises `NotAcked`."""
        if not deliveries:
            return
        _, late = await asyncio.wait(deliveries, timeout=self._ack_seconds)
        if late:
            raise NotAcked(f"{len(late)} of {len(deliveries)} events not acked in {self._ack_seconds} s")

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = self._tasks.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _deliver(self, payload: Json, first: int, done: asyncio.Future[None]) -> None:
        for attempt in range(first, RETRIES + 1):
            line = await self._line(None)
            reason = {"retry_attempt": attempt, "retry_reason": "timeout" if attempt else ""}
            frame = {"type": "events_api", "payload": payload, "accepts_response_payload": False, **reason}
            if await self._acked_in_time(await self._send(line, frame), line.gone):
                done.set_result(None)
                return
        event = payload["event"]
        self._world.problems.append(f"event {event['type']}/{event.get('subtype', '')} was never acked")
        self._world.touch()

    async def _line(self, seconds: float | None) -> Line:
        """The next socket in turn; waits for one."""
        try:
            await self._world.until(lambda: self.ready, seconds)
        except TimeoutError:
            raise NotAcked("no socket is connected") from None
        self._turn += 1
        return self.ready[self._turn % len(self.ready)]

    async def _send(self, line: Line, frame: Json) -> asyncio.Future[Json]:
        self._envelopes += 1
        envelope = str(uuid.UUID(int=self._envelopes))
        ack: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._acks[envelope] = ack
        try:
            await line.socket.send_str(json.dumps({"envelope_id": envelope, **frame}))
        except ConnectionError:
            line.lost()
        return ack

    async def _acked_in_time(self, *awaited: asyncio.Future[Any]) -> bool:
        """Waits for any of them; True when the first, the ack, is there."""
        await asyncio.wait(awaited, timeout=self._ack_seconds, return_when=asyncio.FIRST_COMPLETED)
        return awaited[0].done()

    def _acked(self, text: str) -> None:
        frame = json.loads(text)
        ack = self._acks.pop(frame.get("envelope_id", ""), None)
        if ack is None:
            self._world.problems.append(f"ack for an unknown or acked envelope: {frame.get('envelope_id')}")
        elif not ack.done():
            ack.set_result(frame.get("payload") or {})
        self._world.touch()


def _hello(number: int) -> Json:
    about = {"host": "applink-fake", "build_number": 1, "approximate_connection_time": 18060}
    connection = {"app_id": APP_ID}
    return {"type": "hello", "num_connections": number, "debug_info": about, "connection_info": connection}


def _farewell(reason: str) -> Json:
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-fake"}}
