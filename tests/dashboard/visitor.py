"""Somebody in front of a browser. Whatever the browser complains about is kept: a page that breaks its own policy, or a
script that fails, fails the test."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import Literal

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Response

from core.intents import Person
from tests.adapters.web.stage import ANA, Web

TIMEOUT = 15_000
_ANSWERED = "Failed to load resource: the server responded with a status of"
"""How Chromium notes a status above 399, which some tests want."""


class Visitor:
    """``complaints``: what the browser said, beside refusals that the page shows itself."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        self._responses: list[Response] = []
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("response", self._answered)

    def _answered(self, response: Response) -> None:
        self._responses.append(response)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(_ANSWERED):
            self.complaints.append(message.text)

    async def open(self, address: str) -> None:
        self._responses.clear()
        await self.page.goto(address, wait_until="load")

    @property
    def weight(self) -> int:
        """Bytes of all that the page is made of; nothing is compressed on the way."""
        sizes = {one.url: int(one.headers.get("content-length", "0")) for one in self._responses}
        assert all(sizes[url] for url in sizes if "/events" not in url), sizes
        return sum(sizes.values())

    async def sign_in(self, web: Web, person: Person = ANA) -> None:
        await self.page.goto(f"/sign-in/{await web.stage.link(person)}")
        await self.page.click("#sign-in")
        await self.page.wait_for_selector("nav.nav")

    async def text(self, selector: str = "main") -> str:
        return await self.page.inner_text(selector)

    async def see(self, words: str, selector: str = "body") -> None:
        """Waits until `words` are there."""
        await self.page.locator(selector, has_text=words).first.wait_for()

    async def wide(self) -> bool:
        """Whether the page is wider than the window: then it scrolls sideways."""
        return bool(await self.page.evaluate("document.documentElement.scrollWidth > innerWidth"))


class Visitors:
    def __init__(self, web: Web, browser: Browser, stack: AsyncExitStack) -> None:
        self.web, self._browser, self._stack = web, browser, stack

    async def come(
        self,
        person: Person | None = ANA,
        *,
        scripts: bool = True,
        theme: Literal["light", "dark"] = "light",
        width: int = 1280,
    ) -> Visitor:
        """``person``: signed in by a link from the chat; ``None``: not signed in."""
        context: BrowserContext = await self._browser.new_context(
            base_url=self.web.base,
            java_script_enabled=scripts,
            color_scheme=theme,
            viewport={"width": width, "height": 800},
        )
        context.set_default_timeout(TIMEOUT)
        self._stack.push_async_callback(context.close)
        visitor = Visitor(await context.new_page())
        if person is not None:
            await visitor.sign_in(self.web, person)
        return visitor
