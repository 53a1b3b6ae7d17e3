"""Pictures of every page, light and dark, wide and narrow: `python -m tests.dashboard.screenshots DIR`."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import product
from pathlib import Path
from typing import Literal

from playwright.async_api import Browser, Page

from core.storage.engine import open_engine
from core.storage.migrate import upgrade
from core.storage.unit_of_work import Database
from core.system import SystemClock, TimeIds
from tests.adapters.web.stage import MAX, Web
from tests.dashboard.chromium import chromium
from tests.dashboard.filled import Filled, fill
from tests.dashboard.pages import pages

WIDTHS = {"wide": (1280, 800), "narrow": (390, 844)}
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@asynccontextmanager
async def filled() -> AsyncIterator[tuple[Web, Filled]]:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/pictures.sqlite"
        await asyncio.to_thread(upgrade, url)
        async with open_engine(url) as engine, Web.open(Database(engine, SystemClock(), TimeIds())) as web:
            yield web, await fill(web)


async def take(folder: Path, only: str = "") -> None:
    async with filled() as (web, ids), chromium() as browser:
        for theme, (width, size) in product(THEMES, WIDTHS.items()):
            (folder / f"{theme}-{width}").mkdir(parents=True, exist_ok=True)
            await _pictures(web, ids, browser, folder / f"{theme}-{width}", theme, size, only)


async def _pictures(
    web: Web,
    ids: Filled,
    browser: Browser,
    folder: Path,
    theme: Literal["light", "dark"],
    size: tuple[int, int],
    only: str,
) -> None:
    context = await browser.new_context(
        color_scheme=theme, viewport={"width": size[0], "height": size[1]}, base_url=web.base
    )
    page = await context.new_page()
    if only in "signed-out sign-in gone":
        await _shoot(page, "/", folder / "signed-out.png")
        await _shoot(page, "/sign-in/unknown", folder / "sign-in.png")
        await page.click("#sign-in")
        await page.screenshot(path=folder / "gone.png", full_page=True)
    await page.goto(f"/sign-in/{await web.stage.link(MAX)}")
    await page.click("#sign-in")
    for name, address in pages(ids).items():
        if only in name:
            await _shoot(page, address, folder / f"{name}.png")
    await context.close()


async def _shoot(page: Page, address: str, file: Path) -> None:
    await page.goto(address, wait_until="load")
    await page.screenshot(path=file, full_page=True)


if __name__ == "__main__":
    asyncio.run(take(Path(sys.argv[1]), *sys.argv[2:3]))
