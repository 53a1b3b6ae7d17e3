"""The caller, their workspace, tokens, roles, settings, and what it cost."""

# ruff: noqa: FAST003 - the paths' names are aliases, given in values.py

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request

from adapters.web.api.bodies import RoleGiven, Settings, TokenOrder
from adapters.web.api.shapes.people import (
    AChannel,
    AMember,
    APerson,
    AToken,
    Channels,
    Cost,
    FreshToken,
    Me,
    Members,
    Tokens,
    Usage,
)
from adapters.web.api.values import Day, TokenId
from adapters.web.identity import TheCaller, TheFront, TheMaintainer
from adapters.web.problems import Problem, unknown
from adapters.web.repeating import tell_once
from core.accounts import Role, WorkspaceSettings
from core.errors import RequestRefused
from core.intents import Person

router = APIRouter(tags=["people"])
_DAYS = 30
_EARLIEST, _LATEST = date(2000, 1, 1), date(2999, 12, 31)
_RANK = {role: rank for rank, role in enumerate(Role)}


@router.get("/me", operation_id="get_me")
async def get_me(who: TheCaller) -> Me:
    """Who is asking, and what they may."""
    return Me.of(who)


@router.get("/channels", operation_id="list_channels")
async def list_channels(front: TheFront, who: TheCaller) -> Channels:
    """The channels in which the caller may open a session."""
    return Channels(items=[AChannel(id=one, name=name) for one, name in await front.library.channels(who)])


@router.get("/usage", operation_id="get_usage")
async def get_usage(
    front: TheFront,
    who: TheCaller,
    by: Literal["person", "session", "day"] = "day",
    since: Annotated[Day | None, Query(description="The first day (UTC); 30 days ago, if left out.")] = None,
    until: Annotated[Day | None, Query(description="The last day (UTC); today, if left out.")] = None,
) -> Usage:
    """What was spent on the sessions that the caller sees."""
    last = _within(until or front.clock.now().date())
    first = _within(since or last - timedelta(days=_DAYS))
    spent = await front.library.spent(who, by, first, last) if first <= last else ()
    return Usage(items=[Cost.of(one) for one in spent])


def _within(day: date) -> date:
    """Before and after, nothing was spent, and databases have no such days."""
    return min(max(day, _EARLIEST), _LATEST)


@router.get("/tokens", operation_id="list_tokens")
async def list_tokens(front: TheFront, who: TheCaller) -> Tokens:
    """The caller's own that still work."""
    found = await front.accounts.tokens(who.platform, who.workspace, who.person)
    return Tokens(items=[AToken.of(one) for one in found])


@router.post("/tokens", operation_id="make_token", status_code=201)
async def make_token(request: Request, front: TheFront, who: TheCaller, body: TokenOrder) -> FreshToken:
    """Its secret is told this once."""
    scopes = frozenset(body.scopes)
    if scopes - who.scopes:
        raise Problem(403, "A token cannot make one that may do more than itself.")
    fresh = await front.accounts.new_token(
        who.platform, who.workspace, who.person, body.name, scopes, body.days
    )
    tell_once(request)
    return FreshToken.new(fresh)


@router.delete("/tokens/{tokenId}", operation_id="revoke_token", status_code=204)
async def revoke_token(front: TheFront, who: TheCaller, token_id: TokenId) -> None:
    if not await front.accounts.revoke(who.platform, who.workspace, who.person, token_id):
        raise unknown("token")


@router.get("/settings", operation_id="get_settings")
async def get_settings(front: TheFront, who: TheCaller) -> Settings:
    """What holds in the caller's workspace."""
    return _shown(await front.accounts.settings(who))


@router.put("/settings", operation_id="change_settings")
async def change_settings(front: TheFront, who: TheMaintainer, body: Settings) -> Settings:
    """All of them at once; for maintainers."""
    settings = WorkspaceSettings(body.model, body.maintainers_only, body.retention_days, body.language)
    await front.accounts.change_settings(who, settings)
    return _shown(await front.accounts.settings(who))


def _shown(settings: WorkspaceSettings) -> Settings:
    return Settings(
        model=settings.model,
        maintainers_only=settings.maintainers_only,
        retention_days=settings.retention_days,
        language=settings.language,
    )


@router.get("/members", operation_id="list_members")
async def list_members(front: TheFront, who: TheMaintainer) -> Members:
    """Who was given a role here; for maintainers."""
    return Members(items=[AMember.of(one) for one in await front.accounts.members(who)])


@router.put("/members", operation_id="give_role")
async def give_role(front: TheFront, who: TheMaintainer, body: RoleGiven) -> AMember:
    """For maintainers, up to their own role."""
    if _RANK[body.role] > _RANK[who.role]:
        raise Problem(403, "You cannot give a role above your own.")
    person = Person(body.team, body.id)
    try:
        await front.accounts.set_role(who, person, body.role)
    except RequestRefused as error:  # nothing is wrong with how it was asked
        raise Problem(409, error.sentence) from error
    for member in await front.accounts.members(who):
        if member.person == person:
            return AMember.of(member)
    return AMember(person=APerson.of(person), name=body.id, role=Role.MEMBER)
