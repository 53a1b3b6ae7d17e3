"""Who may have a version written, where a workspace leaves that to its maintainers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from core.accounts import Role, WorkspaceSettings
from core.intents import Origin, Person
from core.storage.unit_of_work import Database

RoleOf = Callable[[str, str, Person], Awaitable[Role | None]]
"""Somebody's role in a workspace of a platform; ``None``: the platform cannot be asked. Kept for a minute."""
PATIENCE = 1.0
"""Seconds that a click waits for the platform's word when it is not known yet: three are all that it has."""
NOT_YOU = "In this workspace only maintainers have versions written. Ask one of them to press **Generate**."
NOBODY_KNOWS = (
    "In this workspace only maintainers have versions written, and I could not find out whether you are one. "
    "Try again in a moment."
)


async def nobody_says(_platform: str, _workspace: str, _person: Person) -> Role | None:
    """Where nobody can be asked."""
    return None


async def role_needed(database: Database, role_of: RoleOf, origin: Origin) -> Role | None:
    """The person's role where it matters: the platform is asked outside of any transaction, and only if the workspace
    wants to know. ``None``: it does not matter, or nobody says."""
    place = origin.place
    async with database.read() as unit:
        settings = await unit.accounts.settings_of(place.platform, place.workspace)
    if not settings.maintainers_only:
        return None
    try:
        async with asyncio.timeout(PATIENCE):
            return await role_of(place.platform, place.workspace, origin.person)
    except TimeoutError:
        return None


def against(settings: WorkspaceSettings, role: Role | None) -> str:
    """Why this person has no version written; empty: nothing is against it."""
    if not settings.maintainers_only or role in (Role.MAINTAINER, Role.OPERATOR):
        return ""
    return NOBODY_KNOWS if role is None else NOT_YOU
