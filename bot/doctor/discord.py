"""Whether Discord takes the token, lets the bot read what people write, and knows the commands; and the invite link."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import aiohttp

from adapters.discord.commands import command
from adapters.discord.places import invitation
from bot.doctor.finding import Finding, fine, problem
from bot.settings import Settings

_UNSET = "DISCORD_TOKEN is not set, so Discord is off"
_CONTENT = (1 << 18) | (1 << 19)
"""GATEWAY_MESSAGE_CONTENT and its form for small bots, in an application's flags (Discord's documentation)."""
_OK = 200
_REFUSED = (401, 403)


async def bot_token(settings: Settings) -> Finding:
    """The application behind the token, and the address under which it is invited."""
    if settings.discord_token is None:
        return fine("discord bot", _UNSET)
    status, told = await _get(settings, "/applications/@me")
    if status in _REFUSED:
        return problem(
            "discord bot", "Discord does not take DISCORD_TOKEN: copy it again from *Bot* in the portal"
        )
    if status != _OK or not isinstance(told, Mapping):
        return problem("discord bot", _silent(settings, status))
    link = invitation(str(told["id"]))
    if not int(told.get("flags") or 0) & _CONTENT:
        return problem(
            "discord bot",
            "the Message Content intent is off, so it hears mentions only: switch it on under *Bot* in the portal. "
            f"Invite: {link}",
        )
    return fine("discord bot", f"{told.get('name', 'the application')}. Invite: {link}")


async def commands(settings: Settings) -> Finding:
    """Whether `commands sync` was done since the commands changed."""
    if settings.discord_token is None:
        return fine("commands", _UNSET)
    status, told = await _get(settings, "/applications/@me")
    if status != _OK or not isinstance(told, Mapping):
        return problem("commands", _silent(settings, status))
    status, known = await _get(settings, f"/applications/{told['id']}/commands")
    if status != _OK or not isinstance(known, list):
        return problem("commands", _silent(settings, status))
    ours = command()
    verbs = next((_verbs(one) for one in known if one.get("name") == ours["name"]), None)
    if verbs is None:
        return problem("commands", "Discord does not know /automation yet: run `python -m bot commands sync`")
    if verbs != _verbs(ours):
        return problem("commands", "Discord knows older commands: run `python -m bot commands sync`")
    return fine("commands", f"/automation with {len(verbs)} verbs")


def _verbs(known: Mapping[str, Any]) -> dict[str, list[str]]:
    """The options of each verb."""
    return {
        str(verb["name"]): sorted(str(option["name"]) for option in verb.get("options") or ())
        for verb in known.get("options") or ()
    }


async def _get(settings: Settings, path: str) -> tuple[int, Any]:
    """The status, 0 when nobody answers, and the answer."""
    assert settings.discord_token is not None
    headers = {"Authorization": f"Bot {settings.discord_token.get_secret_value()}"}
    try:
        async with (
            aiohttp.ClientSession(headers=headers) as session,
            session.get(settings.discord_api_url + path) as answer,
        ):
            return answer.status, await answer.json(content_type=None)
    except (aiohttp.ClientError, OSError, ValueError):
        return 0, None


def _silent(settings: Settings, status: int) -> str:
    if status == 0:
        return f"no Discord at {settings.discord_api_url}: check the network, a proxy, and DISCORD_API_URL"
    return f"Discord answers with {status}: try again later, or look at its status page"
