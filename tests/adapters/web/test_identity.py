"""Every route of the API with every wrong identity: what is not the caller's is as if it were not there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from adapters.web.app import build_app
from adapters.web.client import ProblemError
from core.accounts import Scope
from core.intents import Person
from core.vocabulary import AgentType
from tests.adapters.web.stage import ANA, BEN, GUS, MAX, OLA, STRANGER, Web

OPEN = {"/api/openapi.json"}
BODIES: Mapping[str, Any] = {
    "POST /api/sessions": {"title": "A title", "agent_type": "research"},
    "PATCH /api/sessions/{sessionId}": {"title": "Another title"},
    "POST /api/sessions/{sessionId}/messages": {"text": "Let me in."},
    "POST /api/sessions/{sessionId}/requirements": {"add": ["Let me in."]},
    "POST /api/tokens": {"name": "mine"},
    "PUT /api/settings": {"model": ""},
    "PUT /api/members": {"team": "T1", "id": "UANA", "role": "maintainer"},
}
OF_A_CALLER = (
    "/api/sessions",
    "/api/me",
    "/api/channels",
    "/api/usage",
    "/api/tokens",
    "/api/settings",
    "/api/members",
)
"""Whoever signed in has those of their own; what is in them is tested below."""


@dataclass(frozen=True)
class Place:
    """What Ana has, and an address needs."""

    session: str
    automation: str
    job: str
    suggestion: str = "01unknown"

    def path(self, pattern: str) -> str:
        for name, value in {
            "{sessionId}": self.session,
            "{automationId}": self.automation,
            "{jobId}": self.job,
            "{tokenId}": "01unknown",
            "{suggestionId}": self.suggestion,
            "{path:path}": "main.py",
        }.items():
            pattern = pattern.replace(name, value)
        return pattern


def routes(app: FastAPI) -> Iterator[tuple[str, str]]:
    for route in iter_route_contexts(app.routes):
        for method in sorted(route.methods or ()):
            if (route.path or "").startswith("/api/") and route.path not in OPEN:
                yield method, route.path or ""


async def places(web: Web) -> Place:
    bot = await web.client()
    session_id = await web.opened(bot)
    automation = await web.generated(bot, session_id)
    job = (await bot.session(session_id)).job
    assert job is not None
    (suggestion,) = await web.reviewed(bot, session_id, automation)
    return Place(session_id, automation, job.id, suggestion.id)


async def tried(
    http: httpx.AsyncClient, web: Web, place: Place, headers: Mapping[str, str] | None = None
) -> dict[str, httpx.Response]:
    """Every route, asked once."""
    answers = {}
    for method, pattern in routes(build_app(web.stage.front)):
        name = f"{method} {pattern}"
        body = BODIES.get(name)
        request = http.build_request(method, place.path(pattern), json=body, headers=headers)
        answer = answers[name] = await http.send(request, stream=True)
        if not answer.headers["content-type"].startswith("text/event-stream"):
            await answer.aread()
        await answer.aclose()
    assert len(answers) > 35
    return answers


async def unknown(web: Web) -> dict[str, Mapping[str, str]]:
    """Headers of those whom nobody knows."""
    accounts, clock = web.stage.accounts, web.stage.clock
    short = await web.stage.token(BEN, days=1)
    clock.at += timedelta(days=2)
    fresh = await accounts.new_token("slack", "T1", BEN, "gone", frozenset(Scope), 90)
    await accounts.revoke("slack", "T1", BEN, fresh.token.id)
    return {
        "none": {},
        "garbage": {"Authorization": "Bearer tw_garbage"},
        "no bearer": {"Authorization": f"Basic {await web.stage.token()}"},
        "empty": {"Authorization": "Bearer"},
        "expired": {"Authorization": f"Bearer {short}"},
        "revoked": {"Authorization": f"Bearer {fresh.secret}"},
        "garbage cookie": {"Cookie": "tw_session=garbage"},
        "a token as cookie": {"Cookie": f"tw_session={await web.stage.token()}"},
    }


async def test_nobody_unknown_reaches_any_route(web: Web) -> None:
    place = await places(web)
    http = await web.plain()
    for who, headers in (await unknown(web)).items():
        for name, answer in (await tried(http, web, place, headers)).items():
            assert answer.status_code == 401, (who, name, answer.text)
            if not name.startswith("HEAD"):
                assert answer.json()["detail"].startswith("I do not know who you are.")
            assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("who", "platform", "workspace"),
    [
        (STRANGER, "slack", "T2"),  # the same person's id, an admin there
        (BEN, "slack", "T1"),  # a member who does not see the session, which is Ana's own
        (GUS, "slack", "T1"),  # a guest who sees no channel
        (ANA, "discord", "T1"),  # the same ids on another platform
        (OLA, "slack", "T2"),  # runs the installation, not that workspace
        (Person("T1", "UNOBODY"), "slack", "T1"),  # whom the platform does not know
    ],
)
async def test_what_is_not_theirs_is_not_there(web: Web, who: Person, platform: str, workspace: str) -> None:
    place = await places(web)
    http = await web.plain(await web.stage.token(who, platform=platform, workspace=workspace))
    for name, answer in (await tried(http, web, place)).items():
        if name.partition(" ")[2] in OF_A_CALLER:
            assert place.session not in answer.text, name
            assert "Price watcher" not in answer.text, name
        else:
            assert answer.status_code == 404, (name, answer.text)
    for name, answer in (await tried(http, web, Place("01nothing", "01nothing", "01nothing"))).items():
        if name.partition(" ")[2] not in OF_A_CALLER and name.startswith("GET"):
            there = await http.get(place.path(name.partition(" ")[2]))
            assert there.json()["detail"] == answer.json()["detail"], name
    bot = await web.client()
    assert (await bot.session(place.session)).title == "Price watcher"
    assert await bot.settings() == await (await web.client(MAX)).settings()


async def test_a_channel_s_session_is_not_there_for_who_does_not_see_the_channel(web: Web) -> None:
    ben = await web.client(BEN)
    session_id = await web.opened(ben, channel="C9")
    automation = await web.generated(ben, session_id)
    job = (await ben.session(session_id)).job
    assert job is not None
    for who in (ANA, GUS):
        http = await web.plain(await web.stage.token(who))
        for name, answer in (await tried(http, web, Place(session_id, automation, job.id))).items():
            if name.partition(" ")[2] in OF_A_CALLER:
                assert session_id not in answer.text, name
            else:
                assert answer.status_code == 404, (name, answer.text)
    boss = await web.client(MAX)
    assert (await boss.session(session_id)).id == session_id


async def test_when_the_platform_is_silent_the_answer_is_no(web: Web) -> None:
    ben = await web.client(BEN)
    session_id = await web.opened(ben, channel="C9")
    web.stage.clock.at += timedelta(minutes=5)
    web.stage.platform.standings.clear()
    answer = await (await web.plain(await web.stage.token(BEN))).get(f"/api/sessions/{session_id}")
    assert answer.status_code == 404


async def test_a_token_that_may_read_changes_nothing(web: Web) -> None:
    place = await places(web)
    http = await web.plain(await web.stage.token(ANA, frozenset({Scope.READ})))
    for name, answer in (await tried(http, web, place)).items():
        expected = (
            {403}
            if not name.startswith(("GET", "HEAD"))
            else {200, 403, 404} - ({404} if "token" in name else set())
        )
        assert answer.status_code in expected, (name, answer.text)
    http = await web.plain(await web.stage.token(ANA, frozenset({Scope.WRITE})))
    assert (await http.get("/api/me")).status_code == 403
    grown = await http.post("/api/tokens", json={"name": "more", "scopes": ["read", "write"]})
    assert grown.status_code == 403


async def test_a_cookie_changes_nothing_without_the_secret_of_its_forms(web: Web) -> None:
    place = await places(web)
    browser, csrf = await web.browser()
    _, other_csrf = await web.browser(BEN)
    for wrong in ({}, {"X-CSRF-Token": ""}, {"X-CSRF-Token": "guess"}, {"X-CSRF-Token": other_csrf}):
        for name, answer in (await tried(browser, web, place, wrong)).items():
            if not name.startswith(("GET", "HEAD")):
                assert answer.status_code == 403, (name, answer.text)
    right = {"X-CSRF-Token": csrf}
    renamed = await browser.patch(f"/api/sessions/{place.session}", json={"title": "Mine"}, headers=right)
    assert renamed.status_code == 200
    foreign = {**right, "Sec-Fetch-Site": "cross-site"}
    assert (await browser.post("/api/tokens", json={"name": "x"}, headers=foreign)).status_code == 403
    assert other_csrf != csrf


async def test_members_may_not_do_what_maintainers_do(web: Web) -> None:
    http = await web.plain(await web.stage.token(BEN))
    for method, path in (("GET", "/api/members"), ("PUT", "/api/members"), ("PUT", "/api/settings")):
        answer = await http.request(method, path, json=BODIES.get(f"{method} {path}"))
        assert answer.status_code == 403
    boss = await web.plain(await web.stage.token(MAX))
    above = await boss.put("/api/members", json={"team": "T1", "id": "UANA", "role": "operator"})
    assert above.status_code == 403


def pages(app: FastAPI) -> Iterator[tuple[str, str]]:
    for route in iter_route_contexts(app.routes):
        path = route.path or ""
        for method in sorted(route.methods or ()):
            if not path.startswith(("/api/", "/sign-in/")):
                yield method, path


def address(pattern: str, session: str) -> str:
    named = {"session_id": session, "version": "1", "seq": "1", "action": "close", "token_id": "01unknown"}
    return pattern.format(**{name.partition(":")[0]: value for name, value in named.items()})


async def test_nobody_unknown_reaches_any_page(web: Web) -> None:
    place = await places(web)
    http = await web.plain()
    for who, headers in (await unknown(web)).items():
        for method, pattern in pages(build_app(web.stage.front)):
            for accept in ("text/html", "*/*"):
                answer = await http.request(
                    method, address(pattern, place.session), headers={**headers, "Accept": accept}
                )
                assert answer.status_code == 401, (who, method, pattern, answer.status_code)
                assert "Price watcher" not in answer.text


@pytest.mark.parametrize("who", [STRANGER, BEN, GUS])
async def test_pages_of_what_is_not_theirs_are_not_there(web: Web, who: Person) -> None:
    place = await places(web)
    browser, csrf = await web.browser(who)
    for method, pattern in pages(build_app(web.stage.front)):
        if "{session_id}" not in pattern:
            continue
        form = {"csrf": csrf, "text": "Let me in.", "title": "Mine", "confirmed": "yes"}
        data = form if method == "POST" else None
        answer = await browser.request(method, address(pattern, place.session), data=data)
        assert answer.status_code == 404, (method, pattern, answer.text[:300])
        assert "Price watcher" not in answer.text
    shown = await (await web.client()).session(place.session)
    assert (shown.title, shown.status) == ("Price watcher", "open")


async def test_pages_change_nothing_without_the_secret_of_their_forms(web: Web) -> None:
    place = await places(web)
    browser, _ = await web.browser()
    for method, pattern in pages(build_app(web.stage.front)):
        if method == "POST":
            answer = await browser.post(address(pattern, place.session), data={"csrf": "guess"})
            assert answer.status_code == 403, (pattern, answer.text[:300])


async def test_whom_the_platform_does_not_know_any_more_opens_nothing(web: Web) -> None:
    gone = await web.client(Person("T1", "UNOBODY"))
    with pytest.raises(ProblemError) as refused:
        await gone.open_session("On their own", AgentType.RESEARCH, ["Spend money"])
    assert refused.value.status == 409
    await web.stage.quiet()
    assert web.stage.model.asked == []
