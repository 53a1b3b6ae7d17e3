"""The main job by REST alone: open, talk, require, generate, look, take, compare, bring back, keep."""

from __future__ import annotations

import asyncio
import io
import zipfile

import pytest

from adapters.web.client import ProblemError
from core.accounts import Role
from core.sessions.model import SessionStatus
from core.vocabulary import AgentType, Language
from tests.adapters.web.stage import BEN, MAX, PRINTS, Web
from tests.fakes.model import Says


async def test_a_session_is_opened_talked_to_and_generated_by_rest_alone(web: Web) -> None:
    bot = await web.client()
    session_id = await web.opened(bot, tech_stack="Python", constraints="no cloud")
    said = await bot.say(session_id, "Take the second shop, too.")
    assert said.message.text == "Take the second shop, too."
    assert said.turn is not None
    automation = await web.generated(bot, session_id)
    shown = await bot.automation(session_id, automation)
    assert [file.path for file in shown.files] == ["main.py", "README.md"]
    assert await bot.file(session_id, automation, "main.py") == 'print("hello")\n'
    packed = await bot.download(session_id, automation)
    assert packed.name == "price-watcher-v1.zip"
    with zipfile.ZipFile(io.BytesIO(packed.data)) as archive:
        assert archive.read("price-watcher-v1/main.py") == b'print("hello")\n'
    detail = await bot.session(session_id)
    assert detail.current is not None
    assert (detail.current.number, detail.tech_stack) == (1, "Python")
    assert (await bot.report(session_id, automation)).startswith("# Price watcher, v1")


async def test_what_was_said_comes_back_the_newest_first_with_the_answer(web: Web) -> None:
    bot = await web.client()
    session_id = await web.opened(bot)
    web.stage.model.say("The second shop it is.")
    said = await bot.say(session_id, "Which shop?")
    await web.stage.quiet()
    messages = [one async for one in bot.messages(session_id)]
    assert [one.speaker for one in messages[:2]] == ["agent", "person"]
    assert messages[1].number == said.message.number


async def test_a_session_in_a_channel_lives_in_its_thread(web: Web) -> None:
    bot = await web.client()
    session = await bot.open_session("Watcher", AgentType.RESEARCH, channel="C1")
    opened = await web.until_thread(session.id)
    assert (opened.platform, opened.workspace, opened.channel) == ("slack", "T1", "C1")
    assert web.stage.thread(opened)
    with pytest.raises(ProblemError, match="cannot open a session in this channel") as refused:
        await bot.open_session("Watcher", AgentType.RESEARCH, channel="C9")
    assert (refused.value.status, [one.field for one in refused.value.errors]) == (409, ["channel"])
    assert [(one.id, one.name) for one in await bot.channels()] == [("C1", "general")]


async def test_requirements_are_added_edited_and_withdrawn(web: Web) -> None:
    bot = await web.client()
    session_id = await web.opened(bot)
    ledger = await bot.change_requirements(session_id, add=["Sort by price"], edit=[(1, "Crawl slowly")])
    assert [(one.number, one.text) for one in ledger.items] == [(1, "Crawl slowly"), (2, "Sort by price")]
    ledger = await bot.change_requirements(session_id, withdraw=[2])
    assert [one.withdrawn for one in ledger.items] == [False, True]
    assert (await bot.change_requirements(session_id)).note == "Nothing was changed."
    assert (await bot.requirements(session_id)).items == ledger.items


async def test_the_list_is_searched_filtered_and_paged(web: Web) -> None:
    bot = await web.client()
    for number in range(7):
        await bot.open_session(f"Work {number}", AgentType.AUTOMATION)
    crawler = await bot.open_session("Zebra watcher", AgentType.WEB_CRAWLER)
    await bot.close(crawler.id)
    assert len([one async for one in bot.sessions()]) == 8
    assert [one.title async for one in bot.sessions("zebra")] == ["Zebra watcher"]
    assert [one.title async for one in bot.sessions(status=SessionStatus.CLOSED)] == ["Zebra watcher"]
    assert len([one async for one in bot.sessions(agent_type=AgentType.AUTOMATION, platform="web")]) == 7
    plain = await web.plain(await web.stage.token())
    first = (await plain.get("/api/sessions", params={"limit": 3})).json()
    second = (await plain.get("/api/sessions", params={"limit": 3, "cursor": first["next"]})).json()
    assert len({one["id"] for one in first["items"] + second["items"]}) == 6
    assert (await plain.get("/api/sessions", params={"cursor": "nonsense"})).status_code == 404


async def test_versions_are_compared_and_an_old_one_comes_back(web: Web) -> None:
    bot = await web.client()
    session_id = await web.opened(bot)
    first = await web.generated(bot, session_id)
    second = await web.generated(bot, session_id, PRINTS.replace("hello", "world"))
    diff = await bot.diff(session_id, second)
    assert (diff.older, diff.newer) == (1, 2)
    assert '-print("hello")\n+print("world")\n' in diff.patch
    assert {one.kind for one in (await bot.diff(session_id, first)).files} == {"added"}
    with pytest.raises(ProblemError, match="404"):
        await bot.diff(session_id, second, 9)
    restored = await bot.restore(session_id, first)
    assert (restored.number, await bot.file(session_id, restored.id, "main.py")) == (3, 'print("hello")\n')
    assert [one.number for one in await bot.automations(session_id)] == [3, 2, 1]
    with pytest.raises(ProblemError, match="v3 is the newest version already") as refused:
        await bot.restore(session_id, restored.id)
    assert refused.value.status == 409


async def test_a_generation_is_watched_and_cancelled(web: Web) -> None:
    bot = await web.client()
    session_id = await web.opened(bot)
    web.stage.model.streaming.clear()
    web.stage.model.say(Says(PRINTS, hold=asyncio.Event()))
    job = await bot.generate(session_id, Language.PYTHON)
    async with asyncio.timeout(20):
        await web.stage.model.streaming.wait()
    with pytest.raises(ProblemError, match="being written already") as refused:
        await bot.generate(session_id)
    assert refused.value.status == 409
    await bot.cancel(session_id)
    await web.stage.quiet()
    assert (await bot.job(session_id, job.id)).status == "cancelled"
    with pytest.raises(ProblemError, match="Nothing is being written"):
        await bot.cancel(session_id)


async def test_review_and_tests_need_a_version(web: Web) -> None:
    bot = await web.client()
    session_id = await web.opened(bot)
    for asking in (bot.review, bot.run_tests):
        with pytest.raises(ProblemError, match="no version yet"):
            await asking(session_id)
    automation = await web.generated(bot, session_id)
    await bot.run_tests(session_id, automation)
    await bot.review(session_id)
    with pytest.raises(ProblemError, match="no such version"):
        await bot.run_tests(session_id, "unknown")


async def test_rename_close_reopen_delete(web: Web) -> None:
    bot = await web.client()
    session_id = await web.opened(bot)
    assert (await bot.rename(session_id, "Book watcher")).title == "Book watcher"
    assert (await bot.close(session_id)).status == "closed"
    with pytest.raises(ProblemError, match="closed already"):
        await bot.close(session_id)
    kept = await bot.say(session_id, "Are you there?")
    assert kept.note is not None
    assert "is closed. I kept what you wrote" in kept.note
    assert (await bot.reopen(session_id)).status == "open"
    await bot.delete(session_id)
    with pytest.raises(ProblemError, match="no such session"):
        await bot.session(session_id)


async def test_what_is_said_to_the_humans_gets_no_turn(web: Web) -> None:
    bot = await web.client()
    session_id = await web.opened(bot)
    said = await bot.say(session_id, "// lunch?")
    assert said.message.aside
    assert said.turn is None


async def test_a_session_without_a_thread_cannot_be_talked_to_yet(web: Web) -> None:
    bot = await web.client()
    web.stage.handlers.clear()  # nothing that is asked for is done
    session = await bot.open_session("Watcher", AgentType.RESEARCH)
    assert session.thread is None
    with pytest.raises(ProblemError, match="not there yet") as refused:
        await bot.say(session.id, "Hello?")
    assert (refused.value.status, refused.value.retry_after) == (409, 1)


async def test_me_usage_settings_and_roles(web: Web) -> None:
    ana, boss = await web.client(), await web.client(MAX)
    me = await ana.me()
    assert (me.name, me.role, me.workspace) == ("Ana", "member", "T1")
    session_id = await web.opened(ana)
    await web.generated(ana, session_id)
    assert [one.key for one in await ana.usage("session")] == [session_id]
    assert (await ana.usage("person"))[0].name == "Ana"
    with pytest.raises(ProblemError, match="Only maintainers") as refused:
        await ana.change_settings(await ana.settings())
    assert refused.value.status == 403
    settings = (await boss.settings()).model_copy(update={"retention_days": 30})
    assert (await boss.change_settings(settings)).retention_days == 30
    assert (await boss.give_role("T1", "UBEN", Role.MAINTAINER)).role == Role.MAINTAINER
    assert [one.person.id for one in await boss.members()] == ["UBEN"]
    assert (await (await web.client(BEN)).me()).role == Role.MAINTAINER


async def test_tokens_are_made_listed_and_revoked(web: Web) -> None:
    bot = await web.client()
    fresh = await bot.make_token("nightly", days=30)
    assert fresh.secret.startswith("tw_")
    assert fresh.secret not in repr(await bot.tokens())
    assert "nightly" in {one.name for one in await bot.tokens()}
    await bot.revoke_token(fresh.id)
    with pytest.raises(ProblemError, match="no such token"):
        await bot.revoke_token(fresh.id)
    assert (await (await web.plain(fresh.secret)).get("/api/me")).status_code == 401


async def test_what_is_said_by_rest_stands_in_the_thread_once_and_the_other_way_round(web: Web) -> None:
    bot = await web.client()
    session_id = await web.opened(bot, channel="C1")
    session = await web.until_thread(session_id)
    await bot.say(session_id, "Hello <@UBEN>, and <!channel>.")
    await web.stage.quiet()
    echoes = [seen for seen in web.stage.thread(session) if seen.text.startswith("**Ana** (web): ")]
    assert len(echoes) == 1
    assert echoes[0].pings == ()
    await web.stage.say(session, "From the thread.", BEN)
    said = [(one.text, one.author) async for one in bot.messages(session_id) if one.speaker == "person"]
    assert [text for text, _ in said] == ["From the thread.", "Hello <@UBEN>, and <!channel>."]


async def test_a_suggestion_of_a_review_becomes_the_next_version(web: Web) -> None:
    bot = await web.client()
    session_id = await web.opened(bot)
    automation = await web.generated(bot, session_id)
    assert await bot.suggestions(session_id, automation) == []
    (one,) = await web.reviewed(bot, session_id, automation)
    assert (one.number, one.path, one.line, one.open) == (1, "main.py", 1, True)
    assert one.text == "It greets nobody. Greet by name."
    web.stage.model.say(PRINTS.replace("hello", "hello, Ana"))
    job = await bot.apply(session_id, automation, one.id)
    await web.stage.quiet()
    assert "It greets nobody. Greet by name." in web.stage.model.prompts[-1]
    done = await bot.job(session_id, job.id)
    assert done.automation is not None
    assert await bot.file(session_id, done.automation, "main.py") == 'print("hello, Ana")\n'
    (then,) = await bot.suggestions(session_id, automation)
    assert (then.job, then.status, then.open) == (job.id, "done", False)
    with pytest.raises(ProblemError, match="has been applied already") as again:
        await bot.apply(session_id, automation, one.id)
    assert again.value.status == 409
    with pytest.raises(ProblemError, match="no such suggestion") as unknown:
        await bot.apply(session_id, done.automation, one.id)
    assert unknown.value.status == 404
