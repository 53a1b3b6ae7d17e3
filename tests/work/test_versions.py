"""What a team does with its versions: compares them, goes back, applies what a review suggests."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import pytest

from core.automations.evidence import Evidence, TestRun
from core.automations.model import AutomationStatus, File, JobStatus
from core.desk import Outcome, Receipt
from core.errors import PlatformRefused, PlatformUnavailable
from core.intake.decision import REVIEW, RUN_TESTS
from core.intents import Apply, Ask, Cancel, Close, Diff, Generate, Restore, Retry, Review, RunTests
from core.replies import Action
from core.sessions.model import Session
from tests.fakes.checker import FakeChecker
from tests.fakes.house import CHANNEL, House, thread_of
from tests.work.test_generation import answer

ONE = answer(("a.py", "x = 1\ny = 2\n"), ("README.md", "# A\n"), said="First.")
TWO = answer(("a.py", "x = 1\ny = 3\n"), said="Second.")
THREE = answer(("b.py", "z = 1\n"), said="Third.")


@pytest.fixture
async def session(house: House) -> Session:
    """With two versions."""
    session = await house.open()
    house.model.say(ONE, TWO)
    await house.generate(session)
    await house.generate(session)
    return session


def sentence(receipt: Receipt) -> str:
    assert receipt.outcome is Outcome.REFUSED
    assert receipt.reply is not None
    return receipt.reply.text


async def diff(house: House, session: Session, **wanted: int | str) -> Receipt:
    return await house.receive(Diff(house.origin(thread=thread_of(session)), **wanted))  # type: ignore[arg-type]  # a test's shorthand


async def restore(house: House, session: Session, number: int) -> Receipt:
    return await house.receive(Restore(house.origin(thread=thread_of(session)), number))


async def asked(house: House, session: Session, number: int | None) -> str:
    receipt = await house.receive(Ask(house.origin(thread=thread_of(session)), "show", number))
    assert receipt.reply is not None
    return receipt.reply.text


# -- the delivery


async def test_from_the_second_version_on_a_patch_lies_after_the_zip(house: House, session: Session) -> None:
    first, second = [seen for seen in house.thread(session) if seen.files]
    assert [file.name for file in first.files] == ["price-watcher-v1.zip", "a.py", "README.md"]
    assert [file.name for file in second.files][:2] == ["price-watcher-v2.zip", "v1-v2.diff"]
    assert b"-y = 2\n+y = 3\n" in second.files[1].data
    delivered = [seen for seen in house.thread(session) if Action.VIEW in seen.actions]
    assert [Action.DIFF in seen.actions for seen in delivered] == [False, True]
    assert all(len(seen.actions) <= 5 for seen in delivered)


async def test_ten_attachments_at_most_and_what_did_not_change_goes_first(house: House) -> None:
    session = await house.open()
    nine = [(f"f{number}.py", f"x = {number}\n") for number in range(9)]
    house.model.say(answer(*nine), answer(("f8.py", "x = 80\n")))
    await house.generate(session)
    await house.generate(session)
    first, second = ([file.name for file in seen.files] for seen in house.thread(session) if seen.files)
    assert len(first) == 10
    assert second == [
        "price-watcher-v2.zip",
        "v1-v2.diff",
        *(f"f{number}.py" for number in range(7)),
        "f8.py",
    ]


async def test_the_table_shows_renames(house: House) -> None:
    session = await house.open()
    body = "".join(f"line_{number} = {number}\n" for number in range(9))
    moved = '<delete path="old.py"/>\n' + answer(("new.py", body))
    house.model.say(answer(("old.py", body)), moved)
    await house.generate(session)
    await house.generate(session)
    assert "| `new.py` | 9 | renamed from `old.py` |" in house.thread(session)[-2].text


# -- diff


async def test_a_diff_is_shown_in_the_thread_with_its_patch(house: House, session: Session) -> None:
    assert (await diff(house, session)).outcome is Outcome.ACCEPTED
    shown, patch = house.thread(session)[-2:]
    assert shown.text.startswith("### v1 → v2\n")
    assert "| `a.py` | changed +1 -1 |" in shown.text
    assert "README" not in shown.text
    assert "```diff\n@@ -1,2 +1,2 @@\n x = 1\n-y = 2\n+y = 3\n```" in shown.text
    assert [file.name for file in patch.files] == ["v1-v2.diff"]


@pytest.mark.parametrize(
    ("wanted", "head"),
    [
        ({}, "v2 → v3"),
        ({"newer": 2}, "v1 → v2"),
        ({"older": 1}, "v1 → v3"),
        ({"older": 1, "newer": 3}, "v1 → v3"),
        ({"older": 3, "newer": 1}, "v1 → v3"),
    ],
)
async def test_which_two(house: House, session: Session, wanted: dict[str, int], head: str) -> None:
    house.model.say(THREE)
    await house.generate(session)
    await diff(house, session, **wanted)
    assert house.thread(session)[-2].text.startswith(f"### {head}\n")
    assert house.thread(session)[-1].files[0].name == f"{head.replace(' → ', '-')}.diff"


async def test_the_button_compares_with_the_version_before(house: House, session: Session) -> None:
    made = await house.newest(session)
    assert made is not None
    await house.receive(Diff(house.origin(), made.id))
    assert house.thread(session)[-2].text.startswith("### v1 → v2\n")
    elsewhere = replace(house.origin(), place=replace(CHANNEL, workspace="T2"))
    assert "does not exist" in sentence(await house.receive(Diff(elsewhere, made.id)))


async def test_what_cannot_be_compared_is_said_privately(house: House, session: Session) -> None:
    before = len(house.thread(session))
    assert "There is no v7." in sentence(await diff(house, session, newer=7))
    assert "There is no v7." in sentence(await diff(house, session, older=7))
    assert "first version" in sentence(await diff(house, session, newer=1))
    assert "the same version twice" in sentence(await diff(house, session, older=2, newer=2))
    assert len(house.thread(session)) == before


async def test_without_versions_or_changes_there_is_nothing_to_compare(house: House) -> None:
    session = await house.open()
    assert "no version yet" in sentence(await diff(house, session))
    house.model.say(ONE)
    await house.generate(session)
    assert "first version" in sentence(await diff(house, session))
    house.model.say(ONE)
    await house.generate(session)
    assert "nothing changed" in sentence(await diff(house, session))
    assert [file.name for file in house.thread(session)[-1].files] == [
        "price-watcher-v2.zip",
        "a.py",
        "README.md",
    ]


async def test_a_diff_is_posted_once_whatever_happens(house: House, session: Session) -> None:
    before = len(house.thread(session))
    house.platform.fail("attach", PlatformUnavailable("not now"))
    await diff(house, session)
    assert len(house.thread(session)) == before + 2


async def test_a_patch_that_is_refused_is_said(house: House, session: Session) -> None:
    house.platform.fail("attach", PlatformRefused("no files here"))
    await diff(house, session)
    assert "The patch could not be attached." in house.thread(session)[-1].text


async def test_nothing_in_a_file_breaks_out_of_the_preview(house: House) -> None:
    session = await house.open()
    ticks = "".join(f"'```{number}'\n```\n~~~\n" for number in range(30))
    house.model.say(answer(("a.py", "x\n")), answer(("a.py", ticks)))
    await house.generate(session)
    await house.generate(session)
    await diff(house, session)
    text = house.thread(session)[-2].text
    assert text.count("```") == 2
    body = text[text.index("```diff") :]
    assert len(re.findall(r"(?m)^[+-]", body)) == 25
    assert body.endswith("```\n… the rest is in the attached patch.")


# -- show


async def test_show_tells_of_any_version(house: House, session: Session) -> None:
    newest, first = await asked(house, session, None), await asked(house, session, 1)
    assert newest.startswith("**v2**, draft, ")
    assert "Second." in newest
    assert first.startswith("**v1**, draft, ")
    assert "First." in first
    assert "There is no v9." in await asked(house, session, 9)


# -- restore


async def test_an_old_version_is_current_again_as_a_new_one(house: House, session: Session) -> None:
    prompts = len(house.model.prompts)
    assert (await restore(house, session, 1)).outcome is Outcome.ACCEPTED
    made = await house.newest(session)
    assert made is not None
    assert (made.number, made.status, made.summary) == (
        3,
        AutomationStatus.DRAFT,
        "This is v1 again. First.",
    )
    assert [(file.path, file.origin) for file in made.files] == [
        ("a.py", "restored"),
        ("README.md", "restored"),
    ]
    delivered, files = house.thread(session)[-2:]
    assert "This is v1 again." in delivered.text
    assert "changed +1 -1" in delivered.text
    assert [file.name for file in files.files] == ["price-watcher-v3.zip", "v2-v3.diff", "a.py", "README.md"]
    assert "v3 draft" in house.thread(session)[0].text
    assert len(house.model.prompts) == prompts
    assert await first_files(house, session) == (File("a.py", "x = 1\ny = 2\n"), File("README.md", "# A\n"))


async def first_files(house: House, session: Session) -> Sequence[File]:
    async with house.database.read() as unit:
        made = await unit.automations.numbered(session.id, 1)
    assert made is not None
    return made.files


async def test_what_was_proved_once_is_ready_again(house: House) -> None:
    assert isinstance(house.checker, FakeChecker)
    passed = TestRun(ran=True, sandbox="bubblewrap", passed=1)
    proved = Evidence(checked=True, proved=True, tests=passed)
    house.checker.finds = [proved, Evidence(checked=True, notes=("no tests",))]
    session = await house.open(requirements="Keep prices")
    traced = (
        '<file path="kept.py">\nKEPT = True  # R1\n</file>\n<file path="tests/test_kept.py">\n# R1\n</file>\n'
    )
    house.model.say(traced + ONE, TWO)
    await house.generate(session)
    await house.generate(session)
    async with house.database.write() as unit:
        first = await unit.automations.numbered(session.id, 1)
        assert first is not None
        await unit.automations.advance(first.id, AutomationStatus.DOWNLOADED)
    await restore(house, session, 1)
    made = await house.newest(session)
    assert made is not None
    assert (made.number, made.status, made.evidence.proved) == (3, AutomationStatus.READY, True)
    await house.require(session, add=("Compare prices",))
    await restore(house, session, 2)
    await restore(house, session, 1)
    made = await house.newest(session)
    assert made is not None
    assert (made.number, made.status) == (5, AutomationStatus.DRAFT), "a requirement came since"
    assert made.evidence.notes == ("of today's requirements R2: no file",)


async def test_what_cannot_be_restored_is_said(house: House, session: Session) -> None:
    assert "There is no v9." in sentence(await restore(house, session, 9))
    assert "v2 is the newest version already." in sentence(await restore(house, session, 2))
    await house.desk.receive(Generate(house.origin(), None, session.id))
    assert "being written already" in sentence(
        await house.desk.receive(Restore(house.origin(), 1, session.id))
    )


async def test_a_closed_session_restores_nothing(house: House, session: Session) -> None:
    await house.receive(Close(house.origin(), session.id))
    assert "is closed" in sentence(await restore(house, session, 1))


async def test_a_restored_version_is_handed_over_after_a_crash(house: House, session: Session) -> None:
    await house.desk.receive(Restore(house.origin(thread=thread_of(session)), 1))
    for _ in range(3):
        house.platform.fail("attach", PlatformUnavailable("not now"))
    await house.settle()
    await house.receive(Retry(house.origin(thread=thread_of(session))))
    names = [file.name for seen in house.thread(session) for file in seen.files]
    assert names.count("price-watcher-v3.zip") == 1


async def test_files_that_are_refused_are_said_without_a_progress_message(
    house: House, session: Session
) -> None:
    house.platform.fail("attach", PlatformRefused("no files here"))
    await restore(house, session, 1)
    assert "**v3** is written, but its files are not attached." in house.thread(session)[-1].text


# -- reviews, suggestions and tests


async def ordered(house: House) -> list[tuple[str, dict[str, object]]]:
    """The work that waits, taken out."""
    works = await house.waiting()
    async with house.database.write() as unit:
        for work in works:
            await unit.inbox.ended(work.id)
    return [(work.work, dict(work.args)) for work in works]


async def test_reviews_and_tests_are_of_the_newest_version(house: House, session: Session) -> None:
    made = await house.newest(session)
    assert made is not None
    thread = ["slack", "T1", "C1", thread_of(session)]
    await house.desk.receive(Review(house.origin(thread=thread_of(session))))
    await house.desk.receive(RunTests(house.origin(thread=thread_of(session))))
    args = {"automation": made.id, "thread": thread}
    assert await ordered(house) == [(REVIEW, args), (RUN_TESTS, args)]


async def test_the_button_runs_the_tests_of_its_version(house: House, session: Session) -> None:
    async with house.database.read() as unit:
        first = await unit.automations.numbered(session.id, 1)
    assert first is not None
    await house.desk.receive(RunTests(house.origin(), first.id))
    assert [args["automation"] for _, args in await ordered(house)] == [first.id]
    elsewhere = replace(house.origin(), place=replace(CHANNEL, workspace="T2"))
    assert "no such version" in sentence(await house.desk.receive(RunTests(elsewhere, first.id)))


async def test_without_a_version_nothing_is_reviewed_or_run(house: House) -> None:
    session = await house.open()
    for intent in (
        Review(house.origin(thread=thread_of(session))),
        RunTests(house.origin(thread=thread_of(session))),
    ):
        assert "no version yet" in sentence(await house.desk.receive(intent))


async def suggested(house: House, session: Session) -> str:
    made = await house.newest(session)
    assert made is not None
    async with house.database.write() as unit:
        await unit.reviews.add(session.id, made.id, "review:1", [("a.py", 2, "Use a name.")])
        (suggestion,) = await unit.reviews.of("review:1")
    return suggestion.id


async def test_a_suggestion_leads_to_the_next_version(house: House, session: Session) -> None:
    suggestion = await suggested(house, session)
    house.model.say(THREE)
    assert (await house.receive(Apply(house.origin(), suggestion))).outcome is Outcome.ACCEPTED
    made = await house.newest(session)
    assert made is not None
    assert made.number == 3
    assert (
        "Apply suggestion 1 of the review of v2, and change nothing else. a.py:2: Use a name."
        in (house.model.prompts[-1])
    )
    again = await house.receive(Apply(house.origin(), suggestion))
    assert "has been applied already" in sentence(again)


async def test_a_suggestion_is_applied_once_and_not_while_a_version_is_written(
    house: House, session: Session
) -> None:
    suggestion = await suggested(house, session)
    await house.desk.receive(Apply(house.origin(), suggestion))
    assert "is being applied already" in sentence(await house.desk.receive(Apply(house.origin(), suggestion)))
    await house.desk.receive(Cancel(house.origin(), session.id))
    await house.desk.receive(Generate(house.origin(), None, session.id))
    assert "being written already" in sentence(await house.desk.receive(Apply(house.origin(), suggestion)))
    assert "does not exist" in sentence(await house.desk.receive(Apply(house.origin(), "nonsense")))


async def test_a_wish_survives_a_failure(house: House, session: Session) -> None:
    suggestion = await suggested(house, session)
    house.model.say("I have no files for you.")
    await house.receive(Apply(house.origin(), suggestion))
    house.model.say(THREE)
    await house.receive(Retry(house.origin(), session.id))
    assert "a.py:2: Use a name." in house.model.prompts[-1]


# -- an old button


async def test_an_old_cancel_button_stops_nothing_else(house: House, session: Session) -> None:
    async with house.database.read() as unit:
        old = await unit.automations.newest_job(session.id)
    assert old is not None
    assert "Nothing is being written" in sentence(
        await house.desk.receive(Cancel(house.origin(), job=old.id))
    )
    await house.desk.receive(Generate(house.origin(), None, session.id))
    late = await house.desk.receive(Cancel(house.origin(), job=old.id))
    assert "is not being written any more" in sentence(late)
    async with house.database.read() as unit:
        running = await unit.automations.active_job(session.id)
    assert running is not None
    await house.desk.receive(Cancel(house.origin(), job=running.id))
    async with house.database.read() as unit:
        stopped = await unit.automations.job(running.id)
    assert stopped is not None
    assert stopped.status is JobStatus.CANCELLED


async def test_a_cancel_button_of_an_older_release_names_the_session(house: House, session: Session) -> None:
    await house.desk.receive(Generate(house.origin(), None, session.id))
    assert (await house.desk.receive(Cancel(house.origin(), job=session.id))).outcome is Outcome.ACCEPTED
