"""`doctor`: looks at everything that a start depends on, one line each, beside a running program or without one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from bot.doctor import discord, machine, models, slack
from bot.doctor.finding import Finding, fine, problem
from bot.settings import Settings, read_settings
from core.errors import SettingsError

CHECKS: dict[str, Callable[[Settings], Awaitable[Finding]]] = {
    "versions": machine.versions,
    "disk": machine.disk,
    "database": machine.database,
    "sandbox": machine.sandbox,
    "slack bot": slack.bot_token,
    "slack socket": slack.app_token,
    "discord bot": discord.bot_token,
    "commands": discord.commands,
    "gateway": discord.gateway,
    "model key": models.key,
    "models": models.known,
}

PATIENCE = 10.0
"""Seconds for one check; they run side by side."""


def findings() -> list[Finding]:
    """Reads the settings and looks; with wrong settings there is nothing else to look at."""
    try:
        settings = read_settings()
    except SettingsError as error:
        return [problem("settings", line) for line in error.problems]
    return [*_complete(settings), *asyncio.run(examine(settings))]


def _complete(settings: Settings) -> list[Finding]:
    lacking = [problem("settings", line) for line in settings.problems_for("all")]
    idle = f"; this version does not use {', '.join(settings.unused)}" if settings.unused else ""
    return lacking or [fine("settings", f"all that is needed{idle}")]


async def examine(settings: Settings, patience: float = PATIENCE) -> list[Finding]:
    """All checks at once, reported in the order of `CHECKS`; none takes longer than `patience` seconds."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_bounded(subject, settings, patience)) for subject in CHECKS]
    return [task.result() for task in tasks]


async def _bounded(subject: str, settings: Settings, patience: float) -> Finding:
    try:
        async with asyncio.timeout(patience):
            return await CHECKS[subject](settings)
    except TimeoutError:
        return problem(
            subject, f"no answer within {patience:g} s: is the address right, and the network open?"
        )
