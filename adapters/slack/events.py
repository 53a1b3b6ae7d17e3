"""Slack's events as intents: what people say, change and take back in threads, and what happens to channels. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from adapters.shared.verbs import outside, spoken
from adapters.slack.mentions import incoming, mentions, without
from adapters.slack.threads import PLATFORM, Bot
from core.intents import Attachment, Erase, Intent, Origin, Person, Place, Revise, Say, ThreadLost

Payload = Mapping[str, Any]
Json = Mapping[str, Any]

_SPOKEN: Final = frozenset({None, "thread_broadcast", "file_share", "me_message", "bot_message"})
_CHANNEL_ENDS: Final = frozenset({"channel_deleted", "channel_archive", "group_deleted", "group_archive"})
_NO_CONTENT: Final = frozenset({"tombstone", "hidden_by_limit", "external"})
"""Modes of files that cannot be read at Slack."""


def from_event(payload: Payload, bot: Bot) -> Intent | None:
    """The intent of an event, ``None`` when it is of no concern.

    One gesture has one carrier: what is said in a thread or in the bot's own direct message comes as `message`, with
    its files; a mention in the open channel comes as `app_mention`. The other event of the pair is left aside."""
    event = payload["event"]
    kind = event.get("type")
    if kind in _CHANNEL_ENDS:
        return _channel_ended(payload, event, bot)
    if kind == "app_mention":
        by_person = event.get("user") and not event.get("bot_id")
        return _addressed(payload, event, bot) if by_person and not _thread(event) else None
    if kind != "message":
        return None
    match event.get("subtype"):
        case "message_changed":
            return _changed(payload, event, bot)
        case "message_deleted":
            return _gone(payload, event, event.get("previous_message") or {}, bot)
        case subtype if subtype in _SPOKEN and not bot.wrote(event):
            return _said(payload, event, bot)
        case _:
            return None


def workspace_team(payload: Payload) -> str:
    """The team that a payload came through."""
    team = payload.get("team") or {}
    return str(payload.get("team_id") or team.get("id") or "")


def _said(payload: Payload, event: Json, bot: Bot) -> Intent | None:
    thread = _thread(event)
    if thread is None:
        to_us = event.get("channel_type") == "im" and not event.get("bot_id")
        return _addressed(payload, event, bot) if to_us else None
    origin = _origin(payload, event, bot, event["channel"], thread)
    raw = str(event.get("text") or "")
    by_bot = bool(event.get("bot_id"))
    text = incoming(without(raw, bot.user))
    # What comes with files is said, whatever it says: a verb would leave the files behind.
    if not by_bot and not event.get("files") and _begins_with_mention(raw, bot.user):
        intent = spoken(text, origin)
        if intent is not None:
            return intent
    return Say(
        origin,
        message=str(event["ts"]),
        text=text,
        attachments=_attachments(event),
        by_bot=by_bot,
        mentioned=mentions(raw, bot.user),
    )


def _addressed(payload: Payload, event: Json, bot: Bot) -> Intent:
    """Words said to the bot where there is no session."""
    origin = _origin(payload, event, bot, event["channel"], None)
    return outside(incoming(without(str(event.get("text") or ""), bot.user)), origin)


def _changed(payload: Payload, event: Json, bot: Bot) -> Intent | None:
    message, before = event["message"], event.get("previous_message") or {}
    if message.get("subtype") == "tombstone":  # a root with replies leaves one behind
        return _gone(payload, {**event, "deleted_ts": message["ts"]}, before, bot)
    thread = _thread(message)
    if bot.wrote(message) or thread is None or message.get("text") == before.get("text"):
        return None
    edited = str((message.get("edited") or {}).get("ts") or event["ts"])
    origin = _origin(payload, message, bot, event["channel"], thread, happened=("edited", edited))
    return Revise(origin, str(message["ts"]), incoming(without(str(message.get("text") or ""), bot.user)))


def _gone(payload: Payload, event: Json, before: Json, bot: Bot) -> Intent | None:
    """A message was deleted: our card takes its session along, a reply of a person takes back what was said. Of a
    message that Slack does not describe only a card can matter."""
    ts, thread = str(event["deleted_ts"]), _thread(before)
    origin = _origin(
        payload,
        {**before, "ts": ts},
        bot,
        event["channel"],
        thread or ts,
        happened=("deleted", str(event["ts"])),
    )
    if thread is None:
        return ThreadLost(origin) if bot.wrote(before) or not before else None
    return None if bot.wrote(before) else Erase(origin, ts)


def _channel_ended(payload: Payload, event: Json, bot: Bot) -> Intent:
    place = Place(PLATFORM, bot.workspace, str(event["channel"]))
    person = Person(workspace_team(payload), str(event.get("user") or ""))
    at = datetime.fromtimestamp(int(payload["event_time"]), UTC)
    return ThreadLost(Origin(place, person, f"event:{payload['event_id']}", at))


def _origin(
    payload: Payload,
    message: Json,
    bot: Bot,
    channel: str,
    thread: str | None,
    *,
    happened: tuple[str, str] | None = None,
) -> Origin:
    """``happened``: what was done to the message and the ts of that, when it is not that it was said."""
    ts, alias = str(message["ts"]), message.get("client_msg_id")
    said = f"{bot.workspace}:{channel}:"
    return Origin(
        Place(PLATFORM, bot.workspace, channel, thread, channel.startswith("D")),
        _author(payload, message),
        event_key=said + (f"{ts}:{happened[0]}:{happened[1]}" if happened else ts),
        at=datetime.fromtimestamp(float(happened[1] if happened else ts), UTC),
        alias_key=f"{said}{alias}" if alias and not happened else None,
    )


def _author(payload: Payload, message: Json) -> Person:
    """A person is their own team's, also in a channel that two workspaces share."""
    team = message.get("user_team") or message.get("source_team") or message.get("team")
    return Person(
        str(team or workspace_team(payload)), str(message.get("user") or message.get("bot_id") or "")
    )


def _thread(message: Json) -> str | None:
    """The root of a reply; ``None`` for a message that is in no thread, or is the root of one."""
    thread = message.get("thread_ts")
    return None if thread is None or thread == message.get("ts") else str(thread)


def _begins_with_mention(text: str, user: str) -> bool:
    return text.lstrip().startswith((f"<@{user}>", f"<@{user}|"))


def _attachments(event: Json) -> tuple[Attachment, ...]:
    return tuple(
        Attachment(
            name=str(file.get("name") or file.get("title") or "file"),
            size=int(file.get("size") or 0),
            mimetype=str(file.get("mimetype") or "application/octet-stream"),
            handle=str(file["id"]),
        )
        for file in event.get("files") or ()
        if file.get("mode") not in _NO_CONTENT
    )
