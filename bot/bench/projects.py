"""The known-good projects of `bot/bench/ready`: model answers as they should be, with the requirements they answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from core.automations.model import File
from core.bundle.parser import parse
from core.sessions.model import Requirement
from core.vocabulary import AgentType, Language

FOLDER = Path(__file__).with_name("ready")
_REQUIREMENT = re.compile(r"R(\d+): (.+)")
_SOME_DAY = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Project:
    """``answer``: as a model would send it. ``files``: what it holds."""

    name: str
    language: Language
    agent_type: AgentType
    title: str
    requirements: tuple[Requirement, ...]
    answer: str
    files: tuple[File, ...]


def projects() -> Iterator[Project]:
    """All of them, by language and name. Raises ValueError for one that is not in the form."""
    for path in sorted(FOLDER.glob("*/*.md")):
        yield _project(path)


def _project(path: Path) -> Project:
    head, _, answer = path.read_text("utf-8").partition("\n---\n")
    lines = head.splitlines()
    requirements = tuple(
        Requirement(int(found[1]), found[2], "Ana", _SOME_DAY)
        for line in lines
        if (found := _REQUIREMENT.fullmatch(line))
    )
    bundle = parse(answer)
    if bundle.truncated or not bundle.files or not requirements:
        raise ValueError(f"{path.name} is no whole answer with requirements")
    return Project(
        name=f"{path.parent.name}/{path.stem}",
        language=Language(path.parent.name),
        agent_type=AgentType(path.stem.rpartition("_")[0]),
        title=lines[0].removeprefix("Title: "),
        requirements=requirements,
        answer=answer,
        files=bundle.files,
    )


def as_answer(files: Iterator[File] | tuple[File, ...] | list[File]) -> str:
    """An answer that holds just these files."""
    tags = "".join(f'<file path="{file.path}">\n{file.content}</file>\n' for file in files)
    return f"{tags}<notes>\nAs asked.\n</notes>\n<done/>\n"
