"""What the API says of itself, and what schemathesis finds out about it."""

from __future__ import annotations

import re

import httpx

from adapters.web.api.values import NAME
from adapters.web.app import build_app
from core.storage.unit_of_work import Database
from tests.adapters.web.hammer import KEEPING, LIMITS, hammered, there
from tests.adapters.web.stage import Web
from tests.adapters.web.test_identity import routes

TABLE = {
    ("GET", "/api/sessions"),
    ("POST", "/api/sessions"),
    ("GET", "/api/sessions/{sessionId}"),
    ("GET", "/api/sessions/{sessionId}/messages"),
    ("POST", "/api/sessions/{sessionId}/messages"),
    ("GET", "/api/sessions/{sessionId}/automations"),
    ("POST", "/api/sessions/{sessionId}/generate-code"),
    ("GET", "/api/sessions/{sessionId}/automations/{automationId}/download"),
}


async def test_the_api_describes_all_of_itself(web: Web) -> None:
    async with httpx.AsyncClient(base_url=web.base) as http:
        schema = (await http.get("/api/openapi.json")).json()
    described = {(method.upper(), path) for path, methods in schema["paths"].items() for method in methods}
    assert described >= TABLE
    there = {(method, path.replace(":path}", "}")) for method, path in routes(build_app(web.stage.front))}
    assert described == {(method, path) for method, path in there if method != "HEAD"}
    operations = [one for methods in schema["paths"].values() for one in methods.values()]
    assert len({one["operationId"] for one in operations}) == len(operations)
    assert all(one["security"] == [{"token": []}] for one in operations)
    assert schema["openapi"].startswith("3.1")


QUICK = ("--phases=examples,fuzzing,stateful", "--workers=2")
"""A few examples; `python -m tests.adapters.web.hammer 200` takes its time."""


async def test_schemathesis_finds_nothing_wrong_anywhere(database: Database) -> None:
    async with Web.open(database, LIMITS) as web:
        code, said = await hammered(web, 2, QUICK)
    assert code == 0, said


async def test_schemathesis_finds_nothing_wrong_with_a_session_that_is_there(database: Database) -> None:
    async with Web.open(database, LIMITS) as web:
        code, said = await hammered(web, 2, (*QUICK, *KEEPING), await there(web))
    assert code == 0, said


def test_names_are_printable() -> None:
    letters = [chr(number) for number in range(0x10000) if re.fullmatch(NAME, chr(number))]
    assert len(letters) > 20_000
    assert all(letter.isprintable() and not letter.isspace() for letter in letters)
