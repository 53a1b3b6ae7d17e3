"""What somebody is in a guild, and which of its channels they see. Asked of Discord, which tells roles and exceptions;
what follows from them is reckoned here (docs.discord.com, permissions)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import discord

from adapters.discord.calls import Call, Calls
from adapters.discord.places import CHANNELS, lacking
from adapters.discord.threads import Bot, Json
from core.intents import Person
from core.ports import Channel, Standing

_PATIENCE: Final = 5.0
"""Seconds that somebody who opens a page waits for the budget."""
_KINDS: Final = frozenset(discord.ChannelType[name].value for name in CHANNELS)
_EVERYTHING: Final = discord.Permissions.all()
_NOTHING: Final = discord.Permissions.none()


@dataclass(frozen=True, slots=True)
class Guild:
    """``roles``: the permissions of each, by id; that of everybody has the guild's id."""

    id: str
    owner: str
    roles: Mapping[str, discord.Permissions]


@dataclass(frozen=True, slots=True)
class Member:
    """``roles``: ids; the one of everybody is not among them."""

    id: str
    roles: frozenset[str]


class Membership:
    """Raises PlatformError, also for somebody who is not in the guild."""

    def __init__(self, calls: Calls, bot: Bot) -> None:
        self._calls = calls
        self._bot = bot

    async def standing(self, workspace: str, person: Person) -> Standing:
        member = await self._member(workspace, person.id)
        may = in_guild(await self._guild(workspace), member)
        return "admin" if may.administrator or may.manage_guild else "member"

    async def channels_of(self, workspace: str, person: Person) -> tuple[Channel, ...]:
        member = await self._member(workspace, person.id)
        bot = await self._member(workspace, self._bot.user)
        guild = await self._guild(workspace)
        path = "/guilds/{guild_id}/channels"
        listed: list[Json] = await self._asked("GET channels", path, guild_id=workspace)
        seen = [
            Channel(str(channel["id"]), str(channel.get("name") or channel["id"]))
            for channel in listed
            if channel["type"] in _KINDS
            and in_channel(guild, member, channel).view_channel
            and not lacking(in_channel(guild, bot, channel))
        ]
        return tuple(sorted(seen, key=lambda channel: (channel.name, channel.id)))

    async def _member(self, workspace: str, user: str) -> Member:
        path = "/guilds/{guild_id}/members/{user_id}"
        told = await self._asked("GET member", path, guild_id=workspace, user_id=user)
        return Member(user, frozenset(str(role) for role in told["roles"]))

    async def _guild(self, workspace: str) -> Guild:
        told = await self._asked("GET guild", "/guilds/{guild_id}", guild_id=workspace)
        roles = {str(role["id"]): discord.Permissions(int(role["permissions"])) for role in told["roles"]}
        return Guild(workspace, str(told["owner_id"]), roles)

    async def _asked(self, kind: str, path: str, **ids: str) -> Any:
        return await self._calls.must(Call(kind, "GET", path, ids), patience=_PATIENCE)


def in_guild(guild: Guild, member: Member) -> discord.Permissions:
    """What they may everywhere, exceptions of channels aside."""
    if member.id == guild.owner:
        return _EVERYTHING
    value = 0
    for role in (guild.id, *member.roles):
        value |= guild.roles.get(role, _NOTHING).value
    may = discord.Permissions(value)
    return _EVERYTHING if may.administrator else may


def in_channel(guild: Guild, member: Member, channel: Json) -> discord.Permissions:
    """What they may there: the exceptions for everybody, then those for their roles together, then their own."""
    may = in_guild(guild, member)
    if may.administrator:
        return may
    exceptions: list[Json] = channel.get("permission_overwrites") or []
    for ids in ({guild.id}, member.roles - {guild.id}, {member.id}):
        may = _changed(may, [each for each in exceptions if str(each["id"]) in ids])
    return may if may.view_channel else _NOTHING


def _changed(may: discord.Permissions, exceptions: Iterable[Json]) -> discord.Permissions:
    """Denials first, then permits."""
    denied = permitted = 0
    for exception in exceptions:
        denied |= int(exception["deny"])
        permitted |= int(exception["allow"])
    return discord.Permissions(may.value & ~denied | permitted)
