"""What the service says about its models: how much they read and write. Asked for once in a while, never a reason to
fail."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from core.errors import ModelError
from core.ports import ModelLimits

_FRESH = 6 * 3600.0  # seconds that a list is believed
_PATIENCE = 60.0  # seconds before the next try when there was none
_ROUTING_SUFFIXES = frozenset({"nitro", "floor", "exacto", "online"})  # they choose a provider, not a model

_GUESSED_CONTEXT = 32_768
_GUESSED_OUTPUT = 8_192


@dataclass(frozen=True, slots=True)
class ModelCard:
    """``context`` and ``output`` in tokens, ``None`` where the list does not say."""

    id: str
    context: int | None
    output: int | None


class Catalogue:
    """``fetch``: the document of `GET /models`, or a ModelError; it bounds its own time. ``clock``: seconds."""

    def __init__(self, fetch: Callable[[], Awaitable[Mapping[str, Any]]], clock: Callable[[], float]) -> None:
        self._fetch = fetch
        self._clock = clock
        self._cards: Mapping[str, ModelCard] = {}
        self._next_try = float("-inf")
        self._turn = asyncio.Lock()

    async def card(self, model: str) -> ModelCard | None:
        """Never raises; callers that come while the list is being fetched wait for that one fetch."""
        if self._clock() >= self._next_try:
            async with self._turn:
                if self._clock() >= self._next_try:
                    await self._refresh()
        return find(self._cards, model)

    async def _refresh(self) -> None:
        try:
            cards = read_models(await self._fetch())
        except ModelError:
            cards = {}
        self._cards = cards or self._cards
        self._next_try = self._clock() + (_FRESH if cards else _PATIENCE)


def read_models(document: Mapping[str, Any]) -> dict[str, ModelCard]:
    """Entries without an id, and figures that are none, are left out."""
    entries = document.get("data")
    cards = (
        _card(entry) for entry in (entries if isinstance(entries, list) else ()) if isinstance(entry, dict)
    )
    return {card.id: card for card in cards if card.id}


def find(cards: Mapping[str, ModelCard], model: str) -> ModelCard | None:
    """Also under one of OpenRouter's routing suffixes."""
    if model in cards:
        return cards[model]
    base, _, suffix = model.partition(":")
    return cards.get(base) if suffix in _ROUTING_SUFFIXES else None


def limits_of(card: ModelCard | None, cap: int) -> ModelLimits:
    """``cap``: the product's own. An answer is never given more than half of the context: some models list their
    whole context as output, and then nothing would be left to read."""
    context = (card and card.context) or _GUESSED_CONTEXT
    if card is None or card.context is None:
        output = (card and card.output) or _GUESSED_OUTPUT
        return ModelLimits(context, max(1, min(output, context // 2, cap)), known=False)
    output = card.output or context
    return ModelLimits(context, max(1, min(output, context // 2, cap)), known=True)


def _card(entry: Mapping[str, Any]) -> ModelCard:
    """OpenRouter's fields; vLLM and LM Studio have one of their own for the context."""
    top = entry.get("top_provider")
    top = top if isinstance(top, dict) else {}
    contexts = (top.get("context_length"), entry.get("context_length"))
    served = [number for value in contexts if (number := _positive(value))]
    context = (
        min(served) if served else _positive(entry.get("max_model_len") or entry.get("max_context_length"))
    )
    id_ = entry.get("id")
    return ModelCard(
        id_ if isinstance(id_, str) else "", context, _positive(top.get("max_completion_tokens"))
    )


def _positive(value: object) -> int | None:
    return value if isinstance(value, int) and value > 0 else None
