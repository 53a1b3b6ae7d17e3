"""What Discord refuses in a message, with its error shape, and the most that it takes."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from bot.simulators.discord import ClientRefused, DiscordSimulator, Upload
from tests.simulators.discord.program import Json, rest

MESSAGES = "/channels/301/messages"
ROW = {"type": 1, "components": [{"type": 2, "style": 1, "label": "Go", "custom_id": "go"}]}
V2 = 1 << 15
TEXT = {"type": 10, "content": "hello"}


def errors_at(body: Json, path: str) -> list[Json]:
    place: Any = body["errors"]
    for key in path.split("."):
        place = place[key]
    found: list[Json] = place["_errors"]
    return found


def buttons(number: int) -> list[Json]:
    return [{"type": 2, "style": 2, "label": str(n), "custom_id": str(n)} for n in range(number)]


def menu(number: int, **more: Any) -> Json:
    options = [{"label": str(n), "value": str(n)} for n in range(number)]
    return {"type": 1, "components": [{"type": 3, "custom_id": "m", "options": options, **more}]}


WRONG: dict[str, tuple[str, Json]] = {
    "2001 characters": ("content", {"content": "x" * 2001}),
    "content that is no text": ("content", {"content": 7}),
    "11 embeds": ("embeds", {"embeds": [{"title": "t"}] * 11}),
    "a long embed title": ("embeds.0.title", {"embeds": [{"title": "t" * 257}]}),
    "a long embed text": ("embeds.0.description", {"embeds": [{"description": "t" * 4097}]}),
    "26 fields": ("embeds.0.fields", {"embeds": [{"fields": [{"name": "n", "value": "v"}] * 26}]}),
    "a field without value": ("embeds.0.fields.0.value", {"embeds": [{"fields": [{"name": "n"}]}]}),
    "6001 characters in embeds": ("embeds", {"embeds": [{"description": "t" * 4000}, {"description": "t" * 2001}]}),
    "6 rows": ("components", {"content": "x", "components": [menu(1, custom_id=str(n)) for n in range(6)]}),
    "6 buttons in a row": ("components.0.components", {"content": "x", "components": [{"type": 1, "components": buttons(6)}]}),
    "an empty row": ("components.0.components", {"content": "x", "components": [{"type": 1, "components": []}]}),
    "a menu beside a button": ("components.0.components", {"content": "x", "components": [{"type": 1, "components": [*buttons(1), *menu(1)["components"]]}]}),
    "a long custom id": ("components.0.components.0.custom_id", {"content": "x", "components": [{"type": 1, "components": [{"type": 2, "style": 1, "label": "b", "custom_id": "c" * 101}]}]}),
    "a custom id twice": ("components.1.components.0.custom_id", {"content": "x", "components": [ROW, ROW]}),
    "a long label": ("components.0.components.0.label", {"content": "x", "components": [{"type": 1, "components": [{"type": 2, "style": 1, "label": "b" * 81, "custom_id": "c"}]}]}),
    "a button without label": ("components.0.components.0", {"content": "x", "components": [{"type": 1, "components": [{"type": 2, "style": 1, "custom_id": "c"}]}]}),
    "a link without url": ("components.0.components.0.url", {"content": "x", "components": [{"type": 1, "components": [{"type": 2, "style": 5, "label": "l"}]}]}),
    "26 options": ("components.0.components.0.options", {"content": "x", "components": [menu(26)]}),
    "a long placeholder": ("components.0.components.0.placeholder", {"content": "x", "components": [menu(1, placeholder="p" * 151)]}),
    "new components without the flag": ("components.0.type", {"content": "x", "components": [TEXT]}),
    "content beside new components": ("", {"content": "x", "components": [TEXT], "flags": V2}),
    "4001 characters of new text": ("components", {"components": [{"type": 10, "content": "x" * 2001}] * 2, "flags": V2}),
    "41 new components": ("components", {"components": [{"type": 17, "components": [TEXT] * 40}], "flags": V2}),
    "an unknown attachment": ("components.0.file.url", {"components": [{"type": 13, "file": {"url": "attachment://no"}}], "flags": V2}),
    "a section without accessory": ("components.0.accessory", {"components": [{"type": 9, "components": [TEXT]}], "flags": V2}),
    "a long nonce": ("nonce", {"content": "x", "nonce": "n" * 26}),
    "mentions both ways": ("allowed_mentions.users", {"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}}),
    "an unknown kind of mention": ("allowed_mentions.parse.0", {"content": "x", "allowed_mentions": {"parse": ["all"]}}),
    "a reply to nothing": ("message_reference", {"content": "x", "message_reference": {"message_id": "5"}}),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
async def test_discord_refuses(discord_: DiscordSimulator, what: str) -> None:
    path, body = WRONG[what]
    async with rest(discord_) as call:
        status, answer = await call("POST", MESSAGES, body)
        assert (status, answer["code"], answer["message"]) == (400, 50035, "Invalid Form Body")
        if path:
            assert errors_at(answer, path)[0]["code"].isupper()
        edited = await call("POST", MESSAGES, {"content": "fine"})
        if path not in ("nonce", "message_reference"):  # an edit has neither
            assert (await call("PATCH", f"{MESSAGES}/{edited[1]['id']}", body))[0] == 400
    assert [each.text for each in discord_.channel("301")] == ["fine"]


@pytest.mark.parametrize(
    "body",
    [
        {"content": "x" * 2000},
        {"embeds": [{"description": "t" * 4000}, {"description": "t" * 2000}]},
        {"components": [{"type": 17, "components": [TEXT] * 39}], "flags": V2},
        {"components": [{"type": 10, "content": "x" * 4000}], "flags": V2},
        {"content": "x", "components": [menu(25), {"type": 1, "components": buttons(5)}]},
        {"content": "x", "nonce": "n" * 25},
    ],
)
async def test_discord_takes_the_most_there_may_be(discord_: DiscordSimulator, body: Json) -> None:
    async with rest(discord_) as call:
        assert (await call("POST", MESSAGES, body))[0] == 200


async def test_nothing_at_all_and_broken_bodies(discord_: DiscordSimulator) -> None:
    async with rest(discord_) as call:
        empty: list[Json] = [{}, {"content": "  \n "}, {"embeds": []}]
        for body in empty:
            assert (await call("POST", MESSAGES, body))[1]["code"] == 50006
        assert (await call("POST", MESSAGES, [1]))[1]["code"] == 50109
        _, made = await call("POST", MESSAGES, {"content": "x"})
        assert (await call("PATCH", f"{MESSAGES}/{made['id']}", {"content": ""}))[1]["code"] == 50006
    async with aiohttp.ClientSession(headers={"Authorization": f"Bot {discord_.token}"}) as session:
        where = discord_.api_url + MESSAGES
        async with session.post(where, data=b"{", headers={"Content-Type": "application/json"}) as got:
            assert (got.status, (await got.json())["code"]) == (400, 50109)
        async with session.post(where, data=b"a=b", headers={"Content-Type": "text/plain"}) as got:
            assert (got.status, (await got.json())["code"]) == (400, 50035)


async def test_sizes_follow_the_boosts(discord_: DiscordSimulator) -> None:
    mebi = 1024 * 1024
    async with rest(discord_) as call:
        assert (await call("POST", MESSAGES, {}, files=[("a", b"x" * 10 * mebi)]))[0] == 200
        status, body = await call("POST", MESSAGES, {}, files=[("a", b"x" * (10 * mebi + 1))])
        assert (status, body["code"]) == (413, 40005)
        status, body = await call("POST", MESSAGES, {}, files=[(str(n), b"x" * 9 * mebi) for n in range(3)])
        assert (status, body["code"]) == (413, 40005)
        discord_.boost("200", 2)
        assert (await call("GET", "/guilds/200"))[1]["premium_tier"] == 2
        assert (await call("POST", MESSAGES, {}, files=[("a", b"x" * 12 * mebi)]))[0] == 200
    discord_.boost("200", 0)
    with pytest.raises(ClientRefused, match="too powerful"):
        await discord_.say("101", "301", "", files=[Upload("a", b"x" * (10 * mebi + 1))])
