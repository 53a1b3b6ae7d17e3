"""What people do among themselves, as the bot hears it and as they see it."""

from __future__ import annotations

import pytest

from bot.simulators.discord import ClientRefused, DiscordSimulator, Upload
from tests.simulators.discord.program import rest, running


async def test_people_speak_edit_and_delete(discord_: DiscordSimulator) -> None:
    async with running(discord_) as program:
        first = await discord_.say("101", "301", "helo", files=[Upload("data.csv", b"a,b")])
        await discord_.say("102", "301", "what?", reply_to=first)
        await discord_.edit("101", "301", first, "hello <@900>")
        await discord_.delete("101", "301", first)
        await program.until(lambda: bool(program.events("MESSAGE_DELETE")))
        first_event, reply = program.events("MESSAGE_CREATE")
        assert (first_event["attachments"][0]["content_type"], first_event["attachments"][0]["size"]) == (
            "text/csv",
            3,
        )
        assert (reply["type"], reply["referenced_message"]["id"]) == (19, first)
        update = program.events("MESSAGE_UPDATE")[0]
        assert (update["content"], [each["id"] for each in update["mentions"]]) == ("hello <@900>", ["900"])
        assert update["edited_timestamp"] is not None
        assert program.events("MESSAGE_DELETE") == [{"id": first, "channel_id": "301", "guild_id": "200"}]
    assert [each.text for each in discord_.channel("301")] == ["what?"]


async def test_what_a_persons_discord_does_not_let_them_do(discord_: DiscordSimulator) -> None:
    theirs = await discord_.say("102", "301", "mine")
    for text in ("", "  ", "x" * 4001):
        with pytest.raises(ClientRefused):
            await discord_.say("101", "301", text)
    with pytest.raises(ClientRefused):
        await discord_.say("102", "302", "let me in")
    with pytest.raises(ClientRefused):
        await discord_.say("101", "304", "a forum has posts only")
    with pytest.raises(ClientRefused):
        await discord_.edit("101", "301", theirs, "mine now")
    with pytest.raises(ClientRefused):
        await discord_.delete("101", "301", theirs)
    with pytest.raises(ClientRefused):
        await discord_.delete("101", "301", "5")
    with pytest.raises(ClientRefused):
        await discord_.start_thread("101", "304", "a post")
    with pytest.raises(ClientRefused):
        await discord_.add_to_thread("301", "101")
    await discord_.delete("199", "301", theirs)
    assert discord_.channel("301") == []
    with pytest.raises(ValueError, match="digits"):
        discord_.add_person("ada", "Ada")
    with pytest.raises(LookupError):
        discord_.forbid("301", "fly")


async def test_other_bots_and_webhooks_are_marked(discord_: DiscordSimulator) -> None:
    async with running(discord_) as program:
        for _ in range(2):
            await discord_.say_as_bot("Robot", "301", "beep")
        await discord_.say_as_bot("Deploys", "301", "shipped", webhook=True)
        await program.until(lambda: len(program.said()) == 3)
        beep, again, hook = program.events("MESSAGE_CREATE")
        assert beep["author"]["bot"] is True
        assert beep["author"]["id"] == again["author"]["id"] != "900"
        assert ("webhook_id" in beep, hook["webhook_id"], hook.get("member")) == (
            False,
            hook["author"]["id"],
            None,
        )


async def test_the_transcript_reads_like_the_screen(discord_: DiscordSimulator) -> None:
    row = {"type": 1, "components": [{"type": 2, "style": 1, "label": "Go", "custom_id": "go"}]}
    async with rest(discord_) as call:
        body = {"content": "see <#301> at <t:0:R>", "components": [row]}
        card = (await call("POST", "/channels/301/messages", body, files=[("v1.zip", b"zip")]))[1]["id"]
        await call("POST", f"/channels/301/messages/{card}/threads", {"name": "Crawler"})
        await call(
            "POST", f"/channels/{card}/messages", {"content": "```py\nprint('<@101>')\n```\nfor <@101>"}
        )
    await discord_.lock_thread(card)
    await discord_.say("101", discord_.direct("101"), "psst")
    assert discord_.transcript() == (
        "== #general ==\n"
        "Threadwright: see #general at 1970-01-01 00:00\n"
        "  [Go]\n"
        "  v1.zip (3 bytes)\n"
        "    -- Crawler (locked) --\n"
        "    Threadwright: ```py\n"
        "      print('<@101>')\n"
        "      ```\n"
        "      for @Ada\n\n"
        "== direct: Ada, Threadwright ==\n"
        "Ada: psst"
    )
