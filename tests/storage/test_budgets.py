"""Processes that share a PostgreSQL keep to a platform's tiers together."""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from core.errors import PlatformUnavailable
from core.storage.budgets import Calendar, SharedBudgets, rate_budgets
from core.storage.engine import open_engine
from tests.storage import spender
from tests.storage.spender import TIER

ROOT = Path(__file__).parents[2]
SECONDS = 5.0


class Spent(NamedTuple):
    made: list[float]
    refused: float


@pytest.fixture
async def engine(postgres_url: str) -> AsyncIterator[AsyncEngine]:
    async with open_engine(postgres_url) as engine:
        yield engine


async def _spend(url: str, seconds: float, *refusals: tuple[float, float]) -> list[Spent]:
    """In as many processes as there are ``refusals``: in how many seconds each is refused, and for how long."""
    started = [await _started(url, seconds, *refusal) for refusal in refusals]
    for process in started:
        assert process.stdout
        assert await process.stdout.readline() == b"ready\n"
    said = await asyncio.gather(*(process.communicate(b"go\n") for process in started))
    return [Spent(**json.loads(out.splitlines()[-1])) for out, _ in said]


async def _started(url: str, *arguments: float) -> Process:
    given = (url, *(str(one) for one in arguments))
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", spender.__name__, *given, cwd=ROOT, stdin=PIPE, stdout=PIPE
    )


async def test_three_processes_keep_to_the_tier_and_use_it(postgres_url: str) -> None:
    told = await _spend(postgres_url, SECONDS, (0, 0), (0, 0), (0, 0))
    made = sorted(moment for one in told for moment in one.made)
    for first, later in zip(made, made[TIER.calls :], strict=False):
        assert later - first >= TIER.seconds
    assert len(made) >= 0.8 * TIER.calls * SECONDS / TIER.seconds
    assert min(len(one.made) for one in told) >= len(made) / 10


async def test_what_the_platform_refuses_one_process_all_stop(postgres_url: str) -> None:
    shut = 2.0
    told = await _spend(postgres_url, 4.5, (0.5, shut), (0, 0), (0, 0))
    refused = told[0].refused
    # What was lent before may still be used, as long as a lease; longer when the database is slow.
    in_between = [
        moment for one in told for moment in one.made if refused + 0.5 < moment < refused + shut - 0.1
    ]
    assert in_between == []
    assert any(moment > refused + shut for one in told[1:] for moment in one.made)


async def test_who_asks_first_has_the_first_token(engine: AsyncEngine) -> None:
    bank = SharedBudgets(engine)
    assert await bank.lend("a", 1, 2.0, want=1, leave=0, patience=0, whose="w") == (1, 0, 1)
    waits = [await bank.lend("a", 1, 2.0, want=1, leave=0, patience=10, whose="w") for _ in range(4)]
    assert [lent for lent, _, _ in waits] == [1, 1, 1, 1]
    assert [round(wait) for _, wait, _ in waits] == [2, 4, 6, 8]
    lent, wait, sharers = await bank.lend("a", 1, 2.0, want=1, leave=0, patience=3, whose="v")
    assert (lent, round(wait), sharers) == (0, 10, 2)


async def test_first_comers_make_one_account(engine: AsyncEngine) -> None:
    bank = SharedBudgets(engine)
    lent = await asyncio.gather(
        *(bank.lend("a", 10, 60, want=1, leave=2, patience=0, whose="w") for _ in range(20))
    )
    assert sum(many for many, _, _ in lent) == 8


async def test_accounts_that_nobody_calls_are_forgotten(engine: AsyncEngine) -> None:
    bank = SharedBudgets(engine)
    await bank.lend("old", 10, 60, want=1, leave=0, patience=0, whose="w")
    await bank.close("shut", 60)
    assert await bank.forget_idle() == 0
    async with engine.begin() as connection:
        await connection.execute(
            update(rate_budgets)
            .where(rate_budgets.c.account == "old")
            .values(idle_at=rate_budgets.c.idle_at - 3700)
        )
    assert await bank.forget_idle() == 1
    async with engine.begin() as connection:
        assert list(await connection.scalars(select(rate_budgets.c.account))) == ["shut"]
    assert 58 < await bank.closed("shut") <= 60
    assert await bank.closed("old") == 0


async def test_a_database_that_is_not_there_is_no_riddle() -> None:
    async with open_engine("postgresql://tw@/nowhere?host=/nonexistent") as engine:
        bank = SharedBudgets(engine)
        with pytest.raises(PlatformUnavailable) as failed:
            await bank.lend("a", 1, 2.0, want=1, leave=0, patience=0, whose="w")
    assert "database" in failed.value.sentence


async def test_a_database_that_hangs_is_given_up(engine: AsyncEngine) -> None:
    bank = SharedBudgets(engine)
    await bank.close("a", 0)
    async with engine.begin() as connection:
        await connection.execute(select(rate_budgets).with_for_update())
        with pytest.raises(PlatformUnavailable):
            await bank.lend("a", 1, 2.0, want=1, leave=0, patience=0, whose="w")
    lent, *_ = await bank.lend("a", 1, 2.0, want=1, leave=0, patience=0, whose="w")
    assert lent == 1


def test_a_calendar_lends_what_is_back_and_books_the_rest() -> None:
    calendar = Calendar([])
    assert calendar.lend(0, 5, 10, want=3, leave=1, patience=0, whose="w") == (3, 0)
    assert calendar.lend(1, 5, 10, want=3, leave=1, patience=0, whose="w") == (1, 0)
    assert calendar.lend(1, 5, 10, want=1, leave=1, patience=0, whose="w") == (0, 9)
    assert calendar.lend(2, 5, 10, want=1, leave=0, patience=0, whose="w") == (1, 0)
    assert [calendar.lend(3, 5, 10, want=1, leave=0, patience=60, whose="w")[1] for _ in range(5)] == [
        7,
        7,
        7,
        8,
        9,
    ]
    assert calendar.lend(3, 5, 10, want=1, leave=0, patience=60, whose="w")[1] == 17
    calendar.shut_until = 100
    assert calendar.lend(50, 5, 10, want=9, leave=0, patience=60, whose="w") == (5, 50)
