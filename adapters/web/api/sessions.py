"""Sessions: list, open, look, keep."""

# ruff: noqa: FAST003 - the paths' names are aliases, given in values.py

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from adapters.web.api.bodies import NewSession, Renamed, RequirementChanges
from adapters.web.api.shapes.sessions import ARequirement, Detail, Ledger, Listed, SessionPage
from adapters.web.api.values import ANY, Cursor, Limit, SessionId
from adapters.web.asking import detail, hand_in, lines, made, origin, place_for, place_of
from adapters.web.front import Front
from adapters.web.identity import TheCaller, TheFront
from adapters.web.problems import Problem, Wrong
from core.accounts import Caller
from core.desk import Receipt
from core.errors import RequestRefused
from core.intents import ChangeRequirements, Close, Delete, OpenSession, Rename, Reopen
from core.library import SessionDetail, SessionQuery
from core.sessions.model import SessionStatus
from core.vocabulary import FIELD_LIMIT, AgentType

router = APIRouter(tags=["sessions"])

NO_PAGE = "There is no such page. Begin with the first one, without a cursor."


@router.get("/sessions", operation_id="list_sessions")
async def list_sessions(
    front: TheFront,
    who: TheCaller,
    text: Annotated[str, Query(max_length=200, pattern=ANY, description="Words to look for.")] = "",
    status: SessionStatus | None = None,
    agent_type: AgentType | None = None,
    platform: Annotated[str | None, Query(pattern="^(slack|discord|web)$")] = None,
    cursor: Cursor = None,
    limit: Limit = 25,
) -> SessionPage:
    """The sessions that the caller sees, those with the newest word first."""
    query = SessionQuery(text, status, agent_type, platform, cursor, limit)
    try:
        page = await front.library.sessions(who, query)
    except RequestRefused as error:
        raise Problem(404, NO_PAGE) from error
    return SessionPage(items=[Listed.of(row) for row in page.items], next=page.next)


@router.post("/sessions", operation_id="open_session", status_code=201)
async def open_session(
    request: Request, response: Response, front: TheFront, who: TheCaller, body: NewSession
) -> Detail:
    """Opens a session: in a channel of the chat, or on the web alone."""
    place = await place_for(front, who, body.channel)
    intent = OpenSession(
        origin(front, request, who, place),
        body.title,
        body.agent_type,
        _ledger(body.requirements),
        body.tech_stack,
        body.constraints,
    )
    session_id = made(await hand_in(front, intent))
    response.headers["Location"] = f"/api/sessions/{session_id}"
    return Detail.of(await detail(front, who, session_id))


def _ledger(requirements: list[str]) -> str:
    text = lines(requirements)
    if len(text) > FIELD_LIMIT:
        sentence = f"The requirements have {len(text):,} characters; at most {FIELD_LIMIT:,} fit here. More can follow."
        raise Problem(422, sentence, (Wrong("requirements", sentence),))
    return text


@router.get("/sessions/{sessionId}", operation_id="get_session")
async def get_session(front: TheFront, who: TheCaller, session_id: SessionId) -> Detail:
    return Detail.of(await detail(front, who, session_id))


@router.patch("/sessions/{sessionId}", operation_id="rename_session")
async def rename_session(
    request: Request, front: TheFront, who: TheCaller, session_id: SessionId, body: Renamed
) -> Detail:
    found = await detail(front, who, session_id)
    asked = origin(front, request, who, place_of(found.session))
    await hand_in(front, Rename(asked, body.title, session_id))
    return Detail.of(await detail(front, who, session_id))


@router.delete("/sessions/{sessionId}", operation_id="delete_session", status_code=204)
async def delete_session(request: Request, front: TheFront, who: TheCaller, session_id: SessionId) -> None:
    """With its conversation and all its versions. This cannot be undone."""
    found = await detail(front, who, session_id)
    await hand_in(
        front, Delete(origin(front, request, who, place_of(found.session)), session_id, confirmed=True)
    )


@router.post("/sessions/{sessionId}/close", operation_id="close_session")
async def close_session(request: Request, front: TheFront, who: TheCaller, session_id: SessionId) -> Detail:
    """What is being written is stopped."""
    found = await detail(front, who, session_id)
    await hand_in(front, Close(origin(front, request, who, place_of(found.session)), session_id))
    return Detail.of(await detail(front, who, session_id))


@router.post("/sessions/{sessionId}/reopen", operation_id="reopen_session")
async def reopen_session(request: Request, front: TheFront, who: TheCaller, session_id: SessionId) -> Detail:
    found = await detail(front, who, session_id)
    await hand_in(front, Reopen(origin(front, request, who, place_of(found.session)), session_id))
    return Detail.of(await detail(front, who, session_id))


@router.get("/sessions/{sessionId}/requirements", operation_id="list_requirements")
async def list_requirements(front: TheFront, who: TheCaller, session_id: SessionId) -> Ledger:
    """Withdrawn ones stay, and no number is used twice."""
    return _shown(await detail(front, who, session_id))


@router.post("/sessions/{sessionId}/requirements", operation_id="change_requirements")
async def change_requirements(
    request: Request, front: TheFront, who: TheCaller, session_id: SessionId, body: RequirementChanges
) -> Ledger:
    found = await detail(front, who, session_id)
    receipt = await _change(front, request, who, found, body)
    return _shown(await detail(front, who, session_id), receipt)


async def _change(
    front: Front, request: Request, who: Caller, found: SessionDetail, body: RequirementChanges
) -> Receipt:
    intent = ChangeRequirements(
        origin(front, request, who, place_of(found.session)),
        found.session.id,
        tuple(body.add),
        tuple((one.number, one.text) for one in body.edit),
        tuple(body.withdraw),
    )
    return await hand_in(front, intent)


def _shown(found: SessionDetail, receipt: Receipt | None = None) -> Ledger:
    items = [ARequirement.of(one) for one in found.session.requirements]
    return Ledger(items=items, note=receipt.reply.text if receipt and receipt.reply else None)
