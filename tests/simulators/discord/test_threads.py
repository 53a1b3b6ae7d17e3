"""Threads: made from the card, archived, locked, deleted, renamed; who may do what, and what the bot hears of it."""

from __future__ import annotations

from typing import Any

import pytest

from bot.simulators.discord import ClientRefused, DiscordSimulator, ShownPlace
from tests.simulators.discord.program import Call, discord, rest, running


async def card_and_thread(call: Call, name: str = "Crawler") -> str:
    """The bot's card in the channel with a thread made from it; the id of both."""
    _, card = await call("POST", "/channels/301/messages", {"content": "card"})
    status, thread = await call("POST", f"/channels/301/messages/{card['id']}/threads", {"name": name})
    assert (status, thread["id"]) == (201, card["id"])
    return str(card["id"])


async def test_a_thread_hangs_on_the_message_it_was_made_from(discord_: DiscordSimulator) -> None:
    async with running(discord_) as program, rest(discord_) as call:
        thread = await card_and_thread(call)
        await call("POST", f"/channels/{thread}/messages", {"content": "first"})
        await discord_.say("101", thread, "hello")
        await program.until(lambda: "hello" in program.said())
        assert [each["id"] for each in program.events("THREAD_CREATE")] == [thread]
        starter, update = program.events("MESSAGE_CREATE")[1], program.events("MESSAGE_UPDATE")[0]
        assert (starter["type"], starter["content"], starter["message_reference"]["message_id"]) == (
            21,
            "",
            thread,
        )
        assert (update["id"], update["thread"]["name"], update["flags"]) == (thread, "Crawler", 32)
        _, again = await call("POST", f"/channels/301/messages/{thread}/threads", {"name": "Again"})
        assert again == {"message": "A thread has already been created for this message", "code": 160004}
        _, got = await call("GET", f"/channels/{thread}")
        assert (got["message_count"], got["total_message_sent"], got["member_count"], got["owner_id"]) == (
            3,
            2,
            2,
            "900",
        )
    assert [each.text for each in discord_.thread(thread)] == ["card", "first", "hello"]
    assert discord_.channel("301")[0].thread == thread
    assert discord_.place(thread) == ShownPlace(thread, "Crawler", "thread", "301", members=("900", "101"))
    assert "    -- Crawler --\n    Threadwright: first\n    Ada: hello" in discord_.transcript()


async def test_where_no_thread_can_be_made(discord_: DiscordSimulator) -> None:
    said = await discord_.say("101", "303", "in a voice channel")
    other = await discord_.say("101", "301", "here")
    async with rest(discord_) as call:
        assert (await call("POST", f"/channels/303/messages/{said}/threads", {"name": "x"}))[1][
            "code"
        ] == 50024
        assert (await call("POST", "/channels/303/threads", {"name": "x", "type": 11}))[1]["code"] == 50024
        for name in ("", "x" * 101, None):
            assert (await call("POST", f"/channels/301/messages/{other}/threads", {"name": name}))[1][
                "code"
            ] == 50035
        wrong = {"name": "x", "auto_archive_duration": 61}
        assert (await call("POST", f"/channels/301/messages/{other}/threads", wrong))[1]["code"] == 50035
        assert (await call("POST", "/channels/301/messages/5/threads", {"name": "x"}))[1]["code"] == 10008
        discord_.forbid("301", "create_public_threads")
        assert (await call("POST", f"/channels/301/messages/{other}/threads", {"name": "x"}))[1][
            "code"
        ] == 50013
        thread = await discord_.start_thread("101", "301", "Ada's", message=other)
        inside = await discord_.say("101", thread, "a thread in a thread?")
        assert (await call("POST", f"/channels/{thread}/messages/{inside}/threads", {"name": "x"}))[1][
            "code"
        ] == 50024
        discord_.forbid("301", "send_messages_in_threads")
        assert (await call("POST", f"/channels/{thread}/messages", {"content": "x"}))[1]["code"] == 50013


async def test_threads_without_a_message(discord_: DiscordSimulator) -> None:
    async with running(discord_) as program:
        channel = await program.fetch_channel(301)
        assert isinstance(channel, discord.TextChannel)
        private = await channel.create_thread(name="private")
        public = await channel.create_thread(name="public", type=discord.ChannelType.public_thread)
        assert (private.is_private(), public.is_private()) == (True, False)
        with pytest.raises(ClientRefused):
            await discord_.say("101", str(private.id), "may I?")
        await discord_.add_to_thread(str(private.id), "101")
        await discord_.say("101", str(private.id), "thanks")
        forum = await program.fetch_channel(304)
        assert isinstance(forum, discord.ForumChannel)
        post = await forum.create_thread(name="idea", content="what about this?")
        assert post.message.id == post.thread.id
    assert [each.text for each in discord_.channel("301")] == ["started a thread: public"]
    assert [each.kind for each in discord_.threads("301")] == ["private thread", "thread"]
    assert [each.text for each in discord_.thread(str(post.thread.id))] == ["what about this?"]


async def test_an_archived_thread_wakes_when_somebody_speaks(discord_: DiscordSimulator) -> None:
    async with running(discord_) as program, rest(discord_) as call:
        thread = await card_and_thread(call)
        _, mine = await call("POST", f"/channels/{thread}/messages", {"content": "mine"})
        await discord_.archive_thread(thread)
        assert discord_.place(thread).archived
        where = f"/channels/{thread}/messages/{mine['id']}"
        assert (await call("PATCH", where, {"content": "edited"}))[1] == {
            "message": "Thread is archived",
            "code": 50083,
        }
        assert (await call("PATCH", f"/channels/{thread}", {"name": "New"}))[1]["code"] == 50083
        assert (await call("PUT", f"/channels/{thread}/thread-members/101"))[1]["code"] == 50083
        with pytest.raises(ClientRefused, match="archived"):
            await discord_.slash("101", thread, "automation")
        await discord_.say("101", thread, "wake up")
        assert not discord_.place(thread).archived
        assert (await call("PATCH", where, {"content": "edited"}))[0] == 200
        await discord_.archive_thread(thread)
        assert (await call("POST", f"/channels/{thread}/messages", {"content": "me too"}))[0] == 200
        assert not discord_.place(thread).archived
        await discord_.archive_thread(thread)
        assert await call("DELETE", where) == (204, None)
        assert (await call("PATCH", f"/channels/{thread}", {"archived": False}))[1]["thread_metadata"][
            "archived"
        ] is False
        await program.until(lambda: len(program.events("THREAD_UPDATE")) == 6)
        told = [each["thread_metadata"]["archived"] for each in program.events("THREAD_UPDATE")]
        assert told == [True, False] * 3


async def test_a_locked_thread_is_for_moderators(discord_: DiscordSimulator) -> None:
    async with rest(discord_) as call:
        thread = await card_and_thread(call)
        _, mine = await call("POST", f"/channels/{thread}/messages", {"content": "mine"})
        assert (await call("PATCH", f"/channels/{thread}", {"locked": True}))[1]["code"] == 50013
        await discord_.lock_thread(thread)
        locked = (403, {"message": "Thread is locked", "code": 160005})
        assert await call("POST", f"/channels/{thread}/messages", {"content": "x"}) == locked
        assert await call("PATCH", f"/channels/{thread}/messages/{mine['id']}", {"content": "x"}) == locked
        assert await call("PATCH", f"/channels/{thread}", {"name": "x"}) == locked
        with pytest.raises(ClientRefused, match="locked"):
            await discord_.say("101", thread, "x")
        with pytest.raises(ClientRefused):
            await discord_.unarchive_thread(thread, "101")
        await discord_.archive_thread(thread)
        assert (await call("POST", f"/channels/{thread}/messages", {"content": "x"}))[1]["code"] == 50083
        assert await call("PATCH", f"/channels/{thread}", {"archived": False}) == locked
        discord_.allow("301", "manage_threads")
        assert (await call("POST", f"/channels/{thread}/messages", {"content": "I moderate"}))[0] == 200
        assert (await call("PATCH", f"/channels/{thread}", {"locked": False}))[0] == 200
    place = discord_.place(thread)
    assert (place.archived, place.locked) == (False, False)


async def test_deleted_threads_and_channels_are_unknown(discord_: DiscordSimulator) -> None:
    async with running(discord_) as program, rest(discord_) as call:
        thread = await card_and_thread(call)
        other = await card_and_thread(call)
        assert (await call("DELETE", f"/channels/{thread}"))[1]["code"] == 50013
        with pytest.raises(ClientRefused):
            await discord_.delete_thread(thread, "101")
        await discord_.delete_thread(thread)
        assert (await call("POST", f"/channels/{thread}/messages", {"content": "x"}))[1]["code"] == 10003
        assert discord_.thread(thread) == []
        await program.until(lambda: bool(program.events("THREAD_DELETE")))
        assert program.events("THREAD_DELETE")[0] == {
            "id": thread,
            "parent_id": "301",
            "type": 11,
            "guild_id": "200",
        }
        await discord_.delete_channel("301")
        await program.until(lambda: bool(program.events("CHANNEL_DELETE")))
        assert (await call("GET", f"/channels/{other}"))[1]["code"] == 10003
        with pytest.raises(ClientRefused):
            await discord_.say("101", "301", "x")


async def test_renaming_is_told_in_the_thread(discord_: DiscordSimulator) -> None:
    async with rest(discord_) as call:
        thread = await card_and_thread(call)
        assert (await call("PATCH", f"/channels/{thread}", {"name": "Better"}))[1]["name"] == "Better"
        await discord_.rename_thread(thread, "Best")
        theirs = await discord_.start_thread("101", "301", "Ada's")
        assert (await call("PATCH", f"/channels/{theirs}", {"name": "Mine"}))[1]["code"] == 50013
        own = [each for each in discord_.thread(thread) if each.system]
        assert [(each.name, each.text) for each in own] == [
            ("Threadwright", "changed the name: Better"), ("Owner", "changed the name: Best"),
        ]  # fmt: skip
        assert (await call("PATCH", f"/channels/{thread}/messages/{own[0].id}", {"content": "x"}))[1][
            "code"
        ] == 50021


async def test_members_come_and_go(discord_: DiscordSimulator) -> None:
    async with running(discord_) as program, rest(discord_) as call:
        thread = await card_and_thread(call)
        where = f"/channels/{thread}/thread-members"
        assert (await call("GET", f"{where}/101"))[1]["code"] == 10007
        assert await call("PUT", f"{where}/101") == (204, None)
        assert (await call("GET", f"{where}/101"))[1]["user_id"] == "101"
        assert [each["user_id"] for each in (await call("GET", where))[1]] == ["900", "101"]
        assert (await call("DELETE", f"{where}/101"))[1]["code"] == 50013
        assert await call("DELETE", f"{where}/@me") == (204, None)
        assert await call("PUT", f"{where}/@me") == (204, None)
        assert (await call("PUT", f"{where}/5"))[1]["code"] == 10013
        assert (await call("GET", "/channels/301/thread-members"))[1]["code"] == 50024
        await program.until(lambda: len(program.events("THREAD_MEMBERS_UPDATE")) == 2)
        told = program.events("THREAD_MEMBERS_UPDATE")
        assert told[0]["removed_member_ids"] == ["900"]
        assert [each["user_id"] for each in told[1]["added_members"]] == ["900"]


async def test_lists_of_active_and_archived_threads(discord_: DiscordSimulator) -> None:
    async with rest(discord_) as call:
        threads = [await card_and_thread(call, name) for name in ("one", "two", "three")]
        hidden = await discord_.start_thread("101", "301", "private", private=True)
        await discord_.archive_thread(threads[0])
        await discord_.archive_thread(threads[1])

        def names(answer: Any) -> list[str]:
            return [each["name"] for each in answer[1]["threads"]]

        assert names(await call("GET", "/guilds/200/threads/active")) == ["three"]
        assert names(await call("GET", "/channels/301/threads/archived/public")) == ["two", "one"]
        assert (await call("GET", "/channels/301/threads/archived/private"))[1]["code"] == 50013
        discord_.allow("301", "manage_threads")
        await discord_.archive_thread(hidden)
        assert names(await call("GET", "/channels/301/threads/archived/private")) == ["private"]


async def test_active_threads_come_with_the_guild(discord_: DiscordSimulator) -> None:
    async with rest(discord_) as call:
        active, archived = await card_and_thread(call), await card_and_thread(call)
    await discord_.archive_thread(archived)
    async with running(discord_) as program:
        await program.until(lambda: bool(program.events("GUILD_CREATE")))
        assert [each["id"] for each in program.events("GUILD_CREATE")[0]["threads"]] == [active]
        await discord_.say("101", archived, "still here?")
        await program.until(lambda: "still here?" in program.said())
