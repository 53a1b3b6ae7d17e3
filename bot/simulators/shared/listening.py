"""Listening on this machine, and nowhere else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web


@asynccontextmanager
async def listening(
    app: web.Application, port: int, *, cancels: bool = False, patience: float = 0.5
) -> AsyncIterator[str]:
    """The address, without a slash at the end; ``port`` 0 takes a free one.

    ``cancels``: a handler is cancelled as soon as its client has gone. ``patience``: seconds that open requests get at
    the end.
    """
    runner = web.AppRunner(app, handler_cancellation=cancels, shutdown_timeout=patience, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port, backlog=1024).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
