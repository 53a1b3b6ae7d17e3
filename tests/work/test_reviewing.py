"""What a team sees of a review, whatever the model answers and wherever the program dies."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

import pytest

from core.automations.evidence import Evidence
from core.automations.model import Automation, AutomationStatus, File
from core.errors import AnswerLost, CreditGone, ModelUnavailable
from core.intake.decision import REVIEW
from core.replies import Action
from core.sessions.model import Session
from core.storage.inbox import Work
from core.storage.reviews import Suggestion
from core.vocabulary import Language
from core.work.reviewing import Reviewing
from tests.fakes.house import ANA, House
from tests.fakes.model import Says
from tests.fakes.platform import Seen

FILES = (File("src/a.py", "one\ntwo\nthree\n"), File("README.md", "# A\n"))
THREE = (
    '<suggestion path="src/a.py" line="2">It fails on an empty list. Return early.</suggestion>\n'
    '<suggestion path="src/a.py" line="3">It reads the file twice. Read it <!channel> once.</suggestion>\n'
    '<suggestion path="README.md" line="40">The setup is missing. Add it.</suggestion>\n'
)


@dataclass
class Desk:
    """A session with a version, and a review that was asked for."""

    house: House
    session: Session
    version: Automation

    @property
    def work(self) -> Work:
        thread = self.session.thread
        assert thread is not None
        place = [thread.platform, thread.workspace, thread.channel, thread.thread]
        return Work(77, REVIEW, self.session.id, {"automation": self.version.id, "thread": place})

    async def review(self, *answers: Says | str) -> None:
        self.house.model.say(*answers)
        await Reviewing(self.house.shop)(self.work)

    async def delete(self) -> None:
        async with self.house.database.write() as unit:
            await unit.sessions.remove(self.session.id)

    async def suggestions(self) -> list[Suggestion]:
        async with self.house.database.read() as unit:
            return list(await unit.reviews.of("review:77"))

    @property
    def seen(self) -> list[Seen]:
        """What came after the card and the first words."""
        return self.house.thread(self.session)[2:]

    @property
    def asked(self) -> int:
        """How often the model was asked, beside its first words."""
        return len(self.house.model.asked) - 1


async def desk(house: House) -> Desk:
    session = await house.open()
    async with house.database.write() as unit:
        job = await unit.automations.add_job(session.id, Language.PYTHON, ANA)
        made = await unit.automations.add(
            Automation(
                id="",
                session_id=session.id,
                number=0,
                status=AutomationStatus.DRAFT,
                language=Language.PYTHON,
                summary="A small crawler.",
                dependencies=(),
                setup="",
                usage="",
                warnings=(),
                evidence=Evidence(),
                created_at=house.clock.now(),
                files=FILES,
            ),
            job,
        )
    return Desk(house, session, made)


async def test_three_suggestions_stand_in_the_thread_each_with_apply(house: House) -> None:
    at = await desk(house)
    await at.review(THREE)
    (seen,) = at.seen
    assert seen.history[0] == "🔎 Reviewing **v1** …"
    assert seen.text.startswith(
        "### Review of v1\n\n1. `src/a.py:2` It fails on an empty list. Return early.\n"
    )
    assert "\n2. `src/a.py:3` It reads" in seen.text
    assert "\n3. `README.md` The setup is missing. Add it.\n" in seen.text
    assert not seen.pings
    assert [button.label for button in seen.reply.buttons] == ["Apply 1", "Apply 2", "Apply 3"]
    assert set(seen.actions) == {Action.APPLY}
    stored = await at.suggestions()
    assert [one.id for one in stored] == [button.value for button in seen.reply.buttons]
    assert [(one.path, one.line) for one in stored] == [("src/a.py", 2), ("src/a.py", 3), ("README.md", 0)]


async def test_the_model_reads_numbered_lines_and_what_was_said(house: House) -> None:
    at = await desk(house)
    house.model.say("Noted.")
    await house.say(at.session, "Only on weekdays")
    await at.review(THREE)
    prompt = house.model.prompts[-1]
    assert '<data:file path="src/a.py">\n1\tone\n2\ttwo\n3\tthree\n</data:file>' in prompt
    assert "[Ana]: Only on weekdays" in prompt
    assert prompt.endswith("Review version 1 now: suggestions or one sentence, no files.")


async def test_the_review_is_part_of_the_conversation(house: House) -> None:
    at = await desk(house)
    await at.review(THREE)
    house.model.say("Then press it.")
    await house.say(at.session, "The second one is good")
    assert "It reads the file twice." in house.model.prompts[-1]


async def test_nothing_found_is_said(house: House) -> None:
    at = await desk(house)
    await at.review("I found nothing worth a change.")
    (seen,) = at.seen
    assert seen.text == "### Review of v1\n\nI found nothing worth a change."
    assert seen.reply.buttons == ()


async def test_what_names_no_file_of_the_version_is_counted(house: House) -> None:
    at = await desk(house)
    await at.review(f'{THREE}<suggestion path="src/b.py" line="1">Split it.</suggestion>')
    text = at.seen[0].text
    assert "Split it" not in text
    assert "1 suggestion is left out for naming no file of v1." in text


async def test_a_cut_answer_keeps_what_came_and_says_so(house: House) -> None:
    at = await desk(house)
    await at.review(Says(THREE[:-20], reason="length"))
    (seen,) = at.seen
    assert len(seen.reply.buttons) == 3
    assert "The model's answer was cut" in seen.text


@pytest.mark.parametrize("answer", ["", "```py\nx = 1\n```", "<suggestion>"])
async def test_garbage_is_no_review(house: House, answer: str) -> None:
    at = await desk(house)
    await at.review(answer)
    (seen,) = at.seen
    assert "The model's answer holds no review." in seen.text
    assert "v1 is not reviewed. To ask again, mention me with `review`." in seen.text
    assert seen.reply.buttons == ()
    assert await at.suggestions() == []


async def test_long_chatter_is_shown_short(house: House) -> None:
    at = await desk(house)
    await at.review("This is a fine program. " * 200)
    assert len(at.seen[0].text) < 700


async def test_a_model_that_fails_is_named_in_the_thread(house: House) -> None:
    at = await desk(house)
    error = CreditGone("The credit is gone.")
    await at.review(Says(fails=error))
    (seen,) = at.seen
    assert f"⚠️ The credit is gone. `ref {error.reference}`" in seen.text
    assert await at.suggestions() == []


async def test_a_model_that_is_busy_is_asked_again(house: House) -> None:
    at = await desk(house)
    await at.review(Says(fails=ModelUnavailable("Busy.")), THREE)
    assert len(at.seen[0].reply.buttons) == 3
    assert at.asked == 2


@pytest.mark.parametrize("lost", [True, False])
@pytest.mark.parametrize("answer", [THREE, "I found nothing worth a change."])
async def test_a_crash_between_storing_and_posting_costs_nothing(
    house: House, answer: str, lost: bool
) -> None:
    at = await desk(house)
    house.platform.fail("close", lost=lost)
    with pytest.raises(AnswerLost):
        await at.review(answer)
    before = await at.suggestions()
    house.restart()
    await at.review()
    (seen,) = at.seen
    assert seen.text.startswith("### Review of v1")
    assert [button.value for button in seen.reply.buttons] == [one.id for one in before]
    assert await at.suggestions() == before
    assert at.asked == 1


async def test_a_crash_while_the_model_thinks_leaves_one_message(house: House) -> None:
    at = await desk(house)
    await _killed(house, at)
    assert [seen.text for seen in at.seen] == ["🔎 Reviewing **v1** …"]
    house.restart()
    await at.review(THREE)
    (seen,) = at.seen
    assert len(seen.reply.buttons) == 3


async def test_a_review_that_is_there_is_not_made_again(house: House) -> None:
    at = await desk(house)
    await at.review(THREE)
    await at.review()
    assert len(at.seen) == 1
    assert at.asked == 1


async def test_what_is_applied_has_no_button_after_a_crash(house: House) -> None:
    at = await desk(house)
    house.platform.fail("close")
    with pytest.raises(AnswerLost):
        await at.review(THREE)
    first = (await at.suggestions())[0]
    async with house.database.write() as unit:
        await unit.reviews.applied(first.id, "job-2")
    await at.review()
    assert [button.label for button in at.seen[0].reply.buttons] == ["Apply 2", "Apply 3"]


async def test_a_deleted_session_is_not_reviewed(house: House) -> None:
    at = await desk(house)
    await at.delete()
    await at.review()
    assert at.seen == []
    assert at.asked == 0


async def test_a_session_that_is_deleted_meanwhile_keeps_nothing(house: House) -> None:
    at = await desk(house)
    hold = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        house.model.streaming.clear()
        group.create_task(at.review(Says(THREE, hold=hold)))
        await house.model.streaming.wait()
        await at.delete()
        hold.set()
    assert [seen.text for seen in at.seen] == ["🛑 This session was deleted."]
    assert await at.suggestions() == []


async def test_a_session_that_is_deleted_after_a_crash_ends_its_message(house: House) -> None:
    at = await desk(house)
    await _killed(house, at)
    await at.delete()
    await at.review()
    assert [seen.text for seen in at.seen] == ["🛑 This session was deleted."]
    assert at.asked == 1


async def test_a_version_that_is_gone_is_said_to_be_gone(house: House) -> None:
    at = await desk(house)
    at.version = replace(at.version, id="nobody")
    await at.review()
    assert "is not there any more" in at.seen[0].text
    assert at.asked == 0


async def _killed(house: House, at: Desk) -> None:
    """The program ends while the model is answering."""
    house.model.streaming.clear()
    async with asyncio.TaskGroup() as group:
        task = group.create_task(at.review(Says("<sugg", hold=asyncio.Event())))
        await house.model.streaming.wait()
        task.cancel()
