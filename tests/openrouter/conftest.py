from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.simulators.openrouter import OpenRouterSimulator
from core.openrouter.client import OpenRouter
from tests.openrouter.helpers import client


@pytest.fixture
async def simulator() -> AsyncIterator[OpenRouterSimulator]:
    async with OpenRouterSimulator.start() as running:
        yield running
        assert running.unknown_routes == []


@pytest.fixture
async def model(simulator: OpenRouterSimulator) -> AsyncIterator[OpenRouter]:
    async with client(simulator) as opened:
        yield opened
