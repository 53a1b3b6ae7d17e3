"""The simulator's state: what to answer, what was asked, and what became of the connections."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any, TypeVar

from bot.simulators.openrouter.answers import Answer, Problem
from bot.simulators.openrouter.cache import Cache
from bot.simulators.openrouter.ledger import Ledger
from bot.simulators.openrouter.models import SimulatedModel, standard_models
from bot.simulators.shared.watching import Changes

T = TypeVar("T")
Responder = Callable[[dict[str, Any]], Answer | Problem]


class State:
    """Every value may be read and set while the simulator runs.

    ``requests``: bodies of chat calls as received, refused ones too. ``headers``: theirs, in the same order.
    ``unknown_routes``: what was asked for and does not exist. ``open_streams``: streams that are going out now;
    ``closed_early``: connections that the client closed before the end of its answer; ``connections``: TCP connections
    over which chat calls came. ``affordable``: output tokens that the credit pays for, ``None`` without end.
    """

    def __init__(self) -> None:
        self.base_url = ""
        self.key = "sk-or-fake"
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.unknown_routes: list[str] = []
        self.open_streams = 0
        self.closed_early = 0
        self.connections = 0
        self.affordable: int | None = None
        self.models = standard_models()
        self.ledger = Ledger()
        self.cache = Cache()
        self._answers: deque[Answer | Problem] = deque()
        self._responder: Responder = echo
        self._changes = Changes()

    def answer(self, *answers: Answer | Problem) -> None:
        """Queue answers: one per request that passes the service's own checks, in order."""
        self._answers.extend(answers)

    def respond(self, responder: Responder) -> None:
        """Decide from the request's body, whenever nothing is queued."""
        self._responder = responder

    def add_model(self, model: SimulatedModel) -> None:
        self.models[model.id] = model

    async def until(self, condition: Callable[[], T | None], timeout: float = 10) -> T:
        """The condition's first true value; it is looked at on every change. TimeoutError says how things stood."""
        return await self._changes.until(condition, timeout, self.__str__)

    def changed(self) -> None:
        """Wakes everybody in `until`."""
        self._changes.touch()

    def next_answer(self, body: dict[str, Any]) -> Answer | Problem:
        return self._answers.popleft() if self._answers else self._responder(body)

    def __str__(self) -> str:
        return (
            f"{len(self.requests)} requests, {self.open_streams} open streams, {self.closed_early} closed early, "
            f"{len(self._answers)} answers waiting"
        )


def echo(body: dict[str, Any]) -> Answer:
    """The answer when nobody decides: the last thing said, given back."""
    said = next(
        (message["content"] for message in reversed(body["messages"]) if message["role"] == "user"), ""
    )
    return Answer(f"You said: {said}")
