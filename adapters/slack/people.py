"""People of a workspace: their display names and their own conversations with the bot."""

from __future__ import annotations

from typing import Final

import structlog

from adapters.slack.calls import Calls
from core.errors import PlatformError
from core.intents import Person
from core.ports import Clock

_log = structlog.get_logger(__name__)

_NAME_SECONDS: Final = 3600.0
_NAMES_KEPT: Final = 5000


class People:
    """Looked up at Slack, and remembered for a while."""

    def __init__(self, calls: Calls, clock: Clock) -> None:
        self._calls = calls
        self._clock = clock
        self._names: dict[Person, tuple[str, float]] = {}
        self._directs: dict[str, str] = {}

    async def name_of(self, person: Person) -> str:
        """The display name; the id when Slack does not tell."""
        known = self._names.get(person)
        if known and known[1] > self._clock.monotonic():
            return known[0]
        try:
            answer = await self._calls.must(
                "users.info", lambda client: client.users_info(user=person.id), patience=5.0
            )
        except PlatformError as error:
            _log.info("name_unknown", person=person.id, detail=error.detail)
            return known[0] if known else person.id
        name = _name(answer["user"]) or person.id
        if len(self._names) >= _NAMES_KEPT:
            self._names.clear()
        self._names[person] = (name, self._clock.monotonic() + _NAME_SECONDS)
        return name

    async def direct(self, person: Person) -> str:
        """The id of the person's own conversation with the bot, which is opened when there is none."""
        if person.id not in self._directs:
            answer = await self._calls.must(
                "conversations.open", lambda client: client.conversations_open(users=person.id)
            )
            self._directs[person.id] = str(answer["channel"]["id"])
        return self._directs[person.id]


def _name(user: dict[str, object]) -> str:
    profile = user.get("profile")
    told = profile if isinstance(profile, dict) else {}
    names = (told.get("display_name"), told.get("real_name"), user.get("real_name"), user.get("name"))
    return next((" ".join(str(name).split()) for name in names if name and str(name).strip()), "")
