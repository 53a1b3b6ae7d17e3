"""The bench of known-good projects works, and each of them is in its form."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from bot.bench.projects import projects
from bot.bench.readiness import readiness
from core.vocabulary import AgentType, Language


def test_there_are_two_of_each_kind_in_each_language() -> None:
    kinds = Counter((project.language, project.agent_type) for project in projects())
    written = [language for language in Language if language is not Language.AUTO]
    assert kinds == {(language, kind): 2 for language in written for kind in AgentType}
    assert all(project.title and len(project.requirements) >= 3 for project in projects())


@pytest.mark.skipif(not Path(".sandbox-env").is_dir(), reason="`make sandbox-env` has not been run")
async def test_one_project_and_its_twin() -> None:
    text = await readiness("bash/research_1")
    assert "1 of 1 are ready at the first go" in text
    assert "Before repair 0 of 1 are ready (aim: none), after it 1." in text
