"""The way of a team through the dashboard, in a browser: from the link in the chat until the session is gone."""

from __future__ import annotations

import asyncio
import io
import re
import shutil
import zipfile
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from core.automations.evidence import Evidence
from core.storage.engine import open_engine
from core.storage.unit_of_work import Database
from core.system import SystemClock, TimeIds
from tests.adapters.web.stage import BEN, MAX, PRINTS, ROOMY, SUGGESTS, Web
from tests.dashboard.visitor import Visitor, Visitors
from tests.fakes.model import Says

pytestmark = pytest.mark.asyncio(loop_scope="session")
CHANGED = PRINTS.replace("hello", "good morning")


async def test_from_the_link_to_the_end(web: Web, visitors: Visitors) -> None:
    web.stage.checker.finds[:] = [Evidence(checked=True, proved=True)]  # type: ignore[attr-defined]  # the fake's
    ana = await visitors.come()
    await ana.see("No sessions yet")
    await _open(ana, web)
    await _talk(ana, web)
    await _generate(ana, web)
    await _compare(ana)
    await _download(ana)
    await _restore(ana, web)
    await _manage(ana, web)
    await ana.page.click("details.menu:not(.more) summary")
    await ana.page.click("text=Sign out")
    await ana.see("Sign in from your chat")
    assert ana.complaints == []


async def _open(ana: Visitor, web: Web) -> None:
    web.stage.model.say("How often shall I look?")
    await ana.page.click("a:text('Open a session') >> nth=0")
    await ana.page.fill("#title", "Watch the price list")
    await ana.page.check("[value=web_crawler]")
    await ana.page.fill("#requirements", "Read the list\nKeep the changes")
    await ana.page.select_option("#channel", label="#general")
    await ana.page.click("#open")
    await expect(ana.page).to_have_url(re.compile(r"/sessions/\w+$"))
    await ana.see("How often shall I look?", "#talk")
    await ana.see("Keep the changes", "#ledger")


async def _talk(ana: Visitor, web: Web) -> None:
    """The answer grows while the model speaks; a message from the chat appears by itself."""
    speaks = asyncio.Event()
    web.stage.model.say(Says("Twice a day, then.", hold=speaks))
    await ana.page.fill("#say", "Twice a day")
    await ana.page.click("#send")
    await ana.see("Twice a day, then.", "#growing")
    speaks.set()
    await ana.see("Twice a day, then.", "#talk")
    await expect(ana.page.locator("#growing .msg-agent")).to_have_count(0)
    await expect(ana.page.locator("#say")).to_have_value("")
    session = await web.until_thread(ana.page.url.rpartition("/sessions/")[2].partition("#")[0])
    web.stage.model.say("Good.")
    await web.stage.say(session, "And on Sundays once", BEN)
    await ana.see("And on Sundays once", "#talk")


async def _generate(ana: Visitor, web: Web) -> None:
    writes = asyncio.Event()
    web.stage.model.say(Says(PRINTS, hold=writes))
    await ana.page.select_option("#language", "python")
    await ana.page.click("#generate")
    await expect(ana.page.locator("#cancel")).to_be_visible()
    await ana.see("README.md", "#progress .progress-files")
    writes.set()
    await ana.see("v1", "#versions")
    await expect(ana.page.locator("#generate")).to_be_visible()
    web.stage.model.say(CHANGED)
    await ana.page.click("#generate")
    await ana.see("v2", "#versions")


async def _compare(ana: Visitor) -> None:
    await ana.page.click("#versions >> text=Changes")
    await ana.see("v1 → v2", "#changes-head")
    await ana.see('print("good morning")', ".line-plus")
    await ana.see('print("hello")', ".line-minus")


async def _download(ana: Visitor) -> None:
    async with ana.page.expect_download() as download:
        await ana.page.click("#download")
    path = await (await download.value).path()
    with zipfile.ZipFile(io.BytesIO(await asyncio.to_thread(Path(path).read_bytes))) as archive:
        assert any(name.endswith("main.py") for name in archive.namelist())
    await ana.page.click(".tabs >> text=Files")
    await ana.see("downloaded", "h1")
    await ana.page.click(".tree >> text=main.py")
    await ana.see('print("good morning")', "#code")
    async with ana.page.expect_download() as single:
        await ana.page.click("#code >> text=Download")
    assert (await single.value).suggested_filename == "main.py"


async def _restore(ana: Visitor, web: Web) -> None:
    await ana.page.goto(re.sub(r"/versions/.*", "/versions/1", ana.page.url))
    await ana.page.click("#restore")
    await ana.see("v3", "#versions")


async def _manage(ana: Visitor, web: Web) -> None:
    page = ana.page
    await page.click(".more summary")
    await page.fill("#title", "Watch two lists")
    await page.click(".more >> text=Rename")
    await ana.see("Watch two lists", "h1")
    await _menu(page, "Close")
    await ana.see("closed", "#about")
    await expect(page.locator("#generate")).to_have_count(0)
    await _menu(page, "Reopen")
    await expect(page.locator("#generate")).to_be_visible()
    await page.goto("/?q=two lists")
    await page.click("text=Watch two lists")
    await _menu(page, "Delete …")
    await ana.see("This cannot be undone")
    await page.click("#delete")
    await ana.see("is deleted", ".note")
    await ana.see("No sessions yet")


async def _menu(page: Page, words: str) -> None:
    await page.click(".more summary")
    await page.click(f".more .menu-row >> text={words}")


async def test_a_suggestion_of_the_review_is_applied(web: Web, visitors: Visitors) -> None:
    session = await web.stage.open()
    web.stage.model.say(PRINTS)
    await web.stage.generate(session)
    ana = await visitors.come()
    await ana.open(f"/sessions/{session.id}/versions/1")
    web.stage.model.say(SUGGESTS)
    await ana.page.click("#review")
    await ana.see("It greets nobody.", "#talk")
    await ana.open(f"/sessions/{session.id}/versions/1")
    await ana.page.click(".suggested >> text=main.py:1")
    await ana.see('print("hello")', "#code")
    web.stage.model.say(CHANGED)
    await ana.page.click("#apply-1")
    await ana.see("v2", "#versions")
    await ana.open(f"/sessions/{session.id}/versions/1")
    await ana.see("applied", "#s-1")
    await expect(ana.page.locator("#apply-1")).to_have_count(0)
    assert ana.complaints == []


async def test_who_comes_midway_sees_how_far_it_is(web: Web, visitors: Visitors) -> None:
    session = await web.stage.open()
    bot, text = await web.client(MAX), "".join(f'<file path="{n}.py">\nx = 1\n</file>\n' for n in "abc")
    writes = asyncio.Event()
    web.stage.model.say(Says(f"<plan>\na.py\nb.py\nc.py\nd.py\n</plan>\n{text}", hold=writes))
    asked = await bot.generate(session.id)
    async with asyncio.timeout(10):
        while not (job := await bot.job(session.id, asked.id)).progress or job.progress.file < 3:  # noqa: ASYNC110 - as a program does
            await asyncio.sleep(0.05)
    plain = await visitors.come(scripts=False)
    await plain.open(f"/sessions/{session.id}")
    assert "Writing file 3 of 4" in await plain.text("#progress")
    assert [
        await one.inner_text() for one in await plain.page.locator(".progress-files span:first-child").all()
    ] == [
        "a.py",
        "b.py",
        "c.py",
    ]
    writes.set()
    await web.stage.quiet()


async def test_a_generation_is_cancelled(web: Web, visitors: Visitors) -> None:
    session = await web.stage.open()
    ana = await visitors.come()
    web.stage.model.say(Says(PRINTS[:60], hold=asyncio.Event()))
    await ana.open(f"/sessions/{session.id}")
    await ana.page.click("#generate")
    await ana.page.click("#cancel")
    await ana.see("The last run was cancelled", "#job")
    await expect(ana.page.locator("#generate")).to_be_visible()


async def test_requirements_are_added_changed_and_withdrawn(web: Web, visitors: Visitors) -> None:
    session = await web.stage.open()
    ana = await visitors.come()
    await ana.open(f"/sessions/{session.id}")
    await ana.page.fill("#add", "Be quick\nBe kind")
    await ana.page.click("#add-button")
    await ana.see("Be kind", "#r-3")
    await ana.page.click("#r-2 summary")
    await ana.page.fill("#r-2-text", "Be very quick")
    await ana.page.click("#r-2 >> text=Save")
    await ana.see("Be very quick", "#r-2")
    await ana.page.click("#r-3 summary")
    await ana.page.click("#r-3 >> text=Withdraw")
    await ana.see("withdrawn", "#r-3")


async def test_what_somebody_types_survives_what_others_do(web: Web, visitors: Visitors) -> None:
    session = await web.stage.open()
    ana = await visitors.come()
    await ana.open(f"/sessions/{session.id}")
    await ana.page.fill("#add", "half a requ")
    await ana.page.focus("#say")
    await ana.page.keyboard.type("half a sentence")
    await web.stage.say(session, "Hello from the chat", BEN)
    await ana.see("Hello from the chat", "#talk")
    await expect(ana.page.locator("#say")).to_have_value("half a sentence")
    await expect(ana.page.locator("#add")).to_have_value("half a requ")
    await expect(ana.page.locator("#say")).to_be_focused()


async def test_the_search_answers_while_one_types(web: Web, visitors: Visitors) -> None:
    await web.stage.open("Price watcher")
    await web.stage.open("Photo album", "Sort by date")
    ana = await visitors.come()
    await ana.page.fill("#q", "pric")
    await expect(ana.page.locator(".row")).to_have_count(1)
    await ana.see("Price watcher", ".row")
    await ana.page.fill("#q", "nothing like it")
    await ana.see("Nothing fits", "#results")
    await ana.page.select_option("#agent", "data_analyst")
    await expect(ana.page).to_have_url(re.compile("agent=data_analyst"))
    assert ana.complaints == []


async def test_settings_and_tokens(web: Web, visitors: Visitors) -> None:
    max_ = await visitors.come(MAX)
    page = max_.page
    await page.click("nav >> text=Settings")
    await page.fill("#name", "Nightly")
    await page.select_option("#scope", "write")
    await page.click("#make")
    secret = await page.inner_text("#secret")
    assert await web.stage.accounts.by_token(secret) is not None
    await page.fill("#model", "some/model")
    await page.check("[name=maintainers_only][value=yes]")
    await page.select_option("#language", "bash")
    await page.click("#save")
    await max_.see("Saved.", ".note")
    assert secret not in await page.content()
    await expect(page.locator("#model")).to_have_value("some/model")
    await page.fill("#person", "UBEN")
    await page.click("#give")
    await max_.see("UBEN", "#main ul.tokens")
    await page.click("text=Revoke")
    await max_.see("does not work any more", ".note")
    assert await web.stage.accounts.by_token(secret) is None
    assert max_.complaints == []


async def test_what_was_typed_stays_when_it_was_too_often(
    migrated: Path, tmp_path: Path, browser: Browser
) -> None:
    file = await asyncio.to_thread(shutil.copy, migrated, tmp_path / "slow.sqlite")
    async with (
        open_engine(f"sqlite:///{file}") as engine,
        Web.open(Database(engine, SystemClock(), TimeIds()), replace(ROOMY, writes=1)) as web,
        AsyncExitStack() as stack,
    ):
        session = await web.stage.open()
        ana = await Visitors(web, browser, stack).come()
        await ana.open(f"/sessions/{session.id}")
        web.stage.model.say("Yes.")
        await ana.page.fill("#say", "Hello?")
        await ana.page.click("#send")
        await ana.see("Yes.", "#talk")
        await ana.page.fill("#say", "And once more")
        await ana.page.click("#send")
        await ana.see("Try again in 60 s.", ".say .fault")
        await expect(ana.page.locator("#say")).to_have_value("And once more")
        assert ana.complaints == []


async def test_the_theme_is_kept(visitors: Visitors) -> None:
    ana = await visitors.come()
    await ana.page.click("#theme")
    await expect(ana.page.locator("html")).to_have_attribute("data-theme", "dark")
    await ana.open("/usage")
    await expect(ana.page.locator("html")).to_have_attribute("data-theme", "dark")
    assert await ana.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(19, 23, 24)"
