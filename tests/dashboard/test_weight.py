"""However much a session holds, and of what letters, its pages stay under 200 kB with everything that they load."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from urllib.parse import quote

import pytest

from adapters.web.dashboard.templating import STATIC
from core.automations.evidence import Evidence, Finding, GateResult, TestRun, Traced
from core.automations.model import Automation, AutomationStatus, File, JobStatus
from core.intents import ChangeRequirements
from core.messages.model import Speaker
from core.storage.unit_of_work import Unit
from core.vocabulary import Language
from tests.adapters.web.stage import ANA, Web

pytestmark = pytest.mark.asyncio(loop_scope="session")
HEAVIEST = 200_000
OURS = sum((STATIC / name).stat().st_size for name in ("app.css", "app.js", "icon.svg", "vendor/htmx.min.js"))
LETTERS = {"angles": "<&>\"'", "words": "many words ", "script": "日本語の文", "lines": "a\n"}


@pytest.mark.parametrize("kind", LETTERS)
async def test_a_huge_session(web: Web, kind: str) -> None:
    session = await web.stage.open()
    text = LETTERS[kind]
    line = " ".join((text * 200)[:900].split()) or "x"
    await _fill(web, session.id, text, line)
    browser, _ = await web.browser(ANA)
    here = f"/sessions/{session.id}"
    for address in (
        "/",
        here,
        f"{here}/requirements",
        f"{here}/requirements?from=200",
        f"{here}/messages/3",
        f"{here}/versions",
        f"{here}/versions/2",
        f"{here}/versions/2?file={quote(_path(text, 150))}",
        f"{here}/versions/2/changes",
        f"{here}/versions/2/evidence",
        f"{here}/versions/2/evidence?row=40",
    ):
        answer = await browser.get(address, headers={"Accept": "text/html"})
        assert answer.status_code == 200, address
        assert OURS + len(answer.content) < HEAVIEST, (address, len(answer.content))


async def _fill(web: Web, session_id: str, text: str, line: str) -> None:
    stage = web.stage
    origin = stage.origin()
    for part in range(4):
        await stage.desk.receive(
            ChangeRequirements(replace(origin, event_key=f"r{part}"), session_id, add=(line,) * 60)
        )
    await stage.quiet()
    async with stage.database.write() as unit:
        for number in range(120):
            await unit.messages.add(
                session_id,
                speaker=Speaker.PERSON,
                author="Ana",
                person=ANA,
                platform_message=f"m{number}",
                text=(text * 20_000)[:20_000],
                at=stage.clock.now(),
                aside=True,
            )
        for number in (1, 2):
            files = [File(_path(text, one), (text * 5_000)[: 200 * number * (one % 9)]) for one in range(200)]
            await _version(unit, session_id, files, text, line)


async def _version(unit: Unit, session_id: str, files: Sequence[File], text: str, line: str) -> None:
    long = (text * 3_000)[:9_000]
    evidence = Evidence(
        checked=True,
        notes=(line,) * 30,
        gates=tuple(GateResult(f"gate {one}", True, False, 0.1, line) for one in range(30)),
        findings=tuple(Finding(files[one].path, 1, "E1", "error", line) for one in range(200)),
        tests=TestRun(True, "bubblewrap", line, 1, 1, long, (line,) * 9, 0.1),
        trace=tuple(Traced(one, line, (files[one].path,) * 4, (line,), "failed") for one in range(1, 120)),
        cost=Decimal(1),
    )
    made = Automation(
        "",
        session_id,
        0,
        AutomationStatus.DRAFT,
        Language.PYTHON,
        long,
        (line,) * 90,
        long,
        long,
        (line,) * 90,
        evidence,
        datetime(2026, 1, 2, tzinfo=UTC),
        tuple(files),
    )
    job = await unit.automations.add_job(session_id, Language.PYTHON, ANA)
    await unit.automations.add(made, job)
    await unit.automations.set_job(job, JobStatus.DONE)


def _path(text: str, number: int) -> str:
    """Long, as no sane project has it, and still allowed."""
    name = "".join(letter for letter in text if letter not in '<>"\n ')
    return f"{(name * 90)[:100]}/{number:03}.py"
