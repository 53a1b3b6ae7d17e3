"""The list of sessions."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any, TypeVar
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from adapters.web.asking import WEB
from adapters.web.dashboard.templating import page
from adapters.web.dashboard.wording import clean
from adapters.web.identity import TheCaller, TheFront
from core.accounts import Caller
from core.library import SessionQuery
from core.sessions.model import SessionStatus
from core.vocabulary import AgentType

router = APIRouter()

_LONGEST = 200
"""Characters of a search."""
_E = TypeVar("_E", bound=Enum)


@router.get("/")
async def overview(request: Request, front: TheFront, who: TheCaller) -> Response:
    """What a filter cannot be is as if it were not set: people edit addresses."""
    asked = request.query_params
    query = SessionQuery(
        text=clean(asked.get("q", ""))[:_LONGEST].strip(),
        status=_one_of(SessionStatus, asked.get("status", "")),
        agent_type=_one_of(AgentType, asked.get("agent", "")),
        platform=next((one for one in platforms(who) if one == asked.get("platform")), None),
        cursor=asked.get("cursor") or None,
    )
    found = await front.library.sessions(who, query)
    return page(
        request,
        "sessions.html",
        rows=found.items,
        query=query,
        statuses=tuple(SessionStatus),
        platforms=platforms(who),
        channels=dict(await front.library.channels(who)),
        further=_address(query, found.next) if found.next else "",
        start=_address(query, None),
        filtered=bool(query.text or query.status or query.agent_type or query.platform),
    )


def platforms(who: Caller) -> tuple[str, ...]:
    """Where this caller's sessions can live."""
    return (who.platform, WEB) if who.platform != WEB else (WEB,)


def _one_of(kind: type[_E], value: str) -> _E | None:
    return next((one for one in kind if one.value == value), None)


def _address(query: SessionQuery, cursor: str | None) -> str:
    fields: Mapping[str, Any] = {
        "q": query.text,
        "status": query.status,
        "agent": query.agent_type,
        "platform": query.platform,
        "cursor": cursor,
    }
    kept = urlencode({name: str(value) for name, value in fields.items() if value})
    return f"/?{kept}" if kept else "/"
