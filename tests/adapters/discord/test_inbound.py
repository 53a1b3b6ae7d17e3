"""What interactions and messages ask for."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import discord
import pytest

from adapters.discord.code_view import Spot
from adapters.discord.events import Heard, Signal, Source
from adapters.discord.inbound import (
    Asked,
    Fix,
    NewSession,
    NothingChanged,
    ShowCode,
    ShowRequirements,
    erased,
    gesture,
    located,
    lost,
    revised,
    said,
)
from adapters.discord.places import hindrance, invitation
from adapters.discord.threads import Bot
from core.intents import (
    Ask,
    Attachment,
    ChangeRequirements,
    Delete,
    Erase,
    Generate,
    Intent,
    OpenSession,
    Person,
    Place,
    Revise,
    Say,
    ThreadLost,
)
from core.vocabulary import AgentType, Language
from tests.adapters.discord.stage import ANA, GENERAL

BOT = Bot("900", "900")
AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
THREAD = replace(GENERAL, thread="555")


def signal(kind: Any, data: dict[str, Any], place: Place = THREAD, **fields: Any) -> Signal:
    rights = fields.pop("permissions", discord.Permissions.all())
    channel = fields.pop("channel", "text")
    return Signal(kind, "77", "token", AT, place, ANA, channel, rights, data, **fields)


def pressed(custom_id: str, **fields: Any) -> Any:
    return gesture(signal("component", {"custom_id": custom_id, "values": ["3"]}, **fields))


def command(verb: str, **options: Any) -> Any:
    listed = [{"name": name, "value": value} for name, value in options.items()]
    inner = [{"name": verb, "type": 1, "options": listed}]
    return gesture(signal("command", {"name": "automation", "options": inner}))


def intent(found: Any) -> Intent:
    assert isinstance(found, Asked)
    return found.intent


# -- interactions


def test_an_interaction_is_known_by_its_id() -> None:
    origin = intent(command("close")).origin
    assert (origin.event_key, origin.at, origin.place, origin.person) == ("interaction:77", AT, THREAD, ANA)


def test_commands() -> None:
    assert command("new", title="  Watch   prices ") == NewSession("Watch prices")
    generate = intent(command("generate", language="bash"))
    assert isinstance(generate, Generate)
    assert generate.language is Language.BASH
    asked = intent(command("versions"))
    assert isinstance(asked, Ask)
    assert asked.about == "versions"


@pytest.mark.parametrize(
    "data",
    [
        {"name": "other"},
        {"name": "automation"},
        {"name": "automation", "options": [{"name": "dance", "type": 1}]},
    ],
)
def test_commands_of_no_known_kind(data: dict[str, Any]) -> None:
    assert gesture(signal("command", data)) is None


def test_buttons() -> None:
    assert pressed("v1:requirements:S1") == ShowRequirements("S1")
    assert pressed("v1:requirements:") == ShowRequirements(None)
    assert pressed("v1:view:A1") == ShowCode(Spot("A1"))
    assert pressed("v1:file:A1:2") == ShowCode(Spot("A1", 3, 0, 2), leafing=True)
    assert pressed("v1:code:A1:3:1:2") == ShowCode(Spot("A1", 3, 1, 2), leafing=True, same=True)
    assert pressed("v1:fix:") == Fix()
    delete = intent(pressed("v1:delete:S1"))
    assert isinstance(delete, Delete)
    assert (delete.session, delete.confirmed) == ("S1", True)


@pytest.mark.parametrize("custom_id", ["v1:dance:S1", "v9:close:S1", "generate"])
def test_buttons_of_no_known_kind(custom_id: str) -> None:
    assert pressed(custom_id) is None


def test_in_a_direct_message_the_button_names_the_guild() -> None:
    place = Place("discord", "", "1000", None, direct=True)
    told = located(
        replace(signal("component", {"custom_id": "v1:view:A1@200"}, place), person=Person("", "101"))
    )
    assert told.place == Place("discord", "200", "1000", None, direct=True)
    assert told.person == ANA
    assert gesture(told) == ShowCode(Spot("A1", workspace="200"))


def test_a_form_opens_a_session_in_the_channel() -> None:
    sent = [
        {"component": {"custom_id": "title", "value": "Prices"}},
        {"component": {"custom_id": "agent_type", "values": ["research"]}},
        {"component": {"custom_id": "requirements", "value": "a\nb"}},
    ]
    opened = gesture(signal("form", {"custom_id": "v1:open_session:", "components": sent}))
    assert isinstance(opened, Asked)
    assert opened.form is not None
    assert opened.form.fields["requirements"] == "a\nb"
    found = opened.intent
    assert isinstance(found, OpenSession)
    assert (found.title, found.agent_type, found.origin.place) == ("Prices", AgentType.RESEARCH, GENERAL)


def test_the_form_of_the_ledger() -> None:
    box = {"component": {"custom_id": "requirements", "value": "by mail"}}
    changed = gesture(signal("form", {"custom_id": "v1:requirements_form:S1", "components": [box]}))
    found = intent(changed)
    assert isinstance(found, ChangeRequirements)
    assert (found.session, found.add) == ("S1", ("by mail",))
    empty = {"component": {"custom_id": "requirements", "value": " "}}
    sent = {"custom_id": "v1:requirements_form:S1", "components": [empty]}
    assert gesture(signal("form", sent)) == NothingChanged()


def test_forms_of_no_known_kind() -> None:
    assert gesture(signal("form", {"custom_id": "v1:survey:", "components": []})) is None


# -- places


def test_where_a_session_can_be_opened() -> None:
    assert hindrance(signal("command", {}, GENERAL)) is None
    assert hindrance(signal("command", {}, GENERAL, channel="news")) is None
    for channel in ("voice", "stage_voice", "forum", "private", "media"):
        assert hindrance(signal("command", {}, GENERAL, channel=channel)) is not None
    assert hindrance(signal("command", {}, THREAD, channel="public_thread")) is not None


def test_everything_that_is_missing_is_named_at_once() -> None:
    few = discord.Permissions(view_channel=True, send_messages=True, read_message_history=True)
    hindered = hindrance(signal("command", {}, GENERAL, permissions=few))
    assert hindered is not None
    for name in ("Create Public Threads", "Send Messages in Threads", "Attach Files"):
        assert f"**{name}**" in hindered.sentence
    assert (
        hindrance(signal("command", {}, GENERAL, permissions=discord.Permissions(administrator=True))) is None
    )


def test_the_invitation_asks_for_what_is_needed() -> None:
    value = int(invitation("900").rpartition("=")[2])
    asked = discord.Permissions(value)
    assert hindrance(signal("command", {}, GENERAL, permissions=asked)) is None
    assert not asked.administrator


# -- messages


def message(text: str, place: Place = THREAD, **fields: Any) -> Heard:
    return Heard("88", place, ANA, AT, text, **fields)


def test_what_is_said_in_a_thread() -> None:
    found = said(message("ask <@102> about <#9>", names={"102": "Ben", "9": "general"}), BOT, AT)
    assert isinstance(found, Say)
    assert (found.text, found.message, found.mentioned) == ("ask @Ben about #general", "88", False)
    assert (found.origin.event_key, found.origin.at, found.origin.place) == ("message:88", AT, THREAD)


@pytest.mark.parametrize("mention", ["<@900>", "<@!900>"])
def test_words_to_the_bot(mention: str) -> None:
    generate = said(message(f" {mention}  generate in ts"), BOT, AT)
    assert isinstance(generate, Generate)
    assert generate.language is Language.TYPESCRIPT
    talk = said(message(f"{mention} generate a report every Monday"), BOT, AT)
    assert isinstance(talk, Say)
    assert (talk.text, talk.mentioned) == ("generate a report every Monday", True)
    within = said(message(f"could {mention} cancel"), BOT, AT)
    assert isinstance(within, Say)
    assert (within.text, within.mentioned) == ("could cancel", True)


def test_a_bare_mention_asks_for_help_unless_it_brings_files() -> None:
    asked = said(message("<@900>"), BOT, AT)
    assert isinstance(asked, Ask)
    file = Attachment("a.csv", 1, "text/csv", "1/2/3")
    assert isinstance(said(message("<@900>", attachments=(file,)), BOT, AT), Say)


def test_a_verb_that_comes_with_a_file_is_said_so_that_the_file_is_kept() -> None:
    file = Attachment("a.csv", 1, "text/csv", "1/2/3")
    say = said(message("<@900> generate python", attachments=(file,)), BOT, AT)
    assert isinstance(say, Say)
    assert (say.text, say.mentioned, say.attachments) == ("generate python", True, (file,))


def test_in_the_channel_only_what_is_said_to_the_bot_counts() -> None:
    assert said(message("hello", GENERAL), BOT, AT) is None
    assert said(message("<@900> hi", GENERAL, by_bot=True), BOT, AT) is None
    assert isinstance(said(message("<@900> generate", GENERAL), BOT, AT), Generate)
    assert isinstance(said(message("hey <@900>", GENERAL), BOT, AT), Ask)


def test_other_bots_cannot_command() -> None:
    found = said(message("<@900> delete", by_bot=True), BOT, AT)
    assert isinstance(found, Say)
    assert found.by_bot


def test_an_old_command_is_only_said() -> None:
    found = said(message("<@900> generate"), BOT, AT + timedelta(hours=2))
    assert isinstance(found, Say)
    assert found.text == "generate"


def test_an_edit_is_known_by_its_time() -> None:
    later = AT + timedelta(minutes=1)
    found = revised(message("better", edited=later), BOT)
    assert isinstance(found, Revise)
    assert (found.text, found.origin.at) == ("better", later)
    assert found.origin.event_key == f"message:88:edited:{later.isoformat()}"
    assert revised(message("a link was looked up"), BOT) is None
    assert revised(message("", edited=later, blank=True), BOT) is None
    assert revised(message("outside", GENERAL, edited=later), BOT) is None


def test_deletions_and_ends() -> None:
    gone = erased(THREAD, "88", AT)
    assert isinstance(gone, Erase)
    assert gone.origin.event_key == "message:88:deleted"
    end = lost(THREAD, AT)
    assert isinstance(end, ThreadLost)
    assert end.origin.place == THREAD


def test_a_source_tells_what_it_is() -> None:
    assert not Source("1").hidden


def test_a_form_that_is_sent_twice_is_one_gesture() -> None:
    data = {"custom_id": "v1:open_session:77", "components": []}
    first, second = gesture(signal("form", data)), gesture(signal("form", data))
    assert isinstance(first, Asked)
    assert isinstance(second, Asked)
    assert first.intent.origin.alias_key == second.intent.origin.alias_key == "form:77"
