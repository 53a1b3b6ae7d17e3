"""From Slack's payloads to what they ask for: an intent of the core, or something to open. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adapters.shared.actions import action_of, pressed
from adapters.shared.verbs import outside
from adapters.slack.code_view import VIEW_CODE, Spot
from adapters.slack.events import from_event, workspace_team
from adapters.slack.forms import OPEN_SESSION, FormPlace, read_new_session
from adapters.slack.mentions import incoming
from adapters.slack.requirements import REQUIREMENTS, read_changes
from adapters.slack.threads import PLATFORM, Bot
from core.intents import Intent, Origin, Person, Place
from core.replies import Action

Payload = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """An intent. ``response_url``: where its answer goes, when the gesture has brought one. ``form``: it comes from a
    submitted form, which can show an answer at its fields ``fields``."""

    intent: Intent
    response_url: str = ""
    fields: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class NewSession:
    """Open the form."""

    trigger: str
    title: str
    where: FormPlace
    person: Person


@dataclass(frozen=True, slots=True)
class ShowRequirements:
    """Open the ledger of a session. ``session``: ``None`` means the one of the thread."""

    trigger: str
    session: str | None
    where: FormPlace
    person: Person


@dataclass(frozen=True, slots=True)
class ShowCode:
    """Open the files of a version (``trigger``), or leaf through them (``view``)."""

    spot: Spot
    person: Person
    trigger: str = ""
    view: str = ""

    @property
    def where(self) -> FormPlace:
        return FormPlace(self.spot.channel, self.spot.thread, self.spot.direct)


Gesture = Asked | NewSession | ShowRequirements | ShowCode


def gesture(payload: Payload, bot: Bot, now: datetime, *, direct: bool = False) -> Gesture | None:
    """What a payload asks for; ``None`` when it is of no concern. ``direct``: for a slash command, whether it was typed
    in the person's own conversation with the bot, which the payload does not tell."""
    if "command" in payload:
        return _command(payload, bot, now, direct=direct)
    match payload.get("type"):
        case "event_callback":
            intent = from_event(payload, bot)
            return Asked(intent) if intent else None
        case "block_actions":
            return _clicked(payload, bot, now)
        case "view_submission":
            return _submitted(payload, bot, now)
        case _:
            return None


def in_direct_message(payload: Payload) -> bool:
    """Whether a slash command was typed in a direct message, be it with us or between other people."""
    return "command" in payload and payload.get("channel_name") == "directmessage"


def slash_person(payload: Payload) -> Person:
    return Person(str(payload["team_id"]), str(payload["user_id"]))


# -- slash commands


def _command(payload: Payload, bot: Bot, now: datetime, *, direct: bool) -> Gesture:
    text, channel = incoming(str(payload.get("text") or "")).strip(), str(payload["channel_id"])
    person, url = slash_person(payload), str(payload.get("response_url") or "")
    verb, _, rest = text.partition(" ")
    if verb.lower() == "new":
        where = FormPlace(channel, direct=direct, response_url=url)
        return NewSession(str(payload["trigger_id"]), " ".join(rest.split()), where, person)
    place = Place(PLATFORM, bot.workspace, channel, direct=direct)
    origin = Origin(place, person, f"slash:{payload['trigger_id']}", now)
    return Asked(outside(text, origin), url)


# -- buttons


def _clicked(payload: Payload, bot: Bot, now: datetime) -> Gesture | None:
    action = payload["actions"][0]
    value, person = str(action.get("value") or ""), _person(payload)
    view = payload.get("view")
    if view is not None:
        if view.get("callback_id") != VIEW_CODE:
            return None
        return ShowCode(Spot.unpacked(view["private_metadata"]).turned(value), person, view=str(view["id"]))
    kind = action_of(str(action["action_id"]))
    if kind is None:
        return None
    where = _where(payload)
    trigger = str(payload["trigger_id"])
    if kind is Action.VIEW:
        return ShowCode(Spot(value, where.channel, where.thread, where.direct), person, trigger)
    if kind is Action.REQUIREMENTS:
        return ShowRequirements(trigger, value or None, where, person)
    key = f"{where.channel}:{_message_ts(payload)}:{action['action_id']}:{action['action_ts']}"
    origin = Origin(where.place(bot.workspace), person, key, now)
    intent = pressed(kind, value, origin)
    return Asked(intent, where.response_url) if intent else None


def _where(payload: Payload) -> FormPlace:
    """The thread of the message whose button was pressed; the root is one even before its first reply. A private
    answer in the channel is in no thread, and is answered where it stands."""
    container, message = payload["container"], payload.get("message") or {}
    channel = str((payload.get("channel") or {}).get("id") or container["channel_id"])
    thread = container.get("thread_ts") or message.get("thread_ts")
    hidden = bool(container.get("is_ephemeral"))
    if thread is None and not hidden:
        thread = _message_ts(payload)
    url = "" if thread else str(payload.get("response_url") or "")
    return FormPlace(channel, thread, channel.startswith("D"), url)


def _message_ts(payload: Payload) -> str:
    return str(payload["container"].get("message_ts") or "")


# -- forms


def _submitted(payload: Payload, bot: Bot, now: datetime) -> Gesture | None:
    view = payload["view"]
    callback = view.get("callback_id")
    if callback not in {OPEN_SESSION, REQUIREMENTS}:
        return None
    where = FormPlace.unpacked(view["private_metadata"])
    origin = Origin(where.place(bot.workspace), _person(payload), f"view:{view['id']}", now)
    fields = frozenset(str(block.get("block_id")) for block in view["blocks"] if block.get("type") == "input")
    if callback == OPEN_SESSION:
        return Asked(read_new_session(view, origin), where.response_url, fields)
    changes = read_changes(view, where.session, origin)
    return Asked(changes, where.response_url, fields) if changes else None


def _person(payload: Payload) -> Person:
    user = payload["user"]
    return Person(str(user.get("team_id") or workspace_team(payload)), str(user["id"]))
