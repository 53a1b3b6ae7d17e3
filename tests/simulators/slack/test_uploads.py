"""Files, from the upload to the message that carries them, and back out."""

from __future__ import annotations

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from bot.simulators.slack import SlackSimulator, Upload
from tests.simulators.slack.program import client_of


async def test_twelve_files_become_one_message_in_the_thread(slack: SlackSimulator) -> None:
    async with client_of(slack) as client:
        root = str((await client.chat_postMessage(channel="C1", text="v1"))["ts"])
        files = [{"filename": f"{n}.py", "content": f"print({n})", "title": f"part {n}"} for n in range(12)]
        done = await client.files_upload_v2(
            file_uploads=files, channel="C1", thread_ts=root, initial_comment="here you are"
        )
        assert all("shares" not in file or not file["shares"] for file in done["files"])
        info = await client.files_info(file=done["files"][0]["id"])
    _, reply = slack.thread("C1", root)
    assert (reply.text, len(reply.files)) == ("here you are", 12)
    assert (reply.files[3].name, reply.files[3].data, reply.files[3].title) == ("3.py", b"print(3)", "part 3")
    share = info["file"]["shares"]["public"]["C1"][0]
    assert (share["ts"], share["thread_ts"]) == (reply.ts, root)
    assert slack.problems == []


async def test_what_slack_refuses(slack: SlackSimulator) -> None:
    async with client_of(slack) as client:
        with pytest.raises(SlackApiError, match="missing_argument"):
            await client.files_getUploadURLExternal(filename="__init__.py", length=0)
        with pytest.raises(SlackApiError, match="snippet_too_large"):
            await client.files_getUploadURLExternal(filename="a", length=2_000_000, snippet_type="text")
        begun = await client.files_getUploadURLExternal(filename="a.txt", length=3)
        file = begun["file_id"]
        with pytest.raises(SlackApiError, match="file_update_failed"):
            await client.files_completeUploadExternal(files=[{"id": file}], channel_id="C1")
        with pytest.raises(SlackApiError, match="file_not_found"):
            await client.files_completeUploadExternal(files=[{"id": "F0"}], channel_id="C1")
        async with aiohttp.ClientSession(trust_env=False) as session:
            assert (await session.post(begun["upload_url"], data=b"four")).status == 400
            assert (await session.post(begun["upload_url"], data=b"abc")).status == 200
        for channel, refusal in (("C2", "not_in_channel"), ("G1", "channel_not_found")):
            with pytest.raises(SlackApiError, match=refusal):
                await client.files_completeUploadExternal(files=[{"id": file}], channel_id=channel)
        with pytest.raises(SlackApiError, match="thread_not_found"):
            await client.files_completeUploadExternal(
                files=[{"id": file}], channel_id="C1", thread_ts="1.000001"
            )


async def test_a_share_may_show_late_or_never(slack: SlackSimulator) -> None:
    async with client_of(slack) as client:
        slack.delay_shares(2)
        late = (await client.files_upload_v2(filename="a", content="a", channel="C1"))["file"]["id"]
        assert (await client.files_info(file=late))["file"]["shares"] == {}
        assert slack.channel("C1") == []
        assert "C1" in (await client.files_info(file=late))["file"]["shares"]["public"]
        slack.delay_shares(0)
        slack.lose_shares()
        lost = (await client.files_upload_v2(filename="b", content="b", channel="C1"))["file"]["id"]
        assert (await client.files_info(file=lost))["file"]["shares"] == {}
    assert [each.files[0].name for each in slack.channel("C1")] == ["a"]


async def test_a_private_url_wants_the_token(slack: SlackSimulator) -> None:
    await slack.say("U1", "C1", "look", files=[Upload("data.csv", b"1,2\n", mimetype="text/csv")], wait=False)
    (shown,) = slack.channel("C1")
    async with client_of(slack) as client, aiohttp.ClientSession(trust_env=False) as session:
        file = (await client.files_info(file=shown.files[0].id))["file"]
        for headers, kind, body in (
            ({"Authorization": f"Bearer {slack.bot_token}"}, "text/csv", b"1,2\n"),
            ({}, "text/html", b"<!DOCTYPE"),
            ({"Authorization": "Bearer xoxb-wrong"}, "text/html", b"<!DOCTYPE"),
        ):
            got = await session.get(file["url_private_download"], headers=headers)
            assert (got.status, got.content_type) == (200, kind)
            assert (await got.read()).startswith(body)
        with pytest.raises(SlackApiError, match="cant_delete_file"):
            await client.files_delete(file=file["id"])


async def test_a_deleted_file_is_gone(slack: SlackSimulator) -> None:
    async with client_of(slack) as client:
        file = (await client.files_upload_v2(filename="a", content="a", channel="C1"))["file"]["id"]
        await client.files_delete(file=file)
        with pytest.raises(SlackApiError, match="file_deleted"):
            await client.files_info(file=file)
    assert slack.channel("C1")[0].files == ()
