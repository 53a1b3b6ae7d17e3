"""Reading a store of 10,000 sessions and a million messages: list, search and detail beside a SELECT by primary key.

SQLite in a file, in this process; what the platform says about channels is in memory already."""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Connection, Table, create_engine, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.bench.report import Aim, Report, Row
from bot.bench.size import Size
from core.accounts import EVERYTHING, Caller, Role
from core.automations.evidence import Evidence, to_json
from core.automations.model import AutomationStatus, JobStatus
from core.intake.reading import Reading
from core.intake.visibility import Visibility
from core.intents import Person
from core.library import Happened, SessionQuery
from core.messages.model import Speaker
from core.ports import Channel
from core.sessions.model import SessionStatus
from core.storage import tables
from core.storage.engine import open_engine
from core.storage.migrate import upgrade
from core.storage.unit_of_work import Database
from core.storage.words import words
from core.system import SystemClock, TimeIds
from core.vocabulary import AgentType, Language

_AIM = Aim(0.99, 20)
"""Milliseconds."""
_ANA = Person("T1", "U1")
_CHANNELS = 50
_SEEN = 10
"""Of these channels a member sees so many."""
_FIRST = datetime(2026, 1, 1, tzinfo=UTC)
_VOCABULARY = 20_000
_WORDS = 14
"""Of a message."""
_VERSIONS = 4
"""A session has fewer."""
_AT_ONCE = 200
"""Sessions that are made before they are stored."""

Ask = Callable[[int], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Stock:
    """``sorted_words``: the most frequent first."""

    sessions: int
    messages: int
    sorted_words: tuple[str, ...]


async def library(size: Size) -> Report:
    stock = Stock(size.sessions, size.messages, vocabulary())
    began = time.perf_counter()
    with TemporaryDirectory(prefix="tw-library-") as folder:
        url = f"sqlite:///{Path(folder) / 'library.sqlite'}"
        upgrade(url)
        fill(url, stock)
        filled = time.perf_counter() - began
        async with open_engine(url) as engine:
            rows = [await _measured(name, ask, size.reads) for name, ask in _asked(engine, stock)]
    return Report(
        f"Reading: {stock.sessions:,} sessions with {stock.messages:,} messages each, on SQLite",
        "ms",
        (replace(rows[0], aim=None), *rows[1:]),
        f"From the call to the answer, one after the other, in this process, over sessions and words of every "
        f"frequency. The member sees {_SEEN} of {_CHANNELS} channels, the maintainer all. The store was filled in "
        f"{filled:.0f} s.",
    )


def _asked(engine: AsyncEngine, stock: Stock) -> Iterator[tuple[str, Ask]]:
    clock = SystemClock()
    reading = Reading(Database(engine, clock, TimeIds()), Visibility({"slack": _Slack()}, clock), _Nothing())
    chance = random.Random(1)  # noqa: S311 -- the same words each time, not secrets
    member, maintainer = _caller(Role.MEMBER), _caller(Role.MAINTAINER)

    def some_word() -> str:
        """Every frequency is as likely as every other."""
        return stock.sorted_words[int(len(stock.sorted_words) ** chance.random()) - 1]

    async def by_key(i: int) -> object:
        async with engine.connect() as connection:
            found = await connection.execute(
                select(tables.sessions).where(tables.sessions.c.id == session_id(i * 7919 % stock.sessions))
            )
            return found.first()

    async def closed(_: int) -> object:
        query = SessionQuery(status=SessionStatus.CLOSED, agent_type=AgentType.DATA_ANALYST)
        return await reading.sessions(maintainer, query)

    async def pages(i: int) -> object:
        query = SessionQuery()
        for _ in range(i % 20):
            query = replace(query, cursor=(await reading.sessions(maintainer, query)).next)
        return query

    async def detail(i: int) -> object:
        return await reading.session(member, session_id((i * 7919 % stock.sessions) // _CHANNELS * _CHANNELS))

    async def spoken(i: int) -> object:
        return await reading.messages(
            member, session_id((i * 7919 % stock.sessions) // _CHANNELS * _CHANNELS)
        )

    def searching(caller: Caller, text: Callable[[], str]) -> Ask:
        return lambda _: reading.sessions(caller, SessionQuery(text=text()))

    yield "SELECT by primary key", by_key
    yield "list, member", lambda _: reading.sessions(member, SessionQuery())
    yield "list, maintainer", lambda _: reading.sessions(maintainer, SessionQuery())
    yield "list, filtered", closed
    yield "search, one word, member", searching(member, some_word)
    yield "search, one word, maintainer", searching(maintainer, some_word)
    yield "search, three words", searching(maintainer, lambda: f"{some_word()} {some_word()} {some_word()}")
    yield "search, two letters", searching(maintainer, lambda: some_word()[:2])
    yield "search, no such word", searching(maintainer, lambda: "qqqq")
    yield "detail", detail
    yield "messages", spoken


async def _measured(name: str, ask: Ask, reads: int) -> Row:
    await ask(0)
    taken = []
    for i in range(reads):
        began = time.perf_counter()
        await ask(i)
        taken.append((time.perf_counter() - began) * 1000)
    return Row(name, tuple(taken), _AIM)


def _caller(role: Role) -> Caller:
    return Caller("slack", "T1", _ANA, "Ana", role, EVERYTHING, "bench")


class _Slack:
    async def channels_of(self, workspace: str, person: Person) -> Sequence[Channel]:  # noqa: ARG002 -- the port's
        return [Channel(f"C{i}", f"channel-{i}") for i in range(_SEEN)]

    async def name_of(self, person: Person) -> str:
        return person.id


class _Nothing:
    def current(self, session_id: str) -> dict[str, Any]:  # noqa: ARG002 -- the port's
        return {}

    @asynccontextmanager
    async def subscribe(self, session_id: str, after: int | None) -> AsyncIterator[AsyncIterator[Happened]]:  # noqa: ARG002 -- the port's
        async def nothing() -> AsyncIterator[Happened]:
            for number in range(0):
                yield Happened(number, "reset")

        yield nothing()


# ---- filling


def fill(url: str, stock: Stock) -> None:
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            for start in range(0, stock.sessions, _AT_ONCE):
                _store(connection, stock, range(start, min(start + _AT_ONCE, stock.sessions)))
    finally:
        engine.dispose()


def _store(connection: Connection, stock: Stock, numbers: range) -> None:
    rows: dict[str, list[dict[str, Any]]] = {
        "sessions": [],
        "messages": [],
        "words": [],
        "jobs": [],
        "versions": [],
    }
    chance = random.Random(numbers.start)  # noqa: S311 -- the same stock each time
    weights = list(itertools.accumulate(1 / (rank + 5) for rank in range(len(stock.sorted_words))))
    for i in numbers:
        said = chance.choices(stock.sorted_words, cum_weights=weights, k=stock.messages * _WORDS)
        texts = [" ".join(said[at : at + _WORDS]) for at in range(0, len(said), _WORDS)]
        rows["sessions"].append(_session(i, chance))
        rows["messages"] += [_message(i, seq, text) for seq, text in enumerate(texts, 1)]
        held = dict.fromkeys(words(f"Session {i}")) | dict.fromkeys(said)
        for number in range(1, i % _VERSIONS + 1):
            rows["jobs"].append(_job(i, number))
            rows["versions"].append(_version(i, number))
        rows["words"].append(
            {"session_id": session_id(i), "part": 0, "shelf": i + 1, "words": " ".join(held)}
        )
    _put(connection, tables.sessions, rows["sessions"])
    _put(connection, tables.messages, rows["messages"])
    _put(connection, tables.session_words, rows["words"])
    _put(connection, tables.jobs, rows["jobs"])
    _put(connection, tables.automations, rows["versions"])


def _put(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), rows)


def _session(i: int, chance: random.Random) -> dict[str, Any]:
    moment = _FIRST + timedelta(seconds=chance.randrange(10_000_000))
    return {
        "id": session_id(i),
        "platform": "slack",
        "workspace": "T1",
        "channel": f"C{i % _CHANNELS}",
        "thread": f"{i}.1",
        "title": f"Session {i}",
        "agent_type": list(AgentType)[i % len(AgentType)],
        "tech_stack": "Python",
        "constraints": "no cloud",
        "status": SessionStatus.CLOSED if i % 3 else SessionStatus.OPEN,
        "opened_by_team": "T1",
        "opened_by_id": "U1",
        "opened_by_name": "Ana",
        "language": Language.AUTO,
        "created_at": moment,
        "last_said": moment,
        "shelf": i + 1,
    }


def _message(i: int, seq: int, text: str) -> dict[str, Any]:
    return {
        "session_id": session_id(i),
        "seq": seq,
        "speaker": Speaker.PERSON if seq % 2 else Speaker.AGENT,
        "author": "Ana",
        "author_team": "T1",
        "author_id": "U1",
        "platform_message": f"{seq}",
        "text": text,
        "files": [],
        "at": _FIRST,
        "aside": False,
        "late": False,
        "erased": False,
        "turn": f"turn:{seq // 2}",
    }


def _job(i: int, number: int) -> dict[str, Any]:
    return {
        "id": f"{i:027x}j{number}",
        "session_id": session_id(i),
        "language": Language.PYTHON,
        "status": JobStatus.DONE if i % 100 or number > 1 else JobStatus.RUNNING,
        "asked_by_team": "T1",
        "asked_by_id": "U1",
        "cancel_asked": False,
        "sentence": "",
        "created_at": _FIRST,
    }


def _version(i: int, number: int) -> dict[str, Any]:
    return {
        "id": f"{i:027x}v{number}",
        "session_id": session_id(i),
        "job_id": f"{i:027x}j{number}",
        "number": number,
        "status": AutomationStatus.READY,
        "language": Language.PYTHON,
        "summary": "It watches prices.",
        "dependencies": ["httpx"],
        "setup": "pip install -r requirements.txt",
        "usage": "python -m watcher",
        "warnings": [],
        "evidence": to_json(Evidence()),
        "created_at": _FIRST,
    }


def session_id(i: int) -> str:
    return f"{i:028x}"


def vocabulary() -> tuple[str, ...]:
    chance = random.Random(7)  # noqa: S311 -- the same words each time
    letters = "abcdefghijklmnoprstuvw"
    found = dict.fromkeys(
        "".join(chance.choices(letters, k=chance.randint(3, 9))) for _ in range(_VOCABULARY)
    )
    return tuple(found)
