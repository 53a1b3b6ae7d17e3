"""What one process tells the others hear, in order and once, also over a server that goes away."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import psycopg
import pytest

from bot.chaos.postgres import NoPostgres
from core.bus import LARGEST, Alone, Bus
from core.storage.bus import open_bus
from tests.storage.postgres import restart


class Ear:
    """All that is heard of one topic, and how often the bus has joined the others."""

    def __init__(self, bus: Bus, topic: str = "t") -> None:
        self.texts: list[Any] = []
        self.joins = 0
        self._news = asyncio.Condition()
        self._changed = asyncio.Event()
        bus.hear(topic, lambda word: self._hear(word["text"]))
        bus.joined(self._join)

    def _hear(self, text: Any) -> None:
        self.texts.append(text)
        self._changed.set()

    def _join(self) -> None:
        self.joins += 1
        self._changed.set()

    async def until(self, true: Callable[[Ear], bool]) -> None:
        async with asyncio.timeout(20):
            while not true(self):
                self._changed.clear()
                await self._changed.wait()


@asynccontextmanager
async def joined(url: str) -> AsyncIterator[tuple[Bus, Ear]]:
    async with open_bus(url) as bus:
        ear = Ear(bus)
        await ear.until(lambda ear: ear.joins == 1)
        yield bus, ear


def say(bus: Bus, *texts: Any) -> None:
    for text in texts:
        bus.tell("t", {"text": text})


async def test_two_hear_each_other_and_nobody_hears_themselves(postgres: str) -> None:
    async with joined(postgres) as (one, ear_of_one), joined(postgres) as (two, ear_of_two):
        other_topic = Ear(two, "other")
        say(one, "from one")
        say(two, "from two")
        await ear_of_one.until(lambda ear: ear.texts == ["from two"])
        await ear_of_two.until(lambda ear: ear.texts == ["from one"])
        say(one, "last")
        await ear_of_two.until(lambda ear: ear.texts == ["from one", "last"])
        assert (ear_of_one.texts, other_topic.texts) == (["from two"], [])


async def test_who_asks_late_learns_that_the_bus_stands(postgres: str) -> None:
    async with joined(postgres) as (one, _):
        late = Ear(one)
        assert late.joins == 0
        await late.until(lambda ear: ear.joins == 1)


async def test_a_thousand_words_of_each_come_in_order(postgres: str) -> None:
    async with joined(postgres) as (one, _), joined(postgres) as (two, _), joined(postgres) as (_, ear):
        for number in range(1_000):
            say(one, ["one", number])
            say(two, ["two", number])
            if number % 100 == 0:
                await asyncio.sleep(0)
        await ear.until(lambda ear: len(ear.texts) == 2_000)
        for name in ("one", "two"):
            assert [number for who, number in ear.texts if who == name] == list(range(1_000))
        assert ear.joins == 1


async def test_equal_words_are_not_taken_for_one(postgres: str) -> None:
    async with joined(postgres) as (one, _), joined(postgres) as (_, ear):
        say(one, *["ha"] * 50)
        await ear.until(lambda ear: ear.texts == ["ha"] * 50)


async def test_large_words_come_whole_and_too_large_ones_not_at_all(postgres: str) -> None:
    large = 'é€😀"\\\n\0' * 4_000
    async with joined(postgres) as (one, _), joined(postgres) as (_, ear):
        say(one, large[: LARGEST // 4], "x" * LARGEST, "next")
        await ear.until(lambda ear: len(ear.texts) == 2)
        assert ear.texts == [large[: LARGEST // 4], "next"]


async def test_one_who_hears_badly_and_strangers_do_no_harm(postgres: str) -> None:
    async with joined(postgres) as (one, _), joined(postgres) as (two, ear):
        two.hear("t", lambda word: word["nothing of the kind"])
        again = Ear(two)
        async with await psycopg.AsyncConnection.connect(postgres, autocommit=True) as stranger:
            await stranger.execute("NOTIFY threadwright, 'you there'")
        say(one, "word")
        await again.until(lambda ear: ear.texts == ["word"])
        say(one, "more")
        await ear.until(lambda ear: ear.texts == ["word", "more"])


async def cut(url: str) -> None:
    """Ends every connection of a bus that has heard or told something."""
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND query ~ '^(LISTEN threadwright|SELECT pg_notify.*threadwright)'"
        )


async def test_after_a_cut_all_join_again_and_words_go(postgres: str) -> None:
    async with joined(postgres) as (one, _), joined(postgres) as (_, ear):
        say(one, "before")
        await ear.until(lambda ear: ear.texts == ["before"])
        await cut(postgres)
        began = time.monotonic()
        await ear.until(lambda ear: ear.joins == 2)
        assert time.monotonic() - began < 1
        say(one, "after")  # its sender may have lost its connection, too, and learns it only now
        await ear.until(lambda ear: ear.texts == ["before", "after"])


async def test_words_go_again_after_the_server_has_crashed(postgres: str) -> None:
    async with joined(postgres) as (one, ear_of_one), joined(postgres) as (two, ear):
        say(one, "before")
        await ear.until(lambda ear: ear.texts == ["before"])
        try:
            await asyncio.to_thread(restart, postgres)
        except NoPostgres as none:
            pytest.skip(str(none))
        await ear.until(lambda ear: ear.joins == 2)
        await ear_of_one.until(lambda ear: ear.joins == 2)
        say(one, *range(1_000))
        await ear.until(lambda ear: ear.texts == ["before", *range(1_000)])
        say(two, "and back")
        await ear_of_one.until(lambda ear: ear.texts == ["and back"])


async def test_a_server_that_is_away_is_no_error_and_the_end_waits_for_nobody() -> None:
    async def use() -> None:
        async with open_bus("postgresql://tw@/postgres?host=/nowhere/at/all") as bus:
            say(bus, "word")
            await asyncio.sleep(0.05)
            raise LookupError

    began = time.monotonic()
    with pytest.raises(LookupError):  # as it is
        await use()
    assert time.monotonic() - began < 2


async def test_what_was_told_last_is_heard(postgres: str) -> None:
    async with joined(postgres) as (_, ear):
        async with joined(postgres) as (one, _):
            say(one, "good", "bye")
        await ear.until(lambda ear: ear.texts == ["good", "bye"])


async def test_with_a_file_there_is_nobody_else() -> None:
    async with open_bus("sqlite:////nowhere/app.sqlite") as bus:
        assert isinstance(bus, Alone)
        say(bus, "word")
