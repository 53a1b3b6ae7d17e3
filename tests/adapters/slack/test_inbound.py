"""What Slack's payloads ask for."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.slack.code_view import Spot, code_view
from adapters.slack.forms import FormPlace, new_session
from adapters.slack.inbound import Asked, NewSession, ShowCode, ShowRequirements, gesture, in_direct_message
from core.intents import (
    Ask,
    Attachment,
    Cancel,
    ChangeRequirements,
    Download,
    Erase,
    ForgetMe,
    Generate,
    Intent,
    OpenSession,
    Person,
    Rename,
    Revise,
    Say,
    ThreadLost,
    from_json,
    to_json,
)
from core.vocabulary import AgentType, Language
from tests.adapters.slack.payloads import BOT, NOW, ROOT, TS, click, event, hidden, slash, submission
from tests.adapters.slack.versions import made

ANA = Person("T1", "UANA")


def intent_of(payload: dict[str, Any]) -> Intent | None:
    asked = gesture(payload, BOT, NOW)
    assert asked is None or isinstance(asked, Asked)
    return asked.intent if asked else None


def said(payload: dict[str, Any]) -> Say:
    intent = intent_of(payload)
    assert isinstance(intent, Say)
    return intent


# -- what people say


def test_a_reply_in_a_thread_is_said() -> None:
    say = said(event(text="I need &lt;b&gt; &amp; a <https://x.example|link>"))
    assert say.text == "I need <b> & a link (https://x.example)"
    assert say.message == TS
    assert say.origin.person == ANA
    assert say.origin.place.thread == ROOT
    assert not say.origin.place.direct
    assert (say.origin.event_key, say.origin.alias_key) == (f"T1:C1:{TS}", "T1:C1:m-1")
    assert say.origin.at == datetime.fromtimestamp(float(TS), UTC)
    assert from_json(to_json(say)) == say


@pytest.mark.parametrize("subtype", ["thread_broadcast", "file_share", "me_message"])
def test_kinds_of_messages_that_count(subtype: str) -> None:
    assert said(event(subtype=subtype)).text == "hello"


@pytest.mark.parametrize(
    "fields",
    [
        {"thread_ts": None},
        {"thread_ts": TS},
        {"user": "UBOT"},
        {"user": None, "bot_id": "BBOT"},
        {"subtype": "channel_join"},
        {"type": "reaction_added"},
    ],
)
def test_what_is_of_no_concern(fields: dict[str, Any]) -> None:
    assert intent_of(event(**fields)) is None


def test_other_payloads_are_of_no_concern() -> None:
    assert gesture({"type": "view_closed"}, BOT, NOW) is None
    assert gesture(click("somebody_else_s"), BOT, NOW) is None


def test_other_bots_are_marked() -> None:
    say = said(event(bot_id="BOTHER", user=None, subtype="bot_message"))
    assert say.by_bot
    assert say.origin.person.id == "BOTHER"
    assert said(event(bot_id="BOTHER", text="<@UBOT> generate")).by_bot


def test_a_person_of_another_workspace() -> None:
    say = said(event(team="T1", user_team="T9"))
    assert say.origin.person == Person("T9", "UANA")
    assert say.origin.place.workspace == "T1"


def test_files_are_attachments() -> None:
    files = [
        {"id": "F1", "name": "a.csv", "size": 12, "mimetype": "text/csv", "mode": "hosted"},
        {"id": "F2", "mode": "tombstone"},
        {"id": "F3", "name": "b.txt", "file_access": "check_file_info"},
    ]
    say = said(event(subtype="file_share", text="", files=files))
    assert say.attachments == (
        Attachment("a.csv", 12, "text/csv", "F1"),
        Attachment("b.txt", 0, "application/octet-stream", "F3"),
    )


def test_a_mention_is_cut_out() -> None:
    say = said(event(text="<@UBOT> what about\n<@UBOT|threadwright> tests?"))
    assert say.mentioned
    assert say.text == "what about\n tests?"
    assert not said(event(text="no mention")).mentioned


@pytest.mark.parametrize(
    ("text", "kind", "fields"),
    [
        ("<@UBOT> generate python", Generate, {"language": Language.PYTHON}),
        ("  <@UBOT>  cancel", Cancel, {}),
        ("<@UBOT> rename A &amp; B", Rename, {"title": "A & B"}),
        ("<@UBOT> download 3", Download, {"number": 3}),
        ("<@UBOT>", Ask, {"about": "help"}),
        ("<@UBOT> status", Ask, {"about": "status"}),
    ],
)
def test_a_verb_said_to_the_bot(text: str, kind: type, fields: dict[str, Any]) -> None:
    intent = intent_of(event(text=text))
    assert intent is not None
    assert isinstance(intent, kind)
    assert {name: getattr(intent, name) for name in fields} == fields
    assert intent.origin.event_key == f"T1:C1:{TS}"


def test_a_verb_in_the_middle_is_conversation() -> None:
    assert said(event(text="I said <@UBOT> generate")).text == "I said generate"


def test_a_mention_with_only_a_file_is_said() -> None:
    say = said(event(text="<@UBOT>", files=[{"id": "F1", "name": "a.csv"}]))
    assert say.mentioned
    assert len(say.attachments) == 1


def test_a_verb_that_comes_with_a_file_is_said_so_that_the_file_is_kept() -> None:
    say = said(event(text="<@UBOT> generate python", files=[{"id": "F1", "name": "a.csv"}]))
    assert (say.text, say.mentioned, len(say.attachments)) == ("generate python", True, 1)


# -- mentions and direct messages outside of a thread


def test_a_mention_has_one_carrier() -> None:
    outside = event(type="app_mention", text="<@UBOT> hi", thread_ts=None)
    inside = event(type="app_mention", text="<@UBOT> generate")
    assert isinstance(intent_of(outside), Ask)
    assert intent_of(inside) is None
    assert intent_of(event(text="<@UBOT> hi", thread_ts=None)) is None


def test_a_bot_s_mention_outside_of_a_thread_is_not_answered() -> None:
    assert intent_of(event(type="app_mention", text="<@UBOT>", thread_ts=None, bot_id="BOTHER")) is None


def test_words_in_the_own_direct_message() -> None:
    top = event(channel="D1", channel_type="im", thread_ts=None, text="list")
    listed = intent_of(top)
    assert isinstance(listed, Ask)
    assert listed.about == "list"
    assert listed.origin.place.direct
    assert said(event(channel="D1", channel_type="im")).origin.place.direct


# -- changes


def test_an_edit() -> None:
    now = {"ts": TS, "thread_ts": ROOT, "user": "UANA", "text": "better", "edited": {"ts": "1767323060.1"}}
    before = {**now, "text": "good"}
    revise = intent_of(hidden("message_changed", message=now, previous_message=before))
    assert isinstance(revise, Revise)
    assert (revise.message, revise.text) == (TS, "better")
    assert revise.origin.place.thread == ROOT
    assert revise.origin.event_key == f"T1:C1:{TS}:edited:1767323060.1"


@pytest.mark.parametrize(
    "change",
    [{"text": "good"}, {"user": "UBOT"}, {"thread_ts": None}, {"thread_ts": TS}],
    ids=["an unfurled link", "our own", "in the channel", "a root"],
)
def test_changes_of_no_concern(change: dict[str, Any]) -> None:
    now = {"ts": TS, "thread_ts": ROOT, "user": "UANA", "text": "better"} | change
    assert intent_of(hidden("message_changed", message=now, previous_message={"text": "good"})) is None


def test_a_deletion() -> None:
    before = {"ts": TS, "thread_ts": ROOT, "user": "UANA", "text": "secret"}
    erase = intent_of(hidden("message_deleted", deleted_ts=TS, previous_message=before))
    assert isinstance(erase, Erase)
    assert (erase.message, erase.origin.place.thread, erase.origin.person) == (TS, ROOT, ANA)


@pytest.mark.parametrize("card", [{"user": "UBOT"}, {"bot_id": "BBOT", "thread_ts": ROOT}])
def test_the_card_is_deleted(card: dict[str, Any]) -> None:
    before = {"ts": ROOT, "text": "Card"} | card
    lost = intent_of(hidden("message_deleted", deleted_ts=ROOT, previous_message=before))
    assert isinstance(lost, ThreadLost)
    assert lost.origin.place.thread == ROOT


def test_a_card_with_replies_leaves_a_tombstone() -> None:
    stone = {"ts": ROOT, "thread_ts": ROOT, "user": "USLACKBOT", "subtype": "tombstone", "text": "deleted"}
    for before in ({"previous_message": {"ts": ROOT, "user": "UBOT"}}, {}):
        lost = intent_of(hidden("message_changed", message=stone, **before))
        assert isinstance(lost, ThreadLost)
        assert lost.origin.place.thread == ROOT


@pytest.mark.parametrize(
    "before", [{"user": "UBOT", "thread_ts": ROOT}, {"user": "UANA"}], ids=["our reply", "a root of theirs"]
)
def test_deletions_of_no_concern(before: dict[str, Any]) -> None:
    gone = hidden("message_deleted", deleted_ts=TS, previous_message={"ts": TS, **before})
    assert intent_of(gone) is None


@pytest.mark.parametrize("kind", ["channel_deleted", "channel_archive", "group_deleted", "group_archive"])
def test_a_channel_ends(kind: str) -> None:
    lost = intent_of(event(type=kind, ts=None, thread_ts=None, user="UADMIN"))
    assert isinstance(lost, ThreadLost)
    assert (lost.origin.place.channel, lost.origin.place.thread) == ("C1", None)


# -- slash commands


def test_new_opens_the_form() -> None:
    asked = gesture(slash("new  Watch   prices "), BOT, NOW)
    where = FormPlace("C1", response_url="http://127.0.0.1/answer")
    assert asked == NewSession("trigger-1", "Watch prices", where, ANA)
    assert isinstance(gesture(slash("NEW"), BOT, NOW), NewSession)


@pytest.mark.parametrize(
    ("text", "about"),
    [("list", "list"), ("status", "status"), ("help", "help"), ("", "help"), ("nonsense", "help")],
)
def test_questions(text: str, about: str) -> None:
    asked = gesture(slash(text), BOT, NOW)
    assert isinstance(asked, Asked)
    assert asked.response_url == "http://127.0.0.1/answer"
    assert isinstance(asked.intent, Ask)
    assert asked.intent.about == about
    assert asked.intent.origin.event_key == "slash:trigger-1"


def test_generate_and_forget() -> None:
    generate = intent_of(slash("generate bash"))
    assert isinstance(generate, Generate)
    assert (generate.language, generate.origin.place.thread) == (Language.BASH, None)
    assert isinstance(intent_of(slash("forget-me")), ForgetMe)
    assert isinstance(intent_of(slash("forget me")), ForgetMe)


def test_direct_messages_are_told_apart() -> None:
    assert in_direct_message(slash("help", channel_name="directmessage"))
    assert not in_direct_message(slash("help"))
    asked = gesture(slash("list", channel_id="D1", channel_name="directmessage"), BOT, NOW, direct=True)
    assert isinstance(asked, Asked)
    assert asked.intent.origin.place.direct


# -- buttons


def test_a_button_in_a_thread() -> None:
    asked = gesture(click("generate#2", "S1:python"), BOT, NOW)
    assert isinstance(asked, Asked)
    generate = asked.intent
    assert isinstance(generate, Generate)
    assert (generate.session, generate.language) == ("S1", Language.PYTHON)
    assert generate.origin.place.thread == ROOT
    assert generate.origin.event_key == f"C1:{TS}:generate#2:1767323050.1"
    assert asked.response_url == ""


def test_a_button_of_a_card_without_replies() -> None:
    container = {"type": "message", "message_ts": ROOT, "channel_id": "C1"}
    intent = intent_of(click("close", container=container, message={"ts": ROOT}))
    assert intent is not None
    assert intent.origin.place.thread == ROOT


def test_a_button_of_a_private_answer() -> None:
    container = {"type": "message", "message_ts": TS, "channel_id": "C1", "is_ephemeral": True}
    asked = gesture(click("generate", container=container, message=None), BOT, NOW)
    assert isinstance(asked, Asked)
    assert asked.intent.origin.place.thread is None
    assert asked.response_url == "http://127.0.0.1/answer"


def test_buttons_that_open_something() -> None:
    where = FormPlace("C1", ROOT)
    assert gesture(click("requirements"), BOT, NOW) == ShowRequirements("trigger-1", "S1", where, ANA)
    assert gesture(click("view", "A1"), BOT, NOW) == ShowCode(Spot("A1", "C1", ROOT), ANA, "trigger-1")


def test_leafing_through_code() -> None:
    view = {**code_view(made("x" * 9000), Spot("A1", "C1", ROOT)), "id": "V7"}
    asked = gesture(click("next", "0:2", view=view, container={"type": "view"}), BOT, NOW)
    assert asked == ShowCode(Spot("A1", "C1", ROOT, file=0, page=2), ANA, view="V7")


# -- forms


def test_the_form_is_submitted() -> None:
    view = new_session("Prices", FormPlace("C1", response_url="http://127.0.0.1/answer"))
    values = {"agent_type": "web_crawler", "requirements": "a\nb", "constraints": "no <b> & c"}
    asked = gesture(submission(view, values), BOT, NOW)
    assert isinstance(asked, Asked)
    intent = asked.intent
    assert isinstance(intent, OpenSession)
    assert (intent.title, intent.agent_type, intent.requirements) == ("Prices", AgentType.WEB_CRAWLER, "a\nb")
    assert (intent.tech_stack, intent.constraints) == ("", "no <b> & c")
    assert intent.origin.event_key == "view:V1"
    assert intent.origin.place.channel == "C1"
    assert asked.fields == frozenset({"title", "agent_type", "requirements", "tech_stack", "constraints"})
    assert asked.response_url == "http://127.0.0.1/answer"


def test_the_proposal_of_the_agent_is_confirmed() -> None:
    intent = intent_of(click("add_requirement#4", "P1"))
    assert isinstance(intent, ChangeRequirements)
    assert intent.proposal == "P1"
