"""A house per test, on a database of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from core.storage.engine import open_engine
from core.storage.unit_of_work import Database
from core.system import TimeIds
from tests.fakes.house import FakeClock, House


@pytest.fixture
async def house(database_url: str) -> AsyncIterator[House]:
    clock = FakeClock()
    async with open_engine(database_url) as engine:
        yield House(Database(engine, clock, TimeIds()), clock)
