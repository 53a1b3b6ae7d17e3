"""Pages for what went wrong."""

from __future__ import annotations

from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response

from adapters.web.dashboard.templating import page
from adapters.web.problems import Problem

_TITLES = {
    HTTPStatus.FORBIDDEN: "That is not yours to do",
    HTTPStatus.NOT_FOUND: "Nothing here",
    HTTPStatus.GONE: "This link is used up",
    HTTPStatus.TOO_MANY_REQUESTS: "A little slower, please",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Something broke on my side",
    HTTPStatus.SERVICE_UNAVAILABLE: "The chat does not answer",
}


def error_page(request: Request, problem: Problem, reference: str) -> Response:
    """Whoever is not known is told how to become so."""
    if problem.status == HTTPStatus.UNAUTHORIZED:
        return page(request, "signed_out.html", problem.status)
    title = _TITLES.get(HTTPStatus(problem.status), "That did not work")
    return page(request, "error.html", problem.status, problem=problem, title=title, reference=reference)
