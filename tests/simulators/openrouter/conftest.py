from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from bot.simulators.openrouter import OpenRouterSimulator


@pytest.fixture
async def simulator() -> AsyncIterator[OpenRouterSimulator]:
    async with OpenRouterSimulator.start() as running:
        yield running


@pytest.fixture
async def http(simulator: OpenRouterSimulator) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody else's client, with the key."""
    headers = {"Authorization": f"Bearer {simulator.key}"}
    async with httpx.AsyncClient(base_url=simulator.base_url, headers=headers, trust_env=False) as client:
        yield client
