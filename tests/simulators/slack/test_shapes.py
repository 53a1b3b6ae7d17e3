"""Our answers and payloads have no key that Slack's official samples do not have, and all that a client needs."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from bot.simulators.slack import SlackSimulator, Upload
from tests.simulators.slack.program import Json, Program, running
from tests.simulators.slack.test_conversation import card, form, sessions

SAMPLES = Path(__file__).parents[4] / "shared" / "specs" / "slack-samples"
pytestmark = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="Slack's sample payloads (../shared) are not here"
)

# The samples leave out what they hold as free JSON, and anything younger than they are.
FREE = {"blocks", "values", "event_payload", "shares", "files", "metadata", "enterprise_id", "state"}
YOUNGER: dict[str, set[str]] = {
    "auth.revoke": {"revoked"},
    "chat.appendStream": {"channel", "ts"},
    "chat.stopStream": {"channel", "ts", "message"},
    "conversations.replies": {"pin_count"},
    "chat.update": {"metadata", "blocks"},
}


def sample(path: str) -> Json:
    loaded: Json = json.loads((SAMPLES / f"{path}.json").read_text())
    return loaded


def strange(ours: Any, theirs: Any, at: str = "") -> Iterable[str]:
    """The paths of keys that the sample does not have."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key, value in ours.items():
            if key in FREE:
                continue
            if key not in theirs:
                yield f"{at}/{key}"
            else:
                yield from strange(value, theirs[key], f"{at}/{key}")
    elif isinstance(ours, list) and isinstance(theirs, list) and theirs:
        for value in ours:
            yield from strange(value, theirs[0], at)


def check(name: str, answer: Json, *needed: str) -> None:
    extra = [
        path for path in strange(answer, sample(f"api/{name}")) if path[1:] not in YOUNGER.get(name, set())
    ]
    assert extra == [], name
    assert answer.keys() >= {"ok", *needed}, name


async def call(program: Program, name: str, needed: Iterable[str] = (), **arguments: Any) -> Json:
    data = (await program.client.api_call(name, json=arguments)).data
    assert isinstance(data, dict)
    check(name, data, *needed)
    return data


async def test_answers(slack: SlackSimulator) -> None:
    where = {"channel": "C1"}
    metadata = {"event_type": "op", "event_payload": {"key": "1"}}
    recipient = {"recipient_user_id": "U1", "recipient_team_id": "T1"}
    async with running(slack) as program:
        post = ("channel", "ts", "message")
        said = await call(
            program, "chat.postMessage", post, **where, text="x", blocks=card("D"), metadata=metadata
        )
        root = said["ts"]
        assert said["message"].keys() >= {
            "type",
            "user",
            "bot_id",
            "app_id",
            "team",
            "text",
            "ts",
            "bot_profile",
        }
        reply = await call(program, "chat.postMessage", post, **where, text="y", thread_ts=root)
        assert reply["message"]["thread_ts"] == root
        await call(program, "chat.update", ("channel", "ts", "text", "message"), **where, ts=root, text="z")
        await call(program, "chat.postEphemeral", ["message_ts"], **where, user="U1", text="x")
        await call(program, "chat.getPermalink", ["permalink", "channel"], **where, message_ts=root)
        started = await call(
            program, "chat.startStream", ("channel", "ts"), **where, thread_ts=root, **recipient
        )
        await call(program, "chat.appendStream", (), **where, ts=started["ts"], markdown_text="x")
        await call(program, "chat.stopStream", (), **where, ts=started["ts"], metadata=metadata)


async def test_answers_that_read(slack: SlackSimulator) -> None:
    where = {"channel": "C1"}
    async with running(slack) as program:
        root = str((await program.client.chat_postMessage(channel="C1", text="x"))["ts"])
        await program.client.chat_postMessage(channel="C1", text="y", thread_ts=root)
        paged = ("messages", "has_more", "response_metadata")
        await call(program, "conversations.replies", paged, **where, ts=root, include_all_metadata=True)
        await call(program, "conversations.history", paged, **where, include_all_metadata=True)
        await call(program, "conversations.info", ["channel"], **where, include_num_members=True)
        await call(program, "conversations.join", ["channel"], channel="C2")
        await call(program, "conversations.join", ["channel"], channel="C2")
        await call(program, "conversations.members", ["members", "response_metadata"], **where)
        await call(program, "conversations.open", ["channel"], users="U1", return_im=True)
        await call(program, "assistant.threads.setStatus", channel_id="C1", thread_ts=root, status="thinks")
        await call(program, "auth.test", ("url", "team", "user", "team_id", "user_id", "bot_id"))
        await call(program, "users.info", ["user"], user="U1")
        await call(program, "team.info", ["team"])
        await call(program, "bots.info", ["bot"], bot="BBOT")
        await call(program, "chat.delete", ("channel", "ts"), **where, ts=root)
        home = {"type": "home", "blocks": card("Home")}
        await call(program, "views.publish", ["view"], user_id="U1", view=home)
        connection = await program.client.apps_connections_open(app_token=slack.app_token)
        check("apps.connections.open", dict(connection.data), "url")  # type: ignore[arg-type]  # bytes for downloads only
        await call(program, "auth.revoke", test=True)


async def test_file_answers(slack: SlackSimulator) -> None:
    async with running(slack) as program:
        begun = await call(
            program, "files.getUploadURLExternal", ("upload_url", "file_id"), filename="a", length=1
        )
        assert program.client.session is not None
        await program.client.session.post(begun["upload_url"], data=b"a")
        entry = [{"id": begun["file_id"], "title": "A"}]
        done = await call(program, "files.completeUploadExternal", ["files"], files=entry, channel_id="C1")
        wanted = {
            "id",
            "title",
            "name",
            "mimetype",
            "filetype",
            "size",
            "url_private",
            "url_private_download",
            "permalink",
        }
        assert done["files"][0].keys() >= wanted
        assert list(strange(done["files"], sample("api/files.completeUploadExternal")["files"])) == []
        info = await call(program, "files.info", ["file"], file=begun["file_id"])
        assert list(strange(info["file"], sample("api/files.info")["file"])) == []
        await call(program, "files.delete", file=begun["file_id"])


def fits(payload: Json, path: str) -> None:
    assert list(strange(payload, sample(path))) == [], path


# Keys of messages that the samples have, only not on each of these messages.
_ON_EVENTS = ("client_msg_id", "team", "parent_user_id", "subtype", "upload", "display_as_bot")
_INSIDE = ("root/client_msg_id", "root/is_locked", "root/reply_users", "message/reply_users")
_ELSEWHERE = {f"/event/{key}" for key in (*_ON_EVENTS, *_INSIDE, "previous_message/reply_users")}


async def test_events(slack: SlackSimulator) -> None:
    async with running(slack) as program:
        root = await slack.say("U1", "C1", "root", mention=True)
        await slack.say("U1", "C1", "loud", thread=root, subtype="thread_broadcast")
        await slack.say("U1", "C1", "file", thread=root, files=[Upload("a", b"a")])
        await slack.edit("U1", "C1", root, "edited")
        own = await slack.say("U1", "C1", "gone soon")
        await slack.delete("U1", "C1", own)
        await slack.invite_bot("C2")
        await slack.open_home("U1")
    paths = {
        "message": "Message", "app_mention": "AppMention", "thread_broadcast": "MessageThreadBroadcast",
        "file_share": "MessageFileShare", "message_changed": "MessageChanged", "message_deleted": "MessageDeleted",
        "member_joined_channel": "MemberJoinedChannel", "app_home_opened": "AppHomeOpened",
    }  # fmt: skip
    seen = set()
    for body in program.bodies:
        kind = body["event"].get("subtype") or body["event"]["type"]
        seen.add(kind)
        theirs = sample(f"events/{paths[kind]}")
        assert set(strange(body, theirs)) - _ELSEWHERE == set(), kind
        assert body.keys() >= {"team_id", "api_app_id", "event", "event_id", "event_time", "authorizations"}
    assert seen == paths.keys()


async def test_interactive_payloads(slack: SlackSimulator) -> None:
    async with running(slack, sessions) as program:
        await slack.slash("U1", "C1", "new")
        fits(program.bodies[-1], "interactivity/SlashCommandPayload")
        view = await slack.until(lambda: slack.view("U1"))
        await slack.submit("U1", {"title": "Docs"}, view=view)
        submitted = next(body for body in program.bodies if body.get("type") == "view_submission")
        submitted.pop("response_urls")
        fits(submitted, "interactivity/ViewSubmissionPayload")
        (root,) = await slack.until(lambda: slack.channel("C1"))
        await slack.click("U1", root, "Generate")
        clicked = next(body for body in program.bodies if body.get("type") == "block_actions")
        fits(clicked, "interactivity/BlockActionPayload")
        opened = await program.client.views_open(trigger_id=clicked["trigger_id"], view=form())
        check("views.open", dict(opened.data), "view")  # type: ignore[arg-type]  # bytes for downloads only
