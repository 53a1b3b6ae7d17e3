"""Every form of the dashboard in a browser that runs no scripts."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import expect

from tests.adapters.web.stage import MAX, PRINTS, Web
from tests.dashboard.visitor import Visitor, Visitors
from tests.fakes.model import Says

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_opening_talking_generating(web: Web, visitors: Visitors) -> None:
    ana = await visitors.come(scripts=False)
    page = ana.page
    await page.click("nav >> text=New")
    await page.fill("#title", "Plain and simple")
    await page.fill("#requirements", "One\nTwo")
    await page.click("#open")
    await ana.see("Plain and simple", "h1")
    await _later(ana, web)
    await page.fill("#say", "Hello?")
    await page.click("#send")
    await ana.see("Hello?", "#talk")
    await _later(ana, web)
    writes = asyncio.Event()
    web.stage.model.say(Says(PRINTS, hold=writes))
    await page.select_option("#language", "python")
    await page.click("#generate")
    await ana.see("v1", "#job")
    writes.set()
    await _later(ana, web)
    await page.click('#versions >> text="Files"')
    await page.click(".tree >> text=main.py")
    await ana.see('print("hello")', "#code")
    await page.click("#run-tests")
    await ana.see("running the tests", ".note")


async def test_cancelling(web: Web, visitors: Visitors) -> None:
    session = await web.stage.open()
    ana = await visitors.come(scripts=False)
    await ana.open(f"/sessions/{session.id}")
    web.stage.model.say(Says(PRINTS[:50], hold=asyncio.Event()))
    await ana.page.click("#generate")
    await ana.page.click("#cancel")
    await ana.see("It stops now", ".note")
    await _later(ana, web)
    await ana.see("The last run was cancelled", "#job")


async def test_ledger_title_state_and_end(web: Web, visitors: Visitors) -> None:
    session = await web.stage.open()
    ana = await visitors.come(scripts=False)
    page = ana.page
    await ana.open(f"/sessions/{session.id}")
    await page.fill("#add", "Be quick")
    await page.click("#add-button")
    await page.click("#r-2 summary")
    await page.fill("#r-2-text", "Be quicker")
    await page.click("#r-2 >> text=Save")
    await ana.see("Be quicker", "#r-2")
    await page.click(".more summary")
    await page.fill("#title", "Renamed")
    await page.click("text=Rename")
    await ana.see("Renamed", "h1")
    await page.click(".more summary")
    await page.click(".menu-row >> text=Close")
    await ana.see("closed", "#about")
    await page.click(".more summary")
    await page.click(".menu-row >> text=Reopen")
    await expect(page.locator("#generate")).to_be_visible()
    await page.click(".more summary")
    await page.click("text=Delete …")
    await page.click("#delete")
    await ana.see("is deleted", ".note")


async def test_what_is_refused_stands_at_its_field(web: Web, visitors: Visitors) -> None:
    """The browser's own limits are taken away, as other programs do not have them."""
    ana = await visitors.come(scripts=True)
    await ana.open("/new")
    await ana.page.evaluate("for (const one of document.querySelectorAll('form')) one.noValidate = true")
    await ana.page.fill("#requirements", "kept")
    await ana.page.click("#open")
    await ana.see("Give the session a title", "#title-fault")
    await expect(ana.page.locator("#title")).to_have_attribute("aria-invalid", "true")
    await expect(ana.page.locator("#requirements")).to_have_value("kept")


async def test_search_usage_settings_and_out(web: Web, visitors: Visitors) -> None:
    await web.stage.open("Price watcher")
    max_ = await visitors.come(MAX, scripts=False)
    page = max_.page
    await page.fill("#q", "price")
    await page.select_option("#platform", "slack")
    await page.click("form >> text=Search")
    await expect(page.locator(".row")).to_have_count(1)
    await page.click("nav >> text=Usage")
    await page.click("text=By person")
    await page.select_option("#days", "7")
    await page.click("text=Show")
    await max_.see("Usage", "h1")
    await page.click("nav >> text=Settings")
    await page.fill("#model", "a/model")
    await page.click("#save")
    await max_.see("Saved.", ".note")
    await page.fill("#name", "A token")
    await page.click("#make")
    assert (await page.inner_text("#secret")).startswith("tw_")
    await page.click("details.menu summary")
    await page.click("text=Sign out")
    await max_.see("Sign in from your chat")


async def _later(ana: Visitor, web: Web) -> None:
    """All work is done; without scripts, one looks again."""
    await web.stage.quiet()
    await ana.page.reload()
