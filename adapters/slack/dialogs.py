"""Answers to a gesture: forms that open, and words for the person alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import aiohttp
import structlog

from adapters.slack import blocks
from adapters.slack.code_view import code_view, gone
from adapters.slack.forms import View, new_session
from adapters.slack.inbound import NewSession, ShowCode, ShowRequirements
from adapters.slack.outbound import SlackPlatform
from adapters.slack.requirements import change_form
from core.desk import Desk
from core.errors import PlatformRefused
from core.intents import Person, Place
from core.replies import Reply

_log = structlog.get_logger(__name__)

_NO_SESSION: Final = "There is no such session any more. `/automation new` opens one."
_NO_VERSION: Final = "This version does not exist any more."
_TRIGGER_SECONDS: Final = 2.5
"""A form must open within three seconds of the gesture (docs.slack.dev, trigger_id)."""
_OK: Final = 200


class Dialogs:
    """Opens what people asked to see. Raises PlatformError."""

    def __init__(self, platform: SlackPlatform, desk: Desk) -> None:
        self._platform = platform
        self._desk = desk

    async def new_session(self, asked: NewSession) -> None:
        """Opening the form is itself the answer."""
        await self._open(asked.trigger, new_session(asked.title, asked.where))

    async def requirements(self, asked: ShowRequirements) -> None:
        place = asked.where.place(self._platform.bot.workspace)
        found = self._desk.session(asked.session, place) if asked.session else self._desk.session_of(place)
        session = await found
        if session is None:
            raise PlatformRefused(_NO_SESSION, detail=f"requirements of {asked.session}")
        await self._open(asked.trigger, change_form(session, replace(asked.where, session=session.id)))

    async def code(self, asked: ShowCode) -> None:
        spot = asked.spot
        place = asked.where.place(self._platform.bot.workspace)
        made = await self._desk.automation(spot.automation, place)
        if asked.view:
            await self._update(asked.view, code_view(made, spot) if made else gone(spot))
        elif made is None:
            raise PlatformRefused(_NO_VERSION, detail=f"code of {spot.automation}")
        else:
            await self._open(asked.trigger, code_view(made, spot))

    async def tell(self, place: Place, person: Person, reply: Reply, response_url: str = "") -> None:
        """Words for one person, where they asked; best effort."""
        if not response_url or not await self._respond(response_url, reply):
            await self._platform.whisper(place, person, reply)

    async def _respond(self, url: str, reply: Reply) -> bool:
        """Whether Slack took the answer. The address says where it goes, so it works where we are no member."""
        for message in blocks.messages(reply):
            body: dict[str, Any] = {
                "response_type": "ephemeral",
                "replace_original": False,
                "text": message.text,
            }
            if message.blocks:
                body["blocks"] = message.blocks
            try:
                async with self._platform.http.post(url, json=body) as response:
                    if response.status != _OK:
                        _log.info("answer_not_taken", status=response.status)
                        return False
            except (aiohttp.ClientError, TimeoutError) as error:
                _log.info("answer_not_taken", error=repr(error))
                return False
        return True

    async def _open(self, trigger: str, view: View) -> None:
        await self._platform.calls.must(
            "views.open",
            lambda client: client.views_open(trigger_id=trigger, view=view),
            patience=_TRIGGER_SECONDS,
        )

    async def _update(self, view_id: str, view: View) -> None:
        await self._platform.calls.must(
            "views.update",
            lambda client: client.views_update(view_id=view_id, view=view),
            patience=_TRIGGER_SECONDS,
        )
