"""The account behind the simulator's key: what was generated, and what it cost."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

_PERIODS = ("usage", "usage_daily", "usage_weekly", "usage_monthly")


@dataclass(slots=True)
class Ledger:
    """``limit``: US dollars, ``None`` without one. Generations are found by id once their stream is over for ``lag``
    seconds."""

    limit: float | None = None
    spent: float = 0.0
    generations: dict[str, dict[str, Any]] = field(default_factory=dict)
    lag: float = 0.0
    _entered: dict[str, float] = field(default_factory=dict)

    def enter(
        self, id_: str, model: str, usage: dict[str, Any], finish: str | None, *, cancelled: bool
    ) -> None:
        """`finish` ``None`` with `cancelled`: the client hung up, and nothing is charged."""
        cost = 0.0 if cancelled else float(usage["cost"] or 0.0)
        self.spent += cost
        self._entered[id_] = time.monotonic()
        self.generations[id_] = _generation(id_, model, usage, finish, cost, cancelled=cancelled)

    def found(self, id_: str) -> dict[str, Any] | None:
        """What `GET /generation` knows of it by now."""
        record = self.generations.get(id_)
        return record if record and time.monotonic() - self._entered[id_] >= self.lag else None

    def key(self) -> dict[str, Any]:
        """What `GET /key` answers to an ordinary key."""
        return {
            "label": "sk-or-fake",
            "limit": self.limit,
            "limit_remaining": None if self.limit is None else self.limit - self.spent,
            "limit_reset": None,
            **dict.fromkeys(_PERIODS, self.spent),
            **dict.fromkeys((f"byok_{period}" for period in _PERIODS), 0.0),
            "include_byok_in_limit": False,
            "is_free_tier": False,
            "is_management_key": False,
            "is_provisioning_key": False,
            "creator_user_id": "user_fake",
            "expires_at": None,
            "rate_limit": {"requests": -1, "interval": "10s", "note": "deprecated"},
        }


def _generation(
    id_: str, model: str, usage: dict[str, Any], finish: str | None, cost: float, *, cancelled: bool
) -> dict[str, Any]:
    nothing = (
        "app_id cache_discount upstream_inference_cost latency moderation_latency generation_time service_tier "
        "native_tokens_completion_images num_media_prompt num_input_audio_prompt num_media_completion "
        "num_search_results num_fetches web_search_engine external_user api_type preset_id router "
        "provider_responses user_agent http_referer workspace_id upstream_id"
    )
    return {
        **dict.fromkeys(nothing.split()),
        "id": id_,
        "model": model,
        "created_at": "2026-01-01T00:00:00+00:00",
        "data_region": "global",
        "provider_name": "Simulated",
        "origin": "",
        "streamed": True,
        "cancelled": cancelled,
        "finish_reason": finish,
        "native_finish_reason": finish,
        "is_byok": False,
        "total_cost": cost,
        "usage": cost,
        "tokens_prompt": usage["prompt_tokens"],
        "tokens_completion": usage["completion_tokens"],
        "native_tokens_prompt": usage["prompt_tokens"],
        "native_tokens_completion": usage["completion_tokens"],
        "native_tokens_reasoning": usage["completion_tokens_details"]["reasoning_tokens"],
        "native_tokens_cached": usage["prompt_tokens_details"]["cached_tokens"],
    }
