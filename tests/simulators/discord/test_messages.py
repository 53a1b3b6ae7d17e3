"""Messages over REST and as people read them: nonces, mentions, files, reading back, permissions."""

from __future__ import annotations

import aiohttp
import pytest

from bot.simulators.discord import DiscordSimulator
from tests.simulators.discord.program import Json, discord, rest, running

MESSAGES = "/channels/301/messages"
ROW = {"type": 1, "components": [{"type": 2, "style": 1, "label": "Go", "custom_id": "go"}]}
V2 = 1 << 15
TEXT = {"type": 10, "content": "hello"}


async def test_who_is_not_the_bot_is_unauthorized(discord_: DiscordSimulator) -> None:
    async with rest(discord_, "wrong") as call:
        assert await call("GET", "/users/@me") == (401, {"message": "401: Unauthorized", "code": 0})
        assert (await call("GET", "/gateway"))[0] == 200
    assert discord_.invalid_requests == 1


async def test_the_same_nonce_makes_one_message(discord_: DiscordSimulator) -> None:
    async with rest(discord_) as call:
        once = {"content": "hi", "nonce": "job-1", "enforce_nonce": True}
        _, first = await call("POST", MESSAGES, once)
        _, second = await call("POST", MESSAGES, {**once, "content": "other"})
        assert (second["id"], second["content"], first["nonce"]) == (first["id"], "hi", "job-1")
        _, third = await call("POST", MESSAGES, {"content": "not enforced", "nonce": "job-1"})
        assert third["id"] != first["id"]
        discord_.advance(301)
        _, listed = await call("GET", MESSAGES)
        assert all("nonce" not in each for each in listed)  # it is not kept
        await call("POST", MESSAGES, once)
    assert [each.text for each in discord_.channel("301")] == ["hi", "not enforced", "hi"]


async def test_the_library_sends_once_though_the_answer_was_lost(discord_: DiscordSimulator) -> None:
    async with running(discord_) as program:
        channel = program.get_partial_messageable(301)
        sent = [await channel.send("once", nonce="abc") for _ in range(2)]
        assert sent[0].id == sent[1].id
    assert [each.text for each in discord_.channel("301")] == ["once"]


async def test_mentions_notify_only_whom_they_may(discord_: DiscordSimulator) -> None:
    text = "<@101> <@!102> <@&5> @everyone `@here <@101>` <@777>"
    nobody: Json = {"parse": []}
    cases: list[tuple[Json, tuple[str, ...]]] = [
        ({}, ("<@101>", "<@102>", "@everyone")),
        ({"allowed_mentions": nobody}, ()),
        ({"allowed_mentions": {"parse": ["users"]}}, ("<@101>", "<@102>")),
        ({"allowed_mentions": {"users": ["102"]}}, ("<@102>",)),
        ({"allowed_mentions": {"parse": ["everyone"]}}, ("@everyone",)),
    ]
    async with rest(discord_) as call:
        for more, pings in cases:
            _, made = await call("POST", MESSAGES, {"content": text, **more})
            shown = discord_.message(made["id"])
            assert shown is not None
            assert shown.pings == pings
            assert made["mention_everyone"] is ("@everyone" in pings)
        assert discord_.channel("301")[0].text == "@Ada @Ben @unknown-role @everyone `@here <@101>` @777"
        _, quiet = await call(
            "PATCH", f"{MESSAGES}/{made['id']}", {"content": "<@101>", "allowed_mentions": nobody}
        )
        assert quiet["mentions"] == []
        discord_.forbid("301", "mention_everyone")
        _, made = await call("POST", MESSAGES, {"content": "@everyone @here"})
        assert made["mention_everyone"] is False
        new = {"components": [{"type": 10, "content": "<@101> in a component"}], "flags": V2}
        assert [each["id"] for each in (await call("POST", MESSAGES, new))[1]["mentions"]] == ["101"]


async def test_replies_notify_unless_told_not_to(discord_: DiscordSimulator) -> None:
    asked = await discord_.say("101", "301", "question")
    async with rest(discord_) as call:
        answer = {"content": "answer", "message_reference": {"message_id": asked}}
        _, loud = await call("POST", MESSAGES, answer)
        _, quiet = await call("POST", MESSAGES, {**answer, "allowed_mentions": {"parse": []}})
        assert (loud["type"], loud["referenced_message"]["content"]) == (19, "question")
        soft = {"content": "x", "message_reference": {"message_id": "5", "fail_if_not_exists": False}}
        assert (await call("POST", MESSAGES, soft))[1]["type"] == 0
    shown = [discord_.message(each["id"]) for each in (loud, quiet)]
    assert [(each.reply_to, each.pings) for each in shown if each] == [(asked, ("<@101>",)), (asked, ())]


async def test_reading_back_before_after_and_around(discord_: DiscordSimulator) -> None:
    ids = [await discord_.say("101", "301", str(number)) for number in range(10)]
    async with rest(discord_) as call:
        expected = {
            "limit=3": ["9", "8", "7"],
            f"before={ids[5]}&limit=2": ["4", "3"],
            f"after={ids[5]}&limit=2": ["7", "6"],
            f"around={ids[5]}&limit=4": ["6", "5", "4", "3"],
            f"after={ids[9]}": [],
        }
        for query, texts in expected.items():
            assert [each["content"] for each in (await call("GET", f"{MESSAGES}?{query}"))[1]] == texts
        assert (await call("GET", f"{MESSAGES}?limit=101"))[1]["code"] == 50035
        assert (await call("GET", f"{MESSAGES}/{ids[3]}"))[1]["content"] == "3"
        assert (await call("GET", f"{MESSAGES}/5"))[1]["code"] == 10008
        discord_.forbid("301", "read_message_history")
        assert await call("GET", MESSAGES) == (200, [])
        assert (await call("GET", f"{MESSAGES}/{ids[3]}"))[1]["code"] == 50013


async def test_messages_said_earlier_stand_before(discord_: DiscordSimulator) -> None:
    now = await discord_.say("101", "301", "now")
    await discord_.say("101", "301", "an hour ago", ago=3600)
    assert [each.text for each in discord_.channel("301")] == ["an hour ago", "now"]
    async with rest(discord_) as call:
        _, listed = await call("GET", f"{MESSAGES}?before={now}")
        assert [each["content"] for each in listed] == ["an hour ago"]
        taken = discord.utils.snowflake_time(int(listed[0]["id"]))
        told = discord.utils.parse_time(listed[0]["timestamp"])
        assert abs((taken - told).total_seconds()) < 1


async def test_edits_keep_what_they_do_not_name(discord_: DiscordSimulator) -> None:
    async with rest(discord_) as call:
        body = {"content": "one", "components": [ROW], "embeds": [{"title": "t"}]}
        _, made = await call("POST", MESSAGES, body, files=[("a.txt", b"a"), ("b.txt", b"b")])
        where = f"{MESSAGES}/{made['id']}"
        _, edited = await call("PATCH", where, {"content": "two"})
        assert edited["edited_timestamp"] is not None
        shown = discord_.message(made["id"])
        assert shown is not None
        assert (shown.text, shown.button("Go").style, len(shown.files), shown.edited) == (
            "two\nt",
            "primary",
            2,
            True,
        )
        kept = {"attachments": [{"id": made["attachments"][1]["id"]}, {"id": "0", "filename": "c.txt"}]}
        _, edited = await call("PATCH", where, kept, files=[("c.txt", b"c")])
        assert [each["filename"] for each in edited["attachments"]] == ["b.txt", "c.txt"]
        _, edited = await call("PATCH", where, {"embeds": [], "components": [], "attachments": []})
        assert (edited["embeds"], edited["components"], edited["attachments"]) == ([], [], [])


async def test_only_the_bots_own_messages_can_be_edited_and_others_deleted_with_permission(
    discord_: DiscordSimulator,
) -> None:
    theirs = await discord_.say("101", "301", "mine")
    async with rest(discord_) as call:
        assert (await call("PATCH", f"{MESSAGES}/{theirs}", {"content": "x"}))[1]["code"] == 50005
        assert (await call("DELETE", f"{MESSAGES}/{theirs}"))[1]["code"] == 50013
        discord_.allow("301", "manage_messages")
        assert await call("DELETE", f"{MESSAGES}/{theirs}") == (204, None)
        assert (await call("DELETE", f"{MESSAGES}/{theirs}"))[1]["code"] == 10008
    assert discord_.channel("301") == []


async def test_new_components_are_numbered_completed_and_never_taken_back(discord_: DiscordSimulator) -> None:
    section = {
        "type": 9,
        "components": [TEXT],
        "accessory": {"type": 2, "style": 1, "label": "Go", "custom_id": "go"},
    }
    inner = [section, {"type": 14}, {"type": 13, "file": {"url": "attachment://v1.zip"}}]
    image = {"type": 12, "items": [{"media": {"url": "https://pictures.invalid/a.png"}}]}
    body: Json = {"components": [{"type": 17, "components": inner}, image], "flags": V2}
    async with rest(discord_) as call:
        files = [("v1.zip", b"zip"), ("hidden.txt", b"x")]
        _, made = await call("POST", MESSAGES, body, files=files)
        container = made["components"][0]
        assert (container["id"], container["accent_color"], container["spoiler"]) == (1, None, False)
        assert container["components"][1] == {"type": 14, "id": 5, "spacing": 1, "divider": True}
        assert (container["components"][2]["name"], container["components"][2]["size"]) == ("v1.zip", 3)
        shown = discord_.message(made["id"])
        assert shown is not None
        assert (shown.text, shown.button("go").label) == ("hello", "Go")
        assert [each.name for each in shown.files] == ["v1.zip"]
        assert discord_.problems == ["hidden.txt is attached and no component shows it"]
        where = f"{MESSAGES}/{made['id']}"
        assert (await call("PATCH", where, {"content": "back", "flags": 0, "components": []}))[0] == 400
        _, plain = await call("POST", MESSAGES, {"content": "old kind"})
        upgrade = {"components": [TEXT], "flags": V2}
        assert (await call("PATCH", f"{MESSAGES}/{plain['id']}", upgrade))[0] == 400
        assert (await call("PATCH", f"{MESSAGES}/{plain['id']}", {**upgrade, "content": None}))[0] == 200


async def test_ten_files_with_their_bytes_and_cleaned_names(discord_: DiscordSimulator) -> None:
    files = [("__init__.py", b"i"), (".env", b"e"), ("a b (1).txt", b"1"), ("é/ü.txt", b"u"), *((f"{n}.bin", b"") for n in range(6))]  # fmt: skip
    told = {"attachments": [{"id": 0, "filename": "__init__.py", "description": "the package"}]}
    async with rest(discord_) as call:
        status, made = await call("POST", MESSAGES, told, files=files)
        assert status == 200
        assert (await call("POST", MESSAGES, {}, files=[*files, ("k", b"k")]))[1]["code"] == 50035
        shown = discord_.channel("301")[0]
        assert [each.name for each in shown.files][:4] == ["init__.py", "env", "a_b_1.txt", "e_u.txt"]
        assert [each.data for each in shown.files][:4] == [b"i", b"e", b"1", b"u"]
        assert (shown.files[0].title, shown.files[0].description) == ("__init__", "the package")
        url = made["attachments"][0]["url"]
        async with aiohttp.ClientSession() as session:
            async with session.get(url) as got:
                assert (got.status, await got.read()) == (200, b"i")
            discord_.advance(25 * 3600)
            async with session.get(url) as got:
                assert got.status == 404


async def test_where_the_bot_may_not(discord_: DiscordSimulator) -> None:
    hello = {"content": "hello"}
    async with rest(discord_) as call:
        assert (await call("POST", "/channels/5/messages", hello))[1]["code"] == 10003
        assert (await call("POST", "/channels/302/messages", hello))[1] == {
            "message": "Missing Access",
            "code": 50001,
        }
        assert (await call("POST", "/channels/304/messages", hello))[1]["code"] == 40058
        discord_.forbid("301", "attach_files")
        assert (await call("POST", MESSAGES, hello, files=[("a", b"a")]))[1]["code"] == 50013
        discord_.forbid("301", "embed_links")
        assert (await call("POST", MESSAGES, {"embeds": [{"title": "t"}]}))[1]["code"] == 50013
        discord_.forbid("301", "send_messages")
        assert (await call("POST", MESSAGES, hello))[1] == {"message": "Missing Permissions", "code": 50013}
        assert (await call("POST", "/channels/301/typing"))[1]["code"] == 50013
        discord_.allow("301", "send_messages")
        assert await call("POST", "/channels/301/typing") == (204, None)
        assert discord_.is_typing("301")
        await call("POST", "/channels/303/messages", hello)  # voice channels have a chat
    assert [each.text for each in discord_.channel("303")] == ["hello"]


async def test_direct_messages(discord_: DiscordSimulator) -> None:
    async with running(discord_) as program:
        direct = await program.create_dm(discord.Object(101))
        await direct.send("psst")
        assert discord_.direct("101") == str(direct.id)
        await discord_.say("101", str(direct.id), "what?")
        await program.until(lambda: "what?" in program.said())
        discord_.close_direct("101")
        with pytest.raises(discord.Forbidden) as closed:
            await direct.send("psst")
        assert closed.value.code == 50007
    async with rest(discord_) as call:
        assert (await call("POST", "/users/@me/channels", {"recipient_id": "5"}))[1]["code"] == 50033
        assert (await call("POST", "/users/@me/channels", {}))[1]["code"] == 50035


async def test_what_discord_would_quietly_do_is_noted(discord_: DiscordSimulator) -> None:
    async with rest(discord_) as call:
        _, made = await call("POST", MESSAGES, {"content": "    indented\n", "colour": "red"})
        assert made["content"] == "indented"
        await call("GET", "/nowhere")
    assert discord_.problems == ["a message has keys that Discord ignores: colour", "Discord strips the indentation of '    indented\\n'…"]  # fmt: skip
    assert discord_.unknown_routes == ["GET /api/v10/nowhere"]
