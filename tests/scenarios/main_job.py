"""The main job, from the slash command to the files in the thread, over the real program: what holds on every platform.

A platform's test module subclasses `MainJob` and says how its team is opened."""

from __future__ import annotations

import asyncio
import re
import signal
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import ClassVar

import pytest

from bot.simulators.openrouter import Answer, Problem, problems
from core.bundle.parser import parse
from core.sandbox.choosing import open_sandbox
from core.sandbox.model import NoSandbox
from tests.scenarios.answers import answers, bundle, unzip
from tests.scenarios.faulty import RIGHT, mending
from tests.scenarios.program import ROOT, WAIT
from tests.scenarios.team import Team

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


class MainJob:
    team: ClassVar[Callable[..., AbstractAsyncContextManager[Team]]]
    """Takes a folder, and `role` and `key` if they are not the usual ones."""
    names: ClassVar[list[str]]
    """Under which the zip and `FILES` arrive."""

    async def test_a_team_opens_a_session_talks_generates_looks_and_downloads(self, tmp_path: Path) -> None:
        async with self.team(tmp_path) as it:
            it.model.respond(answers(bundle(*FILES), bundle(*CHANGED)))
            await it.open()
            card = it.thread[0]
            assert "Watch prices" in card.text
            assert "R2. Store prices in SQLite" in card.text
            assert [button.label for button in card.buttons] == ["Generate", "Requirements", "Close"]
            await it.say("Only the shop's own pages.", who="Ben")
            await it.see(lambda: len(it.said()) == 2)
            assert "[Ben]" in str(it.model.requests[-1]["messages"])
            await it.press("Generate")
            shown = await it.delivered()
            assert [file.name for file in shown.files] == self.names
            contents = unzip(shown.files[0].data)
            assert {path: contents[path].decode() for path, _ in FILES} == dict(FILES)
            delivery = next(one for one in it.thread if "v1 · Auto · draft" in one.text)
            assert "there are no tests" in delivery.text
            assert "crawler/main.py" in await it.look("crawler/main.py")
            await it.press("Download", who="Ben")
            (handed,) = await it.see(lambda: it.handed("Ben"))
            assert unzip(handed.files[0].data) == contents
            await it.say("generate python", mention=True)
            shown = await it.delivered(2)
            assert unzip(shown.files[0].data)["crawler/main.py"] == b"print('hi')\n"
            second = next(one for one in it.thread if "v2 · Python" in one.text)
            assert "added +1" in second.text
            assert all(one.pings == () for one in it.thread if one.user == it.bot)
            assert await it.program.end() == 0

    async def test_real_faults_are_repaired_before_the_eyes_of_the_team(self, tmp_path: Path) -> None:
        sandbox = await open_sandbox(ROOT / ".sandbox-env")
        async with self.team(tmp_path) as it:
            it.model.respond(mending)
            await it.open()
            await it.press("Generate")
            await it.see(lambda: any("Repairing" in one.text for one in it.thread) or it.attached)
            shown = await it.delivered()
            delivery = next(one for one in it.thread if "v1 · Auto · " in one.text)
            contents = unzip(shown.files[0].data)
            right = {file.path: file.content.encode() for file in parse(RIGHT).files}
            if isinstance(sandbox, NoSandbox):
                assert "no safe sandbox on this host" in delivery.text
                assert "repaired in 1 round" in delivery.text
                return
            assert "v1 · Auto · ready" in delivery.text
            assert "repaired in 2 rounds" in delivery.text
            assert {path: contents.get(path) for path in right} == right
            await it.see(lambda: "v1 ready" in it.thread[0].text)

    async def test_the_same_event_thrice_and_a_mention_make_one_answer_each(self, tmp_path: Path) -> None:
        async with self.team(tmp_path) as it:
            it.model.respond(answers(bundle(*FILES)))
            await it.open()
            await it.say("Which sites?", copies=3)
            await it.see(lambda: len(it.said()) == 2)
            await it.say("and how often?", mention=True)
            await it.see(lambda: len(it.said()) == 3)
            await it.say("thanks")
            await it.see(lambda: len(it.said()) == 4)
            assert len(it.model.requests) == 4

    async def test_a_kill_in_the_middle_of_a_generation_leaves_one_delivery(self, tmp_path: Path) -> None:
        async with self.team(tmp_path) as it:
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
            assert (
                sum("v1" in one.text for one in it.thread[1:]) == 2
            )  # the end of the progress, and the delivery

    async def test_a_kill_in_the_middle_of_an_answer_leaves_one_answer(self, tmp_path: Path) -> None:
        async with self.team(tmp_path) as it:
            await it.open()
            half = Answer("Half of this was said before.", hold=asyncio.Event(), hold_after=1, chunk=8)
            it.model.answer(half)
            await it.say("Tell me")
            await it.see(lambda: any(one.text.startswith("Half of") for one in it.thread))
            await it.program.end(signal.SIGKILL)
            it.model.answer(Answer("Half of this was said before."))
            await it.program.start()
            await it.see(lambda: "Half of this was said before." in it.said())
            assert sum(one.text.startswith("Half") for one in it.thread) == 1

    async def test_cancel_closes_the_connection_to_the_model(self, tmp_path: Path) -> None:
        async with self.team(tmp_path) as it:
            it.model.respond(answers(Answer(bundle(*FILES), hold=asyncio.Event(), hold_after=9)))
            await it.open()
            await it.press("Generate")
            await it.see(lambda: any("Writing" in one.text for one in it.thread))
            closed = it.model.closed_early
            await it.press("Cancel")
            await it.model.until(lambda: it.model.closed_early == closed + 1, WAIT)
            await it.see(lambda: any(one.text.startswith("🛑 Stopped") for one in it.thread))
            assert not it.attached

    @pytest.mark.parametrize("title", ["x" * 100, "שלום 🚀 \u202eevil"])
    async def test_titles(self, tmp_path: Path, title: str) -> None:
        async with self.team(tmp_path) as it:
            await it.open(title=title)
            assert title[:20] in it.thread[0].text

    async def test_long_words_and_many_requirements(self, tmp_path: Path) -> None:
        async with self.team(tmp_path) as it:
            await it.open(requirements="\n".join(f"need {i}" for i in range(200)))
            assert "and 180 more" in it.thread[0].text
            await it.say("z" * it.longest)
            await it.see(lambda: len(it.said()) == 2)
            it.model.answer(Answer("```python\n" + "print('long')\n" * 1000 + "```\nThe end of it."))
            await it.say("a long one, please")
            await it.see(lambda: any("The end of it." in text for text in it.said()))
            long = [one for one in it.thread if "print('long')" in one.text]
            assert sum(one.text.count("print('long')") for one in long) == 1000
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
        ids=["talk", "outside", "half", "binary", "credit", "broken"],
    )
    async def test_what_cannot_be_delivered_is_said_in_one_sentence(
        self, tmp_path: Path, answer: Answer | Problem, sentence: str
    ) -> None:
        async with self.team(tmp_path) as it:
            it.model.respond(answers(answer))
            await it.open()
            await it.press("Generate")
            told = await it.see(lambda: [one for one in it.thread if one.text.startswith("⚠️")])
            assert sentence in told[0].text
            assert [button.label for button in told[0].buttons] == ["Try again"]
            reference = re.search(r"ref ([0-9a-f]{8})", told[0].text)
            assert reference is not None
            assert reference[1] in it.program.log
            assert not it.attached

    async def test_sixty_files_and_twins(self, tmp_path: Path) -> None:
        async with self.team(tmp_path) as it:
            files = [(f"pkg/m{i}.py", f"N = {i}\n") for i in range(60)]
            it.model.respond(answers(bundle(*files, ("pkg/m1.py", "N = 'last'\n"))))
            await it.open()
            await it.press("Generate")
            shown = await it.delivered()
            contents = unzip(shown.files[0].data)
            assert contents["pkg/m1.py"] == b"N = 'last'\n"
            assert len(shown.files) == 1

    async def test_mentions_in_the_models_words_ping_nobody(self, tmp_path: Path) -> None:
        async with self.team(tmp_path) as it:
            ben = it.people["Ben"]
            words = f"Ask <@{ben}>, <!channel>, <!here>, <@&200>, @here and @everyone: `<!here>`."
            it.model.respond(answers(bundle(("@everyone.py", "x\n")), chat=words))
            await it.open()
            await it.say("whom?")
            await it.see(lambda: len(it.said()) == 2)
            await it.press("Generate")
            await it.delivered()
            assert all(one.pings == () for one in it.thread if one.user == it.bot)

    async def test_without_a_key_the_thread_says_how_to_set_it(self, tmp_path: Path) -> None:
        async with self.team(tmp_path, key="sk-or-wrong") as it:
            await it.open()
            assert "OPENROUTER_API_KEY" in it.said()[0]

    async def test_requirements_buttons_and_forget_me(self, tmp_path: Path) -> None:
        async with self.team(tmp_path) as it:
            it.model.respond(
                answers(bundle(*FILES), chat="Noted.\n<requirement>Retry three times</requirement>\n")
            )
            await it.open()
            await it.see(lambda: it.offers("Add: Retry three times"))
            await it.press("Add: Retry three times", who="Ben")
            await it.see(lambda: any("added R3. Retry three times" in one.text for one in it.thread))
            await it.see(lambda: "R3. Retry three times" in it.thread[0].text)
            await it.press("Close")
            await it.see(lambda: [b.label for b in it.thread[0].buttons] == ["Reopen"])
            await it.command("forget-me")
            told = await it.see(lambda: [one for one in it.whispers("Ana") if "erased" in one.text])
            assert len(told) == 1
