"""The service's cache of whole answers: who asks for it, and sends the same bytes again, gets the same for nothing.

As documented (guides/features/response-caching, beta): the key is the API key, the model, the stream flag and the body,
the order of its keys included; only whole answers are kept; requests at the same time do not wait for each other; a hit
has a generation id of its own and counts no tokens."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bot.simulators.openrouter.answers import Answer

_STANDARD, _LONGEST = 300, 86_400  # seconds


@dataclass(frozen=True, slots=True)
class Wish:
    """What a request wants of the cache. ``clear``: nothing that is kept, but to be kept anew."""

    sent: bytes
    key: str
    seconds: int
    clear: bool


@dataclass(frozen=True, slots=True)
class Kept:
    answer: Answer
    source: str
    since: float
    seconds: int

    @property
    def age(self) -> int:
        return int(time.monotonic() - self.since)


@dataclass(slots=True)
class Cache:
    """``hits``: answers that were given again."""

    hits: int = 0
    _kept: dict[tuple[str, bytes], Kept] = field(default_factory=dict)

    def get(self, wish: Wish | None) -> Kept | None:
        if wish is None or wish.clear:
            return None
        kept = self._kept.get((wish.key, wish.sent))
        if kept is None or kept.age >= kept.seconds:
            return None
        self.hits += 1
        return kept

    def put(self, wish: Wish, answer: Answer, source: str) -> None:
        self._kept[wish.key, wish.sent] = Kept(answer, source, time.monotonic(), wish.seconds)


def wish_of(headers: Mapping[str, str], sent: bytes) -> Wish | None:
    """``None`` when the request wants nothing of the cache."""
    if headers.get("X-OpenRouter-Cache", "").lower() != "true":
        return None
    told = headers.get("X-OpenRouter-Cache-TTL", "")
    seconds = min(max(int(told), 1), _LONGEST) if told.isdigit() else _STANDARD
    clear = headers.get("X-OpenRouter-Cache-Clear", "").lower() == "true"
    return Wish(sent, headers.get("Authorization", ""), seconds, clear)


def missed(wish: Wish | None) -> dict[str, str]:
    """The headers of an answer that was made."""
    if wish is None:
        return {}
    return {"X-OpenRouter-Cache-Status": "MISS", "X-OpenRouter-Cache-TTL": str(wish.seconds)}


def hit(kept: Kept) -> dict[str, str]:
    """The headers of an answer that is given again."""
    return {
        "X-OpenRouter-Cache-Status": "HIT",
        "X-OpenRouter-Cache-Age": str(kept.age),
        "X-OpenRouter-Cache-TTL": str(kept.seconds - kept.age),
        "X-OpenRouter-Cache-Source-Id": kept.source,
    }


def free_of_charge(answer: Answer) -> Answer:
    nothing = {
        "prompt_tokens": 0,
        "completion_tokens": 0,
        "total_tokens": 0,
        "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0},
    }
    return replace(answer, cost=0.0, usage=nothing, hold=None, pace=0.0, keepalives=0)
