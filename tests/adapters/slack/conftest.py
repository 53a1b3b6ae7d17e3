"""A Slack with two people for every test that asks for one."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.adapters.slack.stage import SlackStage, open_stage


@pytest.fixture
async def stage() -> AsyncIterator[SlackStage]:
    async with open_stage() as opened:
        yield opened
