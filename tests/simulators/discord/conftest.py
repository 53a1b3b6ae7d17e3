"""A simulated guild with two people and four channels; everything said over REST is held against the official file."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import pytest

from bot.simulators.discord import DiscordSimulator
from tests.simulators.discord.official import SPEC, Official
from tests.simulators.discord.program import people


@contextmanager
def held(simulator: DiscordSimulator) -> Iterator[None]:
    """Against the official file, where it is present."""
    official = Official() if SPEC.exists() else None
    if official is not None:
        simulator.listeners.append(official.check)
    yield
    if official is not None:
        assert official.violations == []


@pytest.fixture
async def discord_() -> AsyncIterator[DiscordSimulator]:
    async with DiscordSimulator.start() as simulator:
        with held(people(simulator)):
            yield simulator


@pytest.fixture
async def limited() -> AsyncIterator[DiscordSimulator]:
    """With the rate limits on."""
    async with DiscordSimulator.start(tiers=True) as simulator:
        with held(people(simulator)):
            yield simulator
