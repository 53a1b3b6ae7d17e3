"""response_url, ephemeral messages, triggers and the stack of forms."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.simulators.slack import NotAcked, SlackSimulator
from tests.simulators.slack.program import Json, Program, client_of, running
from tests.simulators.slack.test_conversation import card, form, text


async def answers(url: str, *bodies: Json) -> list[tuple[int, str]]:
    async with aiohttp.ClientSession(trust_env=False) as session:
        hook = AsyncWebhookClient(url, session=session, retry_handlers=[])
        got = [await hook.send_dict(body) for body in bodies]
        return [(each.status_code, each.body) for each in got]


async def test_a_response_url_works_five_times_also_where_the_bot_is_not(slack: SlackSimulator) -> None:
    async with running(slack) as program:
        await slack.slash("U1", "G1", "new")
        url = program.bodies[0]["response_url"]
        assert program.bodies[0]["channel_name"] == "privategroup"
        got = await answers(url, {"text": "/invite me"}, {"text": "again", "replace_original": True})
        assert got == [(200, "ok")] * 2
        assert [each.text for each in slack.ephemerals("U1")] == ["again"]
        await answers(url, {"delete_original": True}, {"text": "to all", "response_type": "in_channel"})
        assert slack.ephemerals("U1") == []
        assert [each.text for each in slack.channel("G1")] == ["to all"]
        assert await answers(url, {"text": "5"}, {"text": "6"}) == [(200, "ok"), (404, "used_url")]


async def test_a_response_url_expires(slack: SlackSimulator) -> None:
    async with running(slack) as program:
        await slack.slash("U1", "C1", "new")
        slack.advance(31 * 60)
        assert await answers(program.bodies[0]["response_url"], {"text": "late"}) == [(404, "expired_url")]


async def test_a_click_can_replace_or_delete_the_message(slack: SlackSimulator) -> None:
    async with running(slack) as program:
        posted = await program.client.chat_postMessage(channel="C1", text="x", blocks=card("Docs"))
        await slack.click("U1", posted["ts"], "generate", channel="C1")
        url = program.bodies[-1]["response_url"]
        await answers(url, {"text": "only you"}, {"text": "done", "replace_original": True})
        assert ([each.text for each in slack.channel("C1")], slack.channel("C1")[0].buttons) == (["done"], ())
        assert [each.text for each in slack.ephemerals("U1")] == ["only you"]
        await answers(url, {"delete_original": True})
        assert slack.channel("C1") == []


async def test_the_ack_of_a_command_may_answer(slack: SlackSimulator) -> None:
    def help_(program: Program) -> None:
        async def command(ack: Any) -> None:
            await ack("what I can do: …")

        program.app.command("/automation")(command)

    async with running(slack, help_):
        await slack.slash("U2", "C1", "help")
    assert [each.text for each in slack.ephemerals("U2")] == ["what I can do: …"]
    assert slack.ephemerals("U1") == []


async def trigger(slack: SlackSimulator, program: Program) -> str:
    await slack.slash("U1", "C1", "new")
    return str(program.bodies[-1]["trigger_id"])


async def test_a_trigger_is_good_once_and_for_three_seconds(slack: SlackSimulator) -> None:
    async with running(slack) as program:
        first = await trigger(slack, program)
        await program.client.views_open(trigger_id=first, view=form())
        with pytest.raises(SlackApiError, match="exchanged_trigger_id"):
            await program.client.views_open(trigger_id=first, view=form())
        late = await trigger(slack, program)
        slack.advance(3.1)
        with pytest.raises(SlackApiError, match="expired_trigger_id"):
            await program.client.views_open(trigger_id=late, view=form())
        with pytest.raises(SlackApiError, match="invalid_trigger_id"):
            await program.client.views_open(trigger_id="1.2.3", view=form())


async def test_forms_stack_and_change(slack: SlackSimulator) -> None:
    def pushing(program: Program) -> None:
        async def submitted(ack: Any, body: Json, view: Json) -> None:
            what = view["state"]["values"]["title"]["a"]["value"]
            if what in {"push", "update"}:
                await ack(response_action=what, view=form(title=text(what)))
            elif what == "clear":
                await ack(response_action="clear")
            else:
                await ack(response_action="errors", errors={"no such field": "?"})

        program.app.view("new")(submitted)

    async with running(slack, pushing) as program:
        opened = await program.client.views_open(trigger_id=await trigger(slack, program), view=form())
        first = slack.view("U1")
        assert first is not None
        with pytest.raises(NotAcked):
            await slack.submit("U1", {"title": "nonsense"})
        await slack.submit("U1", {"title": "push"})
        second = slack.view("U1")
        assert second is not None
        assert (second.title, second.id != first.id) == ("push", True)
        await slack.submit("U1", {"title": "update"}, view=second)
        assert getattr(slack.view("U1"), "title", "") == "update"
        await slack.dismiss("U1")
        assert getattr(slack.view("U1"), "id", "") == first.id

        view_id, old = opened["view"]["id"], opened["view"]["hash"]
        await program.client.views_update(view_id=view_id, hash=old, view=form(title=text("changed")))
        with pytest.raises(SlackApiError, match="hash_conflict"):
            await program.client.views_update(view_id=view_id, hash=old, view=form())
        assert getattr(slack.view("U1"), "title", "") == "changed"
        await slack.submit("U1", {"title": "clear"})
        assert slack.view("U1") is None
        with pytest.raises(SlackApiError, match="not_found"):
            await program.client.views_update(view_id=view_id, view=form())


async def test_closing_a_form_is_told_where_it_was_asked_for(slack: SlackSimulator) -> None:
    def closing(program: Program) -> None:
        async def closed(ack: Any) -> None:
            await ack()

        program.app.view_closed("new")(closed)

    async with running(slack, closing) as program:
        view = form(notify_on_close=True)
        await program.client.views_open(trigger_id=await trigger(slack, program), view=view)
        await slack.dismiss("U1")
    assert program.bodies[-1]["type"] == "view_closed"


async def test_a_second_form_is_pushed_with_the_trigger_of_a_click_in_the_first(
    slack: SlackSimulator,
) -> None:
    async with running(slack) as program:
        view = {"type": "modal", "title": text("Files"), "blocks": card("page 1")}
        await program.client.views_open(trigger_id=await trigger(slack, program), view=view)
        first = slack.view("U1")
        assert first is not None
        await slack.click("U1", first, "Generate")
        body = program.bodies[-1]
        await program.client.views_push(trigger_id=body["trigger_id"], view={**view, "title": text("More")})
        assert getattr(slack.view("U1"), "title", "") == "More"


async def test_ephemeral_messages_are_for_members_only(slack: SlackSimulator) -> None:
    async with client_of(slack) as client:
        await client.chat_postEphemeral(channel="C1", user="U1", text="psst")
        assert [(each.text, each.ephemeral) for each in slack.ephemerals("U1")] == [("psst", True)]
        assert slack.channel("C1") == []
        slack.add_person("U3", "Cyd")
        with pytest.raises(SlackApiError, match="user_not_in_channel"):
            await client.chat_postEphemeral(channel="C1", user="U3", text="psst")


async def test_bolts_own_respond_works(slack: SlackSimulator) -> None:
    def responding(program: Program) -> None:
        async def clicked(ack: Any, respond: Any) -> None:
            await ack()
            await respond("in the thread", response_type="ephemeral", thread_ts=root)

        program.app.action("generate")(clicked)

    async with running(slack, responding) as program:
        root = (await program.client.chat_postMessage(channel="C1", text="x", blocks=card("Docs")))["ts"]
        await slack.click("U2", root, "Generate")
        (whisper,) = await slack.until(lambda: slack.ephemerals("U2"))
    assert (whisper.text, whisper.thread) == ("in the thread", root)
