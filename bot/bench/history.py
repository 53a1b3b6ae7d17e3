"""Reading and writing the history of a session, in a store of a thousand messages and in one of a million."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.bench.library import Stock, fill, session_id, vocabulary
from bot.bench.report import Report, Row, ratio
from bot.bench.size import Size
from core.intents import Person
from core.messages.model import Speaker
from core.storage.engine import open_engine
from core.storage.migrate import upgrade
from core.storage.unit_of_work import Database
from core.system import SystemClock, TimeIds

_FEW = 10
"""Sessions of the small store."""
_READ = "SELECT * FROM session_messages WHERE session_id = ? AND NOT erased ORDER BY seq DESC LIMIT 2000"
_SAID = "And what about the night, when nobody looks at the prices?"

Act = Callable[[int], Awaitable[object]]


async def history(size: Size) -> Report:
    rows: list[Row] = []
    stocks = [Stock(few, size.messages, vocabulary()) for few in (min(_FEW, size.sessions), size.sessions)]
    for stock in stocks:
        async with _filled(stock) as path:
            rows += await _measured(path, stock, size.reads)
    ratios = " ".join(ratio(one, other) for one, other in zip(rows[::2], rows[1::2], strict=True))
    return Report("History of a session, on SQLite", "µs", tuple(rows), f"{_notes(size)} {ratios}")


def _notes(size: Size) -> str:
    return f"""\
One after the other in this process, over sessions all over the store, of {size.messages} messages each. Read: all
messages of a session, as for a prompt. Insert: one message, committed; the program also notes the words of it for the
search, and when something was said last. Bare: sqlite3 on the same file, with the same settings: one SELECT, all rows
fetched; one INSERT into a table of the same columns without indexes, committed."""


@asynccontextmanager
async def _filled(stock: Stock) -> AsyncIterator[Path]:
    with TemporaryDirectory(prefix="tw-history-") as folder:
        path = Path(folder) / "history.sqlite"
        upgrade(f"sqlite:///{path}")
        await asyncio.to_thread(fill, f"sqlite:///{path}", stock)
        yield path


async def _measured(path: Path, stock: Stock, times: int) -> list[Row]:
    total = f"{stock.sessions * stock.messages:,} messages"
    clock = SystemClock()
    async with open_engine(f"sqlite:///{path}") as engine:
        database = Database(engine, clock, TimeIds())

        def chosen(number: int) -> str:
            return session_id(number * 7919 % stock.sessions)

        async def read(number: int) -> object:
            async with database.read() as unit:
                return await unit.messages.of(chosen(number))

        async def insert(number: int) -> object:
            async with database.write() as unit:
                return await unit.messages.add(
                    chosen(number),
                    speaker=Speaker.PERSON,
                    author="Ana",
                    person=Person("T1", "U1"),
                    platform_message=f"new-{number}",
                    text=_SAID,
                    at=datetime.now(UTC),
                )

        with closing(sqlite3.connect(path, isolation_level=None)) as bare:
            bare.execute("PRAGMA synchronous=NORMAL")
            bare.execute("CREATE TABLE bare_messages AS SELECT * FROM session_messages LIMIT 1")

            async def bare_read(number: int) -> object:
                return bare.execute(_READ, (chosen(number),)).fetchall()

            async def bare_insert(_number: int) -> object:
                return bare.execute("INSERT INTO bare_messages SELECT * FROM bare_messages LIMIT 1")

            return [
                await _row(f"read, {total}", read, times),
                await _row(f"read, bare, {total}", bare_read, times),
                await _row(f"insert, {total}", insert, times),
                await _row(f"insert, bare, {total}", bare_insert, times),
            ]


async def _row(name: str, act: Act, times: int) -> Row:
    await act(0)
    values = []
    for number in range(1, times + 1):
        began = time.perf_counter()
        await act(number)
        values.append(1e6 * (time.perf_counter() - began))
    return Row(name, tuple(values))
