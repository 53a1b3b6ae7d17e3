"""Answers to interactions, by their tokens: the first one within three seconds, and what only one person sees later.

Tokens live for fifteen minutes and are remembered in memory only, that of every process: whoever has none at hand writes
to the person directly."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import aiohttp

from adapters.discord.blocks import DiscordMessage
from adapters.discord.calls import Form, listed
from adapters.discord.failures import (
    ALREADY_ANSWERED,
    TOKEN_OVER,
    UNKNOWN_INTERACTION,
    UNKNOWN_MESSAGE,
    UNKNOWN_WEBHOOK,
    Refusal,
    code_of,
    refused,
    unreached,
)
from adapters.discord.threads import Json
from core.bus import Bus, Word
from core.errors import PlatformError, PlatformRateLimited
from core.intents import Person, Place
from core.ports import Clock

SAY, QUIETLY, REPLACE, OPEN_FORM = 4, 6, 7, 9
"""Kinds of first answers (docs.discord.com, interaction callback type)."""

_LIFE: Final = 14.5 * 60
"""Seconds; Discord says fifteen minutes."""
_WAITS: Final = (0.1, 0.4)
"""Seconds between attempts at a first answer, which has three seconds in all."""
_FIRST: Final = aiohttp.ClientTimeout(total=2.5)
_LATER: Final = aiohttp.ClientTimeout(total=60, connect=10)
_PATIENCE: Final = 5.0
"""Seconds of a 429 that are waited for."""
_GIVEN_SECONDS: Final = 3.0
"""How long a first answer can be on its way."""
_REFUSED: Final = 400
_OVER: Final = frozenset({TOKEN_OVER, UNKNOWN_WEBHOOK, UNKNOWN_MESSAGE, UNKNOWN_INTERACTION})
_HEARSAY, _LISTEN = 10, 0.1
"""So often, and so many seconds each time, a promise that another process gave is waited for."""
_Key = tuple[str, ...]
_TOPIC: Final = "discord answers"


def over(error: PlatformError) -> bool:
    """Whether a token is of no more use: too old, or the person has dismissed what it belongs to."""
    return code_of(error) in _OVER


@dataclass(slots=True, eq=False)
class Token:
    """``until``: in the clock's monotonic seconds. ``promised``: its first answer is a word that waits to be replaced
    by what was asked for. ``given``: the first answer is, or has failed: then it is no longer ``good``. Work begins
    at the commit, so it may be done before."""

    value: str
    until: float
    promised: bool = False
    good: bool = True
    given: asyncio.Event = field(default_factory=asyncio.Event)

    async def usable(self) -> bool:
        """Whether more can be said by it; before the first answer nothing can."""
        try:
            async with asyncio.timeout(_GIVEN_SECONDS):
                await self.given.wait()
        except TimeoutError:
            return False
        return self.good


class Answers:
    """``api_url``: root of the REST API. These calls need no bot token and are outside of its rate limits. ``bus``: to
    the processes that do the work, which may have more to say by a token than the one that was given it."""

    def __init__(
        self, http: aiohttp.ClientSession, api_url: str, application: str, clock: Clock, bus: Bus
    ) -> None:
        self._http = http
        self._root = api_url.rstrip("/")
        self._application = application
        self._clock = clock
        self._bus = bus
        self._tokens: defaultdict[_Key, list[Token]] = defaultdict(list)
        bus.hear(_TOPIC, self._heard)

    # -- what is remembered

    @contextmanager
    def kept(self, place: Place, person: Person, value: str, *, promised: bool = False) -> Iterator[None]:
        """Around the first answer: after it this person can be told more there, by this token."""
        self._forget_old()
        key, token = _key(place, person), Token(value, self._clock.monotonic() + _LIFE, promised)
        self._tokens[key].append(token)
        self._tell(key, token)
        try:
            yield
        except BaseException:
            token.good = False
            raise
        finally:
            token.given.set()
            self._tell(key, token)

    async def promise(self, place: Place, person: Person) -> str:
        """The token of the oldest promise to this person there, which is now kept; empty when there is none."""
        for _ in range(
            0 if self._bus.alone else _HEARSAY
        ):  # it was given to another process, and is on its way
            if any(token.promised for token in self._alive(place, person)):
                break
            await self._clock.sleep(_LISTEN)
        for token in self._alive(place, person):
            if token.promised:
                token.promised = False
                self._tell(_key(place, person), token)  # or another process would keep the same promise
                if await token.usable():
                    return token.value
        return ""

    async def say(self, place: Place, person: Person, messages: tuple[DiscordMessage, ...]) -> bool:
        """Tells the person alone, where they asked. False: no token is at hand, nothing was said."""
        alive = [each for each in self._alive(place, person) if await each.usable()]
        if not alive:
            return False
        token = next((each for each in alive if each.promised), alive[-1])
        try:
            for message in messages:
                if token.promised:
                    token.promised = False
                    await self.fill(token.value, message)
                else:
                    await self.follow_up(token.value, message)
        except PlatformError as error:
            if not over(error):
                raise
            token.good = False
            return False
        return True

    # -- calls

    async def first(self, interaction: str, token: str, kind: int, data: Json | None = None) -> None:
        """The first answer. A lost one is tried again, as that is harmless."""
        await self._first(interaction, token, {"type": kind} | ({"data": data} if data else {}), ())

    async def first_message(
        self,
        interaction: str,
        token: str,
        message: DiscordMessage,
        *,
        replace: bool = False,
        keep_files: bool = False,
    ) -> None:
        """The first answer as a message for the person alone. ``replace``: it takes the place of the one with the
        component, whose files stay if ``keep_files``."""
        data = message.body(hidden=True)
        if message.files or (replace and not keep_files):
            data["attachments"] = listed(message.files)
        payload = {"type": REPLACE if replace else SAY, "data": data}
        await self._first(interaction, token, payload, message.files)

    async def follow_up(self, token: str, message: DiscordMessage) -> None:
        """One more message for the person alone. Sent again it would be shown again."""
        await self._patient("POST", self._hook(token), message.body(hidden=True), message.files)

    async def fill(self, token: str, message: DiscordMessage) -> None:
        """Makes the first answer say `message`, files and all; sent again it says the same."""
        body = message.body() | {"attachments": listed(message.files)}
        await self._patient("PATCH", f"{self._hook(token)}/messages/@original", body, message.files)

    async def _first(self, interaction: str, token: str, payload: Json, files: Any) -> None:
        url = f"{self._root}/interactions/{interaction}/{token}/callback"
        for wait in (*_WAITS, None):
            try:
                await self._send("POST", url, payload, files, _FIRST)
            except PlatformError as error:
                if code_of(error) == ALREADY_ANSWERED:
                    return
                if not error.retryable or wait is None:
                    raise
                await self._clock.sleep(wait)
            else:
                return

    async def _patient(self, method: str, url: str, body: Json, files: Any) -> None:
        try:
            await self._send(method, url, body, files, _LATER)
        except PlatformRateLimited as error:
            if (error.retry_after or 0) > _PATIENCE:
                raise
            await self._clock.sleep(error.retry_after or 1.0)
            await self._send(method, url, body, files, _LATER)

    async def _send(
        self, method: str, url: str, payload: Json, files: Any, timeout: aiohttp.ClientTimeout
    ) -> None:
        sent: dict[str, Any] = {"data": Form(payload, files).data()} if files else {"json": payload}
        try:
            async with self._http.request(method, url, timeout=timeout, **sent) as response:
                if response.status >= _REFUSED:
                    raise await _refusal(response)
        except Refusal as error:
            raise refused("answer", error) from error
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise unreached("answer", error) from error

    def _hook(self, token: str) -> str:
        return f"{self._root}/webhooks/{self._application}/{token}"

    # -- tokens

    def _tell(self, key: _Key, token: Token) -> None:
        word = {"key": key, "value": token.value, "promised": token.promised}
        self._bus.tell(_TOPIC, word | {"good": token.good, "given": token.given.is_set()})

    def _heard(self, word: Word) -> None:
        """Told of each when it came, when its first answer was given, and when a promise is kept."""
        self._forget_old()
        tokens = self._tokens[tuple(word["key"])]
        token = next((each for each in tokens if each.value == word["value"]), None)
        if token is None:
            token = Token(word["value"], self._clock.monotonic() + _LIFE, bool(word["promised"]))
            tokens.append(token)
        token.promised = token.promised and bool(word["promised"])
        token.good = bool(word["good"])
        if word["given"]:
            token.given.set()

    def _alive(self, place: Place, person: Person) -> list[Token]:
        self._forget_old()
        return list(self._tokens.get(_key(place, person), ()))

    def _forget_old(self) -> None:
        now = self._clock.monotonic()
        for key in [key for key, tokens in self._tokens.items() if tokens[0].until <= now]:
            left = [token for token in self._tokens[key] if token.until > now]
            if left:
                self._tokens[key] = left
            else:
                del self._tokens[key]


def _key(place: Place, person: Person) -> _Key:
    return place.thread or place.channel, person.id


async def _refusal(response: aiohttp.ClientResponse) -> Refusal:
    try:
        told = await response.json(content_type=None)
    except ValueError:
        told = {}
    told = told if isinstance(told, dict) else {}
    return Refusal(response.status, int(told.get("code") or 0), float(told.get("retry_after") or 0.0))
