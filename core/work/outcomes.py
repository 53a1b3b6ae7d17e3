"""What came of a question to the model: its words and its end, or the failure; kept as text, and told again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from core.errors import ModelError
from core.jobs.attempts import keep, revive
from core.ports import Completed, ModelEvent, TextDelta, Thinking, Usage


@dataclass(slots=True)
class Outcome:
    """``heard``: the model has begun to speak or to think."""

    pieces: list[str] = field(default_factory=list)
    heard: bool = False
    end: Completed | None = None
    failure: ModelError | None = None

    def add(self, event: ModelEvent) -> None:
        if isinstance(event, TextDelta):
            self.pieces.append(event.text)
        elif isinstance(event, Completed):
            self.end = event
        self.heard = self.heard or isinstance(event, TextDelta | Thinking)

    def events(self) -> Iterator[ModelEvent]:
        """Once more, the words in one piece. Raises the failure."""
        if text := "".join(self.pieces):
            yield TextDelta(text)
        if self.failure is not None:
            raise self.failure
        if self.end is not None:
            yield self.end

    def packed(self) -> str:
        return json.dumps(
            {
                "text": "".join(self.pieces),
                "end": None if self.end is None else _packed(self.end),
                "failure": None if self.failure is None else keep(self.failure, None),
            }
        )

    @classmethod
    def unpacked(cls, packed: str) -> Outcome:
        kept = json.loads(packed)
        failure = revive(kept["failure"]) if kept["failure"] else None
        assert failure is None or isinstance(failure, ModelError)
        return cls([kept["text"]], True, _unpacked(kept["end"]) if kept["end"] else None, failure)


def _packed(end: Completed) -> dict[str, object]:
    usage = end.usage
    cost = None if usage.cost is None else str(usage.cost)
    tokens = [usage.prompt_tokens, usage.completion_tokens, usage.cached_tokens, usage.reasoning_tokens]
    return {"reason": end.reason, "model": end.model, "tokens": tokens, "cost": cost}


def _unpacked(kept: dict[str, Any]) -> Completed:
    cost = None if kept["cost"] is None else Decimal(kept["cost"])
    prompt, completion, cached, reasoning = kept["tokens"]
    return Completed(kept["reason"], kept["model"], Usage(prompt, completion, cached, reasoning, cost))
