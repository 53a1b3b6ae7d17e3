"""Real answers of many models travel the whole way: model service, program, platform, attachments in the thread.

Two shapes: named fences as the models wrote them, and the same files in the primary format. Expected are the true
file lists of the corpus; contents are those that stood in the answer."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.simulators.openrouter import Answer, Problem
from core.bundle.parser import parse
from tests.bundle.answers import tagged
from tests.bundle.corpus import messages, needs_corpus, truths, wholes
from tests.bundle.test_corpus import exact
from tests.scenarios.answers import unzip, wants_files
from tests.scenarios.discord_team import discord_team
from tests.scenarios.slack_team import slack_team
from tests.scenarios.team import File, Team

pytestmark = needs_corpus

AS_THEY_ARE, REWRAPPED = 60, 50
SHARES = 10
"""The program keeps to the rate tiers of one workspace, about 25 versions a minute; so each share gets its own."""
OF_DISCORD = 4
"""So many of the shares travel to Discord, too: Discord knows no tiers of a workspace, and the way is the same."""
SINGLES = 9
"""Files at most that are attached singly, besides the zip."""


@dataclass(frozen=True, slots=True)
class Case:
    """``files``: content by path."""

    name: str
    answer: str
    files: dict[str, str]


def cases() -> list[Case]:
    """Spread over the corpus: answers whose true file list the parser gets, and that hold a whole file."""
    known = [truth for truth in truths() if wholes(truth)]
    parsed = [(truth, messages()[truth["id"]]["text"]) for truth in known]
    usable = [(truth["id"], text, parse(text)) for truth, text in parsed if exact(truth, parse(text))]
    usable = [one for one in usable if one[2].files]
    fenced = usable[:: max(1, len(usable) // AS_THEY_ARE)][:AS_THEY_ARE]
    wrapped = usable[1 :: max(1, len(usable) // REWRAPPED)][:REWRAPPED]
    return [
        Case(f"fenced-{name}", text, {file.path: file.content for file in bundle.files})
        for name, text, bundle in fenced
    ] + [
        Case(f"tagged-{name}", tagged(bundle.files), {file.path: file.content for file in bundle.files})
        for name, _, bundle in wrapped
    ]


def share(number: int) -> dict[str, Case]:
    everything = cases()
    assert len(everything) == AS_THEY_ARE + REWRAPPED
    return {case.name: case for case in everything[number::SHARES]}


@pytest.mark.parametrize("number", range(SHARES))
async def test_real_answers_arrive_in_slack_with_the_right_names_and_bytes(
    tmp_path: Path, number: int
) -> None:
    async with slack_team(tmp_path, role="slack") as it:
        await travel(it, share(number))


@pytest.mark.parametrize("number", range(OF_DISCORD))
async def test_real_answers_arrive_in_discord_with_the_right_names_and_bytes(
    tmp_path: Path, number: int
) -> None:
    async with discord_team(tmp_path, role="discord") as it:
        await travel(it, share(number))


async def travel(it: Team, waiting: Mapping[str, Case]) -> None:
    def respond(body: dict[str, Any]) -> Answer | Problem:
        if not wants_files(body):
            return Answer("Understood.")
        if "Repair round" in str(body["messages"][-1]):
            return Answer("Nothing to mend.")  # it is the parser and the way that are looked at here
        found = re.search(r"(?:fenced|tagged)-[0-9a-f]+", str(body["messages"]))
        assert found is not None
        return Answer(waiting[found[0]].answer, chunk=400)

    it.model.respond(respond)
    async with asyncio.TaskGroup() as group:
        for place, case in enumerate(waiting.values()):
            group.create_task(travels(it.elsewhere(place), case))


async def travels(it: Team, case: Case) -> None:
    """From the form to the files in the thread."""
    await it.open(title=case.name)
    await it.say("generate", mention=True)
    (shown,) = await it.see(lambda: it.attached)
    archive, *single = shown.files
    contents = unzip(archive.data)
    for paper in ("threadwright-manifest.json", "THREADWRIGHT.md"):
        del contents[paper]
    assert {path: data.decode() for path, data in contents.items()} == case.files, case.name
    if len(case.files) <= SINGLES:
        assert sorted(file.data for file in single if file.data) == sorted(
            text.encode() for text in case.files.values() if text
        )
        assert all(any(is_of(file, path, text) for path, text in case.files.items()) for file in single), case


def is_of(file: File, path: str, text: str) -> bool:
    """Discord takes dots and lines away from the ends of names."""
    return file.data == text.encode() and letters(file.name).endswith(letters(path.rpartition("/")[2]))


def letters(name: str) -> str:
    return re.sub(r"\W|_", "", name)
