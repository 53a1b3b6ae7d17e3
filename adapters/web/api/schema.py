"""What the API looks like, as OpenAPI 3.1: what the framework finds out, and what holds for every operation beside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from adapters.web.api.shapes.problems import ProblemBody
from adapters.web.identity import COOKIE, CSRF_HEADER
from adapters.web.problems import PROBLEM

ADDRESS = "/api/openapi.json"
_ABOUT = f"""Sessions, what is said in them, and the code that comes of it.

**Who is asking.** `Authorization: Bearer tw_…` with a token from `/automation token NAME` in the chat or from
`POST /api/tokens`. A browser that has signed in has the cookie `{COOKIE}` in its place, and shows its `{CSRF_HEADER}` with
everything that changes something.

**Once.** A POST may bring `Idempotency-Key` (1 to 128 signs). Sent again under the same key within a day, it is not done
again, and its answer is the same; with another body it gets 422, and while the first is under way 409.

**What you have already.** JSON and files bring an `ETag`; with `If-None-Match` the answer is 304 when nothing changed.
Files take one `Range`, with `If-Range`.

**How often.** `RateLimit-Limit`, `-Remaining` and `-Reset` (seconds) stand on every answer; 429 says `Retry-After`.

**What went wrong** comes as `{PROBLEM}` with a sentence for people in `detail`."""

_SENTENCES: Mapping[str, str] = {
    "400": "The request cannot be read.",
    "401": "Nobody that we know.",
    "403": "Not with this token, this role, or without the form's secret.",
    "404": "Not there, or not for the caller: the same words for both.",
    "408": "The request did not arrive in time.",
    "409": "Not now: the sentence says why.",
    "413": "Too large.",
    "414": "The address is too long.",
    "415": "Not JSON.",
    "416": "No such part of the file.",
    "422": "The request does not fit: `errors` names the fields.",
    "429": "Too often.",
    "500": "A fault on our side.",
    "503": "The chat platform cannot be asked now.",
}
_ALWAYS = ("400", "401", "403", "404", "414", "422", "429", "500", "503")
_CHANGING = ("408", "409", "413", "415")
_FILES: Mapping[str, tuple[str, ...]] = {
    "get_file": ("text/plain",),
    "download": ("application/zip", "text/plain"),
    "get_report": ("text/markdown",),
}


def add_schema(app: FastAPI) -> None:
    async def schema(_: Request) -> Response:
        return JSONResponse(app.openapi(), headers={"Cache-Control": "public, max-age=300"})

    app.add_route(ADDRESS, schema, include_in_schema=False)
    app.openapi = lambda: _cached(app)  # type: ignore[method-assign]  # the framework's own way to change it


def _cached(app: FastAPI) -> dict[str, Any]:
    if app.openapi_schema is None:
        app.openapi_schema = _completed(app)
    return app.openapi_schema


def _completed(app: FastAPI) -> dict[str, Any]:
    schema = get_openapi(
        title="Threadwright",
        version="1",
        description=_ABOUT,
        routes=app.routes,
    )
    parts = schema.setdefault("components", {})
    shape = ProblemBody.model_json_schema(mode="serialization", ref_template="#/components/schemas/{model}")
    parts["schemas"] |= {**shape.pop("$defs", {}), "Problem": shape}
    for name in ("HTTPValidationError", "ValidationError"):
        parts["schemas"].pop(name, None)
    parts["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": "An API token, `tw_…`."},
        "cookie": {
            "type": "apiKey",
            "in": "cookie",
            "name": COOKIE,
            "description": "A browser that signed in.",
        },
    }
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            _complete(operation, method, path)
    return schema


def _complete(operation: dict[str, Any], method: str, path: str) -> None:
    operation["security"] = [{"token": []}]
    for parameter in operation.get("parameters", ()):
        parameter["schema"] = _without_null(parameter["schema"])
    responses = operation["responses"]
    kinds = _FILES.get(operation["operationId"])
    if kinds:
        responses["200"] = _file("The file.", kinds)
        responses["206"] = _file("The part that Range names.", kinds)
        responses["416"] = _problem("416")
    if operation["operationId"] == "watch_session":
        responses["200"] = _events()
    elif method == "get":
        responses["304"] = {"description": "Nothing changed since the ETag that If-None-Match names."}
    for status in (*_ALWAYS, *(_CHANGING if method != "get" else ())):
        if status != "404" or "{" in path or method == "get":
            responses[status] = _problem(status)


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """An address cannot say `null`; it leaves out what it has nothing to say of."""
    choices = [one for one in schema.get("anyOf", ()) if one != {"type": "null"}]
    if len(choices) != 1:
        return schema
    return {**{name: value for name, value in schema.items() if name != "anyOf"}, **choices[0]}


def _events() -> dict[str, Any]:
    shape = {
        "type": "object",
        "properties": {
            "id": {"type": "string", "pattern": "^[0-9]+$"},
            "event": {"enum": ["token", "message", "progress", "status", "reset"]},
            "data": {"type": "string", "contentMediaType": "application/json"},
        },
        "required": ["id", "event", "data"],
    }
    return {"description": "Each event.", "content": {"text/event-stream": {"schema": shape}}}


def _file(description: str, kinds: tuple[str, ...]) -> dict[str, Any]:
    return {"description": description, "content": {kind: {"schema": {"type": "string"}} for kind in kinds}}


def _problem(status: str) -> dict[str, Any]:
    content = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": _SENTENCES[status], "content": content}
