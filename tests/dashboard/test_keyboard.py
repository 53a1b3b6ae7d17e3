"""The main path with the keyboard alone: what has the focus is always visible, and nothing holds it."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.adapters.web.stage import PRINTS, Web
from tests.dashboard.visitor import Visitors

pytestmark = pytest.mark.asyncio(loop_scope="session")
_FOCUS = """() => {
  const at = document.activeElement, css = getComputedStyle(at);
  return { id: at.id, text: (at.innerText || at.value || "").trim(), tag: at.tagName, outline: css.outlineStyle };
}"""
MANY = 80


async def test_from_sign_in_to_a_version(web: Web, visitors: Visitors) -> None:
    ana = await visitors.come(None)
    page = ana.page
    await page.goto(f"/sign-in/{await web.stage.link()}")
    await _to(page, id="sign-in")
    await page.keyboard.press("Enter")
    await ana.see("No sessions yet")
    await page.keyboard.press("Tab")
    assert (await page.evaluate(_FOCUS))["text"] == "Skip to the content"
    await page.keyboard.press("Enter")
    await _to(page, text="Open a session")
    await page.keyboard.press("Enter")
    await ana.see("New automation session", "h1")
    await _to(page, id="title")
    await page.keyboard.type("By keyboard")
    await _to(page, id="requirements")
    await page.keyboard.type("No mouse")
    await _to(page, id="open")
    await page.keyboard.press("Enter")
    await ana.see("By keyboard", "h1")
    await _to(page, id="say")
    await page.keyboard.type("Hello")
    await page.keyboard.press("Control+Enter")
    await ana.see("Hello", "#talk")
    await expect(page.locator("#say")).to_be_focused()
    await web.stage.quiet()
    web.stage.model.say(PRINTS)
    await _to(page, id="generate")
    await page.keyboard.press("Enter")
    await ana.see("v1", "#versions")
    await _to(page, text="Files")
    await page.keyboard.press("Enter")
    await ana.see("main.py", ".tree")
    assert ana.complaints == []


async def test_menus_close_with_escape_and_give_the_focus_back(visitors: Visitors) -> None:
    ana = await visitors.come()
    await _to(ana.page, text="Ana")
    await ana.page.keyboard.press("Enter")
    await ana.page.keyboard.press("Tab")
    assert (await ana.page.evaluate(_FOCUS))["text"] == "Sign out"
    await ana.page.keyboard.press("Escape")
    at = await ana.page.evaluate(_FOCUS)
    assert (at["tag"], at["text"]) == ("SUMMARY", "Ana")


async def _to(page: Page, *, id: str = "", text: str = "") -> None:  # noqa: A002 -- as HTML calls it
    """Tabs forward until it is reached; everything on the way shows that it has the focus."""
    for _ in range(MANY):
        await page.keyboard.press("Tab")
        at = await page.evaluate(_FOCUS)
        assert at["outline"] != "none" or at["tag"] in ("BODY", "MAIN"), at
        if (id and at["id"] == id) or (text and at["text"] == text):
            return
    raise AssertionError(f"the keyboard does not reach {id or text}")
