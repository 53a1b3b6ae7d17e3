"""How many requests one caller may make."""

from __future__ import annotations

from dataclasses import replace

from adapters.web.rates import Rates
from core.storage.unit_of_work import Database
from tests.adapters.web.stage import BEN, ROOMY, Web


class Seconds:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_empties_and_fills_again() -> None:
    seconds = Seconds()
    rates = Rates(60, seconds)
    standings = [rates.take("ana") for _ in range(61)]
    assert [one.wait for one in standings] == [0] * 60 + [1]
    assert [one.left for one in standings[:3]] == [59, 58, 57]
    assert standings[-1].headers["Retry-After"] == "1"
    assert rates.take("ben").wait == 0
    seconds.now = 10
    assert [rates.take("ana").wait for _ in range(11)] == [0] * 10 + [1]
    seconds.now = 1_000
    assert rates.take("ana").left == 59


def test_full_buckets_are_forgotten() -> None:
    seconds = Seconds()
    rates = Rates(60, seconds)
    for number in range(10_000):
        rates.take(str(number))
    seconds.now = 61
    rates.take("one more")
    assert len(rates._buckets) == 1


async def test_callers_are_told_where_they_stand(database: Database) -> None:
    async with Web.open(database, replace(ROOMY, requests=6, writes=2)) as web:
        ana, ben = [await web.plain(await web.stage.token(who)) for who in (BEN, BEN)]
        first = await ana.get("/api/me")
        assert [first.headers[f"ratelimit-{name}"] for name in ("limit", "remaining", "reset")] == [
            "6",
            "5",
            "10",
        ]
        for status in (404, 404, 429):
            answer = await ana.post("/api/sessions/01nothing/close")
            assert answer.status_code == status
        assert (answer.headers["ratelimit-limit"], answer.headers["retry-after"]) == ("2", "30")
        assert answer.headers["content-type"] == "application/problem+json"
        assert [(await ana.get("/api/me")).status_code for _ in range(3)] == [200, 200, 429]
        assert (await ben.get("/api/me")).status_code == 200


async def test_forms_of_the_pages_are_counted_with_the_rest_of_a_sign_in(database: Database) -> None:
    async with Web.open(database, replace(ROOMY, writes=2)) as web:
        ana, csrf = await web.browser()
        page = {"Accept": "text/html"}
        form = {"csrf": csrf, "title": "Work", "agent_type": "research"}
        assert [(await ana.post("/new", data=form, headers=page)).status_code for _ in range(2)] == [303, 303]
        answer = await ana.post("/new", data=form, headers=page)
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "30")
        assert "A little slower, please" in answer.text
        assert "Try again in 30 s." in answer.text
        assert (await ana.get("/", headers=page)).status_code == 200
        assert (await ana.post("/api/sessions", headers={"X-CSRF-Token": csrf})).status_code == 429
        ben, csrf = await web.browser(BEN)
        assert (await ben.post("/new", data={**form, "csrf": csrf}, headers=page)).status_code == 303


async def test_signing_in_is_counted_by_address(database: Database) -> None:
    async with Web.open(database, replace(ROOMY, sign_ins=10)) as web:
        http = await web.plain()
        link = f"/sign-in/{await web.stage.link()}"
        assert {(await http.post("/sign-in/guess")).status_code for _ in range(10)} == {410}
        answer = await http.post(link, headers={"Accept": "text/html"})
        assert (answer.status_code, "Try again in 6 s." in answer.text) == (429, True)
        assert (await http.get(link)).status_code == 200
        elsewhere = await http.post(link, headers={"X-Forwarded-For": "192.0.2.7"})
        assert elsewhere.status_code == 303
