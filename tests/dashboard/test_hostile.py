"""Whatever people and models write is text: it makes no element, runs nothing, and does not burst the page."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest

from core.accounts import Scope
from core.automations.evidence import Evidence, Finding, GateResult, Round, TestRun, Traced
from core.intents import ChangeRequirements, Generate, OpenSession, Origin, Place
from core.sessions.model import Session
from core.vocabulary import AgentType
from tests.adapters.web.stage import ANA, MAX, Web
from tests.dashboard.visitor import Visitor, Visitors

pytestmark = pytest.mark.asyncio(loop_scope="session")
TAG = '"><img src=x onerror=window.hurt=1><script>window.hurt=1</script>'
TURNED = "\u202eright to left\u202c עברית"
LONG = "w" * 10_000
WORDS = {"tag": TAG, "turned": TURNED, "long": LONG}


@pytest.mark.parametrize("kind", WORDS)
async def test_hostile_words_in_every_place(web: Web, visitors: Visitors, kind: str) -> None:
    words = WORDS[kind]
    web.stage.platform.names["UANA"] = words
    web.stage.platform.channels["C1"] = (words, None)
    session = await _session(web, words)
    max_ = await visitors.come(MAX, width=390)
    await web.stage.accounts.new_token(
        "slack", "T1", MAX, "".join(filter(str.isprintable, words))[:100], frozenset({Scope.READ}), 9
    )
    seen = words[:40]
    for address in (
        "/",
        "/new",
        f"/sessions/{session.id}",
        f"/sessions/{session.id}/requirements",
        f"/sessions/{session.id}/messages/2",
        f"/sessions/{session.id}/delete",
        f"/sessions/{session.id}/versions",
        f"/sessions/{session.id}/versions/1",
        f"/sessions/{session.id}/versions/2",
        f"/sessions/{session.id}/versions/2/changes",
        f"/sessions/{session.id}/versions/1/evidence",
        "/usage?by=session",
        "/usage?by=person",
    ):
        await _harmless(max_, address)
        assert seen in await max_.page.content() or _escaped(seen) in await max_.page.content(), address
    await _harmless(max_, "/settings")
    await max_.page.goto(f"/?{'q=' + words[:150].replace('#', '')}")
    await _unhurt(max_)


async def test_hostile_words_that_come_live(web: Web, visitors: Visitors) -> None:
    session = await web.stage.open()
    ana = await visitors.come()
    await ana.open(f"/sessions/{session.id}")
    web.stage.model.say(TAG)
    await ana.page.fill("#say", TAG)
    await ana.page.click("#send")
    await ana.see(TAG, "#talk .msg-agent")
    await _unhurt(ana)


async def test_a_note_is_text_even_from_a_forged_cookie(visitors: Visitors) -> None:
    ana = await visitors.come()
    value = base64.urlsafe_b64encode(TAG.encode()).decode()
    await ana.page.context.add_cookies([{"name": "tw_note", "value": value, "url": visitors.web.base}])
    await ana.open("/")
    assert TAG in await ana.text(".note")
    await _unhurt(ana)


async def _session(web: Web, words: str) -> Session:
    stage = web.stage
    place = Place("slack", "T1", "C1")
    line = " ".join(words[:900].split())
    origin = Origin(place, ANA, "hostile", stage.clock.now())
    receipt = await stage.desk.receive(
        OpenSession(origin, words[:100], AgentType.WEB_APP, line, words[:3000], words[:3000])
    )
    await stage.quiet()
    session = await web.until_thread(receipt.made or "")
    stage.model.say(words)
    await stage.say(session, words)
    await stage.desk.receive(ChangeRequirements(_here(web, session), session.id, add=(line,)))
    await stage.quiet()
    stage.checker.finds[:] = [_evidence(words)]  # type: ignore[attr-defined]  # the fake's
    for content in (f"print({words!r})", f"# {words}"):
        stage.model.say(
            f'{words[:300]}\n<file path="main.py">\n{content}\n</file>\n<file path="README.md">\n# {words}\n\n{words}\n</file>\n<done/>\n'
        )
        await stage.desk.receive(Generate(_here(web, session)))
        await stage.quiet()
    async with stage.database.write() as unit:
        newest = await unit.automations.newest(session.id)
        assert newest is not None
        await unit.reviews.add(
            session.id, newest.id, "hostile", [(words[:300], 3, words), (words[:300], 0, words)]
        )
    return session


def _here(web: Web, session: Session) -> Origin:
    assert session.thread is not None
    return replace(web.stage.origin(thread=session.thread.thread))


def _evidence(words: str) -> Evidence:
    return Evidence(
        checked=True,
        notes=(words,),
        model=words,
        gates=(GateResult(words[:100], True, False, 0.1, words),),
        findings=(Finding(words, 1, words[:100], "error", words),),
        tests=TestRun(True, words[:100], words, 1, 1, words, (words,), 0.1),
        trace=(Traced(1, words, (words,), (words,), "failed"),),
        rounds=(Round(1, 2, 1, True),),
    )


async def _harmless(visitor: Visitor, address: str) -> None:
    await visitor.open(address)
    await _unhurt(visitor)
    assert visitor.weight < 200_000, address
    assert not await visitor.wide(), address


async def _unhurt(visitor: Visitor) -> None:
    assert await visitor.page.evaluate("window.hurt === undefined")
    assert await visitor.page.locator("img, main script, [onerror]").count() == 0
    assert visitor.complaints == []


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
