"""The simulator as tests and the demo hold it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from bot.simulators.openrouter.server import make_app
from bot.simulators.openrouter.state import State


class OpenRouterSimulator(State):
    """A loopback OpenRouter; made by `start`."""

    @classmethod
    @asynccontextmanager
    async def start(cls, *, port: int = 0) -> AsyncIterator[OpenRouterSimulator]:
        """Serves on the loopback address until the block ends; streams that are open then are dropped."""
        simulator = cls()
        # With cancellation a handler hears of a closed connection at once, whatever it waits for.
        runner = web.AppRunner(
            make_app(simulator), handler_cancellation=True, access_log=None, shutdown_timeout=0.1
        )
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", port, backlog=1024).start()
            simulator.base_url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/v1"
            yield simulator
        finally:
            await runner.cleanup()
