"""The simulator as tests and the demo hold it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.simulators.openrouter.server import make_app
from bot.simulators.openrouter.state import State
from bot.simulators.shared.listening import listening


class OpenRouterSimulator(State):
    """A loopback OpenRouter; made by `start`."""

    @classmethod
    @asynccontextmanager
    async def start(cls, *, port: int = 0) -> AsyncIterator[OpenRouterSimulator]:
        """Serves on the loopback address until the block ends; streams that are open then are dropped."""
        simulator = cls()
        # With cancellation a handler hears of a closed connection at once, whatever it waits for.
        async with listening(make_app(simulator), port, cancels=True, patience=0.1) as base:
            simulator.base_url = f"{base}/api/v1"
            yield simulator
