"""The way of a newcomer over the real program: a session of the chat in a real browser, and what is done there in the
thread."""

from __future__ import annotations

import asyncio
import io
import zipfile
from pathlib import Path

import pytest
from playwright.async_api import Page

from tests.dashboard.chromium import NoBrowser, chromium, found
from tests.dashboard.visitor import Visitor
from tests.scenarios.answers import answers, bundle
from tests.scenarios.main_job import CHANGED, FILES
from tests.scenarios.test_browser import TEAMS, Opened, told

try:
    found()
except NoBrowser as none:
    pytest.skip(str(none), allow_module_level=True)


@TEAMS
async def test_a_newcomer_watches_joins_generates_compares_and_downloads(
    opened: Opened, tmp_path: Path
) -> None:
    async with opened(tmp_path) as it, chromium() as browser:
        it.model.respond(answers(bundle(*FILES), bundle(*CHANGED), chat="Understood, every hour."))
        await it.open()
        link = await told(it, r"(http://127\.0\.0\.1:\d+/sign-in/[\w-]+)", "dashboard")
        page = await browser.new_page()
        ana = Visitor(page)
        await page.goto(link)
        await page.click("#sign-in")
        await page.click("text=Watch prices")
        await ana.see("Store prices in SQLite", "#ledger")

        await it.say("And at night?", who="Ben")
        await ana.see("And at night?", "#talk")
        await ana.see("Understood, every hour.", "#talk")
        await page.fill("#say", "Only on weekdays")
        await page.click("#send")
        await ana.see("Only on weekdays", "#talk")
        await it.see(lambda: any("(web): Only on weekdays" in text for text in it.said()))

        await page.click("#generate")
        await ana.see("v1", "#versions")
        await page.click("#generate")
        await ana.see("v2", "#versions")
        await page.click("#versions >> text=Changes")
        await ana.see("v1 → v2", "#changes-head")
        await ana.see("print('hi')", ".line-plus")
        assert b"print('hi')" in await downloaded(page)
        await it.see(lambda: [one for one in it.thread if any("-v2.zip" in file.name for file in one.files)])
        assert ana.complaints == []


async def downloaded(page: Page) -> bytes:
    """The program in the zip."""
    async with page.expect_download() as download:
        await page.click("#download")
    path = await (await download.value).path()
    with zipfile.ZipFile(io.BytesIO(await asyncio.to_thread(Path(path).read_bytes))) as archive:
        name = next(name for name in archive.namelist() if name.endswith("crawler/main.py"))
        return archive.read(name)
