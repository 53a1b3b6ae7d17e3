"""What is said in a session, and what happens in it."""

# ruff: noqa: FAST003 - the paths' names are aliases, given in values.py

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request

from adapters.web.api.bodies import NewMessage
from adapters.web.api.sessions import NO_PAGE
from adapters.web.api.shapes.sessions import Accepted, AMessage, MessagePage
from adapters.web.api.values import EVENT, Cursor, Limit, SessionId
from adapters.web.asking import detail, hand_in, origin, place_of, spoken_to, words
from adapters.web.front import Front
from adapters.web.identity import TheCaller, TheFront
from adapters.web.problems import Problem, unknown
from adapters.web.streaming import EventStream
from core.accounts import Caller
from core.desk import Outcome
from core.errors import RequestRefused
from core.intents import Say
from core.messages.model import Message

router = APIRouter(tags=["conversation"])

_NUMBER = re.compile(r"[0-9]{1,15}")
_RECENT = 20
"""So many of the newest messages are looked through for the one that was just stored."""


@router.get("/sessions/{sessionId}/messages", operation_id="list_messages")
async def list_messages(
    front: TheFront, who: TheCaller, session_id: SessionId, cursor: Cursor = None, limit: Limit = 50
) -> MessagePage:
    """The newest first."""
    try:
        page = await front.library.messages(who, session_id, cursor, limit)
    except RequestRefused as error:
        raise Problem(404, NO_PAGE) from error
    if page is None:
        raise unknown("session")
    return MessagePage(items=[AMessage.of(one) for one in page.items], next=page.next)


@router.post("/sessions/{sessionId}/messages", operation_id="say", status_code=201)
async def say(
    request: Request, front: TheFront, who: TheCaller, session_id: SessionId, body: NewMessage
) -> Accepted:
    """Says something in the session; in its chat thread it appears with the caller's name."""
    found = await detail(front, who, session_id)
    spoken_to(found.session)
    said = words(origin(front, request, who, place_of(found.session)), who, body.text)
    receipt = await hand_in(front, said)
    before = receipt.outcome is Outcome.DUPLICATE
    message = await _stored(front, who, session_id, said, before=before)
    turn = await front.library.turn_of(who, session_id, said.message)
    return Accepted(
        message=AMessage.of(message), turn=turn, note=receipt.reply.text if receipt.reply else None
    )


async def _stored(front: Front, who: Caller, session_id: str, said: Say, *, before: bool) -> Message:
    """As it is now. ``before``: it came before under the same key, at a time that nobody knows any more. Raises Problem
    404 when somebody deleted the session meanwhile."""
    page = await front.library.messages(who, session_id, limit=_RECENT)
    for one in page.items if page else ():
        if (one.person, one.text) == (said.origin.person, said.text) and (before or one.at == said.origin.at):
            return one
    raise unknown("session")


@router.get(
    "/sessions/{sessionId}/events", operation_id="watch_session", response_class=EventStream, status_code=200
)
async def watch_session(
    front: TheFront,
    who: TheCaller,
    session_id: SessionId,
    after: Annotated[
        int | None, Query(ge=0, le=EVENT, description="As Last-Event-ID, which is stronger.")
    ] = None,
    last_event_id: Annotated[str | None, Header(include_in_schema=False)] = None,
) -> EventStream:
    """Server-sent events: `token` (more of an answer), `message`, `progress`, `status`, and `reset` when what was asked
    for is no longer kept: load anew. `Last-Event-ID` goes on behind that event. A stream ends after ten minutes: come
    again."""
    return EventStream(front, who, session_id, _number(last_event_id, after))


def _number(last_event_id: str | None, after: int | None) -> int | None:
    """What a browser sends by itself; anything that is no number of ours is as if it were not there."""
    given = (last_event_id or "").strip()
    return int(given) if _NUMBER.fullmatch(given) else after
