"""One's own API tokens; for maintainers what the workspace has set, and who may what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from adapters.web.dashboard.forms import Typed, language, number, typed
from adapters.web.dashboard.notes import seen_to
from adapters.web.dashboard.templating import page
from adapters.web.front import Front
from adapters.web.identity import TheCaller, TheFront, TheWriter
from adapters.web.problems import Problem
from core.accounts import EVERYTHING, TOKEN_DAYS, Caller, NewToken, Role, Scope, WorkspaceSettings
from core.errors import RequestRefused
from core.intents import Person
from core.vocabulary import Language

router = APIRouter()

_LIVES: Final = (30, TOKEN_DAYS, 180, 365)
_RETENTION: Final = (30, 90, 180, 365)
_NAME: Final = 100
_ORDER: Final = (Role.MEMBER, Role.MAINTAINER, Role.OPERATOR)


@router.get("/settings")
async def settings(request: Request, front: TheFront, who: TheCaller) -> Response:
    return await _show(request, front, who)


@router.post("/settings/tokens")
async def make_token(request: Request, front: TheFront, who: TheWriter) -> Response:
    """The secret is on this answer, and never again."""
    form = await typed(request)
    scopes = EVERYTHING if form["scope"] == "write" else frozenset({Scope.READ})
    try:
        made = await front.accounts.new_token(
            who.platform,
            who.workspace,
            who.person,
            form.line("name")[:_NAME],
            scopes,
            number(form["days"], TOKEN_DAYS),
        )
    except RequestRefused as error:
        wrong = {error.field or "name": error.sentence}
        return await _show(request, front, who, 422, wrong=wrong, kept={"name": form["name"]})
    return await _show(request, front, who, made=made)


@router.post("/settings/tokens/{token_id}/revoke")
async def revoke_token(request: Request, front: TheFront, who: TheWriter, token_id: str) -> Response:
    gone = await front.accounts.revoke(who.platform, who.workspace, who.person, token_id)
    said = "That token does not work any more." if gone else "There is no such token of yours."
    return seen_to(request, "/settings", said)


@router.post("/settings/workspace")
async def change(request: Request, front: TheFront, who: TheWriter) -> Response:
    form = await typed(request)
    return await _maintained(request, front, who, form, "workspace")


@router.post("/settings/members")
async def give_role(request: Request, front: TheFront, who: TheWriter) -> Response:
    form = await typed(request)
    return await _maintained(request, front, who, form, "members")


async def _maintained(request: Request, front: Front, who: Caller, form: Typed, part: str) -> Response:
    if not who.maintains:
        raise Problem(403, "Only maintainers of this workspace may do this.")
    try:
        said = await (_change(front, who, form) if part == "workspace" else _give(front, who, form))
    except RequestRefused as error:
        kept = {name: form[name] for name in ("model", "person")}
        return await _show(request, front, who, 422, wrong={error.field or part: error.sentence}, kept=kept)
    return seen_to(request, "/settings", said)


async def _change(front: Front, who: Caller, form: Typed) -> str:
    days = number(form["retention"])
    wanted = WorkspaceSettings(
        model=form.line("model"),
        maintainers_only=form["maintainers_only"] == "yes",
        retention_days=days or None,
        language=language(form["language"]) or Language.AUTO,
    )
    await front.accounts.change_settings(who, wanted)
    return "Saved."


async def _give(front: Front, who: Caller, form: Typed) -> str:
    person, roles = form["person"].strip()[:_NAME], {one.value: one for one in Role}
    if not person or form["role"] not in roles:
        raise RequestRefused("Name a person by their id on the platform, and choose a role.", field="person")
    role = roles[form["role"]]
    await front.accounts.set_role(who, Person(form["team"].strip()[:_NAME] or who.person.team, person), role)
    return f"Done: `{person}` is a {role} now."


async def _show(
    request: Request,
    front: Front,
    who: Caller,
    status: int = 200,
    *,
    made: NewToken | None = None,
    wrong: Mapping[str, str] | None = None,
    kept: Mapping[str, str] | None = None,
) -> Response:
    context: dict[str, Any] = {
        "tokens": await front.accounts.tokens(who.platform, who.workspace, who.person),
        "made": made,
        "lives": _LIVES,
        "usual": TOKEN_DAYS,
        "wrong": wrong or {},
        "kept": kept or {},
        "settings": await front.accounts.settings(who) if who.maintains else None,
        "members": (await front.accounts.members(who))[:200] if who.maintains else (),
        "retention": _RETENTION,
        "roles": _ORDER[: 1 + _ORDER.index(who.role)],
    }
    return page(request, "settings.html", status, **context)
