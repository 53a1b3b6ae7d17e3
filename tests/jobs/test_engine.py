"""What the engine promises, for the only process on its database and for one of many."""

from __future__ import annotations

import asyncio
import shutil
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from time import monotonic

import pytest
import pytest_asyncio

from core.errors import (
    ModelUnavailable,
    OwnFault,
    PermissionMissing,
    PlatformRateLimited,
    ThreadGone,
)
from core.storage.inbox import Work
from tests.fakes.house import open_works
from tests.jobs.stage import Act, Stage, on_stage
from tests.storage.postgres import copied

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module", scope="module", params=["sqlite", "postgresql"])
async def stage(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Stage]:
    """One engine for all tests here: their works and sessions have names of their own."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            empty: Path = request.getfixturevalue("migrated")
            url = f"sqlite:///{shutil.copy(empty, tmp_path_factory.mktemp('database') / 'test.sqlite')}"
        else:
            server, template = (
                str(request.getfixturevalue(name)) for name in ("postgres", "postgres_template")
            )
            url = stack.enter_context(copied(server, template))
        async with on_stage(url, tmp_path_factory.mktemp("jobs")) as opened:
            yield opened


def raising(*errors: Exception) -> Act:
    """Fails with each in turn, then succeeds."""
    left = list(errors)

    async def act(work: Work) -> None:
        if left:
            raise left.pop(0)

    return act


async def test_a_session_is_worked_in_order_one_at_a_time(stage: Stage) -> None:
    opened, inside, most = asyncio.Event(), Counter[str](), Counter[str]()

    async def act(work: Work) -> None:
        session = str(work.session_id)
        inside[session] += 1
        most[session] = max(most[session], inside[session])
        await opened.wait()
        inside[session] -= 1

    works = [await stage.work(f"order-{n % 5}", act) for n in range(30)]
    await stage.until_begun(*works[:5])
    opened.set()
    await stage.until_done(*works)
    for n in range(5):
        ids = works[n::5]
        assert [done for done in stage.done if done in ids] == ids
    assert set(most.values()) == {1}


async def test_errands_do_not_wait_for_a_busy_session(stage: Stage) -> None:
    opened = asyncio.Event()

    async def wait(work: Work) -> None:
        await opened.wait()

    _, behind = await stage.work("busy", wait), await stage.work("busy")
    errand = await stage.work("busy", kind="errand")
    await stage.until_done(errand)
    assert behind not in stage.begun
    opened.set()
    await stage.until_done(behind)


async def test_work_without_a_session_waits_for_nobody(stage: Stage) -> None:
    both = asyncio.Barrier(2)

    async def meet(work: Work) -> None:
        await both.wait()

    works = [await stage.work(None, meet), await stage.work(None, meet)]
    await stage.until_done(*works)


async def test_a_passing_failure_is_tried_again(stage: Stage) -> None:
    work = await stage.work("retry", raising(ModelUnavailable("busy"), ModelUnavailable("busy")))
    after = await stage.work("retry")
    await stage.until_done(work, after)
    assert stage.begun.count(work) == 3
    assert stage.done.index(work) < stage.done.index(after)
    assert work not in dict(stage.given_up)


async def test_a_service_that_says_when_is_believed(stage: Stage) -> None:
    work = await stage.work("later", raising(PlatformRateLimited("slow down", retry_after=0.3)))
    began = monotonic()
    await stage.until_done(work)
    assert monotonic() - began >= 0.3


async def test_what_stays_broken_is_given_up_and_the_session_goes_on(stage: Stage) -> None:
    work = await stage.work("broken", raising(*[ModelUnavailable("busy")] * 9))
    after = await stage.work("broken")
    await stage.until_done(after)
    assert stage.begun.count(work) == 3
    assert isinstance(stage.error_of(work), ModelUnavailable)


async def test_a_service_that_asks_for_too_long_is_not_waited_for(stage: Stage) -> None:
    work = await stage.work("hours", raising(PlatformRateLimited("tomorrow", retry_after=86400)))
    await stage.until(lambda: work in dict(stage.given_up))
    assert stage.error_of(work).retry_after == 86400


async def test_people_hear_the_very_error(stage: Stage) -> None:
    thrown = PermissionMissing(
        "Ask an admin for `files:write`.", needed="files:write", detail="missing_scope"
    )
    work, after = await stage.work("told", raising(thrown)), await stage.work("told")
    await stage.until_done(after)
    heard = stage.error_of(work)
    assert isinstance(heard, PermissionMissing)
    assert (heard.sentence, heard.needed, heard.detail) == (thrown.sentence, "files:write", "missing_scope")
    assert (heard.reference, str(heard)) == (thrown.reference, str(thrown))
    assert stage.begun.count(work) == 1


@pytest.mark.parametrize(
    ("thrown", "heard"),
    [
        (ZeroDivisionError("by zero"), OwnFault),
        (asyncio.CancelledError(), OwnFault),
        (ExceptionGroup("two", [KeyError("a"), KeyError("b")]), OwnFault),
        (ExceptionGroup("one", [ThreadGone("It is gone.")]), ThreadGone),
    ],
)
async def test_any_failure_lets_the_session_go_on(
    stage: Stage, thrown: Exception, heard: type[Exception]
) -> None:
    work, after = await stage.work("any", raising(thrown)), await stage.work("any")
    await stage.until_done(after)
    assert type(stage.error_of(work)) is heard


async def test_work_that_nobody_handles_is_given_up(stage: Stage) -> None:
    work = await stage.work("unknown", kind="dance")
    await stage.until(lambda: work in dict(stage.given_up))
    assert "dance" in stage.error_of(work).detail


async def test_ended_work_is_forgotten_and_the_rest_is_not(stage: Stage) -> None:
    opened = asyncio.Event()

    async def wait(work: Work) -> None:
        await opened.wait()

    ended, running = await stage.work("pruned"), await stage.work("kept", wait)
    after = await stage.work("pruned")
    await stage.until_done(ended, after)
    assert stage.engine is not None
    assert await stage.engine.prune(timedelta(hours=1)) == 0
    assert await stage.engine.prune(timedelta(seconds=-1)) >= 1
    opened.set()
    await stage.until_done(running)
    assert stage.begun.count(running) == stage.begun.count(ended) == 1


async def test_of_what_ended_nothing_that_people_wrote_is_kept_in_the_inbox(stage: Stage) -> None:
    work, after = await stage.work("wiped"), await stage.work("wiped")
    await stage.until_done(after)  # it begins once the first is off the queue
    async with stage.database.read() as unit:
        assert {each.work.id for each in await unit.inbox.taken()} <= {after}
        assert [each for each in await open_works(unit) if each.id in (work, after)] == []
