"""The web application: the REST API and the dashboard over one front of the core."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import compile_path

from adapters.web import signing
from adapters.web.api import add_api
from adapters.web.dashboard import add_dashboard
from adapters.web.front import Front
from adapters.web.gate import Gate
from adapters.web.problems import Problem, Wrong, answer
from adapters.web.shell import Shell
from core.errors import PlatformError, RequestRefused

_SENTENCES: Mapping[int, str] = {
    400: "This request cannot be read.",
    404: "There is nothing at this address.",
    405: "This cannot be done at this address.",
    415: "The body has to be JSON: send it as `Content-Type: application/json`.",
}
_SHOWN = 20
"""So many faults of a request are named at most."""


def build_app(front: Front) -> FastAPI:
    """One application for one front; nothing of it is shared with another."""
    app = FastAPI(
        title="Threadwright", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False
    )
    app.state.front = front
    app.state.closing = asyncio.Event()
    app.include_router(signing.router)
    add_api(app, front)
    add_dashboard(app, front)
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(RequestRefused, _not_done)
    app.add_exception_handler(PlatformError, _not_reached)
    app.add_middleware(Gate, front=front)
    app.add_middleware(Shell, limits=front.limits, secure=front.secure)
    return app


async def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return answer(request, error)


async def _refused(request: Request, error: Exception) -> Response:
    """What the framework itself says no to."""
    assert isinstance(error, HTTPException)
    sentence = _SENTENCES.get(error.status_code, "This request cannot be met.")
    headers = dict(error.headers or {})
    if error.status_code == 405:  # noqa: PLR2004 - the status that has to name what is allowed
        headers["Allow"] = ", ".join(_allowed(request))
    return answer(request, Problem(error.status_code, sentence, headers=headers))


def _allowed(request: Request) -> list[str]:
    """All methods of an address: the framework names those of its first route."""
    path = request.scope["path"]
    fitting = (
        route
        for route in iter_route_contexts(request.app.routes)
        if route.path and route.methods and compile_path(route.path)[0].match(path)
    )
    return sorted({method for route in fitting for method in route.methods or ()})


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    faults = [_wrong(one) for one in error.errors()[:_SHOWN]]
    sentence = "; ".join(
        f"`{one.field}`: {one.sentence}" if one.field else one.sentence for one in faults[:3]
    )
    return answer(request, Problem(422, f"This request does not fit: {sentence}.", faults))


def _wrong(fault: Mapping[str, object]) -> Wrong:
    """Never says what was given: it may be long, or a secret."""
    where = fault.get("loc", ())
    assert isinstance(where, tuple)
    name = ".".join(str(part) for part in where[1:])[:100]
    said = "it is not JSON" if fault.get("type") == "json_invalid" else str(fault.get("msg", "it is wrong"))
    return Wrong("" if fault.get("type") == "json_invalid" else name, said.removeprefix("Value error, "))


async def _not_done(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestRefused)
    faults = [Wrong(error.field, error.sentence)] if error.field else []
    return answer(request, Problem(422 if faults else 409, error.sentence, faults))


async def _not_reached(request: Request, error: Exception) -> Response:
    """The chat platform has to be asked, and does not answer."""
    assert isinstance(error, PlatformError)
    wait = {"Retry-After": str(int(error.retry_after or 5))}
    return answer(request, Problem(503, error.sentence, headers=wait))
