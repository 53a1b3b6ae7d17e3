"""Messages of channels: create with nonces, read, edit, delete, typing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.simulators.discord.buckets import limited
from bot.simulators.discord.calls import Call, Operation
from bot.simulators.discord.content import content
from bot.simulators.discord.findings import Spot
from bot.simulators.discord.message_shapes import seen_json
from bot.simulators.discord.outcomes import Refused, refused
from bot.simulators.discord.permissions import may
from bot.simulators.discord.posting import check_speech, check_unlocked, post, remove
from bot.simulators.discord.things import COMMAND_ANSWER, PLAIN, REPLY, SYSTEM, Channel, Json, Message
from bot.simulators.discord.wire import Given
from bot.simulators.discord.world import APP, NONCE_SECONDS

OLD = 3600.0  # docs.discord.com, 30046: messages older than an hour can be edited only so often
OLD_EDITS, OLD_WINDOW = 3, 3600.0  # how often; unofficial


def create(call: Call) -> Json:
    channel = call.channel()
    check_speech(call.world, APP, channel)
    nonce = _nonce(call)
    earlier = call.world.nonces.get((channel.id, str(nonce))) if nonce is not None else None
    enforced = (
        call.given.fields.get("enforce_nonce") and earlier and call.world.now() - earlier[0] <= NONCE_SECONDS
    )
    if enforced and earlier and not earlier[1].deleted:
        return seen_json(call.world, earlier[1])
    message = new_message(call, channel, call.given)
    message.nonce = nonce
    if nonce is not None:
        call.world.nonces[channel.id, str(nonce)] = (call.world.now(), message)
    post(call.platform, message)
    return seen_json(call.world, message)


def new_message(call: Call, channel: Channel, given: Given) -> Message:
    """Checked and made, not yet posted. Raises `Refused`."""
    made = content(call.world, channel, given)
    reference = _reference(call, channel, given.fields.get("message_reference"))
    message = Message(
        call.world.snowflake(), channel.id, APP, call.world.now(), kind=REPLY if reference else PLAIN
    )
    message.reply_to = reference
    made.put_into(call.world, message)
    return message


def _nonce(call: Call) -> str | int | None:
    nonce = call.given.fields.get("nonce")
    if nonce is None or (isinstance(nonce, int) and not isinstance(nonce, bool)):
        return nonce
    spot = Spot().at("nonce")
    spot.text(nonce, 25)
    spot.settle()
    return str(nonce)


def _reference(call: Call, channel: Channel, given: Any) -> tuple[str, str] | None:
    """The message that is replied to. Raises `Refused`: 160002, 50035."""
    spot = Spot().at("message_reference")
    asked = spot.record(given)
    if not asked:
        return None
    if asked.get("type"):
        call.world.problems.append("forwarding is not simulated")
    if not may(call.world, APP, channel, "read_message_history"):
        raise refused(160002)
    found = channel.find(str(asked.get("message_id") or "0"))
    if found is None or found.kind in SYSTEM:
        if asked.get("fail_if_not_exists", True):
            spot.wrong("REPLIES_UNKNOWN_MESSAGE", "Unknown message")
        spot.settle()
        return None
    return channel.id, found.id


def read(call: Call) -> Json:
    channel = call.channel()
    call.need(channel, "read_message_history")
    return seen_json(call.world, call.message(channel))


def read_many(call: Call) -> list[Json]:
    """Newest first. Without Read Message History there is nothing to see."""
    channel = call.channel()
    most = call.number("limit", 50, 1, 100)
    if not may(call.world, APP, channel, "read_message_history"):
        return []
    return [seen_json(call.world, each) for each in _window(call, channel.messages, most)]


def _window(call: Call, messages: Sequence[Message], most: int) -> list[Message]:
    before, after, around = (call.number(key, 0, 0, 2**63) for key in ("before", "after", "around"))
    if around:
        earlier = [each for each in messages if int(each.id) < around][-(most // 2) :] if most > 1 else []
        later = [each for each in messages if int(each.id) >= around][: most - len(earlier)]
        return [*earlier, *later][::-1]
    if after:
        return [each for each in messages if int(each.id) > after][:most][::-1]
    return [each for each in messages if not before or int(each.id) < before][-most:][::-1]


def update(call: Call) -> Json:
    channel = call.channel()
    message = call.message(channel)
    if message.kind in SYSTEM:
        raise refused(50021)
    if message.author != APP:
        raise refused(50005)
    check_unlocked(call.world, APP, channel)
    if channel.thread and channel.thread.archived:
        raise refused(50083)
    _count_old_edit(call, message)
    content(call.world, channel, call.given, old=message).put_into(call.world, message)
    message.edited = call.world.now()
    call.events.edited(message)
    return seen_json(call.world, message)


def _count_old_edit(call: Call, message: Message) -> None:
    """Raises `Refused` 30046."""
    now = call.world.now()
    if not call.platform.strict or now - message.created <= OLD:
        return
    message.old_edits = [each for each in message.old_edits if now - each < OLD_WINDOW]
    if len(message.old_edits) >= OLD_EDITS:
        wait = limited(message.old_edits[0] + OLD_WINDOW - now, "shared")
        told = refused(30046)
        raise Refused(told.status, told.code, told.message, wait.extra, wait.headers)
    message.old_edits.append(now)


def delete(call: Call) -> None:
    channel = call.channel()
    message = call.message(channel)
    if message.author != APP:
        call.need(channel, "manage_messages")
    if message.kind in SYSTEM and message.kind not in (PLAIN, REPLY, COMMAND_ANSWER):
        raise refused(50021)
    if channel.thread and channel.thread.archived:
        check_unlocked(call.world, APP, channel)
    remove(call.platform, message)


def typing(call: Call) -> None:
    channel = call.channel()
    check_speech(call.world, APP, channel)
    call.world.typing[channel.id] = call.world.now()
    call.events.typing(channel, APP)


_MESSAGES = "/channels/{channel_id}/messages"
OPERATIONS = (
    Operation("create_message", "POST", _MESSAGES, create),
    Operation("list_messages", "GET", _MESSAGES, read_many),
    Operation("get_message", "GET", _MESSAGES + "/{message_id}", read),
    Operation("update_message", "PATCH", _MESSAGES + "/{message_id}", update),
    Operation("delete_message", "DELETE", _MESSAGES + "/{message_id}", delete),
    Operation("trigger_typing_indicator", "POST", "/channels/{channel_id}/typing", typing),
)
