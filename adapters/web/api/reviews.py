"""What reviews of a version suggested, and taking it up."""

# ruff: noqa: FAST003 - the paths' names are aliases, given in values.py

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from adapters.web.api.shapes.versions import ASuggestion, Job, Suggestions
from adapters.web.api.values import AutomationId, SessionId, SuggestionId
from adapters.web.api.versions import ordered
from adapters.web.asking import application, detail, origin, place_of, suggestions
from adapters.web.identity import TheCaller, TheFront

router = APIRouter(tags=["versions"])


@router.get("/sessions/{sessionId}/automations/{automationId}/suggestions", operation_id="list_suggestions")
async def list_suggestions(
    front: TheFront, who: TheCaller, session_id: SessionId, automation_id: AutomationId
) -> Suggestions:
    """Those of the version's newest review that suggested anything, in order."""
    found = await suggestions(front, who, session_id, automation_id)
    return Suggestions(items=[ASuggestion.of(one) for one in found])


@router.post(
    "/sessions/{sessionId}/automations/{automationId}/suggestions/{suggestionId}/apply",
    operation_id="apply_suggestion",
    status_code=202,
)
async def apply_suggestion(
    request: Request,
    response: Response,
    front: TheFront,
    who: TheCaller,
    session_id: SessionId,
    automation_id: AutomationId,
    suggestion_id: SuggestionId,
) -> Job:
    """Orders the next version, which takes up the suggestion and changes nothing else."""
    found = await detail(front, who, session_id)
    asked = origin(front, request, who, place_of(found.session))
    suggested = await suggestions(front, who, session_id, automation_id)
    return await ordered(front, who, session_id, application(asked, suggested, suggestion_id), response)
