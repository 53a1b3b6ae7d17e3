"""A workspace that keeps its sessions for so long only."""

from __future__ import annotations

from datetime import timedelta

from core.accounts import WorkspaceSettings
from core.work.retention import forget_old
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
