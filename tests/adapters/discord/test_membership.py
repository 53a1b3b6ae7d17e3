"""Who sees which channels of a guild: as the library reckons it, and whatever Discord does."""

from __future__ import annotations

import random

import discord
import pytest

from adapters.discord.adapter import logged_in
from adapters.discord.membership import Guild, Member, in_channel, in_guild
from bot.simulators.discord import Fault
from core.errors import PlatformError, PlatformRefused
from tests.adapters.discord.stage import ANA, BEN, GUILD, DiscordStage

BITS = ("view_channel", "send_messages", "manage_guild", "administrator", "attach_files")


async def seen(stage: DiscordStage, person: object = ANA) -> list[str]:
    assert person in (ANA, BEN)
    return [
        channel.name for channel in await stage.platform.channels_of(GUILD, ANA if person == ANA else BEN)
    ]


async def test_roles_and_exceptions_decide(stage: DiscordStage) -> None:
    stage.discord.add_channel("310", "crew", private=True, members=[])
    crew = stage.discord.add_role("Crew", members=[ANA.id])
    stage.discord.except_role("310", crew, allow=["view_channel"])
    assert await seen(stage, ANA) == ["crew", "general"]
    assert await seen(stage, BEN) == ["general"]
    stage.discord.except_role("301", crew, deny=["view_channel"])
    assert await seen(stage, ANA) == ["crew"]


async def test_who_manages_the_server_is_an_admin(stage: DiscordStage) -> None:
    stage.discord.add_role("Keepers", ["manage_guild"], members=[ANA.id])
    stage.discord.add_role("Gods", ["administrator"], members=[BEN.id])
    stage.discord.add_channel("310", "board", private=True, members=[])
    assert await stage.platform.standing(GUILD, ANA) == "admin"
    assert await stage.platform.standing(GUILD, BEN) == "admin"
    assert await seen(stage, ANA) == ["general"]
    assert await seen(stage, BEN) == ["board", "general"]


@pytest.mark.parametrize("lacking", ["create_public_threads", "attach_files", "read_message_history"])
async def test_a_channel_in_which_i_cannot_work_is_not_told(stage: DiscordStage, lacking: str) -> None:
    stage.discord.forbid("301", lacking)
    assert await seen(stage) == []


async def test_voice_channels_and_threads_are_no_channels(stage: DiscordStage) -> None:
    stage.discord.add_channel("310", "Lounge", kind="voice")
    stage.discord.add_channel("311", "Ideas", kind="forum")
    stage.discord.add_channel("312", "news", kind="announcement")
    await stage.discord.start_thread(ANA.id, "301", "a thread")
    assert await seen(stage) == ["general", "news"]


async def test_who_has_left_the_server_sees_nothing(stage: DiscordStage) -> None:
    stage.discord.leave(ANA.id)
    with pytest.raises(PlatformRefused):
        await seen(stage)
    assert await seen(stage, BEN) == ["general"]


@pytest.mark.parametrize("operation", ["get_guild_member", "get_guild", "list_guild_channels"])
async def test_when_discord_does_not_answer_nothing_is_told(stage: DiscordStage, operation: str) -> None:
    stage.discord.order(Fault(operation, "cut_before", times=6))
    with pytest.raises(PlatformError):
        await seen(stage)


async def test_the_library_reckons_the_same(stage: DiscordStage) -> None:
    """Roles, denials and permits at random; bits that the library withholds because of others are left aside."""
    chance = random.Random(7)  # noqa: S311 - a test's dice
    roles = [
        stage.discord.add_role(
            f"r{number}", chance.sample(BITS[:3], chance.randint(0, 2)), members=[ANA.id] * (number % 2)
        )
        for number in range(6)
    ]
    for number in range(40):
        channel = f"4{number:02}"
        stage.discord.add_channel(channel, f"c{number}", private=bool(chance.randint(0, 1)))
        for role in (*chance.sample(roles, 3), GUILD):
            stage.discord.except_role(
                channel,
                role,
                allow=chance.sample(BITS[:2], chance.randint(0, 2)),
                deny=chance.sample(BITS[:2], chance.randint(0, 1)),
            )
    expected = {}
    async with logged_in(stage.config) as client:
        guild = await client.fetch_guild(int(GUILD))
        ana = await guild.fetch_member(int(ANA.id))
        for place in await guild.fetch_channels():
            expected[place.name] = place.permissions_for(ana).view_channel
    told = {channel.name for channel in await stage.platform.channels_of(GUILD, ANA)}
    visible = {name for name, sees in expected.items() if sees}
    assert told <= visible
    assert 0 < len(visible) < len(expected)
    membership = stage.platform.membership
    mine, where = await membership._member(GUILD, ANA.id), await membership._guild(GUILD)
    listed = await membership._asked("GET channels", "/guilds/{guild_id}/channels", guild_id=GUILD)
    assert {each["name"]: in_channel(where, mine, each).view_channel for each in listed} == expected


def test_the_owner_and_administrators_may_everything() -> None:
    some, all_ = discord.Permissions(view_channel=True), discord.Permissions.all()
    guild = Guild("1", "9", {"1": some, "5": discord.Permissions(administrator=True)})
    closed = {"permission_overwrites": [{"id": "1", "type": 0, "allow": "0", "deny": str(all_.value)}]}
    assert in_channel(guild, Member("9", frozenset()), closed) == all_
    assert in_channel(guild, Member("2", frozenset({"5"})), closed) == all_
    assert in_channel(guild, Member("3", frozenset({"unknown"})), closed) == discord.Permissions.none()
    assert in_guild(guild, Member("3", frozenset({"unknown"}))) == some
