"""A workspace as a team leaves it after a week: sessions of all kinds, versions with evidence, costs, roles, tokens."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from core.accounts import EVERYTHING, Role, Scope
from core.automations.evidence import Evidence, Finding, GateResult, Round, TestRun, Traced
from core.intents import ChangeRequirements, Close, Generate, OpenSession, Origin, Person, Place, Review, Say
from core.sessions.model import Session
from core.vocabulary import AgentType, Language
from tests.adapters.web.stage import ANA, BEN, MAX, Web
from tests.fakes.model import Says

ANSWERS = Path(__file__).parents[2] / "bot" / "demo" / "answers"
REQUIREMENTS = (
    "Read the product addresses from a text file, one per line.",
    "Respect robots.txt and pause between two requests to the same host.",
    "Keep every change of a price in SQLite, with the time.",
    "Prices are kept as whole cents with their currency, read from 1.299,00 € as well as from $1,299.00.",
    "A price that has dropped by 5 % or more is printed as one line: product, old and new price, address.",
)
GATES = ("files", "syntax", "references", "completeness", "placeholders", "secrets", "lints", "readme")


@dataclass(frozen=True, slots=True)
class Filled:
    """Ids of sessions, by what is shown with them."""

    watcher: str
    running: str
    failed: str
    alone: str
    closed: str


async def fill(web: Web) -> Filled:
    stage = web.stage
    stage.platform.channels = {"C1": ("price-team", None), "C2": ("data", None), "C9": ("board", {"UBEN"})}
    closed = await _open(web, "Clean the address list", AgentType.DATA_ANALYST, "C2", BEN, ["Drop doubles"])
    await _receive(web, Close(_at(web, closed, BEN)))
    _later(web, days=2)
    watcher = await _watcher(web)
    _later(web, hours=5)
    failed = await _failed(web)
    alone = await _alone(web)
    running = await _running(web)
    await _people(web)
    _later(web, minutes=6)
    return Filled(watcher.id, running.id, failed.id, alone.id, closed.id)


async def _watcher(web: Web) -> Session:
    stage = web.stage
    stage.model.say(
        "I understood: a **price watcher** that visits product pages politely and keeps every change.\n\n"
        "Three things would change the result:\n\n1. How many products are there, and how often shall I look?\n"
        "2. Are there shops whose prices need `JavaScript`?\n3. Who reads the outcome, and where?"
    )
    watcher = await _open(
        web,
        "Price watcher",
        AgentType.WEB_CRAWLER,
        "C1",
        ANA,
        REQUIREMENTS[:3],
        tech_stack="Python 3.11, standard library only",
        constraints="Runs from cron on a small server.\nNothing may be bought by it.",
    )
    _later(web, minutes=4)
    await _say(
        web,
        watcher,
        ANA,
        "About 200 products, twice a day. No JavaScript so far.",
        "Then plain HTTP is enough. I look at `application/ld+json` first, then at meta tags.",
    )
    _later(web, minutes=9)
    await _say(web, watcher, BEN, "// Ana, who pays for the server?", None)
    await _say(
        web,
        watcher,
        BEN,
        "Prices come as 1.299,00 € and as $1,299.00. Can you tell them apart?",
        'Both notations, told apart by the last separator:\n\n```python\nread_amount("1.299,00 €")  # 129900 cents, EUR\n'
        'read_amount("$1,299.00")   # 129900 cents, USD\n```\n\nWhole cents also mean that two equal prices really compare as equal.',
    )
    await _receive(web, ChangeRequirements(_at(web, watcher, BEN), watcher.id, add=REQUIREMENTS[3:]))
    stage.checker.finds[:] = [_evidence(failed=1), _evidence(failed=1), _evidence()]  # type: ignore[attr-defined]  # the fake's
    await _generate(web, watcher, "generate-1.md")
    _later(web, hours=3)
    stage.checker.finds[:] = [_evidence()]  # type: ignore[attr-defined]  # the fake's
    await _say(
        web,
        watcher,
        ANA,
        "Please add a command that writes the changes of a week as CSV for Excel.",
        "Easy to add: semicolons and decimal commas, so that a European Excel opens it with a double click.",
    )
    await _receive(
        web,
        ChangeRequirements(
            _at(web, watcher, ANA),
            watcher.id,
            add=("A command writes the price changes of the last seven days as CSV for Excel.",),
            withdraw=(1,),
        ),
    )
    await _generate(web, watcher, "generate-2.md")
    stage.model.say(
        '<suggestion path="pricewatch/prices.py" line="12">A price of `0` is read as none. Say so.</suggestion>\n'
        '<suggestion path="pricewatch/fetch.py" line="30">A host that is slow holds up the others. Set a timeout '
        "of ten seconds for each page, and count those that were given up.</suggestion>\n"
        '<suggestion path="README.md">The line for cron is missing.</suggestion>\n'
    )
    await _receive(web, Review(_at(web, watcher, ANA), watcher.id))
    return watcher


async def _failed(web: Web) -> Session:
    failed = await _open(
        web, "Weather for the harvest", AgentType.RESEARCH, "C2", BEN, ["Ask the forecast every hour"]
    )
    web.stage.model.say(Says("I cannot help with that."))
    await _receive(web, Generate(_at(web, failed, BEN)))
    return failed


async def _alone(web: Web) -> Session:
    stage = web.stage
    place = Place("web", "slack:T1", f"{ANA.team}:{ANA.id}")
    origin = Origin(place, ANA, "web:alone", stage.clock.now())
    receipt = await stage.desk.receive(
        OpenSession(origin, "Rename my photos", AgentType.AUTOMATION, "By date and place")
    )
    await stage.quiet()
    return await _by_id(web, receipt.made or "")


async def _running(web: Web) -> Session:
    running = await _open(
        web, "Booking page with a calendar", AgentType.WEB_APP, "C1", ANA, ["Show free slots", "Send a mail"]
    )
    text = (ANSWERS / "generate-1.md").read_text()
    web.stage.model.say(Says(text[: len(text) // 2], hold=asyncio.Event()))
    web.stage.model.streaming.clear()
    await web.stage.desk.receive(Generate(_at(web, running, ANA), Language.TYPESCRIPT))
    async with asyncio.timeout(10):
        await web.stage.model.streaming.wait()
    return running


async def _people(web: Web) -> None:
    accounts = web.stage.accounts
    maintainer = await accounts.sign_in(await web.stage.link(MAX))
    assert maintainer is not None
    await accounts.set_role(maintainer.caller, BEN, Role.MAINTAINER)
    for person in (ANA, MAX):
        await accounts.new_token("slack", "T1", person, "Nightly report", frozenset({Scope.READ}), 90)
        await accounts.new_token("slack", "T1", person, "Deploy job", EVERYTHING, 30)


async def _open(
    web: Web,
    title: str,
    agent: AgentType,
    channel: str,
    person: Person,
    lines: Sequence[str],
    tech_stack: str = "",
    constraints: str = "",
) -> Session:
    origin = Origin(Place("slack", "T1", channel), person, f"open-{title[:80]}", web.stage.clock.now())
    receipt = await web.stage.desk.receive(
        OpenSession(origin, title, agent, "\n".join(lines), tech_stack, constraints)
    )
    await web.stage.quiet()
    assert receipt.made is not None, receipt
    return await _by_id(web, receipt.made)


async def _by_id(web: Web, session_id: str) -> Session:
    async with web.stage.database.read() as unit:
        session = await unit.sessions.get(session_id)
    assert session is not None
    return session


def _at(web: Web, session: Session, person: Person) -> Origin:
    web.stage.events += 1
    thread = session.thread.thread if session.thread else None
    place = Place(session.platform, session.workspace, session.channel, thread)
    return Origin(place, person, f"filled-{web.stage.events}", web.stage.clock.now())


async def _receive(web: Web, intent: object) -> None:
    await web.stage.desk.receive(intent)  # type: ignore[arg-type]  # one of the intents
    await web.stage.quiet()


async def _say(web: Web, session: Session, person: Person, text: str, answer: str | None) -> None:
    if answer is not None:
        web.stage.model.say(Says(answer, cost=Decimal("0.0041")))
    origin = _at(web, session, person)
    await _receive(web, Say(origin, origin.event_key, text))
    _later(web, minutes=2)


async def _generate(web: Web, session: Session, answer: str) -> None:
    web.stage.model.say(Says((ANSWERS / answer).read_text(), cost=Decimal("0.1137")))
    await _receive(web, Generate(_at(web, session, ANA), Language.PYTHON))


def _later(web: Web, **passed: float) -> None:
    web.stage.clock.at += timedelta(**passed)


def _evidence(failed: int = 0) -> Evidence:
    tests = ("tests/test_pricewatch.py: test_reads_addresses", "tests/test_pricewatch.py: test_robots")
    return Evidence(
        checked=True,
        proved=not failed,
        notes=("1 test failed", "R3 has no test") if failed else (),
        gates=tuple(
            GateResult(name, True, not (failed and name == "lints"), 0.03 * n)
            for n, name in enumerate(GATES, 1)
        ),
        findings=(
            Finding("pricewatch/fetch.py", 41, "F821", "error", "undefined name `retries`", ("ATTEMPTS",)),
        )
        if failed
        else (),
        tests=TestRun(
            True,
            "bubblewrap",
            "",
            14 - failed,
            failed,
            "..............\n14 tests in 0.412 s\n\nOK\n",
            (),
            0.8,
        ),
        trace=tuple(
            Traced(
                n,
                text,
                ("pricewatch/fetch.py", "pricewatch/store.py"),
                tests if n != 3 or not failed else (),
                "passed" if n != 3 or not failed else "no test",
            )
            for n, text in enumerate(REQUIREMENTS, 1)
        ),
        rounds=(Round(1, 3, failed, True),),
    )
