"""Answering interactions: the callback within three seconds, and follow-ups by its token for fifteen minutes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.simulators.discord import form_rules
from bot.simulators.discord.calls import Call, Operation
from bot.simulators.discord.components import free_numbers, walk
from bot.simulators.discord.content import content
from bot.simulators.discord.findings import Spot
from bot.simulators.discord.message_shapes import message_json
from bot.simulators.discord.outcomes import refused
from bot.simulators.discord.posting import post, remove
from bot.simulators.discord.things import (
    COMMAND_ANSWER,
    EPHEMERAL,
    LOADING,
    MODAL,
    REPLY,
    Form,
    Interaction,
    Json,
    Message,
)
from bot.simulators.discord.wire import Given
from bot.simulators.discord.world import APP

TOKEN_SECONDS = 15 * 60.0  # docs.discord.com: how long a token lives
# Callback types.
MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE, CHOICES, FORM = 4, 5, 6, 7, 8, 9


def answer(call: Call) -> Json | None:
    """The first and only callback. Raises `Refused`: 10062 too late or unknown, 40060 again, 50035."""
    interaction = call.world.interactions.get(call.path["interaction_token"])
    if interaction is None or interaction.id != call.path["interaction_id"]:
        raise refused(10062)
    if interaction.answer is not None:
        raise refused(40060)
    if interaction.expired or call.world.now() - interaction.created > call.world.answer_seconds:
        interaction.expired = True
        raise refused(10062)
    kind = _kind(interaction, call.given.fields.get("type"))
    message = _ANSWERS[kind](call, interaction, call.given.inside("data"))
    interaction.answer = kind
    if call.query.get("with_response") not in ("true", "1"):
        return None
    return _told(call, interaction, kind, message)


def _kind(interaction: Interaction, kind: Any) -> int:
    """The callback type, if it is possible for this interaction. Raises `Refused` 50035."""
    allowed = {MESSAGE, DEFERRED}
    if interaction.source is not None:
        allowed |= {DEFERRED_UPDATE, UPDATE}
    if interaction.kind != MODAL:
        allowed.add(FORM)
    spot = Spot().at("type")
    if spot.required(kind):
        spot.choice(kind, allowed)
    spot.settle()
    return int(kind)


def _told(call: Call, interaction: Interaction, kind: int, message: Message | None) -> Json:
    about: Json = {"id": interaction.id, "type": interaction.kind, "channel_id": interaction.channel}
    about |= {"guild_id": interaction.guild} if interaction.guild else {}
    if message is None:
        return {"interaction": about}
    about |= {
        "response_message_id": message.id, "response_message_loading": bool(message.flags & LOADING),
        "response_message_ephemeral": message.only_for is not None,
    }  # fmt: skip
    if kind in (DEFERRED, DEFERRED_UPDATE):
        return {"interaction": about}
    return {"interaction": about, "resource": {"type": kind, "message": message_json(call.world, message)}}


# -- the kinds of answers


def _message(call: Call, interaction: Interaction, given: Given) -> Message:
    made = content(call.world, call.world.channels[interaction.channel], given, by_token=True)
    message = _blank(call, interaction)
    made.put_into(call.world, message)
    return _placed(call, interaction, message)


def _deferred(call: Call, interaction: Interaction, given: Given) -> Message:
    message = _blank(call, interaction)
    message.flags = LOADING | int(given.fields.get("flags") or 0) & EPHEMERAL
    interaction.fresh = True
    return _placed(call, interaction, message)


def _placed(call: Call, interaction: Interaction, message: Message) -> Message:
    """As @original."""
    interaction.original = message
    _publish(call, interaction, message)
    return message


def _blank(call: Call, interaction: Interaction) -> Message:
    """A command's first answer is its own kind of message; everything else replies to what it belongs to."""
    message = Message(call.world.snowflake(), interaction.channel, APP, call.world.now(), kind=COMMAND_ANSWER)
    message.interaction = interaction
    before = interaction.original or interaction.source
    if before is not None:
        message.kind, message.reply_to = REPLY, (before.channel, before.id)
    return message


def _publish(call: Call, interaction: Interaction, message: Message) -> None:
    interaction.messages.append(message)
    if message.flags & EPHEMERAL:
        message.only_for = interaction.user
        call.world.whispers.append(message)
    else:
        post(call.platform, message)


def _deferred_update(_call: Call, interaction: Interaction, _given: Given) -> Message | None:
    interaction.original = interaction.source
    return interaction.source


def _update(call: Call, interaction: Interaction, given: Given) -> Message | None:
    assert interaction.source is not None, "checked with the kind"
    interaction.original = interaction.source
    _edit(call, interaction.source, given)
    return interaction.source


def _form(call: Call, interaction: Interaction, given: Given) -> None:
    spot = Spot()
    form_rules.check(spot, given.body)
    spot.settle()
    components = [dict(each) for each in given.fields["components"]]
    numbers = free_numbers(components)
    for each in walk(components):
        each["id"] = each.get("id") or next(numbers)
    call.world.forms[interaction.user] = Form(
        given.fields["custom_id"], given.fields["title"], components, interaction
    )


_ANSWERS: dict[int, Callable[[Call, Interaction, Given], Message | None]] = {
    MESSAGE: _message,
    DEFERRED: _deferred,
    DEFERRED_UPDATE: _deferred_update,
    UPDATE: _update,
    FORM: _form,
}


def _edit(call: Call, message: Message, given: Given) -> None:
    """A deferred answer becomes the real one; every other message is edited."""
    channel = call.world.channels[message.channel]
    loading = bool(message.flags & LOADING)
    if loading:
        message.flags &= ~LOADING
    try:
        made = content(call.world, channel, given, old=message, by_token=True)
    except BaseException:
        message.flags |= LOADING if loading else 0
        raise
    made.put_into(call.world, message)
    message.edited = None if loading else call.world.now()
    call.events.edited(message)


# -- by token


def _by_token(call: Call) -> Interaction:
    """Raises `Refused`: 10015 for an unknown or unanswered one, 50027 when its time is over."""
    interaction = call.world.interactions.get(call.path["webhook_token"])
    if interaction is None or call.path["webhook_id"] != APP or interaction.answer is None:
        raise refused(10015)
    if call.world.now() - interaction.created > TOKEN_SECONDS:
        raise refused(50027)
    return interaction


def follow_up(call: Call) -> Json:
    """Directly after a deferred answer it completes that one."""
    interaction = _by_token(call)
    original = interaction.original
    if interaction.fresh and original is not None and not original.deleted:
        interaction.fresh = False
        flags = int(call.given.fields.get("flags") or 0)
        if flags & EPHEMERAL and not original.flags & EPHEMERAL:
            call.world.problems.append("a follow-up to a public deferred answer cannot be ephemeral")
        _edit(call, original, call.given)
        return message_json(call.world, original)
    made = content(call.world, call.world.channels[interaction.channel], call.given, by_token=True)
    message = _blank(call, interaction)
    made.put_into(call.world, message)
    _publish(call, interaction, message)
    return message_json(call.world, message)


def _addressed(call: Call) -> tuple[Interaction, Message]:
    """@original, or a message that the token made. Raises `Refused` 10008."""
    interaction = _by_token(call)
    key = call.path.get("message_id")
    found = (
        interaction.original
        if key is None
        else next((each for each in interaction.messages if each.id == key), None)
    )
    if found is None or found.deleted:
        raise refused(10008)
    return interaction, found


def get(call: Call) -> Json:
    return message_json(call.world, _addressed(call)[1])


def edit(call: Call) -> Json:
    interaction, message = _addressed(call)
    if message is interaction.original:
        interaction.fresh = False
    _edit(call, message, call.given)
    return message_json(call.world, message)


def delete(call: Call) -> None:
    remove(call.platform, _addressed(call)[1])


_HOOK = "/webhooks/{webhook_id}/{webhook_token}"
_ORIGINAL, _ONE = _HOOK + "/messages/@original", _HOOK + "/messages/{message_id}"
_CALLBACK = "/interactions/{interaction_id}/{interaction_token}/callback"
OPERATIONS = (
    Operation("create_interaction_response", "POST", _CALLBACK, answer, open=True),
    Operation("execute_webhook", "POST", _HOOK, follow_up, open=True, bucket="webhook"),
    Operation("get_original_webhook_message", "GET", _ORIGINAL, get, open=True, bucket="webhook"),
    Operation("update_original_webhook_message", "PATCH", _ORIGINAL, edit, open=True, bucket="webhook"),
    Operation("delete_original_webhook_message", "DELETE", _ORIGINAL, delete, open=True, bucket="webhook"),
    Operation("get_webhook_message", "GET", _ONE, get, open=True, bucket="webhook"),
    Operation("update_webhook_message", "PATCH", _ONE, edit, open=True, bucket="webhook"),
    Operation("delete_webhook_message", "DELETE", _ONE, delete, open=True, bucket="webhook"),
)
