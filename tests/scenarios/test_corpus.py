"""Real answers of many models travel the whole way: model service, program, Slack, attachments in the thread.

Two shapes: named fences as the models wrote them, and the same files in the primary format. Expected are the true
file lists of the corpus; contents are those that stood in the answer."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.simulators.openrouter import Answer, Problem
from core.bundle.parser import parse
from tests.bundle.answers import tagged
from tests.bundle.corpus import messages, needs_corpus, truths, wholes
from tests.bundle.test_corpus import exact
from tests.scenarios.team import FORM, WAIT, Team, team, unzip

pytestmark = needs_corpus

AS_THEY_ARE, REWRAPPED = 60, 50
SHARES = 10
"""The program keeps to the rate tiers of one workspace, about 25 versions a minute; so each share gets its own."""


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


@pytest.mark.parametrize("share", range(SHARES))
async def test_real_answers_arrive_with_the_right_names_and_bytes(tmp_path: Path, share: int) -> None:
    everything = cases()
    assert len(everything) == AS_THEY_ARE + REWRAPPED
    waiting = {case.name: case for case in everything[share::SHARES]}

    def respond(body: dict[str, Any]) -> Answer | Problem:
        if "<file path" not in str(body["messages"][0]["content"]):
            return Answer("Understood.")
        found = re.search(r"(?:fenced|tagged)-[0-9a-f]+", str(body["messages"]))
        assert found is not None
        return Answer(waiting[found[0]].answer, chunk=400)

    async with team(tmp_path) as it:
        it.model.respond(respond)
        async with asyncio.TaskGroup() as group:
            for case in waiting.values():
                group.create_task(travels(it, case))


async def travels(it: Team, case: Case) -> None:
    """From the form to the zip in the thread, in a channel of its own."""
    user, channel = f"U{case.name}", f"C{case.name}"
    it.slack.add_person(user, "Ana")
    it.slack.add_channel(channel, case.name, members=(user,))
    await it.slack.slash(user, channel, "new")
    await it.slack.until(lambda: it.slack.view(user), WAIT)
    assert await it.slack.submit(user, {**FORM, "title": case.name}) == {}
    (card,) = await it.see(lambda: it.slack.channel(channel))
    await it.see(lambda: any("Understood." in one.text for one in it.slack.thread(channel, card.ts)))
    await it.slack.say(user, channel, "generate", thread=card.ts, mention=True)
    (shown,) = await it.see(lambda: [one for one in it.slack.thread(channel, card.ts) if one.files])
    contents = unzip(shown.files[0].data)
    del contents["threadwright-manifest.json"]
    assert {path: data.decode() for path, data in contents.items()} == case.files, case.name
