"""A simulated workspace with two people and three channels."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.simulators.slack import SlackSimulator
from tests.simulators.slack.program import people


@pytest.fixture
async def slack() -> AsyncIterator[SlackSimulator]:
    async with SlackSimulator.start(ack_seconds=1.0) as simulator:
        yield people(simulator)
