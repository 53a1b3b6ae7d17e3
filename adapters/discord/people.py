"""People of a guild: their display names, and their own conversations with the bot."""

from __future__ import annotations

from typing import Any, Final

import structlog

from adapters.discord.calls import Call, Calls
from adapters.discord.threads import Json
from core.errors import PlatformError
from core.intents import Person
from core.ports import Clock

_log = structlog.get_logger(__name__)

_NAME_SECONDS: Final = 3600.0
_NAMES_KEPT: Final = 5000
_PATIENCE: Final = 5.0


class People:
    """Looked up at Discord, or met in its events, and remembered for a while."""

    def __init__(self, calls: Calls, clock: Clock) -> None:
        self._calls = calls
        self._clock = clock
        self._names: dict[Person, tuple[str, float]] = {}
        self._directs: dict[str, str] = {}

    async def name_of(self, person: Person) -> str:
        """The display name; the id when Discord does not tell."""
        known = self._names.get(person)
        if known and known[1] > self._clock.monotonic():
            return known[0]
        for call in _lookups(person):
            try:
                told = await self._calls.must(call, patience=_PATIENCE)
            except PlatformError as error:
                _log.info("name_unknown", person=person.id, call=call.kind, detail=error.detail)
                continue
            if name := _name(told):
                self.met(person, name)
                return name
        return known[0] if known else person.id

    def met(self, person: Person, name: str) -> None:
        """An event came with this display name."""
        if len(self._names) >= _NAMES_KEPT:
            self._names.clear()
        self._names[person] = (" ".join(name.split()) or person.id, self._clock.monotonic() + _NAME_SECONDS)

    async def direct(self, person: Person) -> str:
        """The id of the person's own conversation with the bot, which is opened when there is none."""
        if person.id not in self._directs:
            body = {"recipient_id": person.id}
            told = await self._calls.must(Call("POST direct", "POST", "/users/@me/channels", body=body))
            self._directs[person.id] = str(told["id"])
        return self._directs[person.id]


def _lookups(person: Person) -> tuple[Call, ...]:
    """As a member of the guild, which has its own names; as a user, when they left it."""
    user = Call("GET user", "GET", "/users/{user_id}", {"user_id": person.id})
    if not person.team:
        return (user,)
    ids = {"guild_id": person.team, "user_id": person.id}
    return Call("GET member", "GET", "/guilds/{guild_id}/members/{user_id}", ids), user


def _name(told: Json) -> str:
    user: dict[str, Any] = told.get("user") or told
    names = (told.get("nick"), user.get("global_name"), user.get("username"))
    return next((" ".join(str(name).split()) for name in names if name and str(name).strip()), "")
