"""The form that opens a session."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from adapters.web.asking import hand_in, place_for
from adapters.web.dashboard.forms import Typed, event, typed
from adapters.web.dashboard.notes import seen_to
from adapters.web.dashboard.templating import page
from adapters.web.front import Front
from adapters.web.identity import TheCaller, TheFront, TheWriter
from adapters.web.problems import Problem
from core.accounts import Caller
from core.intents import OpenSession
from core.vocabulary import FIELD_LIMIT, TITLE_LIMIT, AgentType

router = APIRouter()


@router.get("/new")
async def form(request: Request, front: TheFront, who: TheCaller) -> Response:
    return await _form(request, front, who, {}, {})


@router.post("/new")
async def submitted(request: Request, front: TheFront, who: TheWriter) -> Response:
    """Errors stand at their fields, and nothing typed is lost."""
    given = await typed(request)
    try:
        receipt = await hand_in(front, await _intent(request, front, who, given))
    except Problem as problem:
        wrong = {one.field: one.sentence for one in problem.errors} or {"": problem.detail}
        kept = {name: given[name] for name in _FIELDS}
        return await _form(request, front, who, kept, wrong, problem.status)
    return seen_to(request, f"/sessions/{receipt.made}" if receipt.made else "/")


_FIELDS = ("title", "agent_type", "requirements", "tech_stack", "constraints", "channel")


async def _intent(request: Request, front: Front, who: Caller, given: Typed) -> OpenSession:
    agents = {one.value: one for one in AgentType}
    place = await place_for(front, who, given["channel"] or None)
    return OpenSession(
        event(front, request, who, place, given),
        given["title"],
        agents.get(given["agent_type"], AgentType.AUTOMATION),
        given["requirements"],
        given["tech_stack"],
        given["constraints"],
    )


async def _form(
    request: Request,
    front: Front,
    who: Caller,
    kept: dict[str, str],
    wrong: dict[str, Any],
    status: int = 200,
) -> Response:
    return page(
        request,
        "new.html",
        status,
        kept={name: kept.get(name, "") for name in _FIELDS},
        wrong=wrong,
        channels=await front.library.channels(who),
        title_limit=TITLE_LIMIT,
        field_limit=FIELD_LIMIT,
    )
