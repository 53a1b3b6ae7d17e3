"""*Ready* as the team meets it: the real gates, the real sandbox, a model that makes mistakes and mends them."""

from __future__ import annotations

import asyncio
import io
import json
import time
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from core.automations.evidence import TestRun
from core.automations.model import Automation, AutomationStatus
from core.errors import ModelUnavailable
from core.intents import Cancel, Generate, RunTests
from core.sandbox.choosing import open_sandbox
from core.sandbox.model import NoSandbox, Sandbox
from core.sessions.model import Session
from core.storage.unit_of_work import Database
from core.work.proving import Proving
from tests.fakes.house import FakeClock, House, thread_of
from tests.fakes.model import Says
from tests.work.projects import GOOD, answer, but, files

ENVIRONMENT = Path(__file__).parents[2] / ".sandbox-env"
KEY = (
    "sk-" + "proj-" + "0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uV1wX2yZ3"
)  # obviously none, and in no text as a whole


@pytest.fixture(scope="module")
def proving() -> Proving:
    return Proving(partial(open_sandbox, ENVIRONMENT, None))


@pytest.fixture
async def house(database: Database, proving: Proving) -> House:
    sandbox = await proving.sandbox()
    if isinstance(sandbox, NoSandbox):
        pytest.skip(f"no sandbox on this host: {sandbox.reason}")
    if not ENVIRONMENT.is_dir():
        pytest.skip("`make sandbox-env` has not been run")
    return House(database, FakeClock(datetime.now(UTC)), proving)


async def made_by(house: House, *answers: str | Says) -> tuple[Session, Automation]:
    session = await house.open()
    house.model.say(*answers)
    await house.generate(session)
    made = await house.newest(session)
    assert made is not None
    return session, made


async def test_what_is_right_is_ready_at_once(house: House) -> None:
    session, made = await made_by(house, answer(GOOD))
    assert made.evidence.findings == ()
    assert made.status is AutomationStatus.READY
    assert made.evidence.rounds == ()
    delivery = house.thread(session)[-2].text
    assert "### v1 · Auto · ready" in delivery
    assert "3 tests passed (" in delivery
    assert "1 of 1 requirement traced to its tests" in delivery
    row = made.evidence.trace[0]
    assert (row.number, row.files) == (1, ("crawler/fetching.py",))
    assert row.tests == ("tests/test_fetching.py: test_a_page_comes_as_text",)


FAULTS = {
    "missing dependency": but(requirements=("httpx>=0.28\n", "# nothing\n")),
    "wrong import": but(main=("import NotFetched, fetch\n", "import NotFetched, fetch_page\n")),
    "failing test": but(main=("len(text.strip())", "len(text)")),
    "hard-coded key": but(main=('"""Prints how', f'API_KEY = "{KEY}"\n"""Prints how')),
    "syntax": but(fetching=("class NotFetched(Exception):", "class NotFetched(Exception:")),
    "no setup in the README": but(readme=("## Setup", "## Thanks")),
    "untested requirement": but(tests=("    # R1\n", "")),
    "skipped test": but(tests=("    # R1\n", "    @unittest.skip('later')\n    # R1\n")),
    "stub": but(main=("    return len(text.strip())\n", "    ...  # rest of the code\n")),
}


async def test_a_secret_is_repeated_nowhere_neither_beside_another_fault_nor_as_the_tests_print_it(
    house: House,
) -> None:
    faulty = but(
        main=(
            "def length(text: str) -> int:\n",
            f'API_KEY = "{KEY}"; import no_such_module\n\n\ndef length(text: str) -> int:\n',
        ),
    )
    failing = but(main=("    return len(text.strip())\n", f'    raise ValueError("{KEY}")\n'))
    for project in (faulty, failing):
        _, made = await made_by(
            house, answer(project), files({"crawler/__main__.py": GOOD["crawler/__main__.py"]})
        )
        assert made.status is AutomationStatus.READY, made.evidence.notes
        assert KEY not in house.model.asked[-1].messages[-1].content


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_fault_is_sent_back_and_mended_before_anybody_gets_the_files(
    house: House, fault: str
) -> None:
    faulty = FAULTS[fault]
    mended = {path: text for path, text in GOOD.items() if faulty[path] != text}
    session, made = await made_by(house, answer(faulty), files(mended))
    assert made.status is AutomationStatus.READY, made.evidence.notes
    assert {file.path: file.content for file in made.files} == dict(GOOD)
    (repair,) = made.evidence.rounds
    assert repair.kept
    assert repair.after == 0
    assert "repaired in 1 round" in house.thread(session)[-2].text
    assert [file.origin for file in made.files if file.path in mended] == ["repaired"] * len(mended)
    first, second = house.model.asked[-2:]
    assert second.messages[: len(first.messages)] == first.messages, "the prefix stays, so that caches hit"
    told = second.messages[-1].content
    assert told.startswith("Repair round 1 of 2.")
    assert KEY not in told
    assert len(told) < 10_000


async def test_all_faults_at_once_with_a_cut_file(house: House) -> None:
    faulty = but(
        requirements=("httpx>=0.28\n", "# nothing\n"),
        main=("import NotFetched, fetch\n", f'import NotFetched, fetch_page\n\nAPI_KEY = "{KEY}"\n'),
        tests=('(length(" page "), 4)', '(length(" page "), 5)'),
    )
    mended = {path: text for path, text in GOOD.items() if faulty[path] != text}
    rest = files({"README.md": GOOD["README.md"]})
    _, made = await made_by(house, Says(answer(faulty, cut=True), "length"), rest, files(mended))
    assert made.status is AutomationStatus.READY, made.evidence.notes
    assert {file.path: file.content for file in made.files} == dict(GOOD)
    assert made.warnings == ()
    assert made.evidence.prompt_tokens == 300, "all three calls are on the bill"


async def test_what_is_not_mended_stays_a_draft_and_says_why(house: House) -> None:
    faulty = FAULTS["failing test"]
    again = files({"crawler/__main__.py": faulty["crawler/__main__.py"]})
    session, made = await made_by(house, answer(faulty), again, again)
    assert made.status is AutomationStatus.DRAFT
    assert len(made.evidence.rounds) == 1, "a round that changes nothing is the last one"
    assert not made.evidence.rounds[0].kept
    delivery = house.thread(session)[-2].text
    assert "draft" in delivery
    assert "1 of 3 tests failed" in delivery


async def test_a_repair_that_takes_the_failing_test_away_is_not_taken(house: House) -> None:
    faulty = FAULTS["failing test"]
    start = GOOD["tests/test_fetching.py"].index("    def test_spaces_do_not_count")
    fewer = files({"tests/test_fetching.py": GOOD["tests/test_fetching.py"][:start].rstrip() + "\n"})
    session, made = await made_by(house, answer(faulty), fewer)
    assert made.status is AutomationStatus.DRAFT
    assert {file.path: file.content for file in made.files} == faulty
    assert "1 of 3 tests failed" in house.thread(session)[-2].text


async def test_a_repair_that_makes_it_worse_is_not_taken(house: House) -> None:
    faulty = FAULTS["failing test"]
    worse = files({"crawler/__main__.py": "def broken(:\n"})
    _, made = await made_by(house, answer(faulty), worse)
    assert {file.path: file.content for file in made.files} == faulty


async def test_a_model_that_fails_at_the_repair_leaves_the_draft(house: House) -> None:
    overloaded = ModelUnavailable("The model is overloaded.")
    session, made = await made_by(
        house, answer(FAULTS["failing test"]), *(Says(fails=overloaded) for _ in range(3))
    )
    assert made.status is AutomationStatus.DRAFT
    assert "1 of 3 tests failed" in house.thread(session)[-2].text


async def test_without_tests_a_round_asks_for_them(house: House) -> None:
    none = {path: text for path, text in GOOD.items() if not path.startswith("tests/")}
    tests = files({"tests/test_fetching.py": GOOD["tests/test_fetching.py"]})
    _, made = await made_by(house, answer(none), tests)
    assert made.status is AutomationStatus.READY, made.evidence.notes
    assert "smoke test of the entry point" in house.model.asked[-1].messages[-1].content


async def test_a_package_that_is_not_there_is_named_with_the_command_that_adds_it(house: House) -> None:
    wanting = dict(GOOD)
    wanting["requirements.txt"] += "left-pad-for-prices\n"
    wanting["crawler/__main__.py"] = (
        GOOD["crawler/__main__.py"]
        .replace("import httpx\n", "import httpx\nimport left_pad_for_prices\n")
        .replace("text.strip()", "left_pad_for_prices.strip(text)")
    )
    session, made = await made_by(house, answer(wanting))
    assert made.status is AutomationStatus.DRAFT
    assert made.evidence.rounds == (), "the model cannot mend that"
    assert "make sandbox-env EXTRA=left-pad-for-prices" in house.thread(session)[-2].text


async def test_without_a_sandbox_nothing_is_ready_and_the_reason_is_told(database: Database) -> None:
    async def none() -> Sandbox:
        return NoSandbox("it is forbidden here")

    house = House(database, FakeClock(datetime.now(UTC)), Proving(none))
    session, made = await made_by(house, answer(GOOD))
    assert made.status is AutomationStatus.DRAFT
    assert made.evidence.tests == TestRun(
        ran=False, sandbox="none", reason="no safe sandbox on this host: it is forbidden here"
    )
    assert "tests not run: no safe sandbox on this host" in house.thread(session)[-2].text


async def test_a_version_that_was_cut_in_the_middle_goes_on_where_it_was(house: House) -> None:
    long = "".join(f"def step_{number}() -> int:\n    return {number}\n\n\n" for number in range(90))
    whole = {**GOOD, "crawler/steps.py": f'"""Steps."""\n\n{long.rstrip()}\n'}
    order = {path: whole[path] for path in (*GOOD, "crawler/steps.py")}
    text = answer(order)
    cut = text.index("def step_80")
    rest = text[text.index("def step_79") :]
    _, made = await made_by(house, Says(text[: cut + 9], "length"), rest)
    assert {file.path: file.content for file in made.files} == whole
    assert made.status is AutomationStatus.READY, made.evidence.notes
    asked = house.model.asked[-1].messages
    assert asked[-2].role == "assistant"
    assert asked[-1].content.startswith("Your answer was cut inside `crawler/steps.py`.")


async def test_long_files_are_changed_in_places_by_models_that_can(house: House) -> None:
    long = '"""Steps."""\n\n' + "".join(f"STEP_{number} = {number}\n" for number in range(250))
    session, made = await made_by(house, answer({**GOOD, "crawler/steps.py": long}))
    async with house.database.write() as unit:
        await unit.automations.prove(made.id, replace(made.evidence, model="anthropic/claude-sonnet-4.5"))
    change = '<edit path="crawler/steps.py">\n<<<<<<< SEARCH\nSTEP_7 = 7\n=======\nSTEP_7 = 70\n>>>>>>> REPLACE\n</edit>\n'
    house.model.say(f"{change}<notes>\nStep 7.\n</notes>\n<done/>\n")
    await house.generate(session)
    assert "- crawler/steps.py" in house.model.prompts[-1]
    second = await house.newest(session)
    assert second is not None
    assert second.number == 2
    assert second.status is AutomationStatus.READY, second.evidence.notes
    texts = {file.path: file for file in second.files}
    assert texts["crawler/steps.py"].content == long.replace("STEP_7 = 7\n", "STEP_7 = 70\n")
    assert texts["crawler/steps.py"].origin == "edited"
    assert texts["README.md"].origin == "carried"


async def test_changes_that_do_not_fit_are_asked_for_again_as_a_whole_file(house: House) -> None:
    session, _ = await made_by(house, answer(GOOD))
    change = '<edit path="crawler/__main__.py">\n<<<<<<< SEARCH\nnot there\n=======\nthere\n>>>>>>> REPLACE\n</edit>\n<done/>\n'
    new = GOOD["crawler/__main__.py"].replace("how long a page is", "the length of a page")
    house.model.say(change, files({"crawler/__main__.py": new}))
    await house.generate(session)
    second = await house.newest(session)
    assert second is not None
    assert second.status is AutomationStatus.READY, second.evidence.notes
    assert {file.path: file.content for file in second.files}["crawler/__main__.py"] == new
    assert second.warnings == ()
    assert "edit-failed" in house.model.asked[-1].messages[-1].content


async def test_code_without_names_is_asked_for_again(house: House) -> None:
    _, made = await made_by(
        house, "Here:\n```python\nprint(1)\n```\nand\n```python\nprint(2)\n```\n", answer(GOOD)
    )
    assert made.status is AutomationStatus.READY
    assert "no file names" in house.model.asked[-1].messages[-1].content


async def test_cancel_while_the_tests_run_ends_them(house: House) -> None:
    slow = dict(GOOD)
    slow["tests/test_fetching.py"] = (
        GOOD["tests/test_fetching.py"]
        .replace("import unittest\n", "import time\nimport unittest\n")
        .replace('        self.assertEqual(length(" page "), 4)', "        time.sleep(50)")
    )
    session = await house.open()
    house.model.say(answer(slow))
    await house.desk.receive(Generate(house.origin(thread=thread_of(session))))
    async with asyncio.TaskGroup() as group:
        work = group.create_task(house.settle())
        await house.platform.until(lambda: "Running" in house.thread(session)[-1].text)
        began = time.monotonic()
        await house.desk.receive(Cancel(house.origin(thread=thread_of(session))))
        await work
    assert time.monotonic() - began < 5
    assert await house.newest(session) is None
    assert "Stopped" in house.thread(session)[-1].text


async def test_run_tests_makes_a_draft_ready_once_the_host_can(house: House, proving: Proving) -> None:
    async def none() -> Sandbox:
        return NoSandbox("not yet")

    house.checker = Proving(none)
    house.restart()
    session, made = await made_by(house, answer(GOOD))
    assert made.status is AutomationStatus.DRAFT
    await house.receive(RunTests(house.origin(thread=thread_of(session))))
    assert "tests not run: no safe sandbox on this host: not yet" in house.thread(session)[-1].text
    house.checker = proving
    house.restart()
    await house.receive(RunTests(house.origin(thread=thread_of(session)), automation=made.id))
    said = house.thread(session)[-1].text
    assert said.startswith("✅ **v1** is ready\n\n3 passed, 0 failed")
    assert "v1 ready" in house.thread(session)[0].text
    again = await house.newest(session)
    assert again is not None
    assert (again.status, again.evidence.proved) == (AutomationStatus.READY, True)


async def test_the_evidence_is_in_the_zip(house: House) -> None:
    session, _ = await made_by(house, answer(GOOD))
    archive = next(seen.files[0] for seen in house.thread(session) if seen.files)
    with zipfile.ZipFile(io.BytesIO(archive.data)) as opened:
        texts = {name: opened.read(name).decode() for name in opened.namelist()}
    report = texts["price-watcher-v1-evidence/THREADWRIGHT.md"]
    assert "**ready: everything below passed**" in report
    assert "| R1 | Crawl politely | `crawler/fetching.py` |" in report
    manifest = json.loads(texts["price-watcher-v1-evidence/threadwright-manifest.json"])
    assert manifest["about"]["evidence"]["tests"]["passed"] == 3
    assert {name for name in texts if "/THREADWRIGHT" not in name and "manifest" not in name} == {
        f"price-watcher-v1/{path}" for path in GOOD
    }
