"""The definition of `/automation`."""

from __future__ import annotations

from adapters.discord.commands import command, sync_commands
from core.vocabulary import Language
from tests.adapters.discord.stage import DiscordStage, open_stage


def test_the_verbs() -> None:
    assert [option["name"] for option in command()["options"]] == [
        "new",
        "list",
        "help",
        "status",
        "generate",
        "cancel",
        "show",
        "versions",
        "diff",
        "restore",
        "run-tests",
        "review",
        "requirements",
        "rename",
        "close",
        "reopen",
        "delete",
        "download",
        "dashboard",
        "token",
        "tokens",
        "forget-me",
    ]
    assert len(command()["options"]) <= 25  # as many as Discord takes
    generate = next(option for option in command()["options"] if option["name"] == "generate")
    assert [choice["value"] for choice in generate["options"][0]["choices"]] == [
        each.value for each in Language
    ]


async def test_they_are_made_known_as_often_as_one_likes() -> None:
    async with open_stage() as stage:
        assert await sync_commands(stage.config) == 22
        assert await sync_commands(stage.config) == 22
        assert stage.discord.counts["bulk_set_application_commands"] == 2


async def test_starting_makes_nothing_known(stage: DiscordStage) -> None:
    assert stage.discord.counts["bulk_set_application_commands"] == 1  # by the stage
