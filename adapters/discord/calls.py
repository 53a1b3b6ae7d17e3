"""Calls of the REST API with the bot's token: within the budget, and with failures in our own words.

The library keeps the rate limits that Discord's headers tell of, waits for 429s and repeats 500s. What it leaves to
the caller is done here: 503 and broken connections are tried again, as nearly every call says the same when it is made
twice; servers that never answer are given up, and answers that are not called JSON are read."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import aiohttp
import discord
import structlog
from discord.http import HTTPClient, Route

from adapters.discord.failures import refused, unreached
from adapters.discord.threads import Json
from adapters.shared.budget import Account, Budget, Tier
from adapters.shared.leases import Bank, LeasedPurse
from core.errors import AnswerLost, PlatformRateLimited, PlatformUnavailable
from core.ports import Clock, OutFile

_log = structlog.get_logger(__name__)

PATIENCE: Final = 60.0
"""Seconds that a call which must go out waits for its turn, 429s included."""
LONGEST_WAIT: Final = 30.0
"""Seconds of a 429 that the library itself waits for; it takes no less."""
_REPEATS: Final = (0.3, 1.0)
"""Seconds before a call that was not answered is made again: more than that is left to whoever asked for it."""
_HANGS: Final = 120.0
"""Seconds until a server that does not answer is given up; uploads and the library's own waiting are within."""
A_SECOND: Final = 50
"""Requests a second and bot (docs.discord.com, rate limits)."""

EVERYTHING: Final = Account("", "everything")
_TIERS: Final = {
    "everything": Tier(A_SECOND, 1.2),  # not all calls take the same time to get there
    # Of a channel; unofficial, so Discord's headers have the last word (see above).
    "POST message": Tier(5, 5.0),
    "PATCH message": Tier(5, 5.0),
    "POST typing": Tier(5, 5.0),
}
_DEFAULT: Final = Tier(A_SECOND, 1.0)


def discord_budget(clock: Clock, bank: Bank | None = None, application: str = "") -> Budget:
    """``bank``: where there are several processes of the bot `application`."""
    purse = LeasedPurse(clock, bank, f"discord {application}") if bank else None
    return Budget(clock, _TIERS, _DEFAULT, purse)


@dataclass(frozen=True, slots=True)
class Call:
    """``kind``: what is counted together per channel. ``needs``: the permission without which it is refused.
    ``thread``: the channel in it is a thread. ``once``: made twice it would be seen twice."""

    kind: str
    method: str
    path: str
    ids: Mapping[str, str] = field(default_factory=dict)
    body: Json | list[Json] | None = None
    files: Sequence[OutFile] = ()
    query: Mapping[str, str] = field(default_factory=dict)
    needs: str = ""
    thread: bool = False
    once: bool = False


class Calls:
    """The way to Discord. Raises only PlatformErrors."""

    def __init__(self, http: HTTPClient, budget: Budget, clock: Clock) -> None:
        self._http = http
        self._budget = budget
        self._clock = clock

    async def must(self, call: Call, *, patience: float = PATIENCE) -> Any:
        """Makes a call that has to go out, as soon as the budget and Discord allow; PlatformRateLimited when that is
        not within `patience` seconds. Returns what Discord answers, ``None`` for nothing."""
        account = _account(call)
        deadline = self._clock.monotonic() + patience
        repeats = iter(() if call.once else _REPEATS)
        while True:
            await self._budget.spend(account, deadline)
            await self._budget.spend(EVERYTHING, deadline)
            try:
                return await self._once(call, account)
            except PlatformRateLimited as error:
                if self._clock.monotonic() + (error.retry_after or 0) > deadline:
                    raise
            except (AnswerLost, PlatformUnavailable) as error:
                wait = next(repeats, None)
                if wait is None or self._clock.monotonic() + wait > deadline:
                    raise
                _log.info("call_repeated", reference=error.reference, detail=error.detail, after=wait)
                await self._clock.sleep(wait)

    async def may(self, call: Call) -> Any:
        """Makes a call that may as well be dropped; ``None`` when the budget is short or Discord says 429."""
        account = _account(call)
        if not (await self._budget.try_spend(account) and await self._budget.try_spend(EVERYTHING)):
            return None
        try:
            return await self._once(call, account)
        except PlatformRateLimited:
            return None

    async def _once(self, call: Call, account: Account) -> Any:
        try:
            async with asyncio.timeout(_HANGS):
                answer = await self._http.request(Route(call.method, call.path, **call.ids), **_sent(call))
        except (discord.HTTPException, discord.RateLimited) as error:
            failure = refused(call.kind, error, call.needs, thread=call.thread)
            if isinstance(failure, PlatformRateLimited):
                await self._budget.refused(account, failure.retry_after or 1.0)
            raise failure from error
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise unreached(call.kind, error) from error
        return _read(call, answer)


def _account(call: Call) -> Account:
    return Account("", call.kind, call.ids.get("channel_id", ""))


def _sent(call: Call) -> dict[str, Any]:
    """The arguments of the library's request."""
    sent: dict[str, Any] = {"params": dict(call.query)} if call.query else {}
    if call.files:
        assert isinstance(call.body, dict), "files come with a message"
        return sent | {"form": Form(call.body | {"attachments": listed(call.files)}, call.files)}
    return sent if call.body is None else sent | {"json": call.body}


def _read(call: Call, answer: Any) -> Any:
    """The library leaves a body as text when its type is not exactly `application/json`."""
    if not isinstance(answer, str):
        return answer
    if not answer:
        return None
    try:
        return json.loads(answer)
    except ValueError as error:
        raise AnswerLost(
            "Discord answered something unreadable.", detail=f"{call.kind}: {answer[:200]!r}"
        ) from error


def listed(files: Sequence[OutFile]) -> list[Json]:
    """How the JSON beside them names the files."""
    return [{"id": number, "filename": file.name} for number, file in enumerate(files)]


@dataclass(frozen=True, slots=True)
class Form:
    """A multipart body. The library reads it anew at each attempt, so its files begin anew each time."""

    payload: Json
    files: Sequence[OutFile]

    def __iter__(self) -> Iterator[dict[str, Any]]:
        yield {"name": "payload_json", "value": json.dumps(self.payload), "content_type": "application/json"}
        for number, file in enumerate(self.files):
            yield {
                "name": f"files[{number}]",
                "value": io.BytesIO(file.data),
                "filename": file.name,
                "content_type": "application/octet-stream",
            }

    def data(self) -> aiohttp.FormData:
        """For a request that is not the library's."""
        data = aiohttp.FormData(quote_fields=False)
        for part in self:
            data.add_field(**part)
        return data
