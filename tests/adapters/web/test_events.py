"""What happens in a session, over a socket."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from adapters.web.client import Event, ProblemError, Threadwright
from core.accounts import EVERYTHING
from core.storage.unit_of_work import Database
from tests.adapters.web.stage import ANA, BEN, MAX, ROOMY, Web


async def some(bot: Threadwright, session_id: str, many: int, after: int | None = None) -> list[Event]:
    return await until(bot, session_id, lambda found: len(found) == many, after)


async def until(
    bot: Threadwright, session_id: str, enough: Callable[[list[Event]], bool], after: int | None = None
) -> list[Event]:
    found: list[Event] = []
    async with asyncio.timeout(20):
        async for event in bot.events(session_id, after):
            found.append(event)
            if enough(found):
                break
    return found


def answered(found: list[Event]) -> bool:
    return found[-1].kind == "message" and found[-1].data["by"] == "agent"


async def until_watched(web: Web, session_id: str, many: int = 1) -> None:
    async with asyncio.timeout(20):
        while web.stage.happenings._ring(session_id).readers < many:  # noqa: ASYNC110 - the server has no event for it
            await asyncio.sleep(0.005)


async def test_an_answer_is_seen_as_it_grows(web: Web) -> None:
    bot = await web.client()
    session_id = await web.opened(bot)
    await web.stage.quiet()
    web.stage.model.say("One two three four.")
    async with asyncio.TaskGroup() as group:
        watching = group.create_task(until(bot, session_id, answered))
        await until_watched(web, session_id)
        await bot.say(session_id, "Count.")
    events = watching.result()
    assert [event.number for event in events] == sorted({event.number for event in events})
    assert "".join(event.data["text"] for event in events if event.kind == "token") == "One two three four."
    assert events[-1].data["text"] == "One two three four."


async def test_a_stream_goes_on_behind_the_last_event(web: Web) -> None:
    bot = await web.client()
    session_id = await web.opened(bot)
    for number in range(5):
        web.stage.happenings.publish(session_id, "status", {"what": number})
    newest = web.stage.happenings._ring(session_id).shown
    again = await some(bot, session_id, 3, newest - 3)
    assert [event.number for event in again] == [newest - 2, newest - 1, newest]
    (lost,) = await some(bot, session_id, 1, 7)
    assert lost.kind == "reset"


async def test_the_header_is_stronger_than_the_address_and_nonsense_is_nothing(web: Web) -> None:
    bot = await web.client()
    session_id = await web.opened(bot)
    for number in range(5):
        web.stage.happenings.publish(session_id, "status", {"what": number})
    newest = web.stage.happenings._ring(session_id).shown
    http = await web.plain(await web.stage.token())
    path = f"/api/sessions/{session_id}/events"
    for header, after, expected in ((newest - 1, 3, newest), ("nonsense", newest - 2, newest - 1)):
        async with http.stream(
            "GET", path, params={"after": after}, headers={"Last-Event-ID": str(header)}
        ) as stream:
            assert stream.headers["content-type"] == "text/event-stream; charset=utf-8"
            assert stream.headers["cache-control"] == "no-store"
            assert await found(stream, "id: ") == f"id: {expected}"


async def found(stream: httpx.Response, beginning: str) -> str:
    async with asyncio.timeout(20):
        async for line in stream.aiter_lines():
            if line.startswith(beginning):
                return line
    raise AssertionError(beginning)


async def test_a_quiet_stream_gives_signs_of_life(web: Web) -> None:
    bot = await web.client()
    session_id = await web.opened(bot)
    http = await web.plain(await web.stage.token())
    beats = 0
    async with asyncio.timeout(20), http.stream("GET", f"/api/sessions/{session_id}/events") as stream:
        async for line in stream.aiter_lines():
            beats += line == ": here"
            if beats == 3:
                break
    async with asyncio.timeout(20):  # and whoever went is forgotten
        while web.stage.happenings._ring(session_id).readers:  # noqa: ASYNC110 - the server has no event for it
            await asyncio.sleep(0.005)


async def test_ten_streams_at_once_and_no_more(web: Web) -> None:
    bot = await web.client()
    session_id = await web.opened(bot)
    http = await web.plain(await web.stage.token())
    streams = [http.stream("GET", f"/api/sessions/{session_id}/events") for _ in range(10)]
    for stream in streams:
        assert (await stream.__aenter__()).status_code == 200
    refused = await http.get(f"/api/sessions/{session_id}/events")
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "10")
    await streams[0].__aexit__(None, None, None)
    async with asyncio.timeout(20):
        while True:
            async with http.stream("GET", f"/api/sessions/{session_id}/events") as again:
                if again.status_code == 200:
                    break
    for stream in streams[1:]:
        await stream.__aexit__(None, None, None)


async def test_nobody_watches_what_is_not_theirs(web: Web) -> None:
    ana, ben = await web.client(), await web.client(BEN)
    session_id = await web.opened(ana)
    with pytest.raises(ProblemError, match="no such session") as refused:
        await some(ben, session_id, 1)
    assert refused.value.status == 404


async def test_a_stream_ends_after_its_time_and_the_client_goes_on(database: Database) -> None:
    async with Web.open(database, replace(ROOMY, stream=0.05)) as web:
        bot = await web.client()
        session_id = await web.opened(bot)
        async with asyncio.TaskGroup() as group:
            watching = group.create_task(some(bot, session_id, 3))
            for number in range(3):
                await asyncio.sleep(0.08)
                await until_watched(web, session_id)
                web.stage.happenings.publish(session_id, "status", {"what": number})
        assert [event.data["what"] for event in watching.result()] == [0, 1, 2]


async def test_streams_end_when_the_program_does(database: Database) -> None:
    async with asyncio.timeout(10):
        async with Web.open(database) as web:
            bot = await web.client()
            session_id = await web.opened(bot)
            http = httpx.AsyncClient(
                base_url=web.base, headers={"Authorization": f"Bearer {await web.stage.token()}"}
            )
            stream = http.stream("GET", f"/api/sessions/{session_id}/events")
            lines = (await stream.__aenter__()).aiter_lines()
            assert await anext(lines) == ": here"
        assert [line async for line in lines if line.startswith("event")] == []
        await stream.__aexit__(None, None, None)
        await http.aclose()


@pytest.mark.parametrize("way", ["token", "cookie", "role"])
async def test_a_stream_ends_soon_after_its_identity(web: Web, way: str) -> None:
    session_id = await web.opened(await web.client())
    accounts = web.stage.accounts
    made = await accounts.new_token("slack", "T1", MAX if way == "role" else ANA, "short", EVERYTHING, 90)
    browser, _ = await web.browser()
    http = browser if way == "cookie" else await web.plain(made.secret)
    async with asyncio.timeout(10), http.stream("GET", f"/api/sessions/{session_id}/events") as stream:
        parts = stream.aiter_bytes()
        await anext(parts)
        if way == "token":
            assert await accounts.revoke("slack", "T1", ANA, made.token.id)
        elif way == "cookie":
            await accounts.sign_out(browser.cookies["tw_session"])
        else:
            web.stage.platform.standings["UMAX"] = "member"
            web.stage.clock.at += timedelta(seconds=61)
        async for _ in parts:
            pass
