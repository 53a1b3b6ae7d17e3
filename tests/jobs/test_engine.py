"""What the engine promises, for the only process on its database and for one of many."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
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
from core.storage.boxes import Work
from tests.jobs.stage import Act, Stage, on_stage

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module", scope="module", params=["alone", "one of many"])
async def stage(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Stage]:
    """One engine for all tests here: their works and sessions have names of their own."""
    async with on_stage(tmp_path_factory.mktemp("jobs"), alone=request.param == "alone") as opened:
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

    works = [stage.work(f"order-{n % 5}", act) for n in range(30)]
    first, others = works[:5], works[5:]
    random.shuffle(others)
    await stage.dispatch(*first, *others)
    await stage.until_begun(*first)
    opened.set()
    await stage.until_done(*works)
    for n in range(5):
        ids = [work.id for work in works[n::5]]
        assert [done for done in stage.done if done in ids] == ids
    assert set(most.values()) == {1}


async def test_errands_do_not_wait_for_a_busy_session(stage: Stage) -> None:
    opened = asyncio.Event()

    async def wait(work: Work) -> None:
        await opened.wait()

    blocked, behind = stage.work("busy", wait), stage.work("busy")
    errand = stage.work("busy", kind="errand")
    await stage.dispatch(blocked, behind, errand)
    await stage.until_done(errand)
    assert behind.id not in stage.begun
    opened.set()
    await stage.until_done(behind)


async def test_work_without_a_session_waits_for_nobody(stage: Stage) -> None:
    both = asyncio.Barrier(2)

    async def meet(work: Work) -> None:
        await both.wait()

    works = [stage.work(None, meet), stage.work(None, meet)]
    await stage.dispatch(*works)
    await stage.until_done(*works)


async def test_the_same_work_handed_in_again_changes_nothing(stage: Stage) -> None:
    opened = asyncio.Event()

    async def wait(work: Work) -> None:
        await opened.wait()

    work, after = stage.work("again", wait), stage.work("again")
    await stage.dispatch(work, work)
    await stage.until_begun(work)
    await stage.dispatch(work)
    opened.set()
    await stage.until_done(work)
    await stage.dispatch(work, after)
    await stage.until_done(after)
    assert stage.begun.count(work.id) == 1


async def test_a_passing_failure_is_tried_again(stage: Stage) -> None:
    work = stage.work("retry", raising(ModelUnavailable("busy"), ModelUnavailable("busy")))
    after = stage.work("retry")
    await stage.dispatch(work, after)
    await stage.until_done(work, after)
    assert stage.begun.count(work.id) == 3
    assert stage.done.index(work.id) < stage.done.index(after.id)
    assert work.id not in dict(stage.given_up)


async def test_a_service_that_says_when_is_believed(stage: Stage) -> None:
    work = stage.work("later", raising(PlatformRateLimited("slow down", retry_after=0.3)))
    began = monotonic()
    await stage.dispatch(work)
    await stage.until_done(work)
    assert monotonic() - began >= 0.3


async def test_what_stays_broken_is_given_up_and_the_session_goes_on(stage: Stage) -> None:
    work = stage.work("broken", raising(*[ModelUnavailable("busy")] * 9))
    after = stage.work("broken")
    await stage.dispatch(work, after)
    await stage.until_done(after)
    assert stage.begun.count(work.id) == 3
    assert isinstance(stage.error_of(work), ModelUnavailable)


async def test_a_service_that_asks_for_too_long_is_not_waited_for(stage: Stage) -> None:
    work = stage.work("hours", raising(PlatformRateLimited("tomorrow", retry_after=86400)))
    await stage.dispatch(work)
    await stage.until(lambda: work.id in dict(stage.given_up))
    assert stage.error_of(work).retry_after == 86400


async def test_people_hear_the_very_error(stage: Stage) -> None:
    thrown = PermissionMissing(
        "Ask an admin for `files:write`.", needed="files:write", detail="missing_scope"
    )
    work, after = stage.work("told", raising(thrown)), stage.work("told")
    await stage.dispatch(work, after)
    await stage.until_done(after)
    heard = stage.error_of(work)
    assert isinstance(heard, PermissionMissing)
    assert (heard.sentence, heard.needed, heard.detail) == (thrown.sentence, "files:write", "missing_scope")
    assert (heard.reference, str(heard)) == (thrown.reference, str(thrown))
    assert stage.begun.count(work.id) == 1


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
    work, after = stage.work("any", raising(thrown)), stage.work("any")
    await stage.dispatch(work, after)
    await stage.until_done(after)
    assert type(stage.error_of(work)) is heard


async def test_work_that_nobody_handles_is_given_up(stage: Stage) -> None:
    work = stage.work("unknown", kind="dance")
    await stage.dispatch(work)
    await stage.until(lambda: work.id in dict(stage.given_up))
    assert "dance" in stage.error_of(work).detail


async def test_ended_work_is_forgotten_and_the_rest_is_not(stage: Stage) -> None:
    opened = asyncio.Event()

    async def wait(work: Work) -> None:
        await opened.wait()

    ended, running = stage.work("pruned"), stage.work("kept", wait)
    after = stage.work("pruned")
    await stage.dispatch(ended, running, after)
    await stage.until_done(ended, after)
    assert stage.engine is not None
    assert await stage.engine.prune(timedelta(hours=1)) == 0
    assert await stage.engine.prune(timedelta(seconds=-1)) >= 1
    opened.set()
    await stage.until_done(running)
    await stage.dispatch(running)
    assert stage.begun.count(running.id) == 1
