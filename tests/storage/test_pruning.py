"""What is of no use any more goes; what somebody may still ask for stays."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Table, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from core.intents import Origin
from core.storage.engine import open_engine
from core.storage.pruning import BATCH, prune
from core.storage.tables import (
    api_tokens,
    idempotency_keys,
    inbox,
    model_edits,
    model_questions,
    outbox,
    sign_in_links,
    web_sessions,
)
from core.storage.unit_of_work import Database
from core.storage.useless import EDITS_KEPT, EVENTS_KEPT, POSTS_KEPT, TOKENS_KEPT
from core.system import TimeIds
from tests.fakes.house import FakeClock
from tests.intake.people import ANA, HOME
from tests.intake.stock import opened

SECOND = timedelta(seconds=1)
WHO = {"platform": "slack", "workspace": "T1", "person_team": "T1", "person_id": "UANA"}


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    async with open_engine(database_url) as engine:
        yield engine


@pytest.fixture
def database(engine: AsyncEngine, clock: FakeClock) -> Database:
    return Database(engine, clock, TimeIds())


async def put(engine: AsyncEngine, table: Table, *rows: dict[str, Any]) -> None:
    async with engine.begin() as connection:
        for row in rows:
            await connection.execute(insert(table).values(row))


async def held(engine: AsyncEngine, table: Table, column: str) -> set[Any]:
    async with engine.connect() as connection:
        return set(await connection.scalars(select(table.c[column])))


def event(key: str, at: datetime, state: str = "ended", session: str | None = None) -> dict[str, Any]:
    return {
        "platform": "slack",
        "event_key": key,
        "alias_key": f"alias of {key}",
        "work": "" if state == "none" else "turn",
        "session_id": session,
        "args": {},
        "received_at": at,
        "state": state,
    }


def post(key: str, at: datetime, session: str | None, *, sent: bool = True) -> dict[str, Any]:
    return {"key": key, "session_id": session, "created_at": at, "sent_at": at if sent else None}


async def test_events_are_forgotten_that_are_over(
    engine: AsyncEngine, database: Database, clock: FakeClock
) -> None:
    now = clock.now()
    old, young = now - EVENTS_KEPT - SECOND, now - EVENTS_KEPT + SECOND
    states = ("none", "ended", "waiting", "open", "taken")
    await put(engine, inbox, *(event(f"old {state}", old, state) for state in states))
    await put(engine, inbox, *(event(f"young {state}", young, state) for state in states))
    gone = await prune(database, now)
    assert gone["inbox_events"] == 3
    kept = {"old open", "old taken"} | {f"young {state}" for state in states}
    assert await held(engine, inbox, "event_key") == kept
    assert "waiting" not in await held(engine, inbox, "state"), "nor does what was written there stay"


async def test_numbers_of_events_never_come_again(
    engine: AsyncEngine, database: Database, clock: FakeClock
) -> None:
    """They name works and posts for ever."""
    now = clock.now()
    await put(engine, inbox, *(event(str(number), now - 2 * EVENTS_KEPT) for number in range(5)))
    numbers = await held(engine, inbox, "id")
    await prune(database, now)
    async with database.write() as unit:
        new = await unit.inbox.add(Origin(HOME, ANA, "new", now), "turn", None, {})
    assert new > max(numbers)
    assert len(await held(engine, inbox, "id")) == 2


async def test_posts_are_forgotten_of_works_that_are_over(
    engine: AsyncEngine, database: Database, clock: FakeClock
) -> None:
    now = clock.now()
    old, young = now - POSTS_KEPT - SECOND, now - POSTS_KEPT + SECOND
    idle, busy = await opened(database), await opened(database)
    await put(engine, inbox, event("waits since long", old, "open", busy))
    await put(
        engine,
        outbox,
        *(post(f"{kind}:1", old, idle) for kind in ("turn", "review", "failed", "download", "diff")),
        post("turn:2", old, idle, sent=False),
        post("turn:3", young, idle),
        post(f"card:{idle}", old, idle),
        post("job:J:progress", old, idle),
        post("job:J:files", old, idle),
        post("unheard-of:4", old, idle),
        post("turn:5", old, busy),
        post("card:gone", old, "gone"),
        post("job:gone:progress", young, "gone"),
    )
    assert (await prune(database, now))["outbox_posts"] == 7
    assert await held(engine, outbox, "key") == {
        "turn:3",
        f"card:{idle}",
        "job:J:progress",
        "job:J:files",
        "unheard-of:4",
        "turn:5",
        "job:gone:progress",
    }


async def test_what_was_asked_of_a_model_is_forgotten(
    engine: AsyncEngine, database: Database, clock: FakeClock
) -> None:
    now = clock.now()
    idle, busy = await opened(database), await opened(database)
    await put(engine, inbox, event("taken", now, "taken", busy))
    asked = {"number": 1, "body": "", "asked_at": now - POSTS_KEPT - SECOND}
    await put(
        engine,
        model_questions,
        {**asked, "session_id": idle, "purpose": "old"},
        {**asked, "session_id": busy, "purpose": "busy"},
        {**asked, "session_id": idle, "purpose": "young", "asked_at": now},
    )
    assert (await prune(database, now))["model_questions"] == 1
    assert await held(engine, model_questions, "purpose") == {"busy", "young"}


async def test_secrets_are_forgotten_that_work_no_more(
    engine: AsyncEngine, database: Database, clock: FakeClock
) -> None:
    now = clock.now()
    over = {"over": now - SECOND, "works": now + SECOND}
    for name, until in over.items():
        await put(engine, sign_in_links, {**WHO, "hash": name, "name": "Ana", "expires_at": until})
        cookie = {"hash": name, "name": "Ana", "csrf": "x", "created_at": now, "expires_at": until}
        await put(engine, web_sessions, {**WHO, **cookie})
    long_ago = now - TOKENS_KEPT - SECOND
    await put(
        engine,
        api_tokens,
        token("works", now + SECOND),
        token("over", long_ago),
        token("just over", now - SECOND),
        token("revoked", now + SECOND, long_ago),
        token("just revoked", now + SECOND, now),
    )
    await prune(database, now)
    assert await held(engine, sign_in_links, "hash") == {"works"}
    assert await held(engine, web_sessions, "hash") == {"works"}
    assert await held(engine, api_tokens, "id") == {"works", "just over", "just revoked"}


def token(name: str, until: datetime, revoked: datetime | None = None) -> dict[str, Any]:
    made = {"id": name, "hash": name, "hint": "x", "name": name, "person_name": "Ana", "scopes": "read"}
    return {**WHO, **made, "created_at": until, "expires_at": until, "revoked_at": revoked}


async def test_answers_and_edits_are_forgotten(
    engine: AsyncEngine, database: Database, clock: FakeClock
) -> None:
    now = clock.now()
    for name, age in (("old", timedelta(hours=24)), ("young", timedelta(hours=23))):
        answer = {"caller_key": "c", "key": name, "request_hash": "", "status": 200, "body": "{}"}
        await put(engine, idempotency_keys, {**answer, "created_at": now - age})
    for name, age in (("old", EDITS_KEPT + SECOND), ("young", EDITS_KEPT - SECOND)):
        await put(engine, model_edits, {"model": name, "worked": True, "at": now - age})
    await prune(database, now)
    assert await held(engine, idempotency_keys, "key") == {"young"}
    assert await held(engine, model_edits, "model") == {"young"}


async def test_others_may_write_between_its_portions(
    engine: AsyncEngine, database: Database, clock: FakeClock
) -> None:
    now, number = clock.now(), 3 * BATCH + 7
    old = now - 2 * EVENTS_KEPT
    async with engine.begin() as connection:
        await connection.execute(insert(inbox), [event(f"old {i}", old) for i in range(number)])
    left: list[int] = []

    async def write() -> None:
        while not pruning.done():
            async with database.write() as unit:
                await unit.inbox.add(Origin(HOME, ANA, f"new {len(left)}", now), "", None, {})
            left.append(len([key for key in await held(engine, inbox, "event_key") if key.startswith("old")]))

    async with asyncio.TaskGroup() as group:
        pruning = group.create_task(prune(database, now))
        group.create_task(write())
    assert pruning.result()["inbox_events"] >= number - 1
    assert len(set(left)) > 2, "they saw it in the middle of its work"


async def test_two_may_prune_at_once(engine: AsyncEngine, database: Database, clock: FakeClock) -> None:
    now = clock.now()
    await put(engine, inbox, *(event(str(i), now - 2 * EVENTS_KEPT) for i in range(20)))
    both = await asyncio.gather(prune(database, now), prune(database, now))
    assert sum(gone["inbox_events"] for gone in both) == 19
