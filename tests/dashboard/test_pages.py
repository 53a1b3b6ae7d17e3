"""The pages as HTTP has them: who gets which, what is refused, and what browsers may keep."""

from __future__ import annotations

import re

import httpx
import pytest
import pytest_asyncio

from adapters.web.app import build_app
from core.accounts import WorkspaceSettings
from core.intents import Person
from core.sessions.model import Session
from tests.adapters.web.stage import ANA, BEN, GUS, MAX, STRANGER, Web
from tests.dashboard.filled import fill

pytestmark = pytest.mark.asyncio(loop_scope="session")
PAGE = {"Accept": "text/html"}


async def browse(web: Web, person: Person) -> tuple[httpx.AsyncClient, str]:
    browser, csrf = await web.browser(person)
    browser.headers.update(PAGE)
    return browser, csrf


@pytest_asyncio.fixture(loop_scope="session")
async def session(web: Web) -> Session:
    return await web.stage.open()


async def test_nobody_is_told_how_to_sign_in(web: Web) -> None:
    async with httpx.AsyncClient(base_url=web.base, headers=PAGE) as nobody:
        for address in ("/", "/new", "/usage", "/settings", "/sessions/x", "/sessions/x/versions/1"):
            answer = await nobody.get(address)
            assert answer.status_code == 401
            assert "/automation dashboard" in answer.text


async def test_every_post_needs_the_secret_of_its_form(web: Web, session: Session) -> None:
    browser, _ = await browse(web, ANA)
    routes = [one for one in _routes(web) if "POST" in one[1] and not one[0].startswith(("/sign-in", "/api"))]
    assert len(routes) > 8
    for path, _methods in routes:
        address = re.sub(r"\{session_id\}", session.id, path)
        address = re.sub(r"\{version\}", "1", address).replace("{action}", "close").replace("{token_id}", "x")
        for data in ({}, {"csrf": "guessed"}):
            answer = await browser.post(address, data=data)
            assert answer.status_code == 403, address
    again = await browser.get(f"/sessions/{session.id}")
    assert "Generate" in again.text


@pytest.mark.parametrize("person", [GUS, STRANGER])
async def test_what_is_not_for_somebody_is_not_there(web: Web, session: Session, person: Person) -> None:
    browser, csrf = await browse(web, person)
    for path, methods in _routes(web):
        if not path.startswith("/sessions/"):
            continue
        address = path.replace("{session_id}", session.id).replace("{action}", "close")
        address = re.sub(r"\{\w+\}", "1", address)
        for method in methods & {"GET", "POST"}:
            answer = await browser.request(method, address, data={"csrf": csrf} if method == "POST" else None)
            assert answer.status_code == 404, address
            assert session.title not in answer.text


async def test_navigation_and_settings_show_what_the_role_may_see(web: Web) -> None:
    ana, csrf = await browse(web, ANA)
    max_, _ = await browse(web, MAX)
    assert "This workspace" not in (await ana.get("/settings")).text
    assert "This workspace" in (await max_.get("/settings")).text
    for address in ("/settings/workspace", "/settings/members"):
        assert (
            await ana.post(address, data={"csrf": csrf, "person": "UANA", "role": "operator"})
        ).status_code == 403


async def test_only_maintainers_generate_where_it_is_set_so(web: Web, session: Session) -> None:
    max_, _ = await browse(web, MAX)
    caller = await web.stage.accounts.by_cookie(max_.cookies["tw_session"])
    assert caller is not None
    await web.stage.accounts.change_settings(caller, WorkspaceSettings(maintainers_only=True))
    ana, _ = await browse(web, ANA)
    assert "maintainers generate" in (await ana.get(f"/sessions/{session.id}")).text
    assert 'id="generate"' in (await max_.get(f"/sessions/{session.id}")).text


async def test_a_form_that_is_sent_twice_is_done_once(web: Web, session: Session) -> None:
    ana, csrf = await browse(web, ANA)
    form = {"csrf": csrf, "once": "abc", "text": "Only once"}
    for _ in range(2):
        answer = await ana.post(f"/sessions/{session.id}/add", data=form)
        assert answer.status_code == 303
    await ana.post(f"/sessions/{session.id}/add", data={**form, "text": "Something else"})
    page = (await ana.get(f"/sessions/{session.id}/requirements")).text
    assert page.count('<p dir="auto">Only once</p>') == 1
    assert "Something else" in page


async def test_refusals_keep_what_was_typed(web: Web, session: Session) -> None:
    ana, csrf = await browse(web, ANA)
    here = f"/sessions/{session.id}"
    cases = [
        ("messages", {"text": "x" * 20_001}, 422, "at most 20,000"),
        ("messages", {"text": "  "}, 422, "Write something first"),
        ("add", {"text": "y" * 1_500}, 422, "1,500 characters"),
        ("rename", {"title": "z" * 150}, 422, "150 characters"),
        ("cancel", {}, 409, "Nothing is being written"),
        ("reopen", {}, 409, "open already"),
        ("review", {}, 409, "There is no version yet"),
    ]
    for action, data, status, sentence in cases:
        answer = await ana.post(f"{here}/{action}", data={"csrf": csrf, "once": action, **data})
        assert (answer.status_code, sentence in answer.text) == (status, True), action
        for typed in data.values():
            assert typed.strip()[:20_000] in answer.text
    assert (await ana.post(f"{here}/explode", data={"csrf": csrf})).status_code == 404


async def test_errors_are_pages_with_a_reference(web: Web) -> None:
    ana, _ = await browse(web, ANA)
    for address in ("/nothing", "/sessions/nothing", "/sessions/x/versions/99999999999"):
        answer = await ana.get(address)
        assert answer.status_code == 404
        assert "Nothing here" in answer.text
        assert answer.headers["x-request-id"] in answer.text
    assert (await ana.get("/?cursor=forged")).status_code == 422
    gone = await ana.post("/sign-in/unknown")
    assert (gone.status_code, "This link is used up" in gone.text) == (410, True)


async def test_silent_chat_shows_nothing(web: Web, session: Session) -> None:
    ana, _ = await browse(web, ANA)
    assert session.title in (await ana.get("/")).text
    web.stage.platform.standings.clear()
    web.stage.clock.at = web.stage.clock.at.replace(day=4)
    answer = await ana.get("/")
    assert session.title not in answer.text


async def test_odd_questions_are_answered_with_a_page(web: Web) -> None:
    ids = await fill(web)
    max_, _ = await browse(web, MAX)
    odd = ("", "0", "-1", "9" * 30, "x", "%00", "é", "../..", "1" * 2_000)
    watcher = f"/sessions/{ids.watcher}"
    for value in odd:
        for address in (
            f"/?q={value}&status={value}&agent={value}&platform={value}",
            f"/usage?by={value}&days={value}",
            f"{watcher}/requirements?from={value}",
            f"{watcher}/versions?below={value}",
            f"{watcher}/versions/1?file={value}&line={value}",
            f"{watcher}/versions/1/evidence?row={value}",
        ):
            assert (await max_.get(address)).status_code == 200, address
        assert (await max_.get(f"{watcher}/versions/2/changes?from={value}&file={value}")).status_code in (
            200,
            404,
        )


async def test_our_files_are_kept_by_browsers_and_pages_are_not(web: Web) -> None:
    ana, _ = await browse(web, ANA)
    page = await ana.get("/")
    assert page.headers["cache-control"] == "no-store"
    for address in re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text):
        answer = await ana.get(address)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
    assert (await ana.get("/static/../templating.py")).status_code == 404


async def test_pages_hold_no_script_and_no_style_of_their_own(web: Web) -> None:
    ids = await fill(web)
    ben, _ = await browse(web, BEN)
    for address in ("/", "/new", f"/sessions/{ids.watcher}", f"/sessions/{ids.watcher}/versions/1", "/usage"):
        page = (await ben.get(address)).text
        assert not re.search(
            r"<style|\sstyle=|\son\w+=|<script(?! src=\"/static/)|(?:src|href|action)=\"https?:", page
        ), address


def _routes(web: Web) -> list[tuple[str, set[str]]]:
    found = []
    for route in build_app(web.stage.front).routes:
        for one in getattr(route, "effective_route_contexts", lambda route=route: [route])():
            path, methods = getattr(one, "path", ""), getattr(one, "methods", None)
            if path and methods:
                found.append((path, set(methods)))
    return found
