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
