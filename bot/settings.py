"""The only reader of the environment: one frozen tree, secrets as SecretStr."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from core.errors import SettingsError
from core.openrouter.config import PUBLIC_URL as OPENROUTER

Role = Literal["all", "web", "slack", "discord", "worker"]

SLACK = "https://slack.com/api/"

_SOCKET = re.compile(r"[?&]host=/")
"""A server of this machine, by the folder of its socket, as libpq writes it."""
_DATABASES = ("sqlite", "sqlite+aiosqlite", "postgres", "postgresql", "postgresql+psycopg")
_TOGETHER = (
    ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "Socket Mode needs both"),
    ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "installing into workspaces needs both"),
)


def _root(*schemes: str) -> AfterValidator:
    """Checks the scheme of an address; the value gets exactly the ending that clients join paths to: none."""

    def check(value: str) -> str:
        if urlsplit(value).scheme not in schemes or not _names_host(value):
            raise ValueError(f"must be an address that begins with {' or '.join(f'{s}://' for s in schemes)}")
        return value.rstrip("/")

    return AfterValidator(check)


def _names_host(address: str) -> bool:
    try:
        return bool(urlsplit(address).hostname) and urlsplit(address).port != 0
    except ValueError:  # half an IPv6 address, a port that is no number
        return False


def _token(*prefixes: str) -> AfterValidator:
    """Checks how a token begins, which tells swapped ones. Source: Slack's token types."""

    def check(value: SecretStr) -> SecretStr:
        if not value.get_secret_value().startswith(prefixes):
            raise ValueError(f"must begin with {' or '.join(prefixes)}")
        return value

    return AfterValidator(check)


def _database(value: SecretStr) -> SecretStr:
    scheme, _, rest = value.get_secret_value().partition("://")
    if scheme not in _DATABASES:
        raise ValueError("must begin with sqlite+aiosqlite:///, postgresql+psycopg:// or postgres://")
    if scheme.startswith("sqlite") and (not rest.strip("/") or ":memory:" in rest):
        raise ValueError("must name a file: sqlite+aiosqlite:///PATH")
    if scheme.startswith("postgres") and not (_names_host(value.get_secret_value()) or _SOCKET.search(rest)):
        raise ValueError("must name the server: postgresql+psycopg://USER:PASSWORD@HOST:PORT/NAME")
    return value


def _comma_separated(value: object) -> object:
    return (
        [part for piece in value.split(",") if (part := piece.strip())] if isinstance(value, str) else value
    )


def _people(value: tuple[str, ...]) -> tuple[str, ...]:
    if not all(re.fullmatch(r"[a-z]+:[^:\s]+:[^:\s]+", one) for one in value):
        raise ValueError("must name people as PLATFORM:WORKSPACE:PERSON, separated by commas")
    return value


def _shards(value: str) -> str:
    part = re.fullmatch(r"(\d{1,4})(?:-(\d{1,4}))?/(\d{1,4})", value)
    if part is None or not int(part[1]) <= int(part[2] or part[1]) < int(part[3]):
        raise ValueError("must name shards and how many there are in all: 0-3/16, or 2/16")
    return value


LATER = (
    "slack_signing_secret",
    "slack_client_id",
    "slack_client_secret",
)
"""Part of the contract, read and checked, but not used by this version."""

WebAddress = Annotated[str, _root("http", "https")]
SocketAddress = Annotated[str, _root("ws", "wss")]
WithSlash = AfterValidator(lambda value: f"{value}/")
BotToken = Annotated[SecretStr, _token("xoxb-", "xoxe.xoxb-")]
AppToken = Annotated[SecretStr, _token("xapp-")]


class Settings(BaseSettings):
    """Field names in capitals are the variables of the environment; empty values count as unset.

    Addresses have no slash at the end, except ``slack_api_url``: Slack's SDK needs it. What stands in `LATER` (Slack's
    HTTP mode) is read and checked, but nothing uses it yet.
    """

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", validate_default=True, hide_input_in_errors=True, env_ignore_empty=True
    )

    openrouter_api_key: SecretStr | None = None
    openrouter_base_url: WebAddress = OPENROUTER
    # A well-known coding model in November 2026; models retire, so `doctor` checks it against the service's list.
    openrouter_model: str = "anthropic/claude-sonnet-4.5"
    openrouter_fallback_models: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_comma_separated)] = ()
    openrouter_zdr: bool = False

    database_url: Annotated[SecretStr, AfterValidator(_database)] | None = None
    data_dir: Path = Path("data")

    slack_bot_token: BotToken | None = None
    slack_app_token: AppToken | None = None
    slack_api_url: Annotated[WebAddress, WithSlash] = SLACK
    slack_signing_secret: SecretStr | None = None
    slack_client_id: str | None = None
    slack_client_secret: SecretStr | None = None

    discord_token: SecretStr | None = None
    discord_api_url: WebAddress = "https://discord.com/api/v10"
    discord_gateway_url: SocketAddress = "wss://gateway.discord.gg"
    discord_shards: Annotated[str, AfterValidator(_shards)] | None = None

    sandbox_env: Path = Path(".sandbox-env")
    sandbox_image: str | None = None

    public_url: WebAddress | None = None
    port: int = Field(default=8000, ge=0, le=65535)
    operators: Annotated[
        tuple[str, ...], NoDecode, BeforeValidator(_comma_separated), AfterValidator(_people)
    ] = ()

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["console", "json"] | None = None

    @model_validator(mode="before")
    @classmethod
    def _without_blanks(cls, given: dict[str, Any]) -> dict[str, Any]:
        """A value of nothing but spaces is none; others lose those that were pasted along."""
        stripped = {name: value.strip() if isinstance(value, str) else value for name, value in given.items()}
        return {name: value for name, value in stripped.items() if value != ""}

    @property
    def database(self) -> str:
        """The database's URL; by default a file under the data folder."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite+aiosqlite:///{(self.data_dir / 'threadwright.sqlite').absolute()}"

    @property
    def embedded(self) -> bool:
        """Whether the database is SQLite: then one process does everything."""
        return self.database.startswith("sqlite")

    @property
    def people(self) -> frozenset[tuple[str, str, str]]:
        """The operators: platform, workspace, person."""
        parts = (one.split(":") for one in self.operators)
        return frozenset((platform, workspace, person) for platform, workspace, person in parts)

    @property
    def host(self) -> str:
        """What the web process binds: every address where people reach it by `public_url`, else this machine alone."""
        return "127.0.0.1" if self.public_url is None else "0.0.0.0"  # noqa: S104 -- whoever sets an address wants to be reached

    @property
    def shards(self) -> tuple[int, int, int] | None:
        """The first, the last, and how many there are in all; ``None``: all of them, as many as Discord recommends."""
        if self.discord_shards is None:
            return None
        part, _, count = self.discord_shards.partition("/")
        first, _, last = part.partition("-")
        return int(first), int(last or first), int(count)

    @property
    def models(self) -> tuple[str, ...]:
        """The default model, then the fallbacks, each once."""
        return tuple(dict.fromkeys((self.openrouter_model, *self.openrouter_fallback_models)))

    @property
    def unused(self) -> tuple[str, ...]:
        """Variables that are set although nothing uses them yet."""
        return tuple(name.upper() for name in LATER if name in self.model_fields_set)

    @property
    def secrets(self) -> tuple[str, ...]:
        """The values that must appear nowhere."""
        values = (getattr(self, name) for name in type(self).model_fields)
        return tuple(value.get_secret_value() for value in values if isinstance(value, SecretStr))

    def problems_for(self, role: Role) -> tuple[str, ...]:
        """What keeps `run ROLE` from starting: one line each."""
        slack = None not in (self.slack_bot_token, self.slack_app_token)
        match role:
            case "web" | "worker" if self.embedded:
                return (
                    "DATABASE_URL: several processes need PostgreSQL; on SQLite one `run all` does everything",
                )
            case "slack" if not slack:
                return (
                    "SLACK_BOT_TOKEN, SLACK_APP_TOKEN: both are needed (README, “A real Slack workspace”)",
                )
            case "discord" if self.discord_token is None:
                return ("DISCORD_TOKEN: it is needed (README, “A real Discord server”)",)
            case "all" | "worker" if not slack and self.discord_token is None:
                return (
                    "SLACK_BOT_TOKEN and SLACK_APP_TOKEN, or DISCORD_TOKEN: no platform is set (README, “A real …”)",
                )
            case _:
                return ()


def read_settings() -> Settings:
    """Reads the environment once. Raises SettingsError with all that is wrong, never with a secret's value."""
    lonely = tuple(_alone(os.environ))  # noqa: TID251 - this is the one reader
    try:
        settings = Settings()
    except ValidationError as error:
        raise SettingsError((*_wrong(error), *lonely)) from error
    if lonely:
        raise SettingsError(lonely)
    return settings


def require(settings: Settings, role: Role) -> None:
    """Raises SettingsError when `role` cannot run with these settings."""
    if problems := settings.problems_for(role):
        raise SettingsError(problems)


def _wrong(error: ValidationError) -> Iterator[str]:
    for problem in error.errors(include_url=False, include_input=False):
        message = problem["msg"].removeprefix("Value error, ")
        yield f"{str(problem['loc'][0]).upper()}: {message[:1].lower()}{message[1:]}"


def _alone(environment: Mapping[str, str]) -> Iterator[str]:
    """Settings that make no sense without another one."""
    given = {name for name, value in environment.items() if value.strip()}
    for first, second, reason in _TOGETHER:
        for there, missing in ((first, second), (second, first)):
            if there in given and missing not in given:
                yield f"{missing}: is missing beside {there}; {reason}"
