"""What the platform refuses, each with its error."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from bot.simulators.slack import SlackSimulator
from tests.simulators.slack.program import Json, client_of, people, running
from tests.simulators.slack.test_answers import trigger
from tests.simulators.slack.test_conversation import card, form, text


def section(words: str, **more: Any) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": words}, **more}


def button(**more: Any) -> Json:
    return {"type": "button", "action_id": "a", "text": text("Go"), **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def menu(*options: tuple[str, str]) -> Json:
    made = [{"text": text(label), "value": value} for label, value in options]
    return {"type": "static_select", "action_id": "m", "options": made}


MARKDOWN = {"type": "markdown", "text": "x" * 7_000}
POSTS: list[tuple[Json, str]] = [
    ({}, "no_text"),
    ({"text": " "}, "no_text"),
    ({"markdown_text": "x" * 12_001}, "msg_too_long"),
    ({"markdown_text": "x", "text": "x"}, "markdown_text_conflict"),
    ({"markdown_text": "x", "blocks": [section("x")]}, "markdown_text_conflict"),
    ({"blocks": [section("x")] * 51}, "invalid_blocks"),
    ({"blocks": [section("x" * 3001)]}, "invalid_blocks"),
    ({"blocks": [section("")]}, "invalid_blocks"),
    ({"blocks": [{"type": "header", "text": text("x" * 151)}]}, "invalid_blocks"),
    ({"blocks": [MARKDOWN, MARKDOWN]}, "invalid_blocks"),
    ({"blocks": [section("x" * 2900)] * 5}, "msg_blocks_too_long"),
    ({"blocks": [{"type": "marquee"}]}, "invalid_blocks"),
    ({"blocks": ["section"]}, "invalid_blocks"),
    ({"blocks": [section("x", block_id="b"), section("x", block_id="b")]}, "invalid_blocks"),
    ({"blocks": [actions(*(button(action_id=str(n)) for n in range(26)))]}, "invalid_blocks"),
    ({"blocks": [actions(button(), button())]}, "invalid_blocks"),
    ({"blocks": [actions(button()), actions(button())]}, "invalid_blocks"),
    ({"blocks": [actions(button(action_id="a" * 256))]}, "invalid_blocks"),
    ({"blocks": [actions(button(text=text("x" * 76)))]}, "invalid_blocks"),
    ({"blocks": [actions(button(value="x" * 2001))]}, "invalid_blocks"),
    ({"blocks": [actions(button(style="blue"))]}, "invalid_blocks"),
    ({"blocks": [actions({"type": "slider", "action_id": "a"})]}, "invalid_blocks"),
    ({"blocks": [actions(menu(*((str(n), str(n)) for n in range(101))))]}, "invalid_blocks"),
    ({"blocks": [actions(menu(("x" * 76, "v")))]}, "invalid_blocks"),
    ({"blocks": [actions(menu())]}, "invalid_blocks"),
    ({"text": "x", "metadata": {"event_type": "x"}}, "invalid_metadata_format"),
    ({"text": "x", "thread_ts": "1.000001"}, "thread_not_found"),
    ({"text": "x", "channel": "C2"}, "not_in_channel"),
    ({"text": "x", "channel": "G1"}, "channel_not_found"),
    ({"text": "x", "channel": "C0"}, "channel_not_found"),
    ({"text": "x", "colour": "red"}, "invalid_arguments"),
    ({"text": 5}, "invalid_arguments"),
    ({"text": "x", "blocks": "[{]"}, "invalid_arguments"),
]


@pytest.mark.parametrize(("arguments", "refusal"), POSTS)
async def test_a_message_is_refused(slack: SlackSimulator, arguments: Json, refusal: str) -> None:
    async with client_of(slack) as client:
        with pytest.raises(SlackApiError) as refused:
            await client.api_call("chat.postMessage", json={"channel": "C1", **arguments})
    assert refused.value.response["error"] == refusal
    assert bool(slack.problems) == (refusal == "invalid_arguments")
    assert slack.channel("C1") == []


async def test_what_just_fits_is_shown(slack: SlackSimulator) -> None:
    biggest = button(action_id="a" * 255, text=text("x" * 75), value="x" * 2000)
    async with client_of(slack) as client:
        await client.chat_postMessage(channel="C1", markdown_text="x" * 12_000)
        await client.chat_postMessage(channel="C1", text="x", blocks=[section("y"), actions(biggest)])
        await client.chat_postMessage(channel="C1", text="x" * 40_001)
    assert [len(each.text) for each in slack.channel("C1")] == [12_000, 1, 40_000]
    assert slack.problems == ["a text of 40001 characters was cut at 40000"]


VIEWS: list[tuple[Json, str]] = [
    ({"title": text("x" * 25)}, "invalid_arguments"),
    ({"title": None}, "invalid_arguments"),
    ({"submit": None}, "invalid_arguments"),
    ({"private_metadata": "x" * 3001}, "invalid_arguments"),
    ({"blocks": [section("x")] * 101}, "invalid_arguments"),
    ({"blocks": [{"type": "markdown", "text": "x"}]}, "invalid_arguments"),
    ({"blocks": [section("x" * 2900, block_id=str(n)) for n in range(95)]}, "view_too_large"),
    ({"colour": "red"}, "invalid_arguments"),
    ({"type": "home"}, "invalid_arguments"),
    (
        {
            "blocks": [
                {
                    "type": "input", "label": text("x"),
                    "element": {"type": "plain_text_input", "max_length": 3001},
                }
            ]
        },
        "invalid_arguments",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "refusal"), VIEWS)
async def test_a_form_is_refused(slack: SlackSimulator, changes: Json, refusal: str) -> None:
    view = {key: value for key, value in {**form(), **changes}.items() if value is not None}
    async with running(slack) as program:
        with pytest.raises(SlackApiError, match=refusal):
            await program.client.views_open(trigger_id=await trigger(slack, program), view=view)
        await program.client.views_open(trigger_id=await trigger(slack, program), view=form())


async def test_updates_have_their_own_rules(slack: SlackSimulator) -> None:
    theirs = await slack.say("U1", "C1", "mine", wait=False)
    async with client_of(slack) as client:
        ours = str((await client.chat_postMessage(channel="C1", text="x", blocks=card("Docs")))["ts"])
        for ts, words, refusal in (
            (ours, "x" * 4001, "msg_too_long"),
            (theirs, "x", "cant_update_message"),
            ("1.000001", "x", "message_not_found"),
        ):
            with pytest.raises(SlackApiError, match=refusal):
                await client.chat_update(channel="C1", ts=ts, text=words)
        await client.chat_update(channel="C1", ts=ours, blocks=[section("new")], text="new")
        assert [(each.text, each.edited) for each in slack.thread("C1", ours)] == [("new", False)]
        await client.chat_update(channel="C1", ts=ours, text="x" * 4000)
        (shown,) = slack.thread("C1", ours)
        assert (shown.edited, shown.buttons, len(shown.text)) == (True, (), 4000)
        with pytest.raises(SlackApiError, match="cant_delete_message"):
            await client.chat_delete(channel="C1", ts=theirs)
        await client.chat_delete(channel="C1", ts=ours)
    assert [each.text for each in slack.channel("C1")] == ["mine"]


async def test_archived_channels(slack: SlackSimulator) -> None:
    async with running(slack) as program:
        ts = str((await program.client.chat_postMessage(channel="C1", text="x"))["ts"])
        await slack.archive_channel("C1")
        with pytest.raises(SlackApiError, match="is_archived"):
            await program.client.chat_postMessage(channel="C1", text="x")
        with pytest.raises(SlackApiError, match="is_inactive"):
            await program.client.chat_update(channel="C1", ts=ts, text="x")
        assert (await program.client.conversations_info(channel="C1"))["channel"]["is_archived"]


async def test_scopes() -> None:
    async with (
        SlackSimulator.start(scopes=["chat:write", "channels:read"]) as slack,
        client_of(people(slack)) as client,
    ):
        await client.chat_postMessage(channel="C1", text="x")
        with pytest.raises(SlackApiError) as refused:
            await client.users_info(user="U1")
        assert refused.value.response["error"] == "missing_scope"
        assert refused.value.response["needed"] == "users:read"
        with pytest.raises(SlackApiError, match="missing_scope"):
            await client.conversations_history(channel="C1")
        with pytest.raises(SlackApiError, match="missing_scope"):
            await client.conversations_join(channel="C2")


@pytest.mark.parametrize(
    ("token", "refusal"), [("xoxb-nobody", "invalid_auth"), ("xapp-fake", "not_allowed_token_type")]
)
async def test_tokens(slack: SlackSimulator, token: str, refusal: str) -> None:
    async with client_of(slack, token) as client:
        with pytest.raises(SlackApiError, match=refusal):
            await client.auth_test()


async def test_a_revoked_token(slack: SlackSimulator) -> None:
    async with client_of(slack) as client:
        assert (await client.auth_test())["bot_id"] == "BBOT"
        await client.auth_revoke()
        with pytest.raises(SlackApiError, match="token_revoked"):
            await client.auth_test()


async def test_unknown_methods_are_noted(slack: SlackSimulator) -> None:
    async with client_of(slack) as client:
        with pytest.raises(SlackApiError, match="unknown_method"):
            await client.api_call("chat.shout")
    assert slack.unknown_routes == ["/api/chat.shout"]


FEEDBACK = {
    "type": "feedback_buttons", "action_id": "fb",
    "positive_button": {"text": text("Good"), "value": "1"},
    "negative_button": {"text": text("Bad"), "value": "0"},
}  # fmt: skip
OVERFLOW = {"type": "overflow", "action_id": "o", "options": [{"text": text("Rename"), "value": "r"}]}


async def test_every_kind_of_block_is_read(slack: SlackSimulator) -> None:
    blocks = [
        {"type": "header", "text": text("H")},
        section("s", accessory=OVERFLOW),
        {"type": "section", "fields": [text("f1"), text("f2")]},
        {"type": "context", "elements": [text("c"), {"type": "image", "image_url": "x", "alt_text": "cat"}]},
        {"type": "divider"},
        {"type": "image", "image_url": "x", "alt_text": "chart"},
        {"type": "markdown", "text": "**m**"},
        {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}, {"type": "raw_text", "text": "b"}]]},
        {"type": "task_card", "task_id": "1", "title": "Read", "status": "complete"},
        {"type": "plan", "title": "P", "tasks": [{"task_id": "2", "title": "Write", "status": "pending"}]},
        {"type": "rich_text", "elements": [{"type": "rich_text_preformatted", "elements": [text("x = 1")]}]},
        {"type": "context_actions", "elements": [FEEDBACK]},
    ]
    async with running(slack) as program:
        posted = await program.client.chat_postMessage(channel="C1", text="fallback", blocks=blocks)
        (shown,) = slack.channel("C1")
        await slack.click("U1", shown, "Bad")
        await slack.choose("U1", shown, "o", "Rename")
    assert shown.text == (
        "H\ns\nf1\nf2\nc cat\n---\n(chart)\nm\na | b\n[complete] Read\nP\n[pending] Write\n```\nx = 1\n```"
    )
    assert [each.label for each in shown.buttons] == ["Good", "Bad"]
    bad, rename = program.bodies[-2]["actions"][0], program.bodies[-1]["actions"][0]
    assert (bad["value"], rename["selected_option"]["value"]) == ("0", "r")
    assert posted["message"]["text"] == "fallback"


@pytest.mark.parametrize(
    "block",
    [
        {"type": "section", "fields": [text("x")] * 11},
        {"type": "context", "elements": [text("x")] * 11},
        {"type": "context_actions", "elements": [FEEDBACK] * 6},
        {"type": "context_actions", "elements": [button()]},
        {"type": "image", "image_url": "x"},
        {"type": "image", "alt_text": "x"},
        {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}] * 21]},
        {"type": "actions", "elements": "none"},
        {"type": "input", "label": text("x"), "element": button()},
        {"type": "header", "text": {"type": "mrkdwn", "text": "x"}},
    ],
)
async def test_a_block_is_refused(slack: SlackSimulator, block: Json) -> None:
    async with client_of(slack) as client:
        with pytest.raises(SlackApiError, match="invalid_blocks"):
            await client.chat_postMessage(channel="C1", text="x", blocks=[block])


async def test_attachments_and_loud_names_are_read(slack: SlackSimulator) -> None:
    async with client_of(slack) as client:
        attachments: list[Json] = [
            {"color": "#f00", "blocks": [section("*in colour*")]},
            {"fallback": "old", "text": "_old_"},
        ]
        await client.chat_postMessage(channel="C1", text="@here", attachments=attachments, link_names=True)
    (shown,) = slack.channel("C1")
    assert (shown.text, shown.pings) == ("@here\nin colour\nold", ("@here",))
