"""What a team sees from *generate* to the files in the thread."""

from __future__ import annotations

import asyncio
import io
import json
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from core.automations.evidence import Evidence, GateResult, TestRun
from core.automations.model import AutomationStatus, JobStatus
from core.desk import Outcome
from core.errors import (
    ModelStreamCut,
    PermissionMissing,
    PlatformError,
    PlatformRateLimited,
    PlatformRefused,
    PlatformUnavailable,
    ThreadGone,
)
from core.intake.decision import PROGRESS
from core.intents import Cancel, ChangeRequirements, Close, Delete, Download, Generate, Retry
from core.ports import OutFile
from core.replies import Action
from core.sessions.model import Session
from core.storage.engine import open_engine
from core.storage.unit_of_work import Database, Unit
from core.system import TimeIds
from core.vocabulary import Language
from tests.fakes.checker import FakeChecker
from tests.fakes.house import BEN, CHANNEL, FakeClock, House, open_works, thread_of
from tests.fakes.model import Says
from tests.fakes.platform import Seen


def answer(*files: tuple[str, str], said: str = "A small crawler.") -> str:
    plan = "\n".join(path for path, _ in files)
    tags = "\n".join(f'<file path="{path}">\n{content}</file>' for path, content in files)
    return f"{said}\n<plan>\n{plan}\n</plan>\n{tags}\n<done/>\n"


CRAWLER = (
    ("requirements.txt", "httpx>=0.28\n"),
    ("crawler/__init__.py", ""),
    ("crawler/main.py", "print('hello')\nprint('world')\n"),
    (
        "README.md",
        "# Crawler\n\n## Setup\n\n```bash\npip install -r requirements.txt\n```\n\n## Usage\n\npython -m crawler.main\n",
    ),
)


def unzip(file: OutFile) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
        return {name.split("/", 1)[1]: archive.read(name) for name in archive.namelist()}


def attached(house: House, session: Session) -> list[Seen]:
    return [seen for seen in house.thread(session) if seen.files]


async def test_a_version_arrives_with_its_files_and_says_that_it_is_a_draft(house: House) -> None:
    session = await house.open()
    house.model.say(answer(*CRAWLER))
    assert (await house.generate(session, Language.PYTHON)).outcome is Outcome.ACCEPTED
    progress, delivered, files = house.thread(session)[2:]
    assert progress.text.startswith("📝 **v1** · 4 files")
    assert "v1 · Python · draft" in delivered.text
    assert "A small crawler." in delivered.text
    assert "| `crawler/main.py` | 2 |" in delivered.text
    assert "`httpx>=0.28`" in delivered.text
    assert "pip install -r requirements.txt" in delivered.text
    assert "draft: not checked yet" in delivered.text
    assert "$0.0123" in delivered.text
    assert delivered.actions == [
        Action.VIEW,
        Action.DOWNLOAD,
        Action.RUN_TESTS,
        Action.REGENERATE,
    ]
    assert files.files[0].name.endswith(".zip")
    contents = unzip(files.files[0])
    assert {path: contents[path].decode() for path, _ in CRAWLER} == dict(CRAWLER)
    manifest = json.loads(contents["threadwright-manifest.json"])
    assert len(json.dumps(manifest)) > 100
    assert len(files.files) == 5
    assert "v1 draft" in house.thread(session)[0].text


async def test_the_second_version_carries_over_what_did_not_change(house: House) -> None:
    session = await house.open()
    house.model.say(answer(*CRAWLER), answer(("crawler/main.py", "print('hi')\n"), ("new.py", "x = 1\n")))
    await house.generate(session)
    await house.generate(session)
    made = await house.newest(session)
    assert made is not None
    assert {file.path for file in made.files} == {path for path, _ in CRAWLER} | {"new.py"}
    text = house.thread(session)[-2].text
    assert "changed +1 -2" in text
    assert "added +1" in text
    assert "unchanged" in text
    assert "crawler/main.py" in house.model.prompts[-1]


async def test_a_double_click_makes_one_version(house: House) -> None:
    session = await house.open()
    house.model.say(answer(*CRAWLER))
    first = await house.desk.receive(Generate(house.origin(), None, session.id))
    second = await house.desk.receive(Generate(house.origin(), None, session.id))
    assert (first.outcome, second.outcome) == (Outcome.ACCEPTED, Outcome.REFUSED)
    assert second.reply is not None
    assert "already" in second.reply.text
    await house.settle()
    assert len(attached(house, session)) == 1


async def test_in_the_open_channel_generate_offers_the_sessions(house: House) -> None:
    session = await house.open()
    receipt = await house.receive(Generate(house.origin(), Language.BASH))
    assert receipt.reply is not None
    (button,) = receipt.reply.buttons
    assert (button.action, button.label, button.value) == (
        Action.GENERATE,
        "Price watcher",
        f"{session.id}:bash",
    )


async def test_cancel_closes_the_connection_and_says_so(house: House) -> None:
    session = await house.open()
    house.model.streaming.clear()
    house.model.say(Says(answer(*CRAWLER), hold=asyncio.Event()))
    await house.desk.receive(Generate(house.origin(), None, session.id))
    async with asyncio.TaskGroup() as group:
        group.create_task(house.settle())
        await house.model.streaming.wait()
        assert (
            await house.desk.receive(Cancel(house.origin(thread=thread_of(session))))
        ).outcome is Outcome.ACCEPTED
    assert house.model.closed_early == 1
    progress = house.thread(session)[2]
    assert progress.text.startswith("🛑 Stopped after")
    assert progress.actions == [Action.REGENERATE]
    assert await house.newest(session) is None
    nothing = await house.receive(Cancel(house.origin(thread=thread_of(session))))
    assert nothing.outcome is Outcome.REFUSED


async def test_who_stops_a_version_of_one_session_reaches_no_other(house: House) -> None:
    """A form of the dashboard brings both; that its sender sees the session was asked, of the job nobody asked."""
    mine, theirs = await house.open(), await house.open("Of another channel")
    await house.desk.receive(Generate(house.origin(thread=thread_of(theirs))))
    async with house.database.read() as unit:
        job = await unit.automations.active_job(theirs.id)
    assert job is not None
    receipt = await house.desk.receive(Cancel(house.origin(), mine.id, job.id))
    assert receipt.outcome is Outcome.REFUSED
    async with house.database.read() as unit:
        assert await unit.automations.active_job(theirs.id) == job


class StoppedAtTheEnd(Database):
    """Whoever stores a version is stopped when it is stored."""

    house: House

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Unit]:
        async with super().write() as unit:
            yield unit
        async with self.read() as unit:
            waiting = [one for one in await open_works(unit) if one.work == "generate"]
            stored = [
                str(one.args["job"]) for one in waiting if await unit.automations.made_by(one.args["job"])
            ]
        for job_id in stored:
            self.house.stop(job_id)
            await asyncio.sleep(0)


async def test_cancel_at_the_last_moment_leaves_no_version_that_nobody_hears_of(database_url: str) -> None:
    clock = FakeClock()
    async with open_engine(database_url) as engine:
        database = StoppedAtTheEnd(engine, clock, TimeIds())
        house = database.house = House(database, clock)
        session = await house.open()
        house.model.say(answer(*CRAWLER))
        await house.generate(session)
        assert await house.newest(session) is not None
        assert not any("Stopped" in seen.text for seen in house.thread(session))
        async with database.read() as unit:
            job = await unit.automations.newest_job(session.id)
        assert job is not None
        assert job.status is JobStatus.DONE


async def test_a_generation_that_waits_can_be_cancelled_before_it_starts(house: House) -> None:
    session = await house.open()
    await house.desk.receive(Generate(house.origin(), None, session.id))
    _, errand = await house.waiting()
    await house.run(errand)
    await house.desk.receive(Cancel(house.origin(thread=thread_of(session))))
    asked = len(house.model.asked)
    _, stopped = await house.waiting()
    await house.run(stopped)
    assert house.thread(session)[2].text == "🛑 Stopped before it began."
    await house.settle()
    assert len(house.model.asked) == asked
    assert house.thread(session)[2].text == "🛑 Stopped before it began."


@pytest.mark.parametrize("deed", ["close", "delete"])
async def test_closing_or_deleting_stops_the_writing(house: House, deed: str) -> None:
    session = await house.open()
    house.model.streaming.clear()
    house.model.say(Says(answer(*CRAWLER), hold=asyncio.Event()))
    await house.desk.receive(Generate(house.origin(), None, session.id))
    async with asyncio.TaskGroup() as group:
        group.create_task(house.settle())
        await house.model.streaming.wait()
        end = Close(house.origin(), session.id)
        await house.desk.receive(
            end if deed == "close" else Delete(house.origin(), session.id, confirmed=True)
        )
    assert house.model.closed_early == 1
    assert not attached(house, session)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("I need to know the site first. Which one?", "Which one?"),
        ('<file path="../../etc/passwd">\nroot\n</file>\n', "../../etc/passwd"),
        ('<file path="a.py">\nprint(', "a.py"),
    ],
)
async def test_an_answer_without_a_file_that_can_be_delivered_says_why(
    house: House, text: str, said: str
) -> None:
    session = await house.open()
    house.model.say(text)
    await house.generate(session)
    progress = house.thread(session)[2]
    assert progress.text.startswith("⚠️")
    assert said in progress.text
    assert progress.actions == [Action.RETRY]
    assert await house.newest(session) is None
    assert len(house.thread(session)) == 3


async def test_try_again_after_a_failed_generation_generates(house: House) -> None:
    session = await house.open()
    house.model.say("No.", answer(*CRAWLER))
    await house.generate(session, Language.BASH)
    await house.receive(Retry(house.origin(), session.id))
    made = await house.newest(session)
    assert made is not None
    assert made.language is Language.BASH


async def test_a_cut_answer_delivers_what_was_whole_and_names_what_is_missing(house: House) -> None:
    session = await house.open()
    text = answer(*CRAWLER).split("print('world')")[0]
    house.model.say(Says(text, fails=ModelStreamCut("The answer broke off.")))
    await house.generate(session)
    made = await house.newest(session)
    assert made is not None
    assert [file.path for file in made.files] == ["requirements.txt", "crawler/__init__.py"]
    delivered = house.thread(session)[-2].text
    assert "⚠️ The answer broke off." in delivered
    assert "crawler/main.py" in delivered


async def test_an_answer_at_the_length_limit_is_a_draft_that_says_so(house: House) -> None:
    session = await house.open()
    house.model.say(Says(answer(*CRAWLER).split("# Crawler")[0], reason="length"))
    await house.generate(session)
    assert "README.md" in house.thread(session)[-2].text.split("⚠️")[1]


async def test_sixty_files_come_as_one_zip_and_twins_as_the_last(house: House) -> None:
    session = await house.open()
    files = [(f"pkg/module_{i}.py", f"N = {i}\n") for i in range(60)]
    house.model.say(answer(*files, ("pkg/module_1.py", "N = 'last'\n")))
    await house.generate(session)
    (seen,) = attached(house, session)
    (zipped,) = seen.files
    contents = unzip(zipped)
    assert contents["pkg/module_1.py"] == b"N = 'last'\n"
    assert len([path for path in contents if path.startswith("pkg/")]) == 60
    assert "and 45 more files in the zip" in house.thread(session)[-2].text


async def test_download_hands_the_zip_and_records_it_and_a_draft_stays_a_draft(house: House) -> None:
    session = await house.open()
    house.model.say(answer(*CRAWLER))
    await house.generate(session)
    made = await house.newest(session)
    assert made is not None
    await house.receive(Download(house.origin(BEN, thread_of(session)), made.id))
    ((person, file, text),) = house.platform.handed
    assert person == BEN
    assert "crawler/main.py" in unzip(file)
    assert "draft" in text
    after = await house.newest(session)
    assert after is not None
    assert after.status is AutomationStatus.DRAFT
    await house.receive(Download(house.origin(thread=thread_of(session)), number=9))
    assert len(house.platform.handed) == 1


async def kill_while_streaming(house: House) -> None:
    """The work ends in the middle, as when its process does."""
    try:
        async with asyncio.timeout(None) as life, asyncio.TaskGroup() as group:
            group.create_task(house.settle())
            await house.model.streaming.wait()
            life.reschedule(0)
    except TimeoutError:
        return


PROVED = Evidence(checked=True, proved=True, notes=("8 gates passed",))


async def test_with_proof_a_version_is_ready_and_then_downloaded(database: Database) -> None:
    house = House(database, FakeClock(datetime.now(UTC)), FakeChecker([PROVED]))
    session = await house.open()
    house.model.say(answer(*CRAWLER))
    await house.generate(session)
    made = await house.newest(session)
    assert made is not None
    assert made.status is AutomationStatus.READY
    assert "ready: 8 gates passed" in house.thread(session)[-2].text
    house.platform.fail("hand", PermissionMissing("The scope files:write is missing.", needed="files:write"))
    await house.receive(Download(house.origin(thread=thread_of(session))))
    assert "files:write" in house.platform.whispers[-1][1].text
    assert (await house.newest(session) or made).status is AutomationStatus.READY
    await house.receive(Download(house.origin(thread=thread_of(session))))
    assert (await house.newest(session) or made).status is AutomationStatus.DOWNLOADED
    assert "v1 downloaded" in house.thread(session)[0].text


@pytest.mark.parametrize("method", ["post", "attach", "edit"])
@pytest.mark.parametrize("lost", [True, False])
async def test_whatever_the_platform_loses_the_delivery_is_there_once(
    house: House, method: str, *, lost: bool
) -> None:
    session = await house.open()
    house.model.say(answer(*CRAWLER))
    house.platform.fail(method, PlatformUnavailable("down"), lost=lost)
    await house.generate(session)
    assert len(attached(house, session)) == 1
    assert len([seen for seen in house.thread(session) if "v1 · " in seen.text]) == 1
    assert len(house.model.asked) == 2


async def test_a_generation_interrupted_by_the_end_of_the_process_is_finished_by_the_next(
    house: House,
) -> None:
    session = await house.open()
    house.model.streaming.clear()
    house.model.say(Says(answer(*CRAWLER), hold=asyncio.Event()), answer(*CRAWLER))
    await house.desk.receive(Generate(house.origin(), None, session.id))
    await kill_while_streaming(house)
    house.restart()
    await house.settle()
    assert len(attached(house, session)) == 1
    assert len([seen for seen in house.thread(session) if seen.text.startswith(("⏳", "📝"))]) == 1


async def test_files_that_the_platform_refuses_are_said_and_download_still_works(house: House) -> None:
    session = await house.open()
    house.model.say(answer(*CRAWLER))
    house.platform.fail("attach", PermissionMissing("The scope files:write is missing."))
    await house.generate(session)
    progress = house.thread(session)[2]
    assert "its files are not attached" in progress.text
    assert "files:write" in progress.text
    made = await house.newest(session)
    assert made is not None
    await house.receive(Download(house.origin(), made.id))
    assert len(house.platform.handed) == 1
    await house.receive(Retry(house.origin(), session.id))
    assert len(attached(house, session)) == 1
    assert house.thread(session)[2].text.startswith("📝")


async def test_a_thread_that_is_gone_closes_its_session(house: House) -> None:
    session = await house.open()
    house.model.say(answer(*CRAWLER))
    house.platform.fail("post", ThreadGone("The thread was deleted."))
    await house.desk.receive(Generate(house.origin(), None, session.id))
    generate_only = [work for work in await house.waiting() if work.work == "generate"]
    await house.run(generate_only[0])
    async with house.database.read() as unit:
        closed = await unit.sessions.get(session.id)
        job = await unit.automations.newest_job(session.id)
    assert closed is not None
    assert closed.status == "closed"
    assert job is not None
    assert job.status is JobStatus.FAILED


async def test_a_failing_progress_edit_is_no_failure(house: House) -> None:
    session = await house.open()
    for _ in range(3):
        house.platform.fail("edit", PlatformRateLimited("slow down", retry_after=1))
    house.model.say(answer(*CRAWLER))
    await house.generate(session)
    assert len(attached(house, session)) == 1


async def test_only_the_own_workspace_may_look_into_a_version(house: House) -> None:
    session = await house.open()
    house.model.say(answer(*CRAWLER))
    await house.generate(session)
    made = await house.newest(session)
    assert made is not None
    assert await house.desk.automation(made.id, CHANNEL) == made
    assert await house.desk.automation(made.id, replace(CHANNEL, workspace="T2")) is None
    foreign = replace(house.origin(), place=replace(CHANNEL, workspace="T2"))
    assert (await house.receive(Download(foreign, made.id))).outcome is Outcome.REFUSED


async def test_a_delivery_that_the_platform_refuses_ends_the_progress_and_can_be_tried_again(
    house: House,
) -> None:
    session = await house.open()
    house.model.say(answer(*CRAWLER))
    await house.desk.receive(Generate(house.origin(), None, session.id))
    ordered, errand = await house.waiting()
    await house.run(errand)
    house.platform.fail("post", PlatformRefused("Slack refused this."))
    await house.run(ordered)
    progress = house.thread(session)[2]
    assert "⚠️ Slack refused this. `ref " in progress.text
    assert progress.actions == [Action.RETRY]
    asked = len(house.model.asked)
    await house.receive(Retry(house.origin(), session.id))
    assert len(attached(house, session)) == 1
    assert len(house.model.asked) == asked
    assert house.thread(session)[2].text.startswith("📝")


async def test_a_session_deleted_while_its_generation_waits_leaves_no_progress_message(house: House) -> None:
    session = await house.open()
    await house.desk.receive(Generate(house.origin(), None, session.id))
    ordered, errand = await house.waiting()
    await house.run(errand)
    await house.desk.receive(Delete(house.origin(), session.id, confirmed=True))
    await house.run(ordered)
    progress = house.thread(session)[2]
    assert "deleted" in progress.text
    assert progress.actions == []


CHECKED = Evidence(
    checked=True,
    proved=True,
    gates=(GateResult("syntax", True, True, 0.1),),
    tests=TestRun(ran=True, sandbox="bubblewrap", passed=1),
)
TRACED = answer(("crawler/main.py", "print(1)  # R1\n"), ("tests/test_main.py", "def test_it(): ...  # R1\n"))


async def while_it_is_written(house: House, **changes: object) -> Session:
    """A session whose requirements change between the order and the version."""
    session = await house.open()
    written = asyncio.Event()
    house.model.say(Says(TRACED, hold=written))
    await house.desk.receive(Generate(house.origin(thread=thread_of(session))))
    house.model.streaming.clear()
    async with asyncio.TaskGroup() as group:
        group.create_task(house.run((await house.waiting())[0]))
        await house.model.streaming.wait()
        await house.desk.receive(ChangeRequirements(house.origin(), session.id, **changes))  # type: ignore[arg-type]  # a test's shorthand
        written.set()
    return session


async def test_a_requirement_that_comes_while_a_version_is_written_is_not_in_it(database: Database) -> None:
    house = House(database, FakeClock(datetime.now(UTC)), FakeChecker([CHECKED]))
    made = await house.newest(await while_it_is_written(house, add=("Save as CSV",)))
    assert made is not None
    assert (made.status, made.evidence.notes) == (AutomationStatus.DRAFT, ("R2 has no file",))


async def test_a_requirement_withdrawn_while_a_version_is_written_keeps_it_no_draft(
    database: Database,
) -> None:
    lacking = replace(CHECKED, proved=False, notes=("R1 has no test",))
    house = House(database, FakeClock(datetime.now(UTC)), FakeChecker([lacking]))
    made = await house.newest(await while_it_is_written(house, withdraw=(1,)))
    assert made is not None
    assert (made.status, made.evidence.notes, made.evidence.trace) == (AutomationStatus.READY, (), ())


async def test_a_progress_message_whose_post_was_lost_ends_though_cancel_came_in_between(
    house: House,
) -> None:
    session = await house.open()
    await house.desk.receive(Generate(house.origin(thread=thread_of(session))))
    (shown,) = [work for work in await house.waiting() if work.work == PROGRESS]
    house.platform.fail("post", lost=True)
    with pytest.raises(PlatformError):  # the process dies here
        await house.handlers[PROGRESS](shown)
    house.restart()
    await house.receive(Cancel(house.origin(thread=thread_of(session)), session.id))
    assert house.thread(session)[-1].text == "🛑 Stopped before it began."
