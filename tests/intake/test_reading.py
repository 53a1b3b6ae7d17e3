"""What callers read, and that nobody reads what is not for them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from core.accounts import Caller, Role
from core.automations.model import AutomationStatus, JobStatus
from core.errors import RequestRefused
from core.intake.reading import Reading
from core.intents import Origin, Person, Place
from core.library import Happened, SessionQuery, Spent, Underway
from core.messages.model import AGENT
from core.sessions.model import SessionStatus
from core.storage.unit_of_work import Database
from core.vocabulary import AgentType
from tests.fakes.house import FakeClock
from tests.intake.people import (
    ANA,
    BEN,
    CLEO,
    HOME,
    OTHER_PLATFORM,
    OTHER_WORKSPACE,
    Feed,
    Telling,
    caller,
)
from tests.intake.stock import made, opened, paid, said

YEAR = (date(2026, 1, 1), date(2026, 12, 31))
WEB_OF_ANA = Place("web", "slack:T1", "T1:UANA")
MAINTAINER, OPERATOR = caller(BEN, Role.MAINTAINER), caller(BEN, Role.OPERATOR)


@dataclass(frozen=True)
class Stock:
    """A session of the channel C1 of slack T1 with all that one can have, and who asks for what of it."""

    session: str
    automation: str
    job: str


@pytest.fixture
async def stock(database: Database) -> Stock:
    session_id = await opened(database, requirements="Crawl politely")
    async with database.write() as unit:
        await said(unit, session_id, "m1", "hello")
        version = await made(unit, session_id)
        job = await unit.automations.newest_job(session_id)
        assert job is not None
        await paid(unit, session_id, f"job:{job.id}", "1")
        await unit.reviews.add(session_id, version.id, "review:1", [("a.py", 1, "Name it better.")])
    return Stock(session_id, version.id, job.id)


READERS: dict[str, Callable[[Reading, Caller, Stock], Awaitable[object]]] = {
    "session": lambda r, c, s: r.session(c, s.session),
    "messages": lambda r, c, s: r.messages(c, s.session),
    "automations": lambda r, c, s: r.automations(c, s.session),
    "automation": lambda r, c, s: r.automation(c, s.session, s.automation),
    "numbered": lambda r, c, s: r.numbered(c, s.session, 1),
    "suggestions": lambda r, c, s: r.suggestions(c, s.session, s.automation),
    "job": lambda r, c, s: r.job(c, s.session, s.job),
    "sessions": lambda r, c, s: listed(r, c),
    "search": lambda r, c, s: listed(r, c, text="hello"),
    "happenings": lambda r, c, s: watched(r, c, s.session),
    "spent": lambda r, c, s: spent_on(r, c, s.session),
}
STRANGERS = {
    "who is not in the channel": caller(CLEO),
    "of another workspace": caller(place=OTHER_WORKSPACE),
    "of another platform": caller(place=OTHER_PLATFORM),
    "who maintains another workspace": caller(BEN, Role.MAINTAINER, OTHER_WORKSPACE),
    "who maintains another platform": caller(BEN, Role.MAINTAINER, OTHER_PLATFORM),
    "who runs it from another workspace": caller(BEN, Role.OPERATOR, OTHER_WORKSPACE),
    "of a workspace named like one of the browser": caller(place=Place("web", "slack:T1", "C1")),
}


async def listed(reading: Reading, who: Caller, **query: str) -> list[str]:
    return [row.session.title for row in (await reading.sessions(who, SessionQuery(**query))).items]  # type: ignore[arg-type]  # a test's shorthand


async def watched(reading: Reading, who: Caller, session_id: str) -> list[Happened] | None:
    async with reading.happenings(who, session_id, None) as happening:
        return None if happening is None else [one async for one in happening]


async def spent_on(reading: Reading, who: Caller, session_id: str) -> list[Spent]:
    found = [*await reading.spent(who, "session", *YEAR), *await reading.spent(who, "person", *YEAR)]
    return [one for one in found if one.key in (session_id, ANA.id)]


@pytest.fixture
def member(slack: Telling) -> Caller:
    slack.sees = {("T1", "UANA"): ["C1"]}
    return caller()


@pytest.mark.parametrize("reader", READERS)
async def test_who_sees_the_channel_reads_everything(
    reading: Reading, stock: Stock, member: Caller, reader: str, feed: Feed
) -> None:
    feed.happened = [Happened(1, "message")]
    assert await READERS[reader](reading, member, stock)
    assert await READERS[reader](reading, MAINTAINER, stock)


@pytest.mark.parametrize("stranger", STRANGERS)
@pytest.mark.parametrize("reader", READERS)
async def test_a_stranger_reads_nothing(
    reading: Reading, database: Database, stock: Stock, slack: Telling, feed: Feed, reader: str, stranger: str
) -> None:
    slack.sees = {("T1", "UCLEO"): ["C2"], ("T2", "UANA"): ["C1", "C2"]}
    feed.happened = [Happened(1, "message")]
    async with database.write() as unit:
        await said(unit, stock.session, "m2", "secret words", turn="turn:1")
    found = await READERS[reader](reading, STRANGERS[stranger], stock)
    assert not found
    assert feed.open == 0


@pytest.mark.parametrize("reader", READERS)
async def test_while_the_platform_is_silent_a_member_reads_nothing(
    reading: Reading, stock: Stock, slack: Telling, member: Caller, reader: str
) -> None:
    slack.silent = True
    assert not await READERS[reader](reading, member, stock)


async def test_a_version_is_found_in_its_session_alone(
    reading: Reading, database: Database, stock: Stock, member: Caller
) -> None:
    other = await opened(database, "Other")
    assert await reading.automation(member, other, stock.automation) is None
    assert await reading.job(member, other, stock.job) is None
    assert await reading.numbered(member, other, 1) is None
    assert await reading.numbered(member, stock.session, 2**40) is None
    found = await reading.automation(member, stock.session, stock.automation)
    assert found is not None
    assert [file.content for file in found.files] == ["x = 1\n"]


async def test_suggestions_tell_what_became_of_them(
    reading: Reading, database: Database, stock: Stock, member: Caller
) -> None:
    async def suggested() -> list[tuple[str | None, JobStatus | None, bool]]:
        found = await reading.suggestions(member, stock.session, stock.automation)
        return [(one.job, one.status, one.open) for one in found or ()]

    assert await suggested() == [(None, None, True)]
    async with database.write() as unit:
        (one,) = await unit.reviews.newest(stock.automation)
        await unit.reviews.applied(one.id, stock.job)
    for status, open_ in ((JobStatus.RUNNING, False), (JobStatus.FAILED, True), (JobStatus.DONE, False)):
        async with database.write() as unit:
            await unit.automations.set_job(stock.job, status)
        assert await suggested() == [(stock.job, status, open_)]
    other = await opened(database, "Another")
    assert await reading.suggestions(member, other, stock.automation) is None


async def test_a_session_of_the_browser_is_its_persons_and_the_maintainers(
    reading: Reading, database: Database, slack: Telling
) -> None:
    await opened(database, "Mine", WEB_OF_ANA)
    slack.sees = {("T1", "UANA"): ["C1"], ("T1", "UCLEO"): ["C1", "T1:UANA"]}
    assert await listed(reading, caller()) == ["Mine"]
    assert await listed(reading, caller(), platform="slack") == []
    assert await listed(reading, MAINTAINER) == ["Mine"]
    for stranger in (caller(CLEO), caller(Person("T2", "UANA")), *STRANGERS.values()):
        assert await listed(reading, stranger) == []


async def test_not_even_ones_own_while_the_platform_is_silent(
    reading: Reading, database: Database, slack: Telling, clock: FakeClock
) -> None:
    await opened(database, "Mine", WEB_OF_ANA)
    slack.silent = True
    assert await listed(reading, caller()) == []
    slack.silent = False
    clock.at += timedelta(minutes=1)
    assert await listed(reading, caller()) == ["Mine"]


async def test_a_list_has_the_newest_word_first_and_says_what_is_going_on(
    reading: Reading, database: Database, member: Caller, clock: FakeClock
) -> None:
    ids = [await opened(database, title) for title in ("A", "B", "C")]
    clock.at += timedelta(minutes=1)
    async with database.write() as unit:
        await said(unit, ids[0], "m1", "news")
        first = await made(unit, ids[0])
        job = await unit.automations.newest_job(ids[0])
        assert job is not None
        await unit.automations.set_job(job.id, JobStatus.DONE)
        await made(unit, ids[0])
        await unit.automations.advance(first.id, AutomationStatus.DOWNLOADED)
        await unit.sessions.update(ids[1], status=SessionStatus.CLOSED)
    page = await reading.sessions(member, SessionQuery())
    assert [row.session.title for row in page.items] == ["A", "C", "B"]
    assert page.next is None
    top = page.items[0]
    assert (top.version, top.version_status, top.job, top.last_said) == (
        2,
        "ready",
        JobStatus.QUEUED,
        clock.now(),
    )
    assert (page.items[1].version, page.items[1].version_status, page.items[1].job) == (0, "", None)


async def test_filters(reading: Reading, database: Database, member: Caller) -> None:
    await opened(database, "Open")
    closed = await opened(database, "Closed", agent_type=AgentType.WEB_APP)
    async with database.write() as unit:
        await unit.sessions.update(closed, status=SessionStatus.CLOSED)

    async def found(**query: object) -> list[str]:
        page = await reading.sessions(member, SessionQuery(**query))  # type: ignore[arg-type]  # a test's shorthand
        return [row.session.title for row in page.items]

    assert await found(status=SessionStatus.CLOSED) == ["Closed"]
    assert await found(agent_type=AgentType.RESEARCH) == ["Open"]
    assert await found(platform="web") == []
    assert await found(platform="nowhere\x00") == []
    assert await found(text="closed", status=SessionStatus.OPEN) == []


async def test_pages_bring_each_once_over_channels_and_browser(
    reading: Reading, database: Database, member: Caller, clock: FakeClock
) -> None:
    for i in range(9):
        if i % 3 == 0:  # some at the same moment
            clock.at += timedelta(seconds=1)
        await opened(database, f"S{i}", WEB_OF_ANA if i % 2 else HOME)
    seen: list[str] = []
    query = SessionQuery(limit=2)
    while True:
        page = await reading.sessions(member, query)
        seen += [row.session.title for row in page.items]
        if page.next is None:
            break
        query = replace(query, cursor=page.next)
    assert seen == [f"S{i}" for i in reversed(range(9))]


async def test_messages_come_in_pages_without_the_erased(
    reading: Reading, database: Database, stock: Stock, member: Caller
) -> None:
    async with database.write() as unit:
        for i in range(2, 6):
            await said(unit, stock.session, f"m{i}", f"text {i}")
        await unit.messages.erase(stock.session, "m3")
    seen: list[str] = []
    cursor = None
    while True:
        page = await reading.messages(member, stock.session, cursor, limit=2)
        assert page is not None
        seen += [one.text for one in page.items]
        cursor = page.next
        if cursor is None:
            break
    assert seen == ["text 5", "text 4", "text 2", "hello"]


WRONG_CURSORS = ["", "x", "é", "\x00", "=" * 10, "A" * 100_000, "W251bGwsICIxIl0"]


async def test_a_cursor_that_is_none_of_ours_is_refused(
    reading: Reading, database: Database, stock: Stock, member: Caller
) -> None:
    await opened(database, "Second")
    async with database.write() as unit:
        await said(unit, stock.session, "m2", "more")
    of_sessions = (await reading.sessions(member, SessionQuery(limit=1))).next
    of_messages = await reading.messages(member, stock.session, limit=1)
    assert of_sessions is not None
    assert of_messages is not None
    assert of_messages.next is not None
    bent = [of_sessions[:-1] + ("A" if of_sessions[-1] != "A" else "B"), of_sessions[::-1], of_sessions + "="]
    for cursor in (*WRONG_CURSORS[1:], *bent, of_messages.next):
        with pytest.raises(RequestRefused):
            await reading.sessions(member, SessionQuery(cursor=cursor))
    for cursor in (*WRONG_CURSORS[1:], *bent, of_sessions):
        with pytest.raises(RequestRefused):
            await reading.messages(member, stock.session, cursor)


@pytest.mark.parametrize("limit", [0, -1, 101])
async def test_a_page_has_its_size(reading: Reading, stock: Stock, member: Caller, limit: int) -> None:
    with pytest.raises(RequestRefused):
        await reading.sessions(member, SessionQuery(limit=limit))
    with pytest.raises(RequestRefused):
        await reading.messages(member, stock.session, limit=limit)


async def test_a_detail_has_it_all(
    reading: Reading, database: Database, stock: Stock, member: Caller
) -> None:
    async with database.write() as unit:
        await unit.automations.set_job(stock.job, JobStatus.FAILED, "The credit is gone.")
    detail = await reading.session(member, stock.session)
    assert detail is not None
    assert [one.text for one in detail.session.requirements] == ["Crawl politely"]
    assert detail.current is not None
    assert (detail.current.id, detail.current.files) == (stock.automation, ())
    assert detail.job is not None
    assert (detail.job.status, detail.job.sentence, detail.job.automation) == (
        JobStatus.FAILED,
        "The credit is gone.",
        stock.automation,
    )
    assert detail.job.finished_at is not None
    assert (detail.messages, detail.job.asked_by) == (1, ANA)


async def test_a_job_that_runs_tells_how_far_it_is(
    reading: Reading, database: Database, stock: Stock, member: Caller, feed: Feed
) -> None:
    told = {"text": "⏳", "stage": "", "path": "a.py", "file": 1, "of": 2, "lines": 3}
    feed.progress[stock.session] = {**told, "job": stock.job, "files": [{"path": "a.py", "lines": 3}]}
    job = await reading.job(member, stock.session, stock.job)
    assert job is not None
    assert job.progress == Underway("⏳", "", "a.py", 1, 2, 3, (("a.py", 3),))
    feed.progress[stock.session] = {**feed.progress[stock.session], "job": "another"}
    detail = await reading.session(member, stock.session)
    assert detail is not None
    assert detail.job is not None
    assert detail.job.progress is None


async def test_versions_are_listed_without_files_the_newest_first(
    reading: Reading, database: Database, stock: Stock, member: Caller
) -> None:
    async with database.write() as unit:
        await made(unit, stock.session)
    found = await reading.automations(member, stock.session)
    assert found is not None
    assert [(one.number, one.files) for one in found] == [(2, ()), (1, ())]


# ---- turns and downloads


async def test_the_turn_that_will_answer_and_the_one_that_did(
    reading: Reading, database: Database, stock: Stock, member: Caller, clock: FakeClock
) -> None:
    async def ask(message: str) -> str | None:
        return await reading.turn_of(member, stock.session, message)

    assert await ask("m1") is None
    clock.at += timedelta(seconds=1)
    async with database.write() as unit:
        await said(unit, stock.session, "m2", "question")
        await said(unit, stock.session, "m3", "// for us")
        ordered = await unit.inbox.add(Origin(HOME, ANA, "e2", clock.now()), "turn", stock.session, {})
    clock.at += timedelta(seconds=1)
    async with database.write() as unit:
        await unit.inbox.add(Origin(HOME, ANA, "e3", clock.now()), "turn", stock.session, {})
    assert await ask("m2") == f"turn:{ordered}"
    assert await ask("m3") is None
    assert await ask("never") is None
    assert await reading.turn_of(caller(CLEO), stock.session, "m2") is None
    async with database.write() as unit:
        await unit.messages.claim(stock.session, "turn:7")
    assert await ask("m2") == "turn:7"


async def test_a_download_is_noted_once_and_only_by_who_sees_it(
    reading: Reading, database: Database, stock: Stock, member: Caller
) -> None:
    async def status() -> AutomationStatus:
        async with database.read() as unit:
            found = await unit.automations.get(stock.automation)
        assert found is not None
        return found.status

    for stranger in STRANGERS.values():
        await reading.downloaded(stranger, stock.automation, "op-0")
    assert await status() is AutomationStatus.READY
    await reading.downloaded(member, stock.automation, "op-1")
    await reading.downloaded(member, stock.automation, "op-1")
    await reading.downloaded(member, "no-such", "op-2")
    assert await status() is AutomationStatus.DOWNLOADED


# ---- figures


@pytest.fixture
async def spending(database: Database, clock: FakeClock, slack: Telling) -> dict[str, str]:
    """Two sessions in T1 (one out of Ana's sight), one of Ana in the browser, one in T2."""
    slack.sees = {("T1", "UANA"): ["C1"]}
    ids = {
        "seen": await opened(database, "Seen"),
        "hidden": await opened(database, "Hidden", replace(HOME, channel="C2"), BEN),
        "web": await opened(database, "Web", WEB_OF_ANA),
        "foreign": await opened(database, "Foreign", OTHER_WORKSPACE),
    }
    async with database.write() as unit:
        await said(unit, ids["seen"], "m1", "one", ANA, "turn:1")
        await said(unit, ids["seen"], "m2", "two", BEN, "turn:1")
        await said(unit, ids["seen"], "turn:1", "answer", AGENT, "turn:1")
        await made(unit, ids["seen"], CLEO)
        job = await unit.automations.newest_job(ids["seen"])
        assert job is not None
        await paid(unit, ids["seen"], "opening:1", "0.1")
        await paid(unit, ids["seen"], "turn:1", "0.25")
        await paid(unit, ids["seen"], f"job:{job.id}", "2.000000001")
        await paid(unit, ids["seen"], "review:9", None)
    clock.at += timedelta(days=1)
    async with database.write() as unit:
        await paid(unit, ids["hidden"], "opening:2", "4")
        await paid(unit, ids["web"], "opening:3", "0.5")
        await paid(unit, ids["foreign"], "opening:4", "8")
    return ids


def costs(found: object) -> list[tuple[str, str, str]]:
    assert isinstance(found, list | tuple)
    return [(one.key, one.name, f"{one.cost.normalize():f}") for one in found]


async def test_spent_by_session(reading: Reading, spending: dict[str, str]) -> None:
    mine = [(spending["seen"], "Seen", "2.350000001"), (spending["web"], "Web", "0.5")]
    assert costs(await reading.spent(caller(), "session", *YEAR)) == mine
    theirs = [(spending["hidden"], "Hidden", "4"), *mine]
    assert costs(await reading.spent(MAINTAINER, "session", *YEAR)) == theirs
    assert costs(await reading.spent(OPERATOR, "session", *YEAR)) == [("slack:T2", "slack:T2", "8"), *theirs]
    assert costs(await reading.spent(caller(CLEO), "session", *YEAR)) == []


async def test_spent_by_person_is_booked_to_who_asked(reading: Reading, spending: dict[str, str]) -> None:
    assert costs(await reading.spent(caller(), "person", *YEAR)) == [
        ("UCLEO", "Cleo", "2.000000001"),
        ("UANA", "Ana", "0.6"),
        ("UBEN", "Ben", "0.25"),
        ("", "", "0"),
    ]
    operators = await reading.spent(OPERATOR, "person", *YEAR)
    assert costs(operators)[:2] == [("slack:T2", "slack:T2", "8"), ("UBEN", "Ben", "4.25")]


async def test_spent_by_day(reading: Reading, spending: dict[str, str]) -> None:
    assert costs(await reading.spent(caller(), "day", *YEAR)) == [
        ("2026-01-03", "2026-01-03", "0.5"),
        ("2026-01-02", "2026-01-02", "2.350000001"),
    ]
    assert costs(await reading.spent(OPERATOR, "day", *YEAR))[0][2] == "12.5"
    first = date(2026, 1, 2)
    found = await reading.spent(MAINTAINER, "day", first, first)
    assert found == [Spent("2026-01-02", "2026-01-02", 4, 40, 40, Decimal("2.350000001"))]
    assert await reading.spent(MAINTAINER, "day", *[date(2025, 1, 1)] * 2) == []


# ---- watching


async def test_who_watches_sees_what_comes_after(
    reading: Reading, stock: Stock, member: Caller, feed: Feed
) -> None:
    feed.happened = [Happened(i, "token", {"text": str(i)}) for i in range(1, 4)]
    async with reading.happenings(member, stock.session, 1) as happening:
        assert happening is not None
        assert feed.open == 1
        assert [one.number async for one in happening] == [2, 3]
    assert feed.open == 0


async def test_watching_ends_when_the_channel_is_closed_to_one(
    reading: Reading, stock: Stock, member: Caller, feed: Feed, slack: Telling, clock: FakeClock
) -> None:
    feed.happened = [Happened(i, "token") for i in range(1, 4)]
    async with reading.happenings(member, stock.session, None) as happening:
        assert happening is not None
        assert (await anext(happening)).number == 1
        slack.sees = {}
        clock.at += timedelta(seconds=61)
        assert [one async for one in happening] == []


async def test_the_channels_to_open_a_session_in(reading: Reading, slack: Telling) -> None:
    slack.sees = {("T1", "UANA"): ["C2", "C1"]}
    assert await reading.channels(caller()) == [("C1", "name-of-C1"), ("C2", "name-of-C2")]
    assert await reading.channels(caller(CLEO)) == []
    slack.silent = True
    assert await reading.channels(caller(BEN)) == []
