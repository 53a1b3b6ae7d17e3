"""From what comes in to what it asks for: an intent of the core, or something to open. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from adapters.discord.code_view import CHOOSE, TURN, Spot
from adapters.discord.commands import intent_of, typed
from adapters.discord.custom_ids import CustomId
from adapters.discord.events import Heard, Signal
from adapters.discord.forms import FIX, OPEN_SESSION, TypedForm, read_new_session, typed_fields
from adapters.discord.mentions import begins_with_mention, incoming, mentions, without
from adapters.discord.requirements import CHANGES, read_changes
from adapters.discord.threads import Bot
from adapters.shared.actions import pressed
from adapters.shared.verbs import outside, spoken
from core.intents import Erase, Intent, Origin, Person, Place, Revise, Say, ThreadLost
from core.replies import Action

LATE: Final = timedelta(hours=1)
"""An older message is only something that was said: what it asked for is not done without asking again."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An intent. ``form``: the submitted form that it comes from."""

    intent: Intent
    form: TypedForm | None = None


@dataclass(frozen=True, slots=True)
class NewSession:
    """Open the form."""

    title: str


@dataclass(frozen=True, slots=True)
class ShowRequirements:
    """Open the ledger of a session. ``session``: ``None`` means the one of the thread."""

    session: str | None


@dataclass(frozen=True, slots=True)
class ShowCode:
    """Show the files of a version. ``leafing``: in the message that shows them already; ``same``: and the same file."""

    spot: Spot
    leafing: bool = False
    same: bool = False


@dataclass(frozen=True, slots=True)
class Fix:
    """Open a refused form again."""


@dataclass(frozen=True, slots=True)
class NothingChanged:
    """A form was sent as it was opened."""


Gesture = Asked | NewSession | ShowRequirements | ShowCode | Fix | NothingChanged


def gesture(told: Signal) -> Gesture | None:
    """What an interaction asks for; ``None`` when it is none that this version knows."""
    match told.kind:
        case "command":
            return _command(told)
        case "component":
            return _pressed(told)
        case "form":
            return _submitted(told)


def located(told: Signal) -> Signal:
    """The same with the workspace filled in that a direct message does not tell; the id of its button does."""
    custom_id = CustomId.unpacked(str(told.data.get("custom_id") or ""))
    if told.place.workspace or custom_id is None:
        return told
    return replace(
        told,
        place=replace(told.place, workspace=custom_id.workspace),
        person=Person(custom_id.workspace, told.person.id),
    )


def _command(told: Signal) -> Gesture | None:
    asked = typed(told.data)
    if asked is None:
        return None
    if asked.verb == "new":
        return NewSession(asked.text("title"))
    intent = intent_of(asked, _origin(told))
    return Asked(intent) if intent else None


def _pressed(told: Signal) -> Gesture | None:
    custom_id = CustomId.unpacked(str(told.data["custom_id"]))
    if custom_id is None:
        return None
    if custom_id.action == FIX:
        return Fix()
    if custom_id.action == TURN:
        spot = Spot.turned(custom_id)
        return ShowCode(spot, leafing=True, same=True)
    if custom_id.action == CHOOSE:
        return ShowCode(Spot.chosen(custom_id, str(told.data["values"][0])), leafing=True)
    if custom_id.action not in set(Action):
        return None
    return _acted(Action(custom_id.action), custom_id.value, told)


def _acted(action: Action, value: str, told: Signal) -> Gesture | None:
    if action is Action.VIEW:
        workspace = told.place.workspace if told.place.direct else ""
        return ShowCode(Spot(value, workspace=workspace))
    if action is Action.REQUIREMENTS:
        return ShowRequirements(value or None)
    intent = pressed(action, value, _origin(told))
    return Asked(intent) if intent else None


def _submitted(told: Signal) -> Gesture | None:
    custom_id = CustomId.unpacked(str(told.data["custom_id"]))
    fields = typed_fields(told.data["components"])
    if custom_id is None:
        return None
    form = TypedForm(str(told.data["custom_id"]), fields)
    if custom_id.action == OPEN_SESSION:
        place = replace(told.place, thread=None)
        origin = _origin(replace(told, place=place))
        if custom_id.value:
            origin = replace(origin, alias_key=f"form:{custom_id.value}")
        return Asked(read_new_session(fields, origin), form)
    if custom_id.action == CHANGES:
        changes = read_changes(fields, custom_id.value, _origin(told))
        return Asked(changes, form) if changes else NothingChanged()
    return None


def _origin(told: Signal) -> Origin:
    return Origin(told.place, told.person, f"interaction:{told.id}", told.at)


# -- messages


def said(message: Heard, bot: Bot, now: datetime) -> Intent | None:
    """What a message asks for; ``None`` when it is of no concern."""
    ours = mentions(message.text, bot.user)
    text = incoming(without(message.text, bot.user), message.names)
    origin = _of(message, message.id, message.at)
    if message.place.thread is None:
        return outside(text, origin) if ours and not message.by_bot else None
    recent = now - message.at <= LATE and not message.by_bot
    # What comes with files is said, whatever it says: a verb would leave the files behind.
    if recent and not message.attachments and begins_with_mention(message.text, bot.user):
        intent = spoken(text, origin)
        if intent is not None:
            return intent
    return Say(
        origin,
        message=message.id,
        text=text,
        attachments=message.attachments,
        by_bot=message.by_bot,
        mentioned=ours,
    )


def revised(message: Heard, bot: Bot) -> Intent | None:
    """Discord also tells when it has looked up a link: then the message was not edited."""
    if message.edited is None or message.place.thread is None or message.blank:
        return None
    origin = _of(message, f"{message.id}:edited:{message.edited.isoformat()}", message.edited)
    return Revise(origin, message.id, incoming(without(message.text, bot.user), message.names))


def erased(place: Place, message: str, now: datetime) -> Intent:
    """Discord does not tell whose message it was, nor who deleted it."""
    nobody = Person(place.workspace, "")
    return Erase(Origin(place, nobody, f"message:{message}:deleted", now), message)


def lost(place: Place, now: datetime) -> Intent:
    """The thread, or the whole channel, is gone, or locked."""
    where = place.thread or place.channel
    key = f"lost:{where}:{now.isoformat()}"
    return ThreadLost(Origin(place, Person(place.workspace, ""), key, now))


def _of(message: Heard, key: str, at: datetime) -> Origin:
    return Origin(message.place, message.person, f"message:{key}", at)
