"""The application on a socket, for as long as a block runs."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Generator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from fastapi import FastAPI

from adapters.shared.background import background

_HEAD = 262_144
"""Bytes of address and headers that are read: so much that what is too long gets a sentence, not a cut."""
_GRACE = 5
"""Seconds for requests that are under way when the program ends."""
_BACKLOG = 1_024


def listen(host: str, port: int) -> socket.socket:
    """A socket that may be connected to, on a port that the system chooses where `port` is 0. Raises OSError when it is
    taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=_BACKLOG)


@asynccontextmanager
async def serving(app: FastAPI, host: str, port: int) -> AsyncIterator[int]:
    """Gives the port. Raises OSError when it is taken."""
    with listen(host, port) as listener:
        async with serving_on(app, listener):
            yield listener.getsockname()[1]


@asynccontextmanager
async def serving_on(app: FastAPI, listener: socket.socket) -> AsyncIterator[None]:
    """Signals and logs stay with the program; event streams end at once when the block does."""
    server = _Server(
        uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            ws="none",
            lifespan="off",
            h11_max_incomplete_event_size=_HEAD,
            timeout_graceful_shutdown=_GRACE,
        )
    )
    async with background() as group:
        group.create_task(server.serve([listener]), name="web")
        try:
            await server.ready.wait()
            yield
        finally:
            app.state.closing.set()
            server.should_exit = True


class _Server(uvicorn.Server):
    """Says when it is there, and leaves signals to the program."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield
