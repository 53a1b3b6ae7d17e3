"""The doctor beside a small server that answers as Slack and OpenRouter do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.discord.commands import command
from bot.doctor import examine
from bot.doctor.finding import Finding
from bot.manifest import SCOPES
from bot.settings import Settings
from bot.simulators.discord import DiscordSimulator
from core.storage.engine import open_engine
from core.storage.migrate import upgrade
from tests.bot.program import run
from tests.bot.surroundings import read


@dataclass(frozen=True)
class Answer:
    body: dict[str, Any]
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


def granting(*scopes: str) -> Answer:
    return Answer(
        {"ok": True, "user": "threadwright", "team": "acme"}, headers={"x-oauth-scopes": ",".join(scopes)}
    )


def no(code: str) -> Answer:
    return Answer({"ok": False, "error": code})


def credit(**more: object) -> Answer:
    return Answer({"data": {"label": "fake", "usage": 1.5, "limit": None, "limit_remaining": None} | more})


WELL = {
    "/api/auth.test": granting(*SCOPES),
    "/api/apps.connections.open": Answer({"ok": True, "url": "wss://127.0.0.1/link"}),
    "/api/v1/key": credit(),
    "/api/v1/models": Answer({"data": [{"id": "maker/model"}, {"id": "maker/other"}]}),
}


@asynccontextmanager
async def world(folder: Path, **changed: Answer) -> AsyncIterator[dict[str, str]]:
    """An environment that points at a server where all is well but for the answers whose path ends as `changed` says."""

    async def answer(request: web.Request) -> web.Response:
        last = request.path.rpartition("/")[2].replace(".", "_")
        given = changed.get(last, WELL[request.path])
        return web.json_response(given.body, status=given.status, headers=given.headers)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    async with TestServer(app) as server:
        yield surroundings(folder, str(server.make_url("")).rstrip("/"))


def surroundings(folder: Path, root: str) -> dict[str, str]:
    return {
        "DATA_DIR": str(folder),
        "SLACK_BOT_TOKEN": "xoxb-fake",
        "SLACK_APP_TOKEN": "xapp-fake",
        "SLACK_API_URL": f"{root}/api/",
        "OPENROUTER_API_KEY": "sk-or-fake",
        "OPENROUTER_BASE_URL": f"{root}/api/v1",
        "OPENROUTER_MODEL": "maker/model",
    }


def left_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def found(settings: Settings, subject: str) -> Finding:
    (finding,) = (one for one in await examine(settings) if one.subject == subject)
    return finding


async def test_all_is_well(tmp_path: Path) -> None:
    async with world(tmp_path) as environment:
        done = await asyncio.to_thread(lambda: run("doctor", **environment))
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["ok"] * 12
    assert "threadwright in acme" in done.stdout
    assert "maker/model" in done.stdout
    assert "fake" not in done.stdout.replace("-fake", "")
    assert left_in(tmp_path) == []


async def test_without_anything_set_it_says_what_to_do(tmp_path: Path) -> None:
    done = await asyncio.to_thread(
        run,
        "doctor",
        DATA_DIR=str(tmp_path),
        OPENROUTER_BASE_URL="http://127.0.0.1:1/v1",
    )
    assert done.returncode == 1
    assert "SLACK_BOT_TOKEN and SLACK_APP_TOKEN, or DISCORD_TOKEN" in done.stdout
    assert "cannot be reached" in done.stdout


def test_wrong_settings_are_all_it_tells() -> None:
    done = run("doctor", PORT="70000", LOG_FORMAT="xml")
    assert done.returncode == 1
    assert [line.split()[:2] for line in done.stdout.splitlines()] == [["problem", "settings"]] * 2


@pytest.mark.parametrize(
    ("changed", "subject", "words"),
    [
        ({"auth_test": granting("commands")}, "slack bot", "lacks app_mentions:read, channels:history"),
        ({"auth_test": no("invalid_auth")}, "slack bot", "copy the Bot User OAuth Token again"),
        ({"auth_test": no("team_added_to_org")}, "slack bot", "auth.test says team_added_to_org"),
        ({"auth_test": Answer({}, status=500)}, "slack bot", "auth.test says"),
        ({"apps_connections_open": no("not_allowed_token_type")}, "slack socket", "connections:write"),
        ({"apps_connections_open": no("forbidden_team")}, "slack socket", "is Socket Mode switched on"),
        (
            {"key": Answer({"error": {"code": 401, "message": "No auth"}}, 401)},
            "model key",
            "OPENROUTER_API_KEY",
        ),
        (
            {"key": credit(limit=10, limit_remaining=0)},
            "model key",
            "$0.00 left of $10.00: raise the key's limit",
        ),
        ({"models": Answer({"data": [{"id": "maker/other"}]})}, "models", "does not offer maker/model"),
    ],
)
async def test_what_is_wrong_is_a_sentence(
    tmp_path: Path, changed: dict[str, Answer], subject: str, words: str
) -> None:
    async with world(tmp_path, **changed) as environment:
        finding = await found(read(environment), subject)
    assert not finding.ok
    assert words in finding.text


async def test_slack_without_a_header_of_scopes_is_taken_at_its_word(tmp_path: Path) -> None:
    async with world(tmp_path, auth_test=Answer({"ok": True})) as environment:
        finding = await found(read(environment), "slack bot")
    assert finding.ok
    assert "does not tell its scopes" in finding.text


async def test_what_is_left_of_the_key(tmp_path: Path) -> None:
    left = credit(limit=10, limit_remaining=8.5, expires_at="2027-01-31T00:00:00Z")
    async with world(tmp_path, key=left) as environment:
        finding = await found(read(environment), "model key")
    assert finding == Finding("model key", "$1.50 used, $8.50 left of $10.00, expires 2027-01-31", ok=True)


async def test_nobody_there(tmp_path: Path) -> None:
    findings = await examine(read(surroundings(tmp_path, "http://127.0.0.1:1")))
    wrong = {one.subject: one.text for one in findings if not one.ok}
    assert wrong.keys() == {"slack bot", "slack socket", "model key", "models"}
    assert wrong["slack bot"].startswith("no Slack at http://127.0.0.1:1/api/")


async def test_a_server_that_never_answers_costs_only_so_much(tmp_path: Path) -> None:
    async def swallow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with await asyncio.start_server(swallow, "127.0.0.1", 0) as server:
        root = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        findings = await examine(read(surroundings(tmp_path, root)), patience=0.2)
    # Attacking the sandbox takes longer than that, too.
    wrong = {one.subject: one.text for one in findings if not one.ok and one.subject != "sandbox"}
    assert wrong.keys() == {"slack bot", "slack socket", "model key", "models"}
    assert all(text.startswith("no answer within 0.2 s") for text in wrong.values())


async def test_the_database_while_the_program_uses_it(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    upgrade(settings.database)
    async with open_engine(settings.database) as engine, engine.connect() as connection:
        await connection.execution_options(write=True)
        async with connection.begin():
            finding = await found(settings, "database")
    assert finding == Finding("database", "SQLite answers, with the newest schema", ok=True)


async def test_an_old_database_and_what_is_none(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    file = tmp_path / "threadwright.sqlite"
    upgrade(settings.database, "0001")
    assert "the next start brings its schema up to date" in (await found(settings, "database")).text
    file.write_bytes(b"certainly no database" * 100)
    finding = await found(settings, "database")
    assert not finding.ok
    assert "is no database" in finding.text


async def test_a_database_server_that_is_not_there() -> None:
    finding = await found(read({"DATABASE_URL": "postgres://u:hidden@127.0.0.1:1/x"}), "database")
    assert not finding.ok
    assert finding.text.startswith("PostgreSQL does not answer")
    assert "hidden" not in finding.text


async def test_a_data_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("x")
    finding = await found(Settings(data_dir=tmp_path / "data"), "disk")
    assert not finding.ok
    assert "cannot be written to" in finding.text


async def test_discord_before_and_after_the_commands_are_sent() -> None:
    async with DiscordSimulator.start() as discord:
        environment = discord.settings
        assert "client_id=900" in (await found(read(environment), "discord bot")).text
        assert "does not know /automation yet" in (await found(read(environment), "commands")).text
        done = await asyncio.to_thread(lambda: run("commands", "sync", **environment))
        assert (done.returncode, done.stderr) == (0, "")
        assert f"/automation with {len(command()['options'])} verbs: new, list" in done.stdout
        findings = {one.subject: one.ok for one in await examine(read(environment))}
        assert (findings["discord bot"], findings["commands"], findings["gateway"]) == (True, True, True)
        assert (discord.problems, discord.unknown_routes, discord.sessions) == ([], [], 0)


async def test_commands_of_another_release_are_noticed() -> None:
    """Were it only a language more to choose from."""
    async with DiscordSimulator.start() as discord, aiohttp.ClientSession() as http:
        older = command()
        (generate,) = (verb for verb in older["options"] if verb["name"] == "generate")
        generate["options"][0]["choices"].pop()
        url = f"{discord.api_url}/applications/{discord.bot_user}/commands"
        async with http.put(url, json=[older], headers={"Authorization": f"Bot {discord.token}"}) as answer:
            assert answer.ok
        finding = await found(read(discord.settings), "commands")
    assert not finding.ok
    assert "commands sync" in finding.text


async def test_discord_without_the_message_content_intent_or_with_a_wrong_token() -> None:
    async with DiscordSimulator.start(privileged=()) as discord:
        finding = await found(read(discord.settings), "discord bot")
        assert not finding.ok
        assert "Message Content" in finding.text
        assert "client_id=900" in finding.text
        wrong = {**discord.settings, "DISCORD_TOKEN": "fake"}
        finding = await found(read(wrong), "discord bot")
        assert not finding.ok
        assert "DISCORD_TOKEN" in finding.text
        done = await asyncio.to_thread(lambda: run("commands", "sync", **wrong))
        assert done.returncode == 1
        assert "DISCORD_TOKEN" in done.stderr
        assert "Traceback" not in done.stderr


async def test_nobody_at_discords_addresses() -> None:
    away = {
        "DISCORD_TOKEN": "fake",
        "DISCORD_API_URL": "http://127.0.0.1:1/api/v10",
        "DISCORD_GATEWAY_URL": "ws://127.0.0.1:1",
    }
    wrong = {one.subject: one.text for one in await examine(read(away)) if not one.ok}
    assert "DISCORD_API_URL" in wrong["discord bot"]
    assert "DISCORD_API_URL" in wrong["commands"]
    assert "DISCORD_GATEWAY_URL" in wrong["gateway"]


def test_the_commands_of_a_discord_that_is_not_set() -> None:
    done = run("commands", "sync")
    assert done.returncode == 2
    assert "DISCORD_TOKEN" in done.stderr
