"""A Discord with two people for every test that asks for one."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.adapters.discord.stage import DiscordStage, open_stage


@pytest.fixture
async def stage() -> AsyncIterator[DiscordStage]:
    async with open_stage(commands=True) as opened:
        yield opened
