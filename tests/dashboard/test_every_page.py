"""Every page in both themes: nothing for axe to find, light, true to its policy, no wider than a phone."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Literal

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import (  # type: ignore[import-untyped]  # it brings no types
    Axe,
)
from playwright.async_api import Browser

from core.storage.engine import open_engine
from core.storage.unit_of_work import Database
from core.system import SystemClock, TimeIds
from tests.adapters.web.stage import MAX, Web
from tests.dashboard.filled import Filled, fill
from tests.dashboard.pages import pages
from tests.dashboard.visitor import Visitor, Visitors

pytestmark = pytest.mark.asyncio(loop_scope="session")
HEAVIEST = 200_000
NAMES = tuple(pages(Filled("", "", "", "", "")))
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def town(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Web, Filled]]:
    folder = tmp_path_factory.mktemp("town")
    file = await asyncio.to_thread(shutil.copy, migrated, folder / "town.sqlite")
    async with (
        open_engine(f"sqlite:///{file}") as engine,
        Web.open(Database(engine, SystemClock(), TimeIds())) as web,
    ):
        yield web, await fill(web)


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def guests(town: tuple[Web, Filled], browser: Browser) -> AsyncIterator[dict[str, Visitor]]:
    """By theme; narrow, as a phone is."""
    async with AsyncExitStack() as stack:
        visitors = Visitors(town[0], browser, stack)
        yield {theme: await visitors.come(MAX, theme=theme, width=390) for theme in THEMES}


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", NAMES)
async def test_page(
    town: tuple[Web, Filled], guests: dict[str, Visitor], name: str, theme: Literal["light", "dark"]
) -> None:
    visitor = guests[theme]
    await visitor.open(pages(town[1])[name])
    assert visitor.weight < HEAVIEST
    assert not await visitor.wide()
    await _accessible(visitor)
    assert visitor.complaints == []


@pytest.mark.parametrize("address", ["/", "/sign-in/unknown"])
async def test_before_signing_in(visitors: Visitors, address: str) -> None:
    visitor = await visitors.come(None)
    await visitor.open(address)
    await _accessible(visitor)
    assert visitor.complaints == []


async def test_open_menus_and_forms_are_accessible_too(visitors: Visitors) -> None:
    visitor = await visitors.come(MAX, theme="dark")
    await visitor.open("/new")
    await visitor.page.click("details.menu summary")
    await _accessible(visitor)


async def _accessible(visitor: Visitor) -> None:
    found = await Axe().run(visitor.page)
    assert found.violations_count == 0, found.generate_report()
