"""What people do reaches the program as Slack sends it, and what the program does is what people read."""

from __future__ import annotations

from typing import Any

import pytest

from bot.simulators.slack import ClientRefused, NotAcked, SlackSimulator, Upload
from tests.simulators.slack.program import Json, Program, running


def text(words: str) -> Json:
    return {"type": "plain_text", "text": words}


def form(**more: Any) -> Json:
    field = {"type": "plain_text_input", "action_id": "a", "max_length": 20}
    kinds = [{"text": text("Crawler"), "value": "crawler"}, {"text": text("Analyst"), "value": "analyst"}]
    blocks = [
        {"type": "input", "block_id": "title", "label": text("Title"), "element": field},
        {
            "type": "input", "block_id": "kind", "label": text("Kind"),
            "element": {
                "type": "static_select", "action_id": "k", "options": kinds, "initial_option": kinds[0],
            },
        },
        {
            "type": "input", "block_id": "stack", "label": text("Stack"), "optional": True,
            "element": {"type": "plain_text_input", "action_id": "s", "multiline": True},
        },
    ]  # fmt: skip
    return {
        "type": "modal", "callback_id": "new", "title": text("New session"), "submit": text("Create"),
        "private_metadata": "C1", "blocks": blocks, **more,
    }  # fmt: skip


def card(title: str) -> list[Json]:
    button = {
        "type": "button",
        "action_id": "generate",
        "text": text("Generate"),
        "value": "s1",
        "style": "primary",
    }
    return [
        {"type": "section", "text": {"type": "mrkdwn", "text": f"*{title}* by <@U1>"}},
        {"type": "actions", "elements": [button]},
    ]


def sessions(program: Program) -> None:
    """/automation opens a form; a good title becomes a card."""

    async def command(ack: Any, body: Json, client: Any) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=form())

    async def submitted(ack: Any, view: Json, client: Any) -> None:
        values = view["state"]["values"]
        title = values["title"]["a"]["value"]
        if title == "bad":
            await ack(response_action="errors", errors={"title": "Another title, please"})
            return
        await ack()
        kind = values["kind"]["k"]["selected_option"]["value"]
        await client.chat_postMessage(
            channel=view["private_metadata"], text=title, blocks=card(f"{title} ({kind})")
        )

    async def clicked(ack: Any, body: Json, client: Any) -> None:
        await ack()
        where = {"channel": body["channel"]["id"], "thread_ts": body["message"]["ts"]}
        await client.chat_postMessage(text=f"generating {body['actions'][0]['value']}", **where)

    program.app.command("/automation")(command)
    program.app.view("new")(submitted)
    program.app.action("generate")(clicked)


async def test_a_session_from_the_slash_command_to_the_click(slack: SlackSimulator) -> None:
    async with running(slack, sessions):
        await slack.slash("U1", "C1", "new")
        view = await slack.until(lambda: slack.view("U1"))
        assert (view.title, view.submit, view.input("kind").value) == ("New session", "Create", "crawler")

        assert await slack.submit("U1", {"title": "bad"}) == {"title": "Another title, please"}
        assert slack.view("U1") is not None
        assert await slack.submit("U1", {"title": "Docs", "kind": "Analyst"}) == {}
        assert slack.view("U1") is None

        (root,) = await slack.until(lambda: slack.channel("C1"))
        assert root.text == "Docs (analyst) by @Ada"
        assert root.pings == ("<@U1>",)
        await slack.click("U2", root, "Generate")
        reply = await slack.until(lambda: slack.thread("C1", root.ts)[1:])
        assert [each.text for each in reply] == ["generating s1"]
    assert (slack.problems, slack.unknown_routes) == ([], [])


@pytest.mark.parametrize(
    "values",
    [{"title": "x" * 21}, {}, {"title": "Docs", "no such field": "x"}, {"title": "Docs", "kind": "Poet"}],
)
async def test_the_form_itself_refuses_what_slack_would(
    slack: SlackSimulator, values: dict[str, str]
) -> None:
    async with running(slack, sessions):
        await slack.slash("U1", "C1", "new")
        await slack.until(lambda: slack.view("U1"))
        with pytest.raises(ClientRefused):
            await slack.submit("U1", values)


async def test_a_mention_comes_as_two_events_with_one_ts(slack: SlackSimulator) -> None:
    async with running(slack) as program:
        root = await slack.say("U1", "C1", "morning")
        ts = await slack.say("U2", "C1", "generate a < b, see https://example.com", thread=root, mention=True)
        message, mention = program.events("message")[1], program.events("app_mention")[0]
    assert message["ts"] == mention["ts"] == ts
    assert message["text"] == "<@UBOT> generate a &lt; b, see <https://example.com>"
    assert (message["thread_ts"], message["parent_user_id"], message["channel_type"]) == (
        root,
        "U1",
        "channel",
    )
    first, second = (body["event_id"] for body in program.bodies[1:])
    assert first != second
    assert slack.thread("C1", root)[1].text == "@Threadwright generate a < b, see https://example.com"


async def test_without_the_bot_in_the_channel_nothing_is_heard(slack: SlackSimulator) -> None:
    async with running(slack) as program:
        await slack.say("U1", "C2", "hello", mention=True)
        await slack.say("U1", "G1", "hello", mention=True)
        await slack.say("U1", slack.direct_between("U1", "U2"), "psst")
        assert program.bodies == []
        await slack.say("U1", slack.direct("U1"), "hello")
    assert [event["channel_type"] for event in program.events("message")] == ["im"]


async def test_the_kinds_of_messages(slack: SlackSimulator) -> None:
    async with running(slack) as program:
        root = await slack.say("U1", "C1", "root")
        await slack.say("U2", "C1", "look", thread=root, subtype="thread_broadcast")
        await slack.say("U2", "C1", "waves", subtype="me_message")
        await slack.say("U2", "C1", "", thread=root, files=[Upload("a.csv", b"1,2")])
        await slack.say_as_bot("Deployer", "C1", "deployed")
        broadcast, shared = program.events("thread_broadcast")[0], program.events("file_share")[0]
        other = program.events("message")[-1]
    assert broadcast["root"]["ts"] == root
    assert [file["name"] for file in shared["files"]] == ["a.csv"]
    assert program.events("me_message")[0]["text"] == "waves"
    assert (other["bot_id"], other["bot_profile"]["name"]) == ("BDEPLOYER", "Deployer")
    assert [each.text for each in slack.channel("C1")] == ["root", "look", "waves", "deployed"]


async def test_edits_and_deletions(slack: SlackSimulator) -> None:
    async with running(slack) as program:
        root = await slack.say("U1", "C1", "root")
        reply = await slack.say("U1", "C1", "reply", thread=root)
        await slack.edit("U1", "C1", reply, "better")
        changed = program.events("message_changed")[0]
        assert (changed["message"]["text"], changed["previous_message"]["text"]) == ("better", "reply")
        assert slack.thread("C1", root)[1].edited
        with pytest.raises(ClientRefused):
            await slack.edit("U2", "C1", reply, "not mine")

        await slack.delete("U1", "C1", root)
        assert program.events("message_changed")[1]["message"]["subtype"] == "tombstone"
        assert [(each.text, each.deleted) for each in slack.thread("C1", root)] == [
            ("This message was deleted.", True),
            ("better", False),
        ]
        await slack.delete("U1", "C1", reply)
        assert program.events("message_deleted")[0]["deleted_ts"] == reply


async def test_the_bots_own_posts_come_back(slack: SlackSimulator) -> None:
    async with running(slack) as program:
        posted = await program.client.chat_postMessage(channel="C1", text="hi")
        await slack.until(lambda: program.events("message"))
        assert program.events("message")[0]["bot_id"] == "BBOT"
        await program.client.chat_update(channel="C1", ts=posted["ts"], text="ho")
        await slack.until(lambda: program.events("message_changed"))


async def test_a_person_of_another_workspace_in_a_shared_channel(slack: SlackSimulator) -> None:
    slack.add_person("U9", "Zoe", workspace="T2")
    slack.add_channel("C9", "shared", members=["U1", "U9"])
    async with running(slack) as program:
        posted = await program.client.chat_postMessage(channel="C9", text="card", blocks=card("Docs"))
        await slack.say("U9", "C9", "hello")
        await slack.click("U9", str(posted["ts"]), "generate")
        with pytest.raises(ClientRefused):
            await slack.slash("U9", "C9", "new")
    heard = next(body for body in program.bodies if body.get("event", {}).get("user") == "U9")
    assert (heard["team_id"], heard["event"]["user_team"], heard["is_ext_shared_channel"]) == (
        "T1",
        "T2",
        True,
    )
    click = program.bodies[-1]
    assert (click["team"]["id"], click["user"]["team_id"]) == ("T1", "T2")


async def test_channels_end_and_people_leave(slack: SlackSimulator) -> None:
    async with running(slack) as program:
        await slack.leave("U2", "C1")
        await slack.invite_bot("C2")
        await slack.archive_channel("C1")
        await slack.delete_channel("C2")
        kinds = [body["event"]["type"] for body in program.bodies]
    assert kinds == ["member_left_channel", "member_joined_channel", "channel_archive", "channel_deleted"]
    with pytest.raises(ClientRefused):
        await slack.say("U1", "C1", "hello?")


async def test_the_home_tab(slack: SlackSimulator) -> None:
    home = {"type": "home", "blocks": card("Your sessions")}
    async with running(slack) as program:
        await slack.open_home("U1")
        await program.client.views_publish(user_id="U1", view=home)
        shown = slack.home("U1")
        assert shown is not None
        assert shown.text == "Your sessions by @Ada"
        await slack.click("U1", shown, "Generate")
        assert program.bodies[-1]["container"] == {"type": "view", "view_id": shown.id}
        await slack.open_home("U1")
        assert program.events("app_home_opened")[1]["view"]["id"] == shown.id


async def test_a_menu_in_a_message(slack: SlackSimulator) -> None:
    options = [{"text": text(f"Session {n}"), "value": str(n)} for n in range(2)]
    menu = {"type": "static_select", "action_id": "pick", "placeholder": text("Which?"), "options": options}
    blocks = [{"type": "section", "text": text("Sessions"), "accessory": menu}]
    async with running(slack) as program:
        posted = await program.client.chat_postEphemeral(channel="C1", user="U1", text="x", blocks=blocks)
        (whisper,) = slack.ephemerals("U1")
        assert [each.label for each in whisper.choices] == ["Which?"]
        await slack.choose("U1", str(posted["message_ts"]), "pick", "Session 1")
        with pytest.raises(ClientRefused):
            await slack.choose("U2", whisper, "pick", "Session 1")
    (action,) = program.bodies[-1]["actions"]
    assert action["selected_option"]["value"] == "1"
    assert "message" not in program.bodies[-1]


async def test_nobody_acks(slack: SlackSimulator) -> None:
    with pytest.raises(NotAcked):
        await slack.slash("U1", "C1", "new")


async def test_a_failed_wait_tells_what_people_saw(slack: SlackSimulator) -> None:
    await slack.say("U1", "C2", "*anybody* here?")
    with pytest.raises(TimeoutError, match="Ada: anybody here"):
        await slack.until(lambda: slack.thread("C1", "1.0"), timeout=0.01)
