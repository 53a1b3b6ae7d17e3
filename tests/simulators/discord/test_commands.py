"""Registering application commands, and the other things that the bot asks about itself and its guilds."""

from __future__ import annotations

import pytest

from bot.simulators.discord import ClientRefused, DiscordSimulator
from tests.simulators.discord.program import Json, rest

COMMANDS = "/applications/900/commands"
GUILD_COMMANDS = "/applications/900/guilds/200/commands"


def command(**more: object) -> Json:
    return {"name": "automation", "description": "Automations", **more}


def option(**more: object) -> Json:
    return {"type": 3, "name": "title", "description": "A title", **more}


WRONG: dict[str, tuple[str, Json]] = {
    "a name with capitals": ("name", command(name="Automation")),
    "a name with spaces": ("name", command(name="auto mation")),
    "a long name": ("name", command(name="a" * 33)),
    "a long description": ("description", command(description="d" * 101)),
    "no description": ("description", {"name": "automation"}),
    "26 options": ("options", command(options=[option(name=f"o{n}") for n in range(26)])),
    "26 choices": ("options.0.choices", command(options=[option(choices=[{"name": str(n), "value": str(n)} for n in range(26)])])),
    "a long choice": ("options.0.choices.0.name", command(options=[option(choices=[{"name": "c" * 101, "value": "c"}])])),
    "the same option twice": ("options.1.name", command(options=[option(), option()])),
    "required after optional": ("options.1", command(options=[option(), option(name="other", required=True)])),
    "a group too deep": ("options.0.options.0.type", command(options=[option(type=1, options=[option(type=2)])])),
    "more than 8000 characters": ("", command(options=[option(name=f"o{n}", description="d" * 100, choices=[{"name": "c" * 90 + str(m), "value": "v" * 90} for m in range(3)]) for n in range(14)])),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
async def test_discord_refuses_the_definition(discord_: DiscordSimulator, what: str) -> None:
    path, body = WRONG[what]
    async with rest(discord_) as call:
        for answer, prefix in (
            (await call("POST", COMMANDS, body), []),
            (await call("PUT", GUILD_COMMANDS, [body]), ["0"]),
        ):
            status, refusal = answer
            assert (status, refusal["code"]) == (400, 50035)
            place = refusal["errors"]
            for key in [*prefix, *filter(None, path.split("."))]:
                place = place[key]
            assert place["_errors"][0]["code"]


async def test_commands_are_replaced_in_bulk_and_keep_their_ids(discord_: DiscordSimulator) -> None:
    async with rest(discord_) as call:
        _, first = await call("PUT", COMMANDS, [command(), command(name="other")])
        _, second = await call("PUT", COMMANDS, [command(description="New", options=[option()])])
        assert second[0]["id"] == first[0]["id"]
        assert second[0]["version"] != first[0]["version"]
        assert (await call("GET", COMMANDS))[1] == second
        twice = [command(), command()]
        assert (await call("PUT", COMMANDS, twice))[1]["errors"]["1"]["name"]["_errors"]
        status, made = await call("POST", GUILD_COMMANDS, command(name="local"))
        assert (status, made["guild_id"]) == (201, "200")
        where = f"{GUILD_COMMANDS}/{made['id']}"
        assert (await call("PATCH", where, {"description": "Changed"}))[1]["description"] == "Changed"
        assert (await call("GET", where))[1]["description"] == "Changed"
        assert await call("DELETE", where) == (204, None)
        assert (await call("GET", where))[1]["code"] == 10063
        assert (await call("GET", "/applications/5/commands"))[1]["code"] == 50001
        assert (await call("PUT", "/applications/900/guilds/5/commands", []))[1]["code"] == 10004


async def test_who_may_use_a_command_where(discord_: DiscordSimulator) -> None:
    moderators = command(name="moderate", default_member_permissions=1 << 34)
    everywhere = command(name="anywhere", contexts=[0, 1])
    async with rest(discord_) as call:
        await call("PUT", COMMANDS, [moderators, everywhere, command(contexts=[0])])
    with pytest.raises(ClientRefused, match="may not use /moderate"):
        await discord_.slash("101", "301", "moderate")
    with pytest.raises(ClientRefused, match="cannot be used here"):
        await discord_.slash("101", discord_.direct("101"), "automation")


async def test_what_the_bot_can_ask_about_itself_and_its_guilds(discord_: DiscordSimulator) -> None:
    async with rest(discord_) as call:
        assert (await call("GET", "/users/@me"))[1]["id"] == discord_.bot_user
        assert (await call("GET", "/users/101"))[1]["global_name"] == "Ada"
        assert (await call("GET", "/users/5"))[1]["code"] == 10013
        assert (await call("GET", "/applications/@me"))[1]["flags"] == 1 << 19
        assert (await call("GET", "/oauth2/applications/@me"))[1]["name"] == "Threadwright"
        assert [each["name"] for each in (await call("GET", "/users/@me/guilds"))[1]] == ["acme"]
        assert (await call("GET", "/guilds/200?with_counts=true"))[1]["approximate_member_count"] == 4
        assert [each["id"] for each in (await call("GET", "/guilds/200/channels"))[1]] == [
            "301",
            "302",
            "303",
            "304",
        ]
        assert [each["name"] for each in (await call("GET", "/guilds/200/roles"))[1]] == [
            "@everyone",
            "Threadwright",
        ]
        assert (await call("GET", "/guilds/200/members/101"))[1]["user"]["id"] == "101"
        assert (await call("GET", "/users/@me/guilds/200/member"))[1]["user"]["id"] == "900"
        assert (await call("GET", "/guilds/200/members/5"))[1]["code"] == 10007
        assert (await call("GET", "/guilds/200/members"))[1]["code"] == 50001
        assert (await call("PATCH", "/channels/301", {"name": "mine"}))[1]["code"] == 50013
        assert (await call("DELETE", "/channels/301"))[1]["code"] == 50013
        discord_.allow("301", "manage_channels")
        assert (await call("PATCH", "/channels/301", {"name": "mine"}))[1]["name"] == "mine"
        assert (await call("PATCH", f"/channels/{discord_.direct('101')}", {"name": "x"}))[1]["code"] == 50003
        assert await call("DELETE", "/users/@me/guilds/200") == (204, None)
        assert (await call("GET", "/channels/301"))[1]["code"] == 10003


async def test_the_list_of_members_needs_its_intent() -> None:
    async with DiscordSimulator.start(privileged=("members",)) as simulator, rest(simulator) as call:
        simulator.add_person("101", "Ada")
        _, members = await call("GET", "/guilds/200/members?limit=2")
        assert [each["user"]["id"] for each in members] == ["101", "199"]
