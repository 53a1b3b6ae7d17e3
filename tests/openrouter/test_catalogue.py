"""What is known of models, and what is guessed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from bot.simulators.openrouter import OpenRouterSimulator
from bot.simulators.openrouter.models import SimulatedModel
from core.errors import ModelUnreachable
from core.openrouter.catalogue import Catalogue, limits_of, read_models
from core.openrouter.client import OpenRouter, open_model
from core.openrouter.config import ModelConfig
from core.ports import ModelLimits
from tests.openrouter.helpers import client


def entry(id_: str = "a/b", **fields: Any) -> dict[str, Any]:
    return {"id": id_, **fields}


@pytest.mark.parametrize(
    ("model", "limits"),
    [
        (
            entry(context_length=200_000, top_provider={"max_completion_tokens": 8_000}),
            ModelLimits(200_000, 8_000, known=True),
        ),
        (
            entry(context_length=200_000, top_provider={"context_length": 100_000}),
            ModelLimits(100_000, 32_768, known=True),
        ),
        (
            entry(context_length=131_072, top_provider={"max_completion_tokens": 131_072}),
            ModelLimits(131_072, 32_768, known=True),
        ),
        (
            entry(context_length=8_192, top_provider={"max_completion_tokens": 8_192}),
            ModelLimits(8_192, 4_096, known=True),
        ),
        (entry(max_model_len=16_384), ModelLimits(16_384, 8_192, known=True)),
        (entry(context_length=None, top_provider=None), ModelLimits(32_768, 8_192, known=False)),
        (entry(context_length="many"), ModelLimits(32_768, 8_192, known=False)),
    ],
)
def test_limits(model: dict[str, Any], limits: ModelLimits) -> None:
    card = read_models({"data": [model]})["a/b"]
    assert limits_of(card, 32_768) == limits


def test_an_unknown_model_is_guessed_carefully() -> None:
    assert limits_of(None, 32_768) == ModelLimits(32_768, 8_192, known=False)


@pytest.mark.parametrize("document", [{}, {"data": None}, {"data": [7, {}, {"id": 7}]}])
def test_a_list_that_is_none(document: Mapping[str, Any]) -> None:
    assert read_models(document) == {}


class Service:
    """A list of models that can be down, on a clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 0.0
        self.asked = 0
        self.up = True

    async def fetch(self) -> Mapping[str, Any]:
        self.asked += 1
        await asyncio.sleep(0)
        if not self.up:
            raise ModelUnreachable("down")
        return {"data": [entry(context_length=100)]}

    def catalogue(self) -> Catalogue:
        return Catalogue(self.fetch, lambda: self.now)


async def test_the_list_is_fetched_once_for_everybody() -> None:
    service = Service()
    catalogue = service.catalogue()
    cards = await asyncio.gather(*(catalogue.card("a/b") for _ in range(10)))
    assert all(card is not None and card.context == 100 for card in cards)
    assert service.asked == 1
    service.now = 24 * 3600.0
    await catalogue.card("a/b")
    assert service.asked == 2


async def test_a_failure_is_forgotten_after_a_minute_and_an_old_list_is_kept() -> None:
    service = Service()
    service.up = False
    catalogue = service.catalogue()
    assert await catalogue.card("a/b") is None
    service.up = True
    assert await catalogue.card("a/b") is None
    service.now = 61.0
    assert await catalogue.card("a/b") is not None
    service.now, service.up = 1e6, False
    assert await catalogue.card("a/b") is not None


async def test_limits_come_from_the_service(simulator: OpenRouterSimulator, model: OpenRouter) -> None:
    simulator.add_model(SimulatedModel("x/small", context=10_000, output=2_000))
    assert await model.limits("x/small") == ModelLimits(10_000, 2_000, known=True)
    assert await model.limits("x/small:nitro") == ModelLimits(10_000, 2_000, known=True)
    assert await model.limits() == ModelLimits(200_000, 32_768, known=True)
    assert not (await model.limits("no/such")).known


async def test_limits_never_fail() -> None:
    async with open_model(ModelConfig(None, "a/b", "http://127.0.0.1:1/v1")) as model:
        assert await model.limits() == ModelLimits(32_768, 8_192, known=False)


async def test_the_doctor_asks_for_models(model: OpenRouter) -> None:
    known = await model.models_known(["simulated/coder", "simulated/coder:floor", "no/such"])
    assert known == {"simulated/coder": True, "simulated/coder:floor": True, "no/such": False}


async def test_the_doctor_asks_for_the_key(simulator: OpenRouterSimulator, model: OpenRouter) -> None:
    simulator.ledger.limit = 10.0
    status = await model.key_status()
    assert status is not None
    assert (status.limit, status.remaining, status.used) == (Decimal(10), Decimal(10), Decimal(0))
    assert not status.free_tier


async def test_a_plain_service_has_no_key_status(simulator: OpenRouterSimulator) -> None:
    async with client(simulator, dialect="plain") as model:
        assert await model.key_status() is None
