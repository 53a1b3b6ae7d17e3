"""Opens the way to one Slack workspace: the HTTP session, the client, and who we are there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from adapters.shared.budget import Account
from adapters.shared.leases import Bank
from adapters.slack.calls import Calls, slack_budget
from adapters.slack.files import Files
from adapters.slack.membership import Membership
from adapters.slack.outbound import SlackPlatform
from adapters.slack.people import People
from adapters.slack.streams import Streams
from adapters.slack.threads import Bot
from core.ports import Clock

_TIMEOUT: Final = aiohttp.ClientTimeout(total=30, connect=10)
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True)
class SlackConfig:
    """``api_url``: root of the Web API, ending in `/api/`."""

    bot_token: str = field(repr=False)
    app_token: str = field(repr=False)
    api_url: str = "https://slack.com/api/"


@asynccontextmanager
async def open_platform(
    config: SlackConfig, clock: Clock, bank: Bank | None = None
) -> AsyncIterator[SlackPlatform]:
    """The platform while the block runs. ``bank``: of the rate budgets, where several processes call. Raises
    PlatformError when Slack does not know the token."""
    proxied = not on_loopback(config.api_url)
    async with aiohttp.ClientSession(timeout=_TIMEOUT, trust_env=proxied) as http:
        client = _client(config, http)
        budget = slack_budget(clock, bank)
        told = await Calls(client, budget, clock, "").must("auth.test", lambda slack: slack.auth_test())
        bot = Bot(str(told["team_id"]), str(told["user_id"]), str(told.get("bot_id") or ""))
        calls = Calls(client, budget, clock, bot.workspace)
        files = Files(calls, http, clock, config.bot_token)
        yield SlackPlatform(
            bot=bot,
            http=http,
            calls=calls,
            files=files,
            people=People(calls, clock),
            membership=Membership(calls, clock, bot.workspace),
            clock=clock,
            streams=Streams(sharers=lambda method: budget.sharers(Account(bot.workspace, method))),
        )


def _client(config: SlackConfig, http: aiohttp.ClientSession) -> AsyncWebClient:
    """Without the SDK's own retries: they send again what may have arrived, and would show messages twice."""
    client = AsyncWebClient(
        token=config.bot_token,
        base_url=config.api_url,
        session=http,
        retry_handlers=[],
        user_agent_prefix="Threadwright",
    )
    client.proxy = None  # the session knows the environment's proxy, and unlike the SDK also its exceptions
    return client


def on_loopback(url: str) -> bool:
    return urlsplit(url).hostname in _LOOPBACK
