"""What went wrong, as HTTP has it: application/problem+json (RFC 9457) for programs, a page for people."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

PROBLEM = "application/problem+json"
OWN_FAULT = (
    "Something went wrong on my side. Try again; if it happens again, give the reference to whoever runs me."
)


@dataclass(frozen=True, slots=True)
class Wrong:
    """One field at fault. ``field``: its name, with dots for what is inside of another."""

    field: str
    sentence: str


@dataclass(slots=True, eq=False)
class Problem(Exception):
    """Raised by whoever cannot do what was asked. ``detail``: the sentence that the chat would say; Markdown. ``errors``:
    the fields at fault. ``headers``: what the answer has to bring beside."""

    status: int
    detail: str
    errors: Sequence[Wrong] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return HTTPStatus(self.status).phrase

    def body(self, reference: str) -> dict[str, Any]:
        errors = [{"field": one.field, "detail": one.sentence} for one in self.errors]
        return {
            "type": "about:blank",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "reference": reference,
            "errors": errors,
        }


ErrorPage = Callable[[Request, Problem, str], Response]
"""Makes the page of a problem; the text is its reference in the log."""


def answer(request: Request, problem: Problem) -> Response:
    """As a page where a browser asked for one, otherwise as problem+json."""
    reference = reference_of(request)
    page: ErrorPage | None = (
        getattr(request.app.state, "error_page", None) if "app" in request.scope else None
    )
    if page is not None and wants_page(request):
        response = page(request, problem, reference)
        response.headers.update(problem.headers)
        return response
    return as_json(problem, reference)


def as_json(problem: Problem, reference: str) -> Response:
    data = orjson.dumps(problem.body(reference))
    return Response(data, problem.status, dict(problem.headers), media_type=PROBLEM)


def wants_page(request: Request) -> bool:
    return not request.url.path.startswith("/api/") and "text/html" in request.headers.get("accept", "")


def reference_of(request: Request) -> str:
    """Eight hex digits that stand on every log line of the request."""
    return str(request.scope.get("state", {}).get("reference", "00000000"))


def unknown(what: str) -> Problem:
    """What is not there, and what is not for the caller: the same words for both. ``what``: `session` …"""
    return Problem(404, f"There is no such {what}.")
