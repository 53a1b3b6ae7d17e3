"""Discord keeps the contract of every chat platform."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.adapters.discord.stage import open_stage
from tests.contracts.chat_platform import ChatPlatformContract, Stage


class TestDiscord(ChatPlatformContract):
    @pytest.fixture
    async def stage(self) -> AsyncIterator[Stage]:
        async with open_stage() as opened:
            yield opened
