"""A workspace that keeps its sessions for so long only."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from core.accounts import WorkspaceSettings
from core.storage.unit_of_work import Database, Unit
from core.work.retention import HOURS, forget_old, keep_forgetting
from tests.fakes.house import House


async def test_what_nobody_has_written_in_for_so_long_is_deleted_and_its_card_says_why(house: House) -> None:
    old = await house.open("Old")
    await house.say(old, "hello")
    async with house.database.write() as unit:
        await unit.accounts.set_settings("slack", "T1", WorkspaceSettings(retention_days=30))
    house.clock.at += timedelta(days=29)
    assert await forget_old(house.shop) == 0
    fresh = await house.open("Fresh")
    house.clock.at += timedelta(days=2)
    assert await forget_old(house.shop) == 1
    async with house.database.read() as unit:
        assert await unit.sessions.get(old.id) is None
        assert await unit.sessions.get(fresh.id) is not None
    assert "nobody has written here for 30 days" in house.thread(old)[0].text


async def test_without_a_wish_nothing_is_ever_deleted(house: House) -> None:
    await house.open("Old")
    house.clock.at += timedelta(days=4000)
    assert await forget_old(house.shop) == 0


class EnoughError(Exception):
    """The test has seen what it wanted to."""


class Away(Database):
    """Restarts during the first look; the second one ends the test."""

    def __init__(self, there: Database) -> None:
        self._there = there
        self.looks = 0

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Unit]:
        self.looks += 1
        if self.looks > 1:
            raise EnoughError
        async with self._there.read() as unit:
            yield unit
            raise OperationalError("SELECT", {}, Exception("the server closed the connection"))


async def test_a_database_that_restarts_does_not_end_the_program(house: House) -> None:
    with pytest.raises(EnoughError):
        await keep_forgetting(replace(house.shop, database=Away(house.database)))
    assert house.clock.slept == [HOURS * 3600]
