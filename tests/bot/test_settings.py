"""Settings: what counts as wrong, told all at once, and what a role needs."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
from pydantic import ValidationError

from bot.cli import ROLES
from bot.settings import Role, require
from core.errors import SettingsError
from tests.bot.surroundings import read

SLACK = {"SLACK_BOT_TOKEN": "xoxb-fake", "SLACK_APP_TOKEN": "xapp-fake"}


def problems(**environment: str) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        read(environment)
    return caught.value.problems


def test_nothing_has_to_be_set() -> None:
    settings = read({})
    assert settings.database == f"sqlite+aiosqlite:///{Path('data/threadwright.sqlite').absolute()}"
    assert settings.embedded
    assert settings.secrets == ()


def test_empty_and_blank_values_count_as_unset() -> None:
    assert read({"PORT": "", "SLACK_BOT_TOKEN": "  ", "OPENROUTER_MODEL": ""}) == read({})


def test_all_problems_are_told_at_once_those_between_fields_too() -> None:
    found = problems(
        PORT="70000",
        LOG_LEVEL="loud",
        LOG_FORMAT="xml",
        OPENROUTER_BASE_URL="localhost:11434/v1",
        DATABASE_URL="mysql://user:hidden@db/name",
        SLACK_BOT_TOKEN="xapp-swapped",
        SLACK_API_URL="https:///api/",
        SLACK_CLIENT_SECRET="hidden",
        DISCORD_GATEWAY_URL="https://gateway.test",
        PUBLIC_URL="example.test",
    )
    assert [line.partition(":")[0] for line in found] == [
        "OPENROUTER_BASE_URL",
        "DATABASE_URL",
        "SLACK_BOT_TOKEN",
        "SLACK_API_URL",
        "DISCORD_GATEWAY_URL",
        "PUBLIC_URL",
        "PORT",
        "LOG_LEVEL",
        "LOG_FORMAT",
        "SLACK_APP_TOKEN",
        "SLACK_CLIENT_ID",
    ]
    assert not [line for line in found if "hidden" in line or "swapped" in line or "loud" in line]


@pytest.mark.parametrize("alone", SLACK)
def test_one_slack_token_without_the_other(alone: str) -> None:
    (line,) = problems(**{alone: SLACK[alone]})
    (other,) = SLACK.keys() - {alone}
    assert line == f"{other}: is missing beside {alone}; Socket Mode needs both"


@pytest.mark.parametrize("url", ["sqlite://", "sqlite+aiosqlite://", "sqlite:///:memory:"])
def test_a_database_in_memory_is_refused(url: str) -> None:
    assert problems(DATABASE_URL=url) == ("DATABASE_URL: must name a file: sqlite+aiosqlite:///PATH",)


@pytest.mark.parametrize(
    "url", ["postgres://", "postgres:///name", "postgres://u:p@db:port/x", "postgres://[::1/x"]
)
def test_a_server_has_to_be_named(url: str) -> None:
    (line,) = problems(DATABASE_URL=url)
    assert line.startswith("DATABASE_URL: must name the server")


@pytest.mark.parametrize(
    ("url", "embedded"),
    [
        ("sqlite+aiosqlite:////data/x.sqlite", True),
        ("sqlite:///x.sqlite", True),
        ("postgres://u:p@db/x", False),
        ("postgresql://u:p@db/x", False),
        ("postgresql+psycopg://u:p@db/x?sslmode=require", False),
    ],
)
def test_databases_that_are_known(url: str, embedded: bool) -> None:
    settings = read({"DATABASE_URL": url})
    assert (settings.database, settings.embedded) == (url, embedded)


def test_addresses_get_the_ending_their_clients_need() -> None:
    settings = read(
        {
            "SLACK_API_URL": "http://127.0.0.1:1/api",
            "OPENROUTER_BASE_URL": "http://127.0.0.1:2/v1/",
            "DISCORD_API_URL": "http://127.0.0.1:3/api/v10/",
            "PUBLIC_URL": "https://bot.test/",
        }
    )
    assert settings.slack_api_url == "http://127.0.0.1:1/api/"
    assert settings.openrouter_base_url == "http://127.0.0.1:2/v1"
    assert settings.discord_api_url == "http://127.0.0.1:3/api/v10"
    assert settings.public_url == "https://bot.test"


def test_fallback_models_are_separated_by_commas() -> None:
    settings = read({"OPENROUTER_MODEL": "a/b", "OPENROUTER_FALLBACK_MODELS": "c/d, a/b,,e/f "})
    assert settings.openrouter_fallback_models == ("c/d", "a/b", "e/f")
    assert settings.models == ("a/b", "c/d", "e/f")


def test_settings_are_frozen_and_show_no_secret() -> None:
    settings = read({**SLACK, "OPENROUTER_API_KEY": "sk-or-fake", "DATABASE_URL": "postgres://u:p@db/x"})
    assert set(settings.secrets) == {"xoxb-fake", "xapp-fake", "sk-or-fake", "postgres://u:p@db/x"}
    assert not [secret for secret in settings.secrets if secret in repr(settings)]
    with pytest.raises(ValidationError):
        settings.port = 1  # type: ignore[misc]  # that this is refused is the point


def test_the_command_line_offers_the_roles_of_the_settings() -> None:
    assert get_args(Role) == ROLES


def test_what_is_set_in_vain_is_known() -> None:
    assert read({"SLACK_SIGNING_SECRET": "fake", "LOG_LEVEL": "DEBUG"}).unused == ("SLACK_SIGNING_SECRET",)


def test_what_a_role_needs() -> None:
    bare, slack, discord = read({}), read(SLACK), read({"DISCORD_TOKEN": "fake"})
    for role, variable in (
        ("all", "DISCORD_TOKEN"),
        ("slack", "SLACK_BOT_TOKEN"),
        ("discord", "DISCORD_TOKEN"),
    ):
        with pytest.raises(SettingsError, match=variable):
            require(bare, role)  # type: ignore[arg-type]  # a role of the list above
    for settings in (slack, discord):
        require(settings, "all")
    require(slack, "slack")
    require(discord, "discord")
    for settings, role in ((slack, "discord"), (discord, "slack")):
        with pytest.raises(SettingsError, match="needed"):
            require(settings, role)  # type: ignore[arg-type]  # the same


def test_several_processes_need_a_server() -> None:
    embedded, shared = read(SLACK), read({**SLACK, "DATABASE_URL": "postgres://u:p@db/x"})
    for role in ("worker", "web"):
        with pytest.raises(SettingsError, match="PostgreSQL"):
            require(embedded, role)
        require(shared, role)


@pytest.mark.parametrize(
    ("given", "shards"), [("0-3/16", (0, 3, 16)), ("2/16", (2, 2, 16)), ("0/1", (0, 0, 1)), ("", None)]
)
def test_shards_of_discord(given: str, shards: tuple[int, int, int] | None) -> None:
    assert read({"DISCORD_SHARDS": given}).shards == shards


@pytest.mark.parametrize("given", ["16", "3-1/4", "4/4", "0-4/4", "a/2", "-1/2", "0/0"])
def test_shards_that_do_not_exist(given: str) -> None:
    with pytest.raises(SettingsError, match="DISCORD_SHARDS: must name shards"):
        read({"DISCORD_SHARDS": given})
