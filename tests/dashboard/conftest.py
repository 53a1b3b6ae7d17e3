"""One browser for all tests; an application and a database for each. Everything lives on one event loop, as a browser
that is shared has to."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from core.storage.engine import open_engine
from core.storage.unit_of_work import Database
from core.system import SystemClock, TimeIds
from tests.adapters.web.stage import Web
from tests.dashboard.chromium import NoBrowser, chromium, found
from tests.dashboard.visitor import Visitors


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def browser() -> AsyncIterator[Browser]:
    try:
        found()
    except NoBrowser as none:
        pytest.skip(str(none))
    async with chromium() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="session")
async def web(tmp_path: Path, migrated: Path) -> AsyncIterator[Web]:
    file = await asyncio.to_thread(shutil.copy, migrated, tmp_path / "dashboard.sqlite")
    async with (
        open_engine(f"sqlite:///{file}") as engine,
        Web.open(Database(engine, SystemClock(), TimeIds())) as web,
    ):
        yield web


@pytest_asyncio.fixture(loop_scope="session")
async def visitors(web: Web, browser: Browser) -> AsyncIterator[Visitors]:
    async with AsyncExitStack() as stack:
        yield Visitors(web, browser, stack)
