"""The team on Discord: what people there do and read."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.demo.discord import discord_team, file_name, given, plain
from bot.demo.replay import anything
from bot.demo.stage import set_up
from bot.demo.team import NotPossible
from bot.simulators.discord import ShownFile


def test_markup_goes_and_code_stays() -> None:
    text = "### v1 · draft\n\n**Evidence:** none, `**kwargs`\n```\n# a comment\nf(**x)\n```\n**end**"
    assert plain(text) == "v1 · draft\n\nEvidence: none, `**kwargs`\n```\n# a comment\nf(**x)\n```\nend"


@pytest.mark.parametrize(
    ("name", "title", "read"),
    [
        ("init__.py", "__init__", "__init__.py"),
        ("env.example", ".env", ".env.example"),
        ("env", ".env", ".env"),
        ("a.py", "", "a.py"),
    ],
)
def test_a_file_is_called_as_people_read_it(name: str, title: str, read: str) -> None:
    assert file_name(ShownFile(name, b"", title)) == read


@pytest.mark.parametrize(
    ("verb", "rest", "options"),
    [
        ("new", "2048 again", {"title": "2048 again"}),
        ("diff", "1 v3", {"older": 1, "newer": 3}),
        ("restore", "v1", {"version": 1}),
        ("download", "", {}),
        ("list", "1", {}),
    ],
)
def test_what_stands_behind_a_command_fills_in_its_options(
    verb: str, rest: str, options: dict[str, str | int]
) -> None:
    assert given(verb, rest) == options


async def test_what_cannot_be_done_is_said_in_a_sentence() -> None:
    async with discord_team() as team:
        with pytest.raises(NotPossible, match="There is no session yet"):
            await team.say("Ana", "hello")
        with pytest.raises(NotPossible, match="Discord does not let you"):
            await team.fill("Ana", {})
        assert team.seen() == ()
        assert team.form("Ana") is None


async def test_nobody_types_a_command_that_discord_does_not_know() -> None:
    async with discord_team() as team:
        with pytest.raises(NotPossible):
            await team.command("Ana", "/automation new")


async def test_a_refused_form_is_open_again_with_what_was_typed(tmp_path: Path) -> None:
    async with set_up(tmp_path / "program.log", anything(fast=True), ("discord",)) as stage:
        team = stage.team
        await team.command("Ana", "/automation new")
        await team.dismiss("Ana")
        assert team.form("Ana") is None
        await team.command("Ana", "/automation new A first title")
        errors = await team.fill("Ana", {"title": "  ", "requirements": "one\ntwo"})
        assert {field: sentence[:24] for field, sentence in errors.items()} == {
            "title": "Give the session a title"
        }
        form = team.form("Ana")
        assert form is not None
        assert {each.key: each.value for each in form.fields}["requirements"] == "one\ntwo"
        assert await team.fill("Ana", {"title": "Watch"}) == {}
        await team.until(lambda: any("I am a replay" in each.text for each in team.seen()), 10)
        assert any("R2. two" in each.text for each in team.seen() if each.where == "channel")
        await team.say("Ben", "// one")
        await team.say("Chiara", "// two")
        await team.revise("Ben", "// **one** and a half")
        thread = [(each.who, each.text) for each in team.seen() if each.where == "thread" and not each.by_bot]
        assert thread == [("Ben", "// one and a half"), ("Chiara", "// two")]
        assert [each.to for each in team.seen() if each.where == "private"] == ["Ana"]
        assert team.complaints() == []
