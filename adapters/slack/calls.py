"""Calls of the Web API: within the budget, with 429 waited for, and with failures in our own words."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final, cast

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.shared.budget import Account, Budget, Tier
from adapters.shared.leases import Bank, LeasedPurse
from adapters.slack.failures import refused, unreached
from core.errors import PlatformRateLimited
from core.ports import Clock

Json = dict[str, Any]
Send = Callable[[AsyncWebClient], Awaitable[AsyncSlackResponse]]

PATIENCE = 70.0
"""Seconds that a call which must go out waits for its turn, 429s included: until the tokens of a minute are back, which
with several processes takes a little longer."""

STARTS, UPDATES, APPENDS = 20, 50, 100
"""Calls a minute and workspace of chat.startStream, chat.update and chat.appendStream (docs.slack.dev, tiers)."""

_TIERS: Final = {
    "chat.startStream": Tier(STARTS),
    "chat.stopStream": Tier(20),
    "chat.update": Tier(UPDATES),
    "chat.appendStream": Tier(APPENDS),
    "chat.postMessage": Tier(60),  # one a second and channel, in bursts
    "chat.postEphemeral": Tier(100),
    "conversations.replies": Tier(50),
    "conversations.history": Tier(50),
    "conversations.join": Tier(50),
    "conversations.open": Tier(50),
    "conversations.list": Tier(20),
    "users.conversations": Tier(50),
}
_DEFAULT: Final = Tier(100)


def slack_budget(clock: Clock, bank: Bank | None = None) -> Budget:
    """``bank``: where there are several processes."""
    return Budget(clock, _TIERS, _DEFAULT, LeasedPurse(clock, bank, "slack") if bank else None)


class Calls:
    """One workspace's way to Slack. Raises only PlatformErrors."""

    def __init__(self, client: AsyncWebClient, budget: Budget, clock: Clock, workspace: str) -> None:
        self.client = client
        self._budget = budget
        self._clock = clock
        self._workspace = workspace

    async def must(self, method: str, send: Send, *, part: str = "", patience: float = PATIENCE) -> Json:
        """Makes a call that has to go out, as soon as the budget and Slack allow; PlatformRateLimited when that is
        not within `patience` seconds. ``part``: what is counted apart (the channel, for messages)."""
        account = self._account(method, part)
        deadline = self._clock.monotonic() + patience
        while True:
            await self._budget.spend(account, deadline)
            try:
                return await self._once(account, send)
            except PlatformRateLimited as error:
                if self._clock.monotonic() + (error.retry_after or 0) > deadline:
                    raise

    async def may(self, method: str, send: Send, *, part: str = "") -> Json | None:
        """Makes a call that may as well be dropped; ``None`` when the budget is short or Slack says 429."""
        account = self._account(method, part)
        if not await self._budget.try_spend(account):
            return None
        try:
            return await self._once(account, send)
        except PlatformRateLimited:
            return None

    def _account(self, method: str, part: str) -> Account:
        return Account(self._workspace, method, part)

    async def _once(self, account: Account, send: Send) -> Json:
        try:
            response = await send(self.client)
        except SlackApiError as error:
            failure = refused(account.method, error)
            if isinstance(failure, PlatformRateLimited):
                await self._budget.refused(account, failure.retry_after or 1.0)
            raise failure from error
        except (aiohttp.ClientError, TimeoutError) as error:
            raise unreached(account.method, error) from error
        return cast("Json", response.data)
