"""The page of one session: its conversation, its requirements, its versions, and what runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from adapters.web.asking import detail
from adapters.web.dashboard.forms import number
from adapters.web.dashboard.prose import heavy
from adapters.web.dashboard.templating import page
from adapters.web.dashboard.wording import fitting, weight
from adapters.web.front import Front
from adapters.web.identity import TheCaller, TheFront
from adapters.web.problems import unknown
from core.accounts import Caller
from core.automations.model import JobStatus
from core.library import Page, SessionDetail
from core.messages.model import Message
from core.sessions.model import Requirement

router = APIRouter()

MESSAGES: Final = 50
TALK: Final = 42_000
"""Bytes of conversation on a page."""
MESSAGE: Final = 6_000
"""Characters of one message that are shown among others."""
LEDGER: Final = 20
"""Requirements beside a conversation."""
LEDGER_ROOM: Final = 32_000
"""Bytes of them."""
LEDGER_PAGE: Final = 50
LEDGER_PAGE_ROOM: Final = 80_000
VERSIONS: Final = 12
WRITTEN: Final = 12_000
"""Bytes of the list of files that are being written: the last ones."""
_PAGES: Final = 40
"""So many pages of 100 messages are searched for a single one."""


@router.get("/sessions/{session_id}")
async def session_page(request: Request, front: TheFront, who: TheCaller, session_id: str) -> Response:
    return await show(request, front, who, await detail(front, who, session_id))


async def show(
    request: Request,
    front: Front,
    who: Caller,
    found: SessionDetail,
    status: int = 200,
    *,
    wrong: Mapping[str, str] | None = None,
    kept: Mapping[str, str] | None = None,
) -> Response:
    """``wrong``: sentences by the form they belong to. ``kept``: what was typed there."""
    session_id = found.session.id
    settings = await front.accounts.settings(who)
    versions = await front.library.automations(who, session_id) or ()
    context: dict[str, Any] = {
        "detail": found,
        "session": found.session,
        "talk": await _talk(front, who, session_id, request.query_params.get("before")),
        "earlier": bool(request.query_params.get("before")),
        "ledger": _fitting(found.session.requirements, LEDGER, LEDGER_ROOM),
        "versions": versions,
        "channels": dict(await front.library.channels(who)),
        "may_generate": who.maintains or not settings.maintainers_only,
        "language": found.session.language if found.session.language != "auto" else settings.language,
        "running": running(found),
        "wrong": wrong or {},
        "kept": kept or {},
        "message_limit": MESSAGE,
        "version_limit": VERSIONS,
        "files_so_far": _written(found),
    }
    return page(request, "session.html", status, **context)


def running(found: SessionDetail) -> bool:
    return found.job is not None and found.job.status in (JobStatus.QUEUED, JobStatus.RUNNING)


def _written(found: SessionDetail) -> Sequence[tuple[str, int]]:
    """Paths and lines of what the job has written so far."""
    files = found.job.progress.files if found.job and found.job.progress else ()
    return fitting(files[::-1], lambda one: weight(one[0]) + 60, WRITTEN)[::-1]


async def _talk(front: Front, who: Caller, session_id: str, cursor: str | None) -> Page[Message]:
    """The newest ones that fit on a page, the oldest of them first."""
    found = await front.library.messages(who, session_id, cursor, MESSAGES)
    if found is None:
        raise unknown("session")
    shown = fitting(found.items, lambda message: heavy(message.text[:MESSAGE]) + 500, TALK)
    if len(shown) < len(found.items):
        found = await front.library.messages(who, session_id, cursor, len(shown)) or found
    return Page(tuple(reversed(found.items)), found.next)


def _fitting(requirements: Sequence[Requirement], most: int, room: int) -> Sequence[Requirement]:
    """As many as fit, each with its form."""
    return fitting(requirements[:most], lambda one: 2 * weight(one.text) + 1_200, room)


@router.get("/sessions/{session_id}/requirements")
async def ledger_page(request: Request, front: TheFront, who: TheCaller, session_id: str) -> Response:
    """The whole ledger, page by page."""
    found = await detail(front, who, session_id)
    first = number(request.query_params.get("from", "1"), 1)
    rest = [one for one in found.session.requirements if one.number >= first]
    shown = _fitting(rest, LEDGER_PAGE, LEDGER_PAGE_ROOM)
    further = rest[len(shown)].number if len(rest) > len(shown) else 0
    return page(
        request,
        "requirements.html",
        session=found.session,
        shown=shown,
        further=further,
        first=first,
        wrong={},
        kept={},
    )


@router.get("/sessions/{session_id}/messages/{seq}")
async def message_page(
    request: Request, front: TheFront, who: TheCaller, session_id: str, seq: str
) -> Response:
    """One message, whole."""
    found = await detail(front, who, session_id)
    message = await _one(front, who, session_id, number(seq))
    if message is None:
        raise unknown("message")
    return page(request, "message.html", session=found.session, message=message)


async def _one(front: Front, who: Caller, session_id: str, seq: int) -> Message | None:
    cursor: str | None = None
    for _ in range(_PAGES):
        found = await front.library.messages(who, session_id, cursor, 100)
        for message in found.items if found else ():
            if message.seq == seq:
                return message
        cursor = found.next if found else None
        if cursor is None:
            return None
    return None


@router.get("/sessions/{session_id}/delete")
async def delete_page(request: Request, front: TheFront, who: TheCaller, session_id: str) -> Response:
    """Asks once more."""
    found = await detail(front, who, session_id)
    return page(
        request, "delete.html", session=found.session, versions=found.current.number if found.current else 0
    )
