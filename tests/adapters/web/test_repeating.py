"""Idempotency keys."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import httpx

from core.accounts import Caller
from core.library import Recalled
from core.storage.unit_of_work import Database
from core.vocabulary import AgentType
from tests.adapters.web.stage import BEN, Web

BODY = {"title": "Price watcher", "agent_type": "web_crawler"}


async def http(web: Web) -> httpx.AsyncClient:
    return await web.plain(await web.stage.token())


async def titles(web: Web) -> list[str]:
    return [one.title async for one in (await web.client()).sessions()]


async def test_the_same_request_under_the_same_key_is_done_once(web: Web) -> None:
    ana, key = await http(web), {"Idempotency-Key": "k1"}
    first = await ana.post("/api/sessions", json=BODY, headers=key)
    again = await ana.post("/api/sessions", json=BODY, headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again.headers["location"] == first.headers["location"]
    assert again.headers["idempotency-replayed"] == "true"
    assert await titles(web) == ["Price watcher"]
    other = await ana.post("/api/sessions", json={**BODY, "title": "Other"}, headers=key)
    assert (other.status_code, other.json()["errors"][0]["field"]) == (422, "Idempotency-Key")
    elsewhere = await ana.post("/api/tokens", json={"name": "x"}, headers=key)
    assert elsewhere.status_code == 422


async def test_a_refusal_is_repeated_too(web: Web) -> None:
    ana, key = await http(web), {"Idempotency-Key": "k1"}
    first = await ana.post("/api/sessions/01nothing/close", headers=key)
    again = await ana.post("/api/sessions/01nothing/close", headers=key)
    assert (first.status_code, again.json()) == (404, first.json())
    assert again.headers["content-type"] == "application/problem+json"


async def test_keys_of_others_are_others(web: Web) -> None:
    ana, ben = await http(web), await web.plain(await web.stage.token(BEN))
    key = {"Idempotency-Key": "k1"}
    one = (await ana.post("/api/sessions", json=BODY, headers=key)).json()
    two = (await ben.post("/api/sessions", json=BODY, headers=key)).json()
    assert one["id"] != two["id"]


async def test_a_secret_is_told_once_and_made_once(web: Web) -> None:
    ana, key = await http(web), {"Idempotency-Key": "k1"}
    first = await ana.post("/api/tokens", json={"name": "nightly"}, headers=key)
    again = await ana.post("/api/tokens", json={"name": "nightly"}, headers=key)
    assert (first.status_code, again.status_code) == (201, 409)
    assert "secret" not in again.json()
    listed = (await ana.get("/api/tokens")).json()["items"]
    assert [one["name"] for one in listed].count("nightly") == 1


async def test_two_at_the_same_moment_do_it_once(web: Web) -> None:
    ana, key = await http(web), {"Idempotency-Key": "k1"}
    async with asyncio.TaskGroup() as group:
        tries = [group.create_task(ana.post("/api/sessions", json=BODY, headers=key)) for _ in range(5)]
    statuses = sorted(one.result().status_code for one in tries)
    assert set(statuses) <= {201, 409}
    assert statuses[0] == 201
    assert await titles(web) == ["Price watcher"]
    waiting = [one.result() for one in tries if one.result().status_code == 409]
    assert all(one.headers["retry-after"] == "1" for one in waiting)


class Forgetful:
    """As after a crash between what was done and what was answered."""

    async def recall(self, caller: Caller, key: str, digest: str) -> Recalled | None:
        return None

    async def keep(self, caller: Caller, key: str, digest: str, status: int, body: str) -> None:
        """Keeps nothing."""


async def test_what_is_done_is_not_done_twice_even_if_its_answer_was_lost(database: Database) -> None:
    async with Web.open(database, once=Forgetful()) as web:
        ana, key = await http(web), {"Idempotency-Key": "k1"}
        session_id = await web.opened(await web.client())
        path = f"/api/sessions/{session_id}/messages"
        first = await ana.post(path, json={"text": "Once."}, headers=key)
        web.stage.clock.at += timedelta(seconds=5)
        again = await ana.post(path, json={"text": "Once."}, headers=key)
        told = first.json()["message"]["number"]
        assert (again.status_code, again.json()["message"]["number"]) == (201, told)
        assert (
            await ana.post("/api/sessions", json=BODY, headers={"Idempotency-Key": "k2"})
        ).status_code == 201
        lost = await ana.post("/api/sessions", json=BODY, headers={"Idempotency-Key": "k2"})
        assert (lost.status_code, "asked for already" in lost.json()["detail"]) == (409, True)
        assert len(await titles(web)) == 2


async def test_keys_that_are_none(web: Web) -> None:
    ana = await http(web)
    for wrong in (b"", b"a b", b"x" * 129, "ü".encode()):
        answer = await ana.post("/api/sessions", json=BODY, headers={b"Idempotency-Key": wrong})
        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"
    assert await titles(web) == []


async def test_the_client_opens_one_session_per_call(web: Web) -> None:
    bot = await web.client()
    for _ in range(2):
        await bot.open_session("Watcher", AgentType.RESEARCH)
    assert await titles(web) == ["Watcher", "Watcher"]
