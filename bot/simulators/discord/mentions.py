"""Whom a message notifies: the mentions in its text, held against allowed_mentions and permissions."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from bot.simulators.discord.findings import Spot
from bot.simulators.discord.permissions import may
from bot.simulators.discord.things import Channel, Message
from bot.simulators.discord.world import World

_CODE = re.compile(r"```.*?```|``.*?``|`[^`\n]*`", re.DOTALL)
_TOKEN = re.compile(r"<@!?(?P<user>\d+)>|<@&(?P<role>\d+)>|@(?P<all>everyone|here)")
_KINDS = ("users", "roles", "everyone")


@dataclass(slots=True)
class Mentioned:
    """``pings``: as written, each once."""

    users: list[str] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)
    everyone: bool = False
    pings: list[str] = field(default_factory=list)

    def put_into(self, message: Message) -> None:
        message.mentions, message.mention_roles = self.users, self.roles
        message.mention_everyone, message.pings = self.everyone, tuple(self.pings)


def check(spot: Spot, allowed: Any) -> None:
    """allowed_mentions, as a request may have it."""
    given = spot.record(allowed)
    parse = spot.at("parse").many(given.get("parse"), 3)
    for at, kind in enumerate(parse):
        spot.at("parse", at).choice(kind, _KINDS)
    for kind in ("users", "roles"):
        named = spot.at(kind).many(given.get(kind), 100)
        if named and kind in parse:
            spot.at(kind).wrong(
                "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", f'parse:["{kind}"] and {kind}: [ids...] are mutually exclusive.'
            )  # fmt: skip
    spot.at("replied_user").switch(given.get("replied_user"))


def found(
    world: World, channel: Channel, author: str, text: str, allowed: Any, replied: str | None
) -> Mentioned:
    """``allowed``: the checked allowed_mentions, None for all. ``replied``: the author of the message it answers."""
    made = Mentioned()
    for token in _TOKEN.finditer(_CODE.sub(" ", text)):
        _take(world, channel, author, token, allowed, made)
    wanted = allowed is None or bool(allowed.get("replied_user"))
    if replied and replied != author and wanted and replied not in made.users:
        made.users.append(replied)
        made.pings.append(f"<@{replied}>")
    return made


def _take(
    world: World, channel: Channel, author: str, token: re.Match[str], allowed: Any, made: Mentioned
) -> None:
    user, role = token["user"], token["role"]
    if user and _listens(world, channel, user) and _permitted(allowed, "users", user):
        _add(made.users, user, f"<@{user}>", made.pings)
    elif role and _notifies(world, channel, author, role) and _permitted(allowed, "roles", role):
        _add(made.roles, role, f"<@&{role}>", made.pings)
    elif (
        token["all"]
        and may(world, author, channel, "mention_everyone")
        and _permitted(allowed, "everyone", "")
    ):
        made.everyone = True
        _add([], "", token[0], made.pings)


def _add(names: list[str], name: str, ping: str, pings: list[str]) -> None:
    if name not in names:
        names.append(name)
    if ping not in pings:
        pings.append(ping)


def _permitted(allowed: Any, kind: str, name: str) -> bool:
    return allowed is None or kind in (allowed.get("parse") or ()) or name in (allowed.get(kind) or ())


def _listens(world: World, channel: Channel, user: str) -> bool:
    guild = world.guild_of(channel)
    return user in (guild.members if guild else channel.people)


def _notifies(world: World, channel: Channel, author: str, role: str) -> bool:
    guild = world.guild_of(channel)
    known = guild.roles.get(role) if guild and role != guild.id else None
    return known is not None and (known.mentionable or may(world, author, channel, "mention_everyone"))
