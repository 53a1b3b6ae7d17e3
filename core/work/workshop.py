"""What every piece of work needs, handed over by the composition root."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from core.automations.evidence import Evidence, Finding
from core.automations.model import File
from core.delivery.courier import Courier
from core.generation.prompts.library import Prompts
from core.ports import Clock, Ids, LanguageModel, ModelEvent, ModelLimits, ModelRequest, Usage
from core.sessions.model import Requirement, Session
from core.storage.unit_of_work import Database
from core.vocabulary import Language
from core.work.stopping import Stopping

INPUT_CAP = 60_000
"""Tokens of one prompt at most: most models lose the thread above, and everybody pays for it."""


class Checker(Protocol):
    async def check(
        self,
        files: Sequence[File],
        language: Language,
        requirements: Sequence[Requirement],
        say: Callable[[str], None],
        noticed: Sequence[Finding] = (),
    ) -> Evidence:
        """What is true of these files: `proved` only when every gate has passed, their tests in `language` ran and
        passed, each of `requirements` has a file and a test, and nothing of `noticed` is an error.

        `say`: told what is being done, a few words for people who wait. `noticed`: what is known to be wrong already."""
        ...


class Model(LanguageModel, Protocol):
    """A model that can be asked the very same thing again. Raises only `ModelError`s."""

    async def write(self, request: ModelRequest) -> bytes:
        """The body in which `request` goes to the service."""
        ...

    def send(self, body: bytes, *, again: bool = False) -> AsyncGenerator[ModelEvent, None]:
        """As `stream`. ``again``: the same bytes were sent before, and what they came to did not arrive: a service that
        still has the answer gives it once more, without charge."""
        ...

    async def price(self, generation_id: str) -> Usage | None:
        """What a call that broke off came to; ``None`` while the service does not know it, and where it never will."""
        ...


@dataclass(frozen=True, slots=True)
class Workshop:
    database: Database
    courier: Courier
    model: Model
    prompts: Prompts
    checker: Checker
    stopping: Stopping
    clock: Clock
    ids: Ids


@dataclass(frozen=True, slots=True)
class Measure:
    """Tokens of one call. ``room``: for the prompt. ``output``: for the answer."""

    room: int
    output: int


def measure(limits: ModelLimits, output: int) -> Measure:
    """How a model's window is shared: the answer gets at most `output` and half of the window; a tenth of the window
    is left for what the estimate misses."""
    answer = min(output, limits.max_output_tokens, limits.context_tokens // 2)
    return Measure(min(int(limits.context_tokens * 0.9) - answer, INPUT_CAP), answer)


async def model_of(shop: Workshop, session: Session) -> str | None:
    """The model that the session's workspace has chosen; ``None`` takes the configured one."""
    async with shop.database.read() as unit:
        settings = await unit.accounts.settings_of(session.platform, session.workspace)
    return settings.model or None
