"""A simulated workspace with two people and three channels; the SDK's proxy settings are out of the way."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.simulators.slack import SlackSimulator
from tests.simulators.slack.program import people


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
async def slack() -> AsyncIterator[SlackSimulator]:
    async with SlackSimulator.start(ack_seconds=1.0) as simulator:
        yield people(simulator)
