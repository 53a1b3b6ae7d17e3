"""The main job in Slack, and what only Slack has."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.simulators.slack import ClientRefused, Fault
from tests.scenarios.answers import answers, bundle
from tests.scenarios.main_job import FILES, MainJob
from tests.scenarios.program import WAIT
from tests.scenarios.slack_team import slack_team


class TestSlack(MainJob):
    team = staticmethod(slack_team)
    names = ["watch-prices-v1.zip", "requirements.txt", "main.py", "README.md"]  # noqa: RUF012 - read only


async def test_a_form_without_a_title_is_not_let_go(tmp_path: Path) -> None:
    """Slack itself refuses an empty field; one of blanks gets its error at the field, and the form stays."""
    async with slack_team(tmp_path, role="slack") as it:
        await it.command("new")
        await it.see(it.form_is_open)
        with pytest.raises(ClientRefused, match="title"):
            await it.slack.submit("UANA", {"title": ""})
        assert "title" in await it.slack.submit("UANA", {"title": "   "})
        assert it.form_is_open()


async def test_a_title_too_long_for_the_form_is_kept_as_far_as_it_fits(tmp_path: Path) -> None:
    async with slack_team(tmp_path) as it:
        await it.slack.slash("UANA", it.channel, "new " + "word " * 60)
        view = await it.see(lambda: it.slack.view("UANA"))
        (title,) = [field for field in view.inputs if field.block_id == "title"]
        assert title.value.startswith("word word")


async def test_slack_having_a_bad_day_loses_and_doubles_nothing(tmp_path: Path) -> None:
    async with slack_team(tmp_path) as it:
        it.model.respond(answers(bundle(*FILES)))
        it.slack.order(Fault("chat.postMessage", "cut_after"))
        await it.open()
        assert len(it.cards) == 1
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
