"""A typed slash command: found among the registered ones, its options held against their definitions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.simulators.discord import command_rules as rules
from bot.simulators.discord.attachments import stored
from bot.simulators.discord.message_shapes import attachment_json
from bot.simulators.discord.permissions import granted
from bot.simulators.discord.shapes import member_json, partial_channel_json, role_json, user_json
from bot.simulators.discord.shown import Upload
from bot.simulators.discord.things import Channel, Json
from bot.simulators.discord.wire import Part
from bot.simulators.discord.world import World
from bot.simulators.shared.outcomes import ClientRefused


@dataclass(slots=True)
class Resolved:
    """The things that values name by id, as interactions carry them beside the values."""

    world: World
    channel: Channel
    user: str
    found: Json = field(default_factory=dict)

    def add_user(self, key: str) -> None:
        person = self.world.people.get(key)
        if person is None:
            raise ClientRefused(f"nobody is {key}")
        self.found.setdefault("users", {})[key] = user_json(person)
        guild = self.world.guild_of(self.channel)
        if guild and key in guild.members:
            member = member_json(self.world, guild.members[key])
            kept = {name: value for name, value in member.items() if name not in ("mute", "deaf")}
            self.found.setdefault("members", {})[key] = {
                **kept,
                "permissions": str(granted(self.world, key, self.channel)),
            }

    def add_role(self, key: str) -> None:
        guild = self.world.guild_of(self.channel)
        if guild is None or key not in guild.roles:
            raise ClientRefused(f"no role is {key}")
        self.found.setdefault("roles", {})[key] = role_json(guild.roles[key], 0)

    def add_channel(self, key: str) -> None:
        channel = self.world.live(key)
        if channel is None:
            raise ClientRefused(f"no channel is {key}")
        self.found.setdefault("channels", {})[key] = partial_channel_json(self.world, channel, self.user)

    def add_file(self, upload: Upload) -> str:
        part = Part(upload.name, upload.data, upload.kind)
        made = stored(self.world, self.channel, part, ephemeral=True)
        self.found.setdefault("attachments", {})[made.id] = attachment_json(self.world, made)
        return made.id


def typed(world: World, user: str, channel: Channel, text: str, options: Mapping[str, Any]) -> Json:
    """``text``: "automation new"; the data of the interaction. Raises `ClientRefused`."""
    words = text.removeprefix("/").split()
    command = _command(world, user, channel, words[0] if words else "")
    resolved = Resolved(world, channel, user)
    data: Json = {"id": command["id"], "name": command["name"], "type": rules.CHAT_INPUT}
    if "guild_id" in command:
        data["guild_id"] = command["guild_id"]
    listed = _descended(command, words[1:], options, resolved)
    return {**data, "options": listed, **({"resolved": resolved.found} if resolved.found else {})}


def _command(world: World, user: str, channel: Channel, name: str) -> Json:
    """A guild's own command hides a global one."""
    scopes = [world.commands.get(channel.guild, {})] if channel.guild else []
    for scope in (*scopes, world.commands[None]):
        for command in scope.values():
            if command["name"] == name and command["type"] == rules.CHAT_INPUT:
                _check_usable(world, user, channel, command)
                return command
    raise ClientRefused(f"there is no command /{name}")


def _check_usable(world: World, user: str, channel: Channel, command: Json) -> None:
    contexts = command.get("contexts")
    here = 0 if channel.guild else 1
    barred = here == 1 and (not command.get("dm_permission", False) or "guild_id" in command)
    if barred if contexts is None else here not in contexts:
        raise ClientRefused(f"/{command['name']} cannot be used here")
    needed = command["default_member_permissions"]
    if needed is not None and channel.guild and granted(world, user, channel) & int(needed) != int(needed):
        raise ClientRefused(f"{world.called(user)} may not use /{command['name']}")


def _descended(
    definition: Json, words: Sequence[str], given: Mapping[str, Any], resolved: Resolved
) -> list[Json]:
    """Down the subcommands that the words name; then the options."""
    defined = definition.get("options") or []
    branches = {each["name"]: each for each in defined if each["type"] in (rules.SUBCOMMAND, rules.GROUP)}
    if branches:
        if not words or words[0] not in branches:
            raise ClientRefused(f"{definition['name']} has {sorted(branches)}")
        branch = branches[words[0]]
        inner = _descended(branch, words[1:], given, resolved)
        return [{"name": branch["name"], "type": branch["type"], "options": inner}]
    if words:
        raise ClientRefused(f"{definition['name']} has no {words[0]}")
    return _values(defined, given, resolved)


def _values(defined: Sequence[Json], given: Mapping[str, Any], resolved: Resolved) -> list[Json]:
    names = {each["name"] for each in defined}
    unknown = [name for name in given if name not in names]
    missing = [each["name"] for each in defined if each.get("required") and given.get(each["name"]) is None]
    if unknown or missing:
        raise ClientRefused(f"unknown options {unknown}, missing options {missing}")
    return [
        {"name": each["name"], "type": each["type"], "value": _value(each, given[each["name"]], resolved)}
        for each in defined
        if given.get(each["name"]) is not None
    ]


def _value(definition: Json, value: Any, resolved: Resolved) -> Any:
    choices = definition.get("choices") or []
    if choices:
        for choice in choices:
            if value in (choice["value"], choice["name"]):
                return choice["value"]
        raise ClientRefused(f"{value!r} is none of {[each['name'] for each in choices]}")
    match definition["type"]:
        case rules.STRING:
            return _string(definition, value)
        case rules.INTEGER | rules.NUMBER:
            return _number(definition, value)
        case rules.BOOLEAN:
            return bool(value)
        case rules.FILE:
            return resolved.add_file(value)
    _ADDED[definition["type"]](resolved, str(value))
    return str(value)


_ADDED: Mapping[int, Callable[[Resolved, str], None]] = {
    rules.USER: Resolved.add_user,
    rules.MENTIONABLE: Resolved.add_user,
    rules.ROLE: Resolved.add_role,
    rules.CHANNEL: Resolved.add_channel,
}


def _string(definition: Json, value: Any) -> str:
    text = str(value)
    if not int(definition.get("min_length", 0)) <= len(text) <= int(definition.get("max_length", 6000)):
        raise ClientRefused(f"{definition['name']}: {len(text)} characters are too few or too many")
    return text


def _number(definition: Json, value: Any) -> Any:
    if definition["type"] == rules.INTEGER and not isinstance(value, int):
        raise ClientRefused(f"{definition['name']} must be a whole number")
    if not definition.get("min_value", value) <= value <= definition.get("max_value", value):
        raise ClientRefused(f"{definition['name']}: {value} is too small or too large")
    return value
