"""Whatever is cut on the way to Slack, people see everything once."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.adapters.slack.stage import open_stage
from tests.contracts.cut_connections import CutConnectionsContract, Cuttable


class TestSlackCut(CutConnectionsContract):
    @pytest.fixture
    async def stage(self) -> AsyncIterator[Cuttable]:
        async with open_stage() as opened:
            yield opened
