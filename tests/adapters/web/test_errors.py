"""Whatever comes in, the answer is a sentence as problem+json, and never a fault of ours."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
import pytest
from structlog.testing import capture_logs

from adapters.web.app import build_app
from core.storage.unit_of_work import Database
from tests.adapters.web.stage import MAX, ROOMY, Web
from tests.adapters.web.test_identity import BODIES, Place, routes

NESTED = b"[" * 100_000
ODD_BODIES: dict[str, bytes] = {
    "nothing": b"",
    "no JSON": b"{",
    "deep": NESTED,
    "not UTF-8": b'{"title": "\xff\xfe"}',
    "UTF-16": '{"title": "A"}'.encode("utf-16"),
    "a list": b"[]",
    "a number": b"1" * 5_000,
    "a huge number": b'{"days": 1e999, "number": ' + b"9" * 5_000 + b"}",
    "NaN": b'{"days": NaN, "title": Infinity}',
    "NUL": b'{"title": "a\\u0000b", "text": "a\\u0000b", "name": "a\\u0000b", "model": "\\u0000"}',
    "half a letter": b'{"title": "\\ud800", "text": "\\ud800", "name": "\\ud800", "model": "\\ud800"}',
    "unknown names": b'{"title": "A", "text": "A", "name": "A", "admin": true}',
    "twice": b'{"title": "A", "title": 5}',
    "long": json.dumps({"title": "x" * 900_000, "text": "y" * 17_000}).encode(),
}
WRONG_TYPES: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    1.5,
    10**400,
    "",
    " ",
    [],
    {},
    ["x"],
    {"a": 1},
    "\x00",
    "x" * 5_000,
)
ODD_QUERIES = (
    "limit=0", "limit=99999999999999999999", "limit=-1", "limit=x", "limit=", "limit=1&limit=2", "cursor=%00", "cursor=!",
    "cursor=" + "x" * 5_000, "text=%00", "text=" + "x" * 201, "status=none", "agent_type=", "after=-1", "from=x",
    "from=-1", "path=%00", "since=x", "since=0000-00-00", "until=1e3", "by=nobody", "%ff=%fe", "&&&===",
)  # fmt: skip
ODD_IDS = ("%00", "a%00b", "x" * 65, "%ff%fe", "a.b", "a-b", "%2e%2e", "%F0%9F%92%A9", "a%0d%0ab", "*", "'--")


def told(answer: httpx.Response) -> dict[str, Any]:
    """The problem, if it is a proper one."""
    assert answer.headers["content-type"] == "application/problem+json", (answer.status_code, answer.text)
    problem: dict[str, Any] = answer.json()
    assert set(problem) == {"type", "title", "status", "detail", "reference", "errors"}
    assert problem["status"] == answer.status_code
    assert problem["detail"].strip()
    assert problem["reference"] == answer.headers["x-request-id"]
    assert "Traceback" not in answer.text
    return problem


def fine(answer: httpx.Response) -> None:
    """Done, or a proper problem that is not ours."""
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400 and answer.request.method != "HEAD":
        told(answer)


async def place(web: Web) -> tuple[httpx.AsyncClient, Place]:
    return await web.plain(await web.stage.token(MAX)), Place("01nothing", "01nothing", "01nothing")


async def test_odd_bodies_everywhere(web: Web) -> None:
    http, where = await place(web)
    for method, pattern in routes(build_app(web.stage.front)):
        if method in ("GET", "HEAD"):
            continue
        for name, body in ODD_BODIES.items():
            answer = await http.request(
                method, where.path(pattern), content=body, headers={"Content-Type": "application/json"}
            )
            fine(answer)
            if body and name != "UTF-16" and f"{method} {pattern}" in BODIES:
                assert answer.status_code in (400, 422), (pattern, name, answer.text[:200])
        answer = await http.request(
            method, where.path(pattern), content=b"{}", headers={"Content-Type": "text/plain"}
        )
        assert told(answer)["status"] == 415


async def test_every_field_with_every_wrong_type(web: Web) -> None:
    http, where = await place(web)
    for name, body in BODIES.items():
        method, _, pattern = name.partition(" ")
        for field in body:
            for value in WRONG_TYPES:
                fine(await http.request(method, where.path(pattern), content=json.dumps({**body, field: value})
                    .encode(), headers={"Content-Type": "application/json"}))  # fmt: skip


async def test_odd_queries_everywhere(web: Web) -> None:
    http, where = await place(web)
    described = (await http.get("/api/openapi.json")).json()["paths"]
    for path, methods in described.items():
        if "get" in methods:
            known = {one["name"] for one in methods["get"].get("parameters", ()) if one["in"] == "query"}
            for query in ODD_QUERIES:
                if query.partition("=")[0] in known | {"%ff", "&&&"}:
                    fine(await http.get(f"{where.path(path.replace('{path}', 'main.py'))}?{query}"))


async def test_odd_addresses_everywhere(web: Web) -> None:
    http, _ = await place(web)
    for method, pattern in routes(build_app(web.stage.front)):
        if "{" in pattern:
            for odd in ODD_IDS:
                answer = await http.request(
                    method, Place(odd, odd, odd).path(pattern), json=BODIES.get(f"{method} {pattern}")
                )
                fine(answer)
                assert answer.status_code in (401, 403, 404, 405, 422), (pattern, odd)


@pytest.mark.parametrize(
    "path", ["/api/nothing", "/api/", "/api/sessions/", "/nothing", "/api/me/more", "/static/no.css"]
)
async def test_what_is_not_there(web: Web, path: str) -> None:
    http, _ = await place(web)
    answer = await http.get(path)
    assert told(answer)["status"] == 404


async def test_what_cannot_be_done_at_an_address(web: Web) -> None:
    http, _ = await place(web)
    answer = await http.put("/api/sessions", json={})
    assert (told(answer)["status"], answer.headers["allow"]) == (405, "GET, POST")
    answer = await http.post("/api/sessions/01nothing", json={})
    assert answer.headers["allow"] == "DELETE, GET, PATCH"
    assert (await http.request("TRACE", "/api/me")).status_code == 405


async def test_too_much_is_refused_before_it_is_read(web: Web) -> None:
    http, _ = await place(web)
    whole = await http.post("/api/sessions", content=b"x" * 1_000_001)
    assert told(whole)["status"] == 413

    async def pieces() -> Any:
        for _ in range(200):
            yield b" " * 10_000

    piecemeal = await http.post(
        "/api/sessions", content=pieces(), headers={"Content-Type": "application/json"}
    )
    assert told(piecemeal)["status"] == 413
    long = f"GET /api/sessions?text={'x' * 100_000} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    answer = await raw(web, long.encode())
    assert answer.startswith(b"HTTP/1.1 414 ")
    assert b"application/problem+json" in answer


async def raw(web: Web, *sent: bytes) -> bytes:
    where = urlsplit(web.base)
    reader, writer = await asyncio.open_connection(where.hostname, where.port)
    for part in sent:
        writer.write(part)
    async with asyncio.timeout(10):
        answer = await reader.read(10_000)
    writer.close()
    return answer


async def test_a_body_that_never_comes_is_not_waited_for(database: Database) -> None:
    async with Web.open(database, replace(ROOMY, upload=0.05)) as web:
        token = await web.stage.token()
        head = f"POST /api/sessions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Length: 100\r\n\r\n"
        answer = await raw(web, head.encode(), b"{")
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert b"application/problem+json" in answer


async def test_a_length_that_is_none(web: Web) -> None:
    for length in (b"-1", b"x", b"9" * 400):
        head = b"POST /api/sessions HTTP/1.1\r\nHost: x\r\nContent-Length: " + length + b"\r\n\r\n"
        assert (await raw(web, head)).split(b" ")[1] in (b"400", b"413")


async def test_a_fault_of_ours_is_told_by_its_reference_alone(web: Web) -> None:
    http, _ = await place(web)
    async with web.stage.database.write() as unit:
        await unit.inbox._db.exec_driver_sql("ALTER TABLE automation_sessions RENAME TO lost")
    with capture_logs() as logged:
        problem = told(await http.get("/api/sessions"))
    assert problem["status"] == 500
    assert problem["detail"].startswith("Something went wrong on my side.")
    assert "automation_sessions" not in str(problem)
    assert [one["reference"] for one in logged if one["event"] == "request_failed"] == [problem["reference"]]


async def test_pages_get_pages_and_programs_get_problems(web: Web) -> None:
    http = await web.plain()
    page = await http.get("/nothing", headers={"Accept": "text/html"})
    assert page.headers["content-type"].startswith("text/html")
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    program = await http.get("/api/nothing", headers={"Accept": "text/html"})
    assert told(program)["status"] == 401


async def test_every_answer_is_safe_for_browsers(web: Web) -> None:
    http, _ = await place(web)
    for path in ("/api/me", "/api/sessions/" + quote("ü"), "/api/openapi.json", "/sign-in/x"):
        headers = (await http.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert "'unsafe" not in headers["content-security-policy"]
        assert "server" not in headers
    assert "strict-transport-security" not in (await http.get("/api/me")).headers
