"""Whether Discord takes the token, lets the bot read what people write, knows the commands and opens its gateway; and
the invite link."""

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
_HELLO = 10
"""The first frame of every gateway connection (Discord's documentation, gateway opcodes)."""
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
    theirs = next((each for each in known if each.get("name") == ours["name"]), None)
    if theirs is None:
        return problem("commands", "Discord does not know /automation yet: run `python -m bot commands sync`")
    if not _says(theirs, ours):
        return problem("commands", "Discord knows other commands: run `python -m bot commands sync`")
    return fine("commands", f"/automation with {len(ours['options'])} verbs")


async def gateway(settings: Settings) -> Finding:
    """Opens it and is greeted; without identifying itself, so a running program is not disturbed."""
    if settings.discord_token is None:
        return fine("gateway", _UNSET)
    try:
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(f"{settings.discord_gateway_url}/?v=10&encoding=json") as socket,
        ):
            greeting = await socket.receive_json()
    except (aiohttp.ClientError, OSError, TypeError, ValueError):
        greeting = None
    if not isinstance(greeting, Mapping) or greeting.get("op") != _HELLO:
        where = settings.discord_gateway_url
        return problem(
            "gateway", f"no gateway at {where}: check the network, a proxy, and DISCORD_GATEWAY_URL"
        )
    return fine("gateway", "it can be opened")


def _says(theirs: Any, ours: Any) -> bool:
    """Whether all of ours stands in what Discord tells, which leaves out what is empty or false and adds its own."""
    if isinstance(ours, Mapping):
        told = theirs if isinstance(theirs, Mapping) else {}
        return all(_says(told.get(key), value) for key, value in ours.items())
    if isinstance(ours, list) and ours:
        same = isinstance(theirs, list) and len(theirs) == len(ours)
        return same and all(map(_says, theirs, ours))
    return bool(theirs == ours or not (theirs or ours))


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
