"""The main job, from the slash command to the files in the thread, over the real program."""

from __future__ import annotations

import asyncio
import re
import signal
from pathlib import Path

import pytest

from bot.simulators.openrouter import Answer, Problem, problems
from bot.simulators.slack import ClientRefused, Fault
from tests.scenarios.team import CHANNEL, WAIT, answers, bundle, team, unzip

FILES = (
    ("requirements.txt", "httpx>=0.28\n"),
    ("crawler/__init__.py", ""),
    ("crawler/main.py", "print('hello')\n"),
    (
        "README.md",
        "# Crawler\n\n## Setup\n\n```bash\npip install -r requirements.txt\n```\n\n## Run\n\npython -m crawler\n",
    ),
)
CHANGED = (("crawler/main.py", "print('hi')\n"), ("notes.md", "new\n"))


async def test_a_team_opens_a_session_talks_generates_looks_and_downloads(tmp_path: Path) -> None:
    async with team(tmp_path) as it:
        it.model.respond(answers(bundle(*FILES), bundle(*CHANGED)))
        await it.open()
        card = it.thread[0]
        assert "Watch prices" in card.text
        assert "R2. Store prices in SQLite" in card.text
        assert [button.label for button in card.buttons] == ["Generate", "Requirements", "Close"]
        await it.say("Only the shop's own pages.", user="UBEN")
        await it.see(lambda: len(it.said()) == 2)
        assert "[Ben]" in str(it.model.requests[-1]["messages"])
        await it.press("Generate")
        shown = await it.delivered()
        assert [file.name for file in shown.files] == [
            "watch-prices-v1.zip",
            "requirements.txt",
            "main.py",
            "README.md",
        ]
        contents = unzip(shown.files[0].data)
        assert {path: contents[path].decode() for path, _ in FILES} == dict(FILES)
        delivery = next(one for one in it.thread if "v1 · Auto · draft" in one.text)
        assert "not checked yet" in delivery.text
        await it.press("View code")
        view = await it.see(lambda: it.slack.view("UANA"))
        assert "crawler/main.py" in view.text
        await it.press("Download", user="UBEN")
        direct = it.slack.direct("UBEN")
        (handed,) = await it.see(lambda: [one for one in it.slack.channel(direct) if one.files])
        assert unzip(handed.files[0].data) == contents
        await it.say("generate python", mention=True)
        shown = await it.delivered(2)
        assert unzip(shown.files[0].data)["crawler/main.py"] == b"print('hi')\n"
        second = next(one for one in it.thread if "v2 · Python" in one.text)
        assert "added +1" in second.text
        assert all(one.pings == () for one in it.thread if one.user == it.slack.bot_user)
        assert await it.program.end() == 0


async def test_the_same_event_thrice_and_a_mention_pair_make_one_answer(tmp_path: Path) -> None:
    async with team(tmp_path) as it:
        await it.open()
        await it.say("Which sites?", copies=3)
        await it.see(lambda: len(it.said()) == 2)
        await it.say("and how often?", mention=True)
        await it.see(lambda: len(it.said()) == 3)
        await it.say("thanks")
        await it.see(lambda: len(it.said()) == 4)
        assert len(it.model.requests) == 4


async def test_a_kill_in_the_middle_of_a_generation_leaves_one_delivery(tmp_path: Path) -> None:
    async with team(tmp_path) as it:
        never = asyncio.Event()
        it.model.respond(answers(Answer(bundle(*FILES), hold=never, hold_after=4), bundle(*FILES)))
        await it.open()
        await it.press("Generate")
        await it.model.until(lambda: len(it.model.requests) == 2 and it.model.open_streams == 1, WAIT)
        await it.program.end(signal.SIGKILL)
        await it.program.start()
        shown = await it.delivered()
        assert unzip(shown.files[0].data)["crawler/main.py"] == b"print('hello')\n"
        await it.say("thanks")
        await it.see(lambda: len(it.said()) == 2)
        assert len(it.attached) == 1
        assert sum("v1 · " in one.text for one in it.thread) == 2  # the end of the progress, and the delivery


async def test_a_kill_in_the_middle_of_an_answer_leaves_one_answer(tmp_path: Path) -> None:
    async with team(tmp_path) as it:
        await it.open()
        it.model.answer(Answer("Half of this was said before.", hold=asyncio.Event(), hold_after=1, chunk=8))
        await it.say("Tell me")
        await it.see(lambda: any(one.text.startswith("Half of") for one in it.thread))
        await it.program.end(signal.SIGKILL)
        it.model.answer(Answer("Half of this was said before."))
        await it.program.start()
        await it.see(lambda: "Half of this was said before." in it.said())
        assert sum(one.text.startswith("Half") for one in it.thread) == 1


async def test_cancel_closes_the_connection_to_the_model(tmp_path: Path) -> None:
    async with team(tmp_path) as it:
        it.model.respond(answers(Answer(bundle(*FILES), hold=asyncio.Event(), hold_after=9)))
        await it.open()
        await it.press("Generate")
        await it.see(lambda: any("Writing" in one.text for one in it.thread))
        closed = it.model.closed_early
        await it.press("Cancel")
        await it.model.until(lambda: it.model.closed_early == closed + 1, WAIT)
        await it.see(lambda: any(one.text.startswith("🛑 Stopped") for one in it.thread))
        assert not it.attached


@pytest.mark.parametrize(
    ("title", "said"),
    [("", "title"), ("x" * 100, None), ("שלום 🚀 \u202eevil", None)],
)
async def test_titles(tmp_path: Path, title: str, said: str | None) -> None:
    async with team(tmp_path) as it:
        if said is None:
            await it.open(title=title)
            assert title[:20] in it.thread[0].text
        else:
            await it.slack.slash("UANA", CHANNEL, "new")
            await it.slack.until(lambda: it.slack.view("UANA"), WAIT)
            with pytest.raises(ClientRefused, match=said):  # Slack itself does not let an empty one go
                await it.slack.submit("UANA", {"title": title})


async def test_a_title_too_long_for_the_form_is_kept_as_far_as_it_fits(tmp_path: Path) -> None:
    async with team(tmp_path) as it:
        await it.slack.slash("UANA", CHANNEL, "new " + "word " * 60)
        view = await it.see(lambda: it.slack.view("UANA"))
        (title,) = [field for field in view.inputs if field.block_id == "title"]
        assert title.value.startswith("word word")


async def test_long_words_and_many_requirements(tmp_path: Path) -> None:
    async with team(tmp_path) as it:
        await it.open(requirements="\n".join(f"need {i}" for i in range(200)))
        assert "and 180 more" in it.thread[0].text
        await it.say("z" * 40_000)
        await it.see(lambda: len(it.said()) == 2)
        it.model.answer(Answer("```python\n" + "print('long')\n" * 1500 + "```\nThe end of it."))
        await it.say("a long one, please")
        await it.see(lambda: any("The end of it." in text for text in it.said()))
        long = [one for one in it.thread if "print('long')" in one.text]
        assert sum(one.text.count("print('long')") for one in long) == 1500
        assert all(one.text.count("```") % 2 == 0 for one in long)


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (Answer("I would rather talk."), "wrote no file"),
        (Answer('<file path="../../etc/passwd">\nx\n</file>\n'), "etc/passwd"),
        (Answer('<file path="half.py">\nprint('), "half.py"),
        (Answer('<file path="blob.bin">\n\x00\x01\x02\x00\n</file>\n'), "blob.bin"),
        (problems.credit_gone(), "30,104"),
        (Problem(500, {"error": {"code": 500, "message": "x"}}), "⚠️"),
    ],
)
async def test_what_cannot_be_delivered_is_said_in_one_sentence(
    tmp_path: Path, answer: Answer | Problem, sentence: str
) -> None:
    async with team(tmp_path) as it:
        it.model.respond(answers(answer))
        await it.open()
        await it.press("Generate")
        told = await it.see(lambda: [one for one in it.thread if one.text.startswith("⚠️")])
        assert sentence in told[0].text
        assert re.search(r"ref [0-9a-f]{8}", told[0].text)
        assert re.search(r"[0-9a-f]{8}", told[0].text)
        assert [button.label for button in told[0].buttons] == ["Try again"]
        reference = re.search(r"ref ([0-9a-f]{8})", told[0].text)
        assert reference is not None
        assert reference[1] in it.program.log
        assert not it.attached


async def test_sixty_files_and_twins(tmp_path: Path) -> None:
    async with team(tmp_path) as it:
        files = [(f"pkg/m{i}.py", f"N = {i}\n") for i in range(60)]
        it.model.respond(answers(bundle(*files, ("pkg/m1.py", "N = 'last'\n"))))
        await it.open()
        await it.press("Generate")
        shown = await it.delivered()
        contents = unzip(shown.files[0].data)
        assert contents["pkg/m1.py"] == b"N = 'last'\n"
        assert len(shown.files) == 1


async def test_mentions_in_the_models_words_ping_nobody(tmp_path: Path) -> None:
    async with team(tmp_path) as it:
        words = "Ask <@UBEN>, <!channel>, <!here> and @everyone: `<!here>`."
        it.model.respond(answers(bundle(("<!here>.py", "x\n")), chat=words))
        await it.open()
        await it.say("whom?")
        await it.see(lambda: len(it.said()) == 2)
        assert all(one.pings == () for one in it.thread if one.user == it.slack.bot_user)


async def test_slack_having_a_bad_day_loses_and_doubles_nothing(tmp_path: Path) -> None:
    async with team(tmp_path) as it:
        it.model.respond(answers(bundle(*FILES)))
        it.slack.order(Fault("chat.postMessage", "cut_after"))
        await it.open()
        assert len(it.slack.channel(CHANNEL)) == 1
        for method in ("chat.postMessage", "files.completeUploadExternal"):
            it.slack.order(Fault(method, "cut_after"))
            it.slack.order(Fault(method, "ratelimited", retry_after=1))
        it.slack.order(Fault("chat.appendStream", "500"))
        await it.say("still there?")
        await it.see(lambda: len(it.said()) == 2)
        await it.press("Generate")
        await it.delivered()
        it.slack.drop_sockets()
        await it.slack.connected(WAIT)
        await it.say("and now?")
        await it.see(lambda: len(it.said()) == 3)
        assert len(it.attached) == 1
        assert sum("v1 · Auto" in one.text for one in it.thread) == 1


async def test_without_a_key_the_thread_says_how_to_set_it(tmp_path: Path) -> None:
    async with team(tmp_path, key="sk-or-wrong") as it:
        await it.open()
        assert "OPENROUTER_API_KEY" in it.said()[0]


async def test_requirements_buttons_and_forget_me(tmp_path: Path) -> None:
    async with team(tmp_path) as it:
        it.model.respond(
            answers(bundle(*FILES), chat="Noted.\n<requirement>Retry three times</requirement>\n")
        )
        await it.open()
        await it.press("Add: Retry three times", user="UBEN")
        await it.see(lambda: any("added R3. Retry three times" in one.text for one in it.thread))
        await it.see(lambda: "R3. Retry three times" in it.thread[0].text)
        await it.press("Close")
        await it.see(lambda: [b.label for b in it.thread[0].buttons] == ["Reopen"])
        await it.slack.slash("UANA", CHANNEL, "forget-me")
        told = await it.see(lambda: it.slack.ephemerals("UANA"))
        assert "erased" in told[-1].text
