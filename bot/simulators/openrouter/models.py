"""The models that the simulator knows: a few real names, so that defaults work, and one with a tiny context."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class SimulatedModel:
    """``context`` and ``output`` in tokens; ``output`` ``None`` as for models without a stated cap.
    ``prompt`` and ``completion``: US dollars per token, as the wire has them: texts."""

    id: str
    context: int = 200_000
    output: int | None = 64_000
    prompt: str = "0.000003"
    completion: str = "0.000015"

    def as_json(self) -> dict[str, Any]:
        """One entry of `GET /models`, with every field that the specification requires."""
        return {
            "id": self.id,
            "canonical_slug": self.id,
            "name": self.id.rpartition("/")[2],
            "created": 1_767_225_600,
            "description": "",
            "context_length": self.context,
            "architecture": {
                "modality": "text->text",
                "input_modalities": ["text"],
                "output_modalities": ["text"],
                "tokenizer": "Other",
                "instruct_type": None,
            },
            "pricing": {"prompt": self.prompt, "completion": self.completion, "request": "0", "image": "0"},
            "top_provider": {
                "context_length": self.context,
                "max_completion_tokens": self.output,
                "is_moderated": False,
            },
            "per_request_limits": None,
            "supported_parameters": ["temperature", "max_tokens", "stop", "seed", "reasoning"],
            "default_parameters": None,
            "supported_voices": None,
            "expiration_date": None,
            "links": {"details": f"/api/v1/models/{self.id}/endpoints"},
        }


def standard_models() -> dict[str, SimulatedModel]:
    models = (
        SimulatedModel("anthropic/claude-haiku-4.5"),
        SimulatedModel("anthropic/claude-opus-4.5"),
        SimulatedModel("anthropic/claude-sonnet-4"),
        SimulatedModel("anthropic/claude-sonnet-4.5", context=1_000_000),
        SimulatedModel("anthropic/claude-sonnet-5", context=1_000_000),
        SimulatedModel("deepseek/deepseek-v3.2", context=163_840, output=65_536),
        SimulatedModel("google/gemini-2.5-pro", context=1_048_576, output=65_536),
        SimulatedModel("openai/gpt-4o-mini", context=128_000, output=16_384),
        SimulatedModel("openai/gpt-5.2", context=400_000, output=128_000),
        SimulatedModel("openrouter/auto", context=2_000_000, output=None),
        SimulatedModel("qwen/qwen3-coder", context=262_144, output=None),
        SimulatedModel("x-ai/grok-code-fast-1", context=256_000, output=10_000),
        SimulatedModel("z-ai/glm-4.6", context=202_752, output=65_536),
        SimulatedModel("simulated/coder"),
        SimulatedModel("simulated/tiny", context=4_096, output=1_024),
    )
    return {model.id: model for model in models}


def find(models: Mapping[str, SimulatedModel], name: str) -> SimulatedModel | None:
    """Also under a routing suffix (`:nitro`, `:floor`, `:exacto`) and as an alias (`~author/…-latest`)."""
    base, _, suffix = name.partition(":")
    if suffix in {"nitro", "floor", "exacto"}:
        name = base
    if name.startswith("~") and name.endswith("-latest"):
        stem = name[1:].removesuffix("latest")
        return next((model for id_, model in models.items() if id_.startswith(stem)), None)
    return models.get(name)
