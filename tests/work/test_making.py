"""What becomes of an answer with faults on its way to a version: what is asked again, kept, dropped, and told."""

from __future__ import annotations

from core.automations.evidence import Evidence
from core.automations.model import Automation, File
from core.bundle.model import Bundle
from core.generation.assembly import merge
from tests.fakes.checker import FakeChecker
from tests.fakes.house import House
from tests.fakes.model import Says
from tests.work.projects import GOOD, answer, files

RIGHT = Evidence(checked=True, proved=True)
MISFIT = (
    '<edit path="README.md">\n<<<<<<< SEARCH\nnot there\n=======\nthere\n>>>>>>> REPLACE\n</edit>\n<done/>\n'
)


async def made_of(house: House, *answers: str | Says) -> Automation:
    """The version that comes of them, where nothing is wrong with the files themselves."""
    house.checker = FakeChecker([RIGHT])
    house.restart()
    session = await house.open()
    house.model.say(*answers)
    await house.generate(session)
    made = await house.newest(session)
    assert made is not None
    return made


async def test_a_warning_goes_when_what_it_is_about_was_mended_whatever_letters_its_name_has(
    house: House,
) -> None:
    made = await made_of(house, files(GOOD) + MISFIT, files({"README.md": GOOD["README.md"]}))
    assert [one.kept for one in made.evidence.rounds] == [True]
    assert (made.evidence.findings, made.warnings) == ((), ())


async def test_no_file_may_be_missing_any_more_once_the_rest_has_come(house: House) -> None:
    whole = answer(GOOD)
    end = whole.index('<file path="README.md">')
    made = await made_of(house, Says(whole[:end], "content_filter"), files({"README.md": GOOD["README.md"]}))
    assert {file.path for file in made.files} == set(GOOD)
    assert (made.evidence.findings, made.warnings) == ((), ())


TOO_LONG = '{"prices": "' + "9" * 30_000 + '"}\n'


async def test_a_file_that_cannot_be_kept_is_asked_for_again(house: House) -> None:
    made = await made_of(house, files({**GOOD, "prices.json": TOO_LONG}), files({"prices.json": "{}\n"}))
    assert {file.path for file in made.files} == {*GOOD, "prices.json"}
    assert (made.evidence.findings, made.warnings) == ((), ())


async def test_a_repair_that_brings_a_file_that_cannot_be_kept_mends_nothing(house: House) -> None:
    order = {**GOOD, "prices.json": TOO_LONG}
    made = await made_of(house, answer(order), files({"prices.json": TOO_LONG}))
    assert [one.kept for one in made.evidence.rounds] == [False]
    assert [(one.path, one.code) for one in made.evidence.findings] == [("prices.json", "missing-file")]


async def test_a_file_that_would_lie_inside_of_another_one_is_not_lost_in_silence() -> None:
    got = merge(Bundle((File("data/prices.json", "{}\n"),)), (File("data", "x\n"),))
    assert [(one.path, one.code) for one in got.findings] == [("data/prices.json", "missing-file")]
