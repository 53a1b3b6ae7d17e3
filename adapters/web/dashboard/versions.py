"""The pages of one version: its files, what changed in it, and the evidence."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import quote

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from adapters.web.asking import detail, suggestions
from adapters.web.dashboard.code import diffs, listing
from adapters.web.dashboard.forms import number
from adapters.web.dashboard.session import running
from adapters.web.dashboard.templating import page
from adapters.web.dashboard.wording import fitting, weight
from adapters.web.front import Front
from adapters.web.identity import TheCaller, TheFront
from adapters.web.problems import unknown
from core.accounts import Caller
from core.automations.comparing import FileChange, compare, git_diff
from core.automations.evidence import Evidence, Traced
from core.automations.model import Automation, File
from core.library import SessionDetail

router = APIRouter()

FILES: Final = 80
"""Files in a list on one page; so many around the one that is shown."""
ROWS: Final = 60
"""Rows of a table of the evidence."""
_TREE: Final = 24_000
"""Bytes of a list of files."""
_TRACE: Final = 32_000
"""Bytes of the table of requirements."""
_FINDINGS: Final = 16_000
_OUTPUT: Final = 8_000
"""Bytes of what the tests printed: the end."""


@router.get("/sessions/{session_id}/versions")
async def all_versions(request: Request, front: TheFront, who: TheCaller, session_id: str) -> Response:
    found = await detail(front, who, session_id)
    heads = await front.library.automations(who, session_id) or ()
    below = number(request.query_params.get("below", ""), 0)
    rest = [one for one in heads if not below or one.number < below]
    further = rest[ROWS - 1].number if len(rest) > ROWS else 0
    return page(request, "versions.html", session=found.session, heads=rest[:ROWS], further=further)


@router.get("/sessions/{session_id}/versions/{version}")
async def files_page(
    request: Request, front: TheFront, who: TheCaller, session_id: str, version: str
) -> Response:
    found, made = await _both(front, who, session_id, version)
    chosen = _chosen(made.files, request.query_params.get("file", ""))
    first = number(request.query_params.get("line", ""), 1)
    code = await asyncio.to_thread(listing, chosen, first) if chosen else None
    at = made.files.index(chosen) if chosen else 0
    start = max(0, min(at - FILES // 2, len(made.files) - FILES)) if at >= FILES // 2 else 0
    shown = fitting(made.files[start : start + FILES], _in_list, _TREE)
    if chosen and chosen not in shown:  # long names: the list begins with the chosen one
        start, shown = at, fitting(made.files[at : at + FILES], _in_list, _TREE)
    end = start + len(shown)
    return _page(
        request,
        "version_files.html",
        found,
        made,
        chosen=chosen,
        code=code,
        shown=shown,
        before=made.files[start - 1] if start else None,
        after=made.files[end] if len(made.files) > end else None,
        suggested=await suggestions(front, who, session_id, made.id),
        may_generate=who.maintains or not (await front.accounts.settings(who)).maintainers_only,
    )


@router.get("/sessions/{session_id}/versions/{version}/changes")
async def changes_page(
    request: Request, front: TheFront, who: TheCaller, session_id: str, version: str
) -> Response:
    """Against `from`, which is the version before where nothing is said; v1 has nothing before it."""
    found, made = await _both(front, who, session_id, version)
    older = number(request.query_params.get("from", ""), made.number - 1)
    other = await front.library.numbered(who, session_id, older) if older != made.number else None
    if older and older != made.number and other is None:
        raise unknown("version")
    only = request.query_params.get("file", "")
    changed, shown = await asyncio.to_thread(_changes, other, made, only) if other else ((), ())
    listed = fitting(changed[: 2 * FILES], _in_list, _TREE)
    heads = await front.library.automations(who, session_id) or ()
    others = [head.number for head in heads if head.number != made.number][:200]
    return _page(
        request,
        "version_changes.html",
        found,
        made,
        other=other,
        others=others,
        changed=listed,
        left_out=len(changed) - len(listed),
        shown=shown,
        only=only,
    )


@router.get("/sessions/{session_id}/versions/{version}/changes.diff")
async def patch(request: Request, front: TheFront, who: TheCaller, session_id: str, version: str) -> Response:
    """All that changed, as `git apply` takes it."""
    _, made = await _both(front, who, session_id, version)
    older = number(request.query_params.get("from", ""), made.number - 1)
    other = await front.library.numbered(who, session_id, older)
    if other is None:
        raise unknown("version")
    old, new = _ordered(other, made)
    text = await asyncio.to_thread(git_diff, old.files, new.files)
    name = f"v{old.number}-v{new.number}.diff"
    return Response(
        text,
        media_type="text/x-diff; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _ordered(one: Automation, other: Automation) -> tuple[Automation, Automation]:
    """The older one is the left side of every comparison."""
    return (one, other) if one.number < other.number else (other, one)


@router.get("/sessions/{session_id}/versions/{version}/evidence")
async def evidence_page(
    request: Request, front: TheFront, who: TheCaller, session_id: str, version: str
) -> Response:
    found, made = await _both(front, who, session_id, version)
    first = number(request.query_params.get("row", ""), 0)
    trace = _traced(made.evidence, first)
    run = made.evidence.tests
    findings = fitting(
        made.evidence.findings[:ROWS], lambda one: weight(one.message[:300] + one.path) + 200, _FINDINGS
    )
    return _page(
        request,
        "version_evidence.html",
        found,
        made,
        evidence=made.evidence,
        trace=trace,
        further=first + len(trace) if len(made.evidence.trace) > first + len(trace) else 0,
        output=_end(run.output) if run else "",
        findings=findings,
        more_findings=len(made.evidence.findings) - len(findings),
    )


def _in_list(one: File | FileChange) -> int:
    """Bytes: its path stands there and in the address that it leads to."""
    return weight(one.path) + len(quote(one.path)) + 260


def _traced(evidence: Evidence, first: int) -> Sequence[Traced]:
    """As many as fit on a page."""
    rows = evidence.trace[first : first + ROWS]
    return fitting(
        rows, lambda row: weight(row.text + " ".join((*row.files[:6] * 3, *row.tests[:6]))) + 700, _TRACE
    )


def _end(text: str) -> str:
    """The last of it that fits: test programs say the most important at the end."""
    lines = text.splitlines()[::-1]
    return "\n".join(reversed(fitting(lines, lambda line: weight(line) + 1, _OUTPUT)))[-_OUTPUT:]


def _changes(old: Automation, new: Automation, only: str) -> tuple[Any, Any]:
    """What differs, and the lines of as much of it as fits."""
    old, new = _ordered(old, new)
    changed = [one for one in compare(old.files, new.files) if one.kind != "unchanged"]
    wanted = [one for one in changed if one.path == only] if only else changed[:FILES]
    return changed, tuple(diffs(old.files, new.files, wanted))


async def _both(front: Front, who: Caller, session_id: str, version: str) -> tuple[SessionDetail, Automation]:
    found = await detail(front, who, session_id)
    made = await front.library.numbered(who, session_id, number(version))
    if made is None:
        raise unknown("version")
    return found, made


def _chosen(files: Sequence[File], path: str) -> File | None:
    """The file that was asked for, else the one to begin with: what explains the rest."""
    named = next((file for file in files if file.path == path), None)
    readme = next((file for file in files if file.path.lower().startswith("readme")), None)
    return named or readme or (files[0] if files else None)


def _page(request: Request, name: str, found: SessionDetail, made: Automation, **context: Any) -> Response:
    api = f"/api/sessions/{quote(found.session.id)}/automations/{quote(made.id)}"
    newest = found.current.number if found.current else made.number
    return page(
        request,
        name,
        session=found.session,
        made=made,
        newest=newest,
        api=api,
        here=f"/sessions/{quote(found.session.id)}/versions/{made.number}",
        busy=running(found),
        **context,
    )
