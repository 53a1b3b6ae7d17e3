"""Against Discord's official OpenAPI file: the routes, what the gateway carries, and that the check itself bites."""

from __future__ import annotations

import pytest

from bot.simulators.discord import DiscordSimulator, Exchange
from bot.simulators.discord.server import OPERATIONS
from tests.simulators.discord.official import MISSING, SPEC, Official, spec
from tests.simulators.discord.program import rest, running
from tests.simulators.discord.steps import button

pytestmark = pytest.mark.skipif(not SPEC.exists(), reason=MISSING)


def test_every_operation_is_one_of_the_files() -> None:
    paths = spec()["paths"]
    assert [
        each.name
        for each in OPERATIONS
        if paths.get(each.path, {}).get(each.method.lower(), {}).get("operationId") != each.name
    ] == []


async def test_what_the_gateway_carries_is_shaped_as_the_file_says(discord_: DiscordSimulator) -> None:
    official = Official()
    async with running(discord_) as program, rest(discord_) as call:
        body = {"content": "card <@101>", "components": [button()]}
        card = (await call("POST", "/channels/301/messages", body, files=[("a.txt", b"a")]))[1]["id"]
        await call("POST", f"/channels/301/messages/{card}/threads", {"name": "Crawler"})
        await discord_.say("101", card, "hello", reply_to=None)
        await discord_.edit("101", card, (await discord_.say("101", card, "and")), "and bye")
        await program.until(lambda: len(program.events("MESSAGE_UPDATE")) == 2)
        official.hold("GuildResponse", program.events("GUILD_CREATE")[0])
        for channel in program.events("GUILD_CREATE")[0]["channels"]:
            official.hold("GuildChannelResponse", channel)
        for message in [*program.events("MESSAGE_CREATE"), *program.events("MESSAGE_UPDATE")]:
            official.hold("MessageResponse", message)
        for thread in program.events("THREAD_CREATE"):
            official.hold("ThreadResponse", thread)
        assert len(program.events("MESSAGE_CREATE")) == 4
    assert official.violations == []


def test_the_check_finds_what_is_wrong() -> None:
    official = Official()
    where = ("create_message", "POST", "/channels/{channel_id}/messages", "application/json")
    official.check(Exchange(*where, {"content": 7}, 200, {"id": 5}))
    official.check(Exchange(*where, {"content": "x"}, 400, {"message": "no code"}))
    official.check(Exchange(*where, {"content": 7}, 400, {"message": "Invalid Form Body", "code": 50035}))
    assert {each.partition(":")[0] for each in official.violations} == {
        "create_message request",
        "create_message 200",
        "create_message 400",
    }
