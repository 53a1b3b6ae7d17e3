"""A checker that finds what it was told to find, in order; then nothing is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from core.automations.evidence import Evidence, Finding
from core.automations.model import File
from core.sessions.model import Requirement
from core.vocabulary import Language

UNCHECKED = Evidence(notes=("not checked yet",))


@dataclass
class FakeChecker:
    """``finds``: evidence by evidence, the last one for ever."""

    finds: list[Evidence] = field(default_factory=lambda: [UNCHECKED])
    asked: list[tuple[File, ...]] = field(default_factory=list)

    async def check(
        self,
        files: Sequence[File],
        language: Language,
        requirements: Sequence[Requirement],
        say: Callable[[str], None],
        noticed: Sequence[Finding] = (),
    ) -> Evidence:
        self.asked.append(tuple(files))
        say("Checking")
        found = self.finds.pop(0) if len(self.finds) > 1 else self.finds[0]
        return replace(found, findings=(*noticed, *found.findings))
