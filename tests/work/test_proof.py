"""*Ready* as the team meets it: the real gates, the real sandbox, a model that makes mistakes and mends them."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from core.automations.evidence import TestRun
from core.automations.model import Automation, AutomationStatus
from core.errors import ModelUnavailable
from core.sandbox.choosing import open_sandbox
from core.sandbox.model import NoSandbox, Sandbox
from core.sessions.model import Session
from core.storage.unit_of_work import Database
from core.work.proving import Proving
from tests.fakes.house import FakeClock, House
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
    return House(database, FakeClock(), proving)


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
    "stub": but(main=("    return len(text.strip())\n", "    ...  # rest of the code\n")),
}


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

    house = House(database, FakeClock(), Proving(none))
    session, made = await made_by(house, answer(GOOD))
    assert made.status is AutomationStatus.DRAFT
    assert made.evidence.tests == TestRun(
        ran=False, sandbox="none", reason="no safe sandbox on this host: it is forbidden here"
    )
    assert "tests not run: no safe sandbox on this host" in house.thread(session)[-2].text
