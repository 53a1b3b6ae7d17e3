"""The same request under the same key gets the same answer, for a day and for one caller."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

from core.intake.once import Remembering
from core.library import Recalled
from core.storage.unit_of_work import Database
from tests.fakes.house import FakeClock
from tests.intake.people import BEN, caller


async def test_an_answer_comes_again(database: Database) -> None:
    once = Remembering(database)
    assert await once.recall(caller(), "k", "a") is None
    await once.keep(caller(), "k", "a", 201, '{"id": "ü"}')
    await once.keep(caller(), "k", "a", 500, "later")
    assert await once.recall(caller(), "k", "a") == Recalled(same=True, status=201, body='{"id": "ü"}')
    assert await once.recall(caller(), "k", "b") == Recalled(same=False, status=201, body='{"id": "ü"}')


async def test_a_key_is_one_callers(database: Database) -> None:
    once = Remembering(database)
    await once.keep(caller(), "k", "a", 201, "")
    assert await once.recall(caller(BEN), "k", "a") is None
    assert await once.recall(replace(caller(), key="another"), "k", "a") is None


async def test_it_is_forgotten_after_a_day(database: Database, clock: FakeClock) -> None:
    once = Remembering(database)
    await once.keep(caller(), "k", "a", 201, "")
    clock.at += timedelta(hours=24)
    assert await once.recall(caller(), "k", "a") is None
    await once.keep(caller(), "k", "b", 202, "")
    assert await once.recall(caller(), "k", "b") == Recalled(same=True, status=202, body="")


async def test_of_many_at_once_one_stays(database: Database) -> None:
    once = Remembering(database)
    await asyncio.gather(*(once.keep(caller(), "k", "a", 200 + i, "") for i in range(5)))
    assert await once.recall(caller(), "k", "a") is not None
