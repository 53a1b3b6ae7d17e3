"""Whether Slack takes both tokens, and whether the app has what the manifest asks for."""

from __future__ import annotations

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.doctor.finding import Finding, fine, problem
from bot.manifest import APP_SCOPE, SCOPES
from bot.settings import Settings

_BAD_TOKENS = {
    "account_inactive",
    "invalid_auth",
    "not_allowed_token_type",
    "not_authed",
    "token_expired",
    "token_revoked",
}
_NO_ANSWER = (aiohttp.ClientError, SlackClientError, OSError)
_UNSET = "is not set, so Slack is off"
_REINSTALL = (
    "paste the manifest again (`python -m bot manifest slack`) and reinstall the app to the workspace"
)


async def bot_token(settings: Settings) -> Finding:
    """auth.test, and the scopes that come back in its header."""
    token = settings.slack_bot_token
    if token is None:
        return fine("slack bot", f"SLACK_BOT_TOKEN {_UNSET}")
    try:
        answer = await _client(settings).auth_test(token=token.get_secret_value())
    except SlackApiError as error:
        return problem("slack bot", _bot_refusal(_code(error)))
    except _NO_ANSWER:
        return problem("slack bot", _unreachable(settings))
    granted = _granted(answer)
    if granted is not None and (missing := SCOPES.keys() - granted):
        return problem("slack bot", f"the token lacks {', '.join(sorted(missing))}: {_REINSTALL}")
    scopes = "with every scope of the manifest" if granted else "which does not tell its scopes"
    return fine(
        "slack bot", f"{answer.get('user', 'the bot')} in {answer.get('team', 'a workspace')}, {scopes}"
    )


async def app_token(settings: Settings) -> Finding:
    """apps.connections.open: it only hands out an address, so a running program is not disturbed."""
    token = settings.slack_app_token
    if token is None:
        return fine("slack socket", f"SLACK_APP_TOKEN {_UNSET}")
    try:
        await _client(settings).apps_connections_open(app_token=token.get_secret_value())
    except SlackApiError as error:
        return problem("slack socket", _app_refusal(_code(error)))
    except _NO_ANSWER:
        return problem("slack socket", _unreachable(settings))
    return fine("slack socket", "Socket Mode can be opened")


def _client(settings: Settings) -> AsyncWebClient:
    return AsyncWebClient(base_url=settings.slack_api_url, retry_handlers=[])


def _code(error: SlackApiError) -> str:
    return str(error.response.get("error") or "an answer that is not Slack's")


def _granted(answer: AsyncSlackResponse) -> set[str] | None:
    """`None` when the answer has no such header."""
    header = next((value for name, value in answer.headers.items() if name.lower() == "x-oauth-scopes"), None)
    return None if header is None else {scope.strip() for scope in header.split(",")}


def _bot_refusal(code: str) -> str:
    if code in _BAD_TOKENS:
        return (
            f"Slack does not take SLACK_BOT_TOKEN ({code}): copy the Bot User OAuth Token again "
            "from *OAuth & Permissions*, after installing the app"
        )
    return f"auth.test says {code}: look it up at docs.slack.dev, and check the app's page"


def _app_refusal(code: str) -> str:
    if code in _BAD_TOKENS or code == "missing_scope":
        return (
            f"Slack does not take SLACK_APP_TOKEN ({code}): under *Basic Information*, make an app-level token "
            f"with the scope {APP_SCOPE}"
        )
    return f"apps.connections.open says {code}: is Socket Mode switched on in the app's settings?"


def _unreachable(settings: Settings) -> str:
    return f"no Slack at {settings.slack_api_url}: check the network, a proxy, and SLACK_API_URL"
