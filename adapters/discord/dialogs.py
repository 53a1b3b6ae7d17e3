"""Answers to a gesture: forms that open, files that are shown, and words for the person alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import structlog

from adapters.discord import blocks
from adapters.discord.answers import OPEN_FORM, QUIETLY
from adapters.discord.blocks import DiscordMessage
from adapters.discord.code_view import code_view
from adapters.discord.custom_ids import CustomId
from adapters.discord.events import Heard, Signal
from adapters.discord.forms import (
    LABELS,
    OPEN_SESSION,
    TYPED_FILE,
    TypedForm,
    kept_form,
    new_session,
    to_be_fixed,
)
from adapters.discord.inbound import Asked, NewSession, ShowCode, ShowRequirements
from adapters.discord.outbound import DiscordPlatform
from adapters.discord.places import hindrance
from adapters.discord.posting import Channel, create
from adapters.discord.requirements import CHANGES, NEW_LABEL, REQUIREMENTS, change_form, form_of
from adapters.discord.threads import Json
from core.desk import Desk, Outcome, Receipt
from core.errors import PlatformError, PlatformRefused
from core.intents import Cancel, Download, Generate, Intent, OpenSession, Place
from core.replies import Reply

_log = structlog.get_logger(__name__)

_NO_SESSION: Final = "There is no such session any more. `/automation new` opens one."
_NO_VERSION: Final = "This version does not exist any more."
_NOT_KEPT: Final = (
    "I could not read what you typed just now. It is in the attached file; press **Fix** again in a moment."
)
_TYPED_BYTES: Final = 200_000
_READ_SECONDS: Final = 2.0
"""A form must open within three seconds of the click."""
_PACKING: Final = "I am packing it: here it comes, or as a direct message."
_ONLY_ALONE: Final = (
    "I can tell this only to you alone, and you take no direct messages from this server. Use `/automation` for it: "
    "then nobody else sees my answer."
)
_HIDDEN: Final = (
    "I can see that somebody writes here, but not what: Discord keeps it from me. Whoever runs me switches on *Message "
    "Content Intent* at {page} and starts me again. Until then I read only messages that mention me or reply to me."
)


class Dialogs:
    """Gives each gesture its first answer. Raises PlatformError."""

    def __init__(self, platform: DiscordPlatform, desk: Desk) -> None:
        self._platform = platform
        self._desk = desk

    async def new_session(self, told: Signal, asked: NewSession) -> None:
        """Opening the form is itself the answer."""
        hindered = hindrance(told)
        if hindered is not None:
            raise hindered
        await self._open(told, new_session({"title": asked.title}, told.id))

    async def requirements(self, told: Signal, asked: ShowRequirements) -> None:
        found = (
            self._desk.session(asked.session, told.place)
            if asked.session
            else self._desk.session_of(told.place)
        )
        session = await found
        if session is None:
            raise PlatformRefused(_NO_SESSION, detail=f"requirements of {asked.session}")
        await self._open(told, change_form(session, told.place.workspace if told.place.direct else ""))

    async def code(self, told: Signal, asked: ShowCode) -> None:
        made = await self._desk.automation(asked.spot.automation, told.place)
        if made is None:
            raise PlatformRefused(_NO_VERSION, detail=f"code of {asked.spot.automation}")
        message = code_view(made, asked.spot)
        if asked.same:
            message = replace(message, files=())
        await self._platform.answers.first_message(
            told.id, told.token, message, replace=asked.leafing, keep_files=asked.same
        )

    async def fix(self, told: Signal) -> None:
        """The refused form again, with what was typed into it: the message with the button has it attached."""
        url = told.source.files.get(TYPED_FILE, "") if told.source else ""
        try:
            data = await self._platform.files.download(url, _TYPED_BYTES, _READ_SECONDS)
        except PlatformError as error:
            raise PlatformRefused(_NOT_KEPT, detail=error.detail) from error
        form = kept_form(data)
        opened = _again(form) if form else None
        if opened is None:
            raise PlatformRefused(_NOT_KEPT, detail="fix: unknown form")
        await self._open(told, opened)

    async def receipt(self, told: Signal, asked: Asked, receipt: Receipt) -> None:
        """What the desk said."""
        if asked.form and receipt.outcome is Outcome.REFUSED:
            sentence = receipt.reply.text if receipt.reply else ""
            label = _label(asked.form, receipt.field or "")
            await self._show(told, to_be_fixed(sentence, label, asked.form), again=_fixing(told))
            return
        accepted = receipt.outcome is Outcome.ACCEPTED
        download = isinstance(asked.intent, Download) and accepted
        reply = receipt.reply or _word(asked.intent, told)
        promised = download and not receipt.reply
        with self._platform.answers.kept(told.place, told.person, told.token, promised=promised):
            if reply is None:
                await self.quietly(told)
            else:
                again = _fixing(told) or (_replaceable(told) and accepted and not download)
                await self._reply(told, reply, again=again)

    async def tell(self, message: Heard, reply: Reply) -> None:
        """Answers words that were said to us: to the person alone, or in public where they take no direct messages."""
        try:
            await self._platform.tell(message.place, message.person, reply)
        except PlatformError as error:
            _log.info("answered_in_public", person=message.person.id, detail=error.detail)
            await self._in_public(message, Reply(_ONLY_ALONE) if reply.private else reply)

    async def content_is_hidden(self, place: Place) -> None:
        application = self._platform.bot.application
        text = _HIDDEN.format(page=f"<https://discord.com/developers/applications/{application}/bot>")
        thread = Channel(place.thread or "", thread=True)
        try:
            await self._platform.calls.must(create(thread, DiscordMessage(text)))
        except PlatformError as error:
            _log.warning("hidden_content_not_told", reference=error.reference, detail=error.detail)

    async def _in_public(self, message: Heard, reply: Reply) -> None:
        place = message.place
        where = Channel(place.thread or place.channel, thread=place.thread is not None)
        first, *_ = blocks.messages(reply)
        call = create(where, first)
        answer = {"message_id": message.id, "fail_if_not_exists": False}
        assert isinstance(call.body, dict), "it is a message"
        try:
            await self._platform.calls.must(replace(call, body=call.body | {"message_reference": answer}))
        except PlatformError as error:
            _log.warning("answer_not_given", reference=error.reference, detail=error.detail)

    async def sorry(self, told: Signal, error: PlatformError) -> None:
        message = DiscordMessage(blocks.parts(f"{error.sentence} `ref {error.reference}`")[0])
        await self._platform.answers.first_message(told.id, told.token, message)

    async def quietly(self, told: Signal) -> None:
        """An answer that nobody sees."""
        await self._platform.answers.first(told.id, told.token, QUIETLY)

    async def say(self, told: Signal, text: str) -> None:
        await self._show(told, DiscordMessage(text), again=_fixing(told))

    async def _reply(self, told: Signal, reply: Reply, *, again: bool) -> None:
        first, *rest = blocks.messages(reply)
        await self._show(told, first, again=again)
        for message in rest:
            await self._platform.answers.follow_up(told.token, message)

    async def _open(self, told: Signal, form: Json) -> None:
        await self._platform.answers.first(told.id, told.token, OPEN_FORM, form)

    async def _show(self, told: Signal, message: DiscordMessage, *, again: bool) -> None:
        """``again``: in place of the message that the gesture came from."""
        await self._platform.answers.first_message(told.id, told.token, message, replace=again)


def _again(form: TypedForm) -> Json | None:
    """The form with what was typed into it; ``None`` when this version does not know it any more."""
    custom_id = CustomId.unpacked(form.custom_id)
    if custom_id is None:
        return None
    if custom_id.action == OPEN_SESSION:
        return new_session(form.fields, custom_id.value)
    return form_of(custom_id, form.fields) if custom_id.action == CHANGES else None


def _label(form: TypedForm, field: str) -> str:
    """How the field at fault is called in the form."""
    if field in form.fields and CHANGES in form.custom_id:
        return NEW_LABEL if field == REQUIREMENTS else ""
    return LABELS.get(field, "")


def _fixing(told: Signal) -> bool:
    return told.source is not None and told.source.fixes


def _replaceable(told: Signal) -> bool:
    """Whether the buttons that only this person sees have done their work."""
    return told.kind == "component" and told.source is not None and told.source.hidden


def _word(intent: Intent, told: Signal) -> Reply | None:
    """What is said when the desk says nothing; ``None`` where the gesture needs no visible answer."""
    match intent:
        case Download():
            return Reply(_PACKING)
        case OpenSession():
            return Reply(f"**{intent.title.strip()}** is on its way: its card appears here in a moment.")
        case Generate() if told.kind == "command" or _replaceable(told):
            return Reply("On it: the thread shows how far it is.")
        case Cancel() if told.kind == "command":
            return Reply("Stopping it.")
        case _ if told.kind == "command" or _replaceable(told) or told.source is None or _fixing(told):
            return Reply("Done.")
        case _:
            return None
