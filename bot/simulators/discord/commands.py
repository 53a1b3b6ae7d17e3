"""Application commands of the REST API: register in bulk or singly, global and per guild, list, delete."""

from __future__ import annotations

from typing import Any

from bot.simulators.discord import command_rules
from bot.simulators.discord.calls import Call, Operation
from bot.simulators.discord.findings import Spot
from bot.simulators.discord.outcomes import refused
from bot.simulators.discord.things import Json
from bot.simulators.discord.world import APP, World


def bulk(call: Call) -> list[Json]:
    """What is not named is gone; what is named again keeps its id."""
    scope = _scope(call)
    spot = Spot()
    listed = spot.many(call.given.body, command_rules.COMMANDS)
    for at, each in enumerate(listed):
        command_rules.check(spot.at(at), each)
    names = [(each.get("name"), each.get("type") or 1) for each in listed if isinstance(each, dict)]
    for at, name in enumerate(names):
        if name in names[:at]:
            spot.at(at, "name").wrong(
                "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique"
            )
    spot.settle()
    made = [_registered(call.world, scope, each) for each in listed]
    call.world.commands[scope] = {each["id"]: each for each in made}
    return made


def create(call: Call) -> Json:
    """Over one of the same name it is an update."""
    scope, spot = _scope(call), Spot()
    command_rules.check(spot, call.given.fields)
    spot.settle()
    made = _registered(call.world, scope, call.given.fields)
    call.world.commands[scope][made["id"]] = made
    return made


def update(call: Call) -> Json:
    scope, old = _scope(call), _found(call)
    spot = Spot()
    merged = {**old, **call.given.fields}
    command_rules.check(spot, merged)
    spot.settle()
    made = _registered(call.world, scope, merged, old["id"])
    call.world.commands[scope][made["id"]] = made
    return made


def listed(call: Call) -> list[Json]:
    return list(call.world.commands[_scope(call)].values())


def get(call: Call) -> Json:
    return _found(call)


def delete(call: Call) -> None:
    del call.world.commands[_scope(call)][_found(call)["id"]]


def _scope(call: Call) -> str | None:
    """The guild, None for global ones. Raises `Refused`: 50001, 10004."""
    if call.path["application_id"] != APP:
        raise refused(50001)
    return call.guild().id if "guild_id" in call.path else None


def _found(call: Call) -> Json:
    found = call.world.commands[_scope(call)].get(call.path["command_id"])
    if found is None:
        raise refused(10063)
    return found


def _registered(world: World, scope: str | None, given: Json, key: str = "") -> Json:
    kind = given.get("type") or command_rules.CHAT_INPUT
    same = (
        each["id"] for each in world.commands[scope].values() if (each["name"], each["type"]) == (given["name"], kind)
    )  # fmt: skip
    permissions = given.get("default_member_permissions")
    made: Json = {
        "id": key or next(same, "") or world.snowflake(), "application_id": APP, "version": world.snowflake(), "type": kind,
        "name": given["name"], "name_localizations": given.get("name_localizations"),
        "description": given.get("description") or "", "description_localizations": given.get("description_localizations"),
        "default_member_permissions": None if permissions is None else str(permissions),
        "nsfw": bool(given.get("nsfw")), "integration_types": given.get("integration_types") or [0],
        "options": [_option(each) for each in given.get("options") or ()],
    }  # fmt: skip
    if scope is not None:
        return {**made, "guild_id": scope}
    dms = given.get("dm_permission") is not False
    return {**made, "contexts": given.get("contexts"), "dm_permission": dms}


def _option(option: Json) -> Json:
    made: dict[str, Any] = {key: value for key, value in option.items() if value is not None}
    for key in ("options", "choices"):
        if key in made:
            made[key] = [_option(each) if key == "options" else each for each in made[key]]
    return made


_GLOBAL = "/applications/{application_id}/commands"
_GUILD = "/applications/{application_id}/guilds/{guild_id}/commands"
OPERATIONS = (
    Operation("bulk_set_application_commands", "PUT", _GLOBAL, bulk),
    Operation("list_application_commands", "GET", _GLOBAL, listed),
    Operation("create_application_command", "POST", _GLOBAL, create, 201),
    Operation("get_application_command", "GET", _GLOBAL + "/{command_id}", get),
    Operation("update_application_command", "PATCH", _GLOBAL + "/{command_id}", update),
    Operation("delete_application_command", "DELETE", _GLOBAL + "/{command_id}", delete),
    Operation("bulk_set_guild_application_commands", "PUT", _GUILD, bulk),
    Operation("list_guild_application_commands", "GET", _GUILD, listed),
    Operation("create_guild_application_command", "POST", _GUILD, create, 201),
    Operation("get_guild_application_command", "GET", _GUILD + "/{command_id}", get),
    Operation("update_guild_application_command", "PATCH", _GUILD + "/{command_id}", update),
    Operation("delete_guild_application_command", "DELETE", _GUILD + "/{command_id}", delete),
)
