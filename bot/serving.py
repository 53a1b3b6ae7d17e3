"""The web process's socket and server, inside of our own event loop and its signals."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import uvicorn

from core.errors import SettingsError

DRAIN_SECONDS = 5
"""Requests under way get so long at the end; event streams are cut."""


class _Server(uvicorn.Server):
    """Leaves the signals to `bot/supervisor.py`."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def bind(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes any that is free. Raises SettingsError when it cannot be had."""
    try:
        return socket.create_server((host, port), reuse_port=False)
    except OSError as error:
        raise SettingsError((f"PORT: {port} cannot be listened to ({error.strerror}); set another one",)) from error


@asynccontextmanager
async def serving(app: Any, listening: socket.socket) -> AsyncIterator[None]:
    """Serves the ASGI `app` while the block runs."""
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        lifespan="off",
        server_header=False,
        proxy_headers=True,
        timeout_graceful_shutdown=DRAIN_SECONDS,
        timeout_keep_alive=30,
        h11_max_incomplete_event_size=64 * 1024,
    )
    server = _Server(config)
    async with asyncio.TaskGroup() as group:
        work = group.create_task(server.serve(sockets=[listening]))
        try:
            yield
        finally:
            server.should_exit = True
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.shield(work)
