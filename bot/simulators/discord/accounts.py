"""The bot itself, other users, guilds and their members, direct messages, and where the gateway is."""

from __future__ import annotations

from bot.simulators.discord import shapes
from bot.simulators.discord.calls import Call, Operation
from bot.simulators.discord.findings import Spot
from bot.simulators.discord.outcomes import refused
from bot.simulators.discord.permissions import EVERYONE, mask
from bot.simulators.discord.things import DIRECT, Channel, Json
from bot.simulators.discord.world import APP, World


def gateway(call: Call) -> Json:
    return {"url": call.platform.gateway.url}


def gateway_bot(call: Call) -> Json:
    return call.platform.gateway.about()


def me(call: Call) -> Json:
    return shapes.me_json(call.world)


def user(call: Call) -> Json:
    found = call.world.people.get(call.path["user_id"])
    if found is None:
        raise refused(10013)
    return shapes.user_json(found)


def application(call: Call) -> Json:
    return shapes.application_json(call.world)


def my_guilds(call: Call) -> list[Json]:
    return [
        {
            "id": each.id, "name": each.name, "icon": None, "banner": None, "owner": False, "features": [],
            "permissions": str(mask(EVERYONE)),
        }
        for each in call.world.guilds.values()
        if each.joined
    ]  # fmt: skip


def leave_guild(call: Call) -> None:
    guild = call.guild()
    call.events.guild_left(guild)
    guild.joined = False


def guild(call: Call) -> Json:
    found = call.guild()
    counts = {"approximate_member_count": len(found.members), "approximate_presence_count": 1}
    return shapes.guild_json(found) | (counts if call.query.get("with_counts") in ("true", "1") else {})


def guild_channels(call: Call) -> list[Json]:
    found = call.guild()
    listed = (each for each in call.world.channels.values() if each.guild == found.id and not each.thread)
    return [shapes.channel_json(call.world, each) for each in listed if not each.deleted]


def guild_roles(call: Call) -> list[Json]:
    return [shapes.role_json(role, at) for at, role in enumerate(call.guild().roles.values())]


def guild_member(call: Call) -> Json:
    found = call.guild()
    key = call.path.get("user_id", APP)
    if key not in found.members:
        raise refused(10007)
    return shapes.member_json(call.world, found.members[key], key)


def guild_members(call: Call) -> list[Json]:
    """Needs the members intent switched on. Raises `Refused` 50001."""
    found = call.guild()
    if "members" not in call.world.privileged:
        raise refused(50001)
    most, after = call.number("limit", 1, 1, 1000), call.number("after", 0, 0, 2**63)
    listed = sorted((key for key in found.members if int(key) > after), key=int)
    return [shapes.member_json(call.world, found.members[key], key) for key in listed[:most]]


def create_direct(call: Call) -> Json:
    """Raises `Refused`: 50035, 50033."""
    spot = Spot().at("recipient_id")
    asked = call.given.fields.get("recipient_id")
    if not spot.required(asked):
        spot.settle()
    person = call.world.people.get(str(asked))
    if person is None or person.is_bot:
        raise refused(50033)
    return shapes.channel_json(call.world, open_direct(call.world, person.id))


def open_direct(world: World, user: str) -> Channel:
    """The direct message of a person with the bot, made when needed."""
    for channel in world.channels.values():
        if channel.kind == DIRECT and user in channel.people:
            return channel
    made = Channel(world.snowflake(), DIRECT, "", None, world.now(), people=[user, APP])
    world.channels[made.id] = made
    return made


OPERATIONS = (
    Operation("get_gateway", "GET", "/gateway", gateway, open=True),
    Operation("get_bot_gateway", "GET", "/gateway/bot", gateway_bot),
    Operation("get_my_user", "GET", "/users/@me", me),
    Operation("get_user", "GET", "/users/{user_id}", user),
    Operation("get_my_application", "GET", "/applications/@me", application),
    Operation("get_my_oauth2_application", "GET", "/oauth2/applications/@me", application),
    Operation("list_my_guilds", "GET", "/users/@me/guilds", my_guilds),
    Operation("leave_guild", "DELETE", "/users/@me/guilds/{guild_id}", leave_guild),
    Operation("create_dm", "POST", "/users/@me/channels", create_direct),
    Operation("get_guild", "GET", "/guilds/{guild_id}", guild),
    Operation("list_guild_channels", "GET", "/guilds/{guild_id}/channels", guild_channels),
    Operation("list_guild_roles", "GET", "/guilds/{guild_id}/roles", guild_roles),
    Operation("list_guild_members", "GET", "/guilds/{guild_id}/members", guild_members),
    Operation("get_guild_member", "GET", "/guilds/{guild_id}/members/{user_id}", guild_member),
    Operation("get_my_guild_member", "GET", "/users/@me/guilds/{guild_id}/member", guild_member),
)
