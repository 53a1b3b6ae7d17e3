"""One application per test, on a socket of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from core.storage.unit_of_work import Database
from tests.adapters.web.stage import Web


@pytest.fixture
async def web(database: Database) -> AsyncIterator[Web]:
    async with Web.open(database) as web:
        yield web
