"""A Discord with two people for every test that asks for one."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from core.ports import ThreadRef
from core.replies import Reply
from tests.adapters.discord.stage import GENERAL, DiscordStage, open_stage
from tests.contracts.chat_platform import KeptAttempt


@pytest.fixture
async def stage() -> AsyncIterator[DiscordStage]:
    async with open_stage(commands=True) as opened:
        yield opened


@pytest.fixture
async def thread(stage: DiscordStage) -> ThreadRef:
    return await stage.platform.open_thread(GENERAL, Reply("### Prices\n\nCard"), KeptAttempt("thread"))
