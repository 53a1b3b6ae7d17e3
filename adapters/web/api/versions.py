"""Versions: order, watch, look into, take, compare, bring back."""

# ruff: noqa: FAST003 - the paths' names are aliases, given in values.py

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from adapters.web.api.bodies import Order, TestOrder
from adapters.web.api.shapes.sessions import Asked
from adapters.web.api.shapes.versions import Change, Comparison, Job, Version, Versions, VersionWithFiles
from adapters.web.api.values import WHOLE, AutomationId, FilePath, JobId, SessionId
from adapters.web.asking import detail, hand_in, made, origin, place_of, version
from adapters.web.front import Front
from adapters.web.handing import Handing, Paper
from adapters.web.identity import TheCaller, TheFront
from adapters.web.problems import Problem, unknown
from core.accounts import Caller
from core.automations.comparing import compare, git_diff
from core.automations.model import Automation, File
from core.delivery.packaging import zip_of
from core.delivery.report import report
from core.desk import Receipt
from core.intents import Cancel, Generate, Intent, Restore, Review, RunTests

router = APIRouter(tags=["versions"])
_ZIP = "application/zip"
_TEXT = "text/plain; charset=utf-8"
_MARKDOWN = "text/markdown; charset=utf-8"


@router.post("/sessions/{sessionId}/generate-code", operation_id="generate_code", status_code=202)
async def generate_code(
    request: Request,
    response: Response,
    front: TheFront,
    who: TheCaller,
    session_id: SessionId,
    body: Order | None = None,
) -> Job:
    """Orders the next version."""
    found = await detail(front, who, session_id)
    asked = origin(front, request, who, place_of(found.session))
    intent = Generate(asked, body.language if body else None, session_id)
    return await ordered(front, who, session_id, intent, response)


async def ordered(front: Front, who: Caller, session_id: str, intent: Intent, response: Response) -> Job:
    """The job that an intent leads to; the answer says where it is followed."""
    job_id = made(await hand_in(front, intent))
    response.headers["Location"] = f"/api/sessions/{session_id}/jobs/{job_id}"
    return await _job(front, who, session_id, job_id)


@router.get("/sessions/{sessionId}/jobs/{jobId}", operation_id="get_job")
async def get_job(front: TheFront, who: TheCaller, session_id: SessionId, job_id: JobId) -> Job:
    return await _job(front, who, session_id, job_id)


async def _job(front: Front, who: Caller, session_id: str, job_id: str) -> Job:
    found = await front.library.job(who, session_id, job_id)
    if found is None:
        raise unknown("job")
    return Job.of(found)


@router.post("/sessions/{sessionId}/cancel", operation_id="cancel_job", status_code=202)
async def cancel_job(request: Request, front: TheFront, who: TheCaller, session_id: SessionId) -> Job:
    """Stops the version that is being written."""
    found = await detail(front, who, session_id)
    await hand_in(front, Cancel(origin(front, request, who, place_of(found.session)), session_id))
    now = await detail(front, who, session_id)
    if now.job is None:
        raise unknown("job")
    return Job.of(now.job)


@router.post("/sessions/{sessionId}/review", operation_id="review", status_code=202)
async def review(request: Request, front: TheFront, who: TheCaller, session_id: SessionId) -> Asked:
    """The model reads the newest version; its suggestions appear in the session."""
    found = await detail(front, who, session_id)
    return _asked(
        await hand_in(front, Review(origin(front, request, who, place_of(found.session)), session_id))
    )


@router.post("/sessions/{sessionId}/run-tests", operation_id="run_tests", status_code=202)
async def run_tests(
    request: Request, front: TheFront, who: TheCaller, session_id: SessionId, body: TestOrder | None = None
) -> Asked:
    """Runs the tests of a version again; what came out appears in the session and in the version's evidence."""
    found = await detail(front, who, session_id)
    automation = body.automation if body else None
    if automation and await front.library.automation(who, session_id, automation) is None:
        raise Problem(409, unknown("version").detail)
    asked = origin(front, request, who, place_of(found.session))
    return _asked(await hand_in(front, RunTests(asked, automation, session_id)))


def _asked(receipt: Receipt) -> Asked:
    return Asked(note=receipt.reply.text if receipt.reply else None)


@router.get("/sessions/{sessionId}/automations", operation_id="list_automations")
async def list_automations(front: TheFront, who: TheCaller, session_id: SessionId) -> Versions:
    """The newest first, without their files."""
    found = await front.library.automations(who, session_id)
    if found is None:
        raise unknown("session")
    return Versions(items=[Version.of(one) for one in found])


@router.get("/sessions/{sessionId}/automations/{automationId}", operation_id="get_automation")
async def get_automation(
    front: TheFront, who: TheCaller, session_id: SessionId, automation_id: AutomationId
) -> VersionWithFiles:
    return VersionWithFiles.of(await version(front, who, session_id, automation_id))


@router.get(
    "/sessions/{sessionId}/automations/{automationId}/files/{path:path}",
    operation_id="get_file",
    response_class=Handing,
    status_code=200,
)
@router.head("/sessions/{sessionId}/automations/{automationId}/files/{path:path}", include_in_schema=False)
async def get_file(
    front: TheFront, who: TheCaller, session_id: SessionId, automation_id: AutomationId, path: FilePath
) -> Handing:
    """One file, to be read in place: always as text, whatever it is."""
    made_then = await version(front, who, session_id, automation_id)
    return Handing(Paper(_file(made_then, path).content.encode(), _TEXT))


@router.get(
    "/sessions/{sessionId}/automations/{automationId}/download",
    operation_id="download",
    response_class=Handing,
    status_code=200,
)
@router.head("/sessions/{sessionId}/automations/{automationId}/download", include_in_schema=False)
async def download(
    front: TheFront,
    who: TheCaller,
    session_id: SessionId,
    automation_id: AutomationId,
    path: Annotated[
        str | None,
        Query(pattern=r"^[^\x00-\x1f\x7f]{1,250}$", description="One file; the whole as a zip without it."),
    ] = None,
) -> Handing:
    """Takes the version away, and a ready one is downloaded once the last byte went out. `Range` with `If-Range` goes on
    where it broke off."""
    found = await detail(front, who, session_id)
    made_then = await version(front, who, session_id, automation_id)
    if path is None:
        packed = await asyncio.to_thread(zip_of, found.session, made_then)
        paper = Paper(packed.data, _ZIP, packed.name)
    else:
        file = _file(made_then, path)
        paper = Paper(file.content.encode(), _TEXT, file.path.rpartition("/")[2])
    return Handing(paper, _taken(front, who, automation_id))


def _taken(front: Front, who: Caller, automation_id: str) -> Callable[[], Awaitable[None]]:
    async def taken() -> None:
        await front.library.downloaded(who, automation_id, f"web:{secrets.token_hex(16)}")

    return taken


def _file(made_then: Automation, path: str) -> File:
    for file in made_then.files:
        if file.path == path:
            return file
    raise unknown("file")


@router.get(
    "/sessions/{sessionId}/automations/{automationId}/report",
    operation_id="get_report",
    response_class=Handing,
    status_code=200,
)
async def get_report(
    front: TheFront, who: TheCaller, session_id: SessionId, automation_id: AutomationId
) -> Handing:
    """The evidence of a version as people read it."""
    found = await detail(front, who, session_id)
    made_then = await version(front, who, session_id, automation_id)
    return Handing(Paper(report(found.session.title, made_then).encode(), _MARKDOWN))


@router.get("/sessions/{sessionId}/automations/{automationId}/diff", operation_id="get_diff")
async def get_diff(
    front: TheFront,
    who: TheCaller,
    session_id: SessionId,
    automation_id: AutomationId,
    older: Annotated[
        int | None,
        Query(
            alias="from",
            ge=0,
            le=WHOLE,
            description="Number of a version; 0 for nothing. The one before, if left out.",
        ),
    ] = None,
) -> Comparison:
    """What changed from an older version to this one."""
    newer = await version(front, who, session_id, automation_id)
    number = newer.number - 1 if older is None else older
    before = await front.library.numbered(who, session_id, number) if number else None
    if number and before is None:
        raise unknown("version")
    return await asyncio.to_thread(_compared, before.files if before else (), newer, number)


def _compared(old: tuple[File, ...], newer: Automation, number: int) -> Comparison:
    changes = [Change.of(one) for one in compare(old, newer.files)]
    return Comparison(older=number, newer=newer.number, files=changes, patch=git_diff(old, newer.files))


@router.post(
    "/sessions/{sessionId}/automations/{automationId}/restore", operation_id="restore", status_code=201
)
async def restore(
    request: Request,
    response: Response,
    front: TheFront,
    who: TheCaller,
    session_id: SessionId,
    automation_id: AutomationId,
) -> Version:
    """The version becomes current again, as a new one."""
    found = await detail(front, who, session_id)
    old = await version(front, who, session_id, automation_id)
    asked = origin(front, request, who, place_of(found.session))
    job = await front.library.job(
        who, session_id, made(await hand_in(front, Restore(asked, old.number, session_id)))
    )
    fresh = job and job.automation and await front.library.automation(who, session_id, job.automation)
    if not fresh:
        raise Problem(404, "The session was deleted meanwhile.")
    response.headers["Location"] = f"/api/sessions/{session_id}/automations/{fresh.id}"
    return Version.of(fresh)
