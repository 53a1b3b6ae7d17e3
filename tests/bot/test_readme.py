"""The README against the program: settings, scopes and commands, both ways."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import discord

from adapters.discord.commands import command
from adapters.discord.places import invitation
from bot.manifest import SCOPES
from bot.settings import LATER, Settings
from tests.bot.program import ROOT, run

README = (ROOT / "README.md").read_text(encoding="utf-8")


def tables(header: str) -> list[list[list[str]]]:
    """The rows of cells of the tables whose first column is headed `header`."""
    found = re.findall(rf"^\| {header} \|.*\n\|[-|]+\|\n((?:\|.*\n)+)", README, re.MULTILINE)
    return [[_cells(line) for line in table.splitlines()] for table in found]


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def coded(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def names(table: list[list[str]]) -> list[str]:
    return [name for row in table for name in coded(row[0])]


def test_settings() -> None:
    used, later = tables("variable")
    assert sorted(names(used) + names(later)) == sorted(name.upper() for name in Settings.model_fields)
    assert sorted(names(later)) == sorted(name.upper() for name in LATER)


def test_default_model() -> None:
    (row,) = (row for row in tables("variable")[0] if row[0] == "`OPENROUTER_MODEL`")
    assert coded(row[2]) == [Settings().openrouter_model]


def test_scopes_and_their_reasons() -> None:
    (table,) = tables("scope")
    assert {row[0].strip("`"): row[1] for row in table} == SCOPES


def test_discord_permissions() -> None:
    """Those of the invite link."""
    (table,) = tables("permission")
    told = discord.Permissions()
    told.update(**{row[0].lower().replace(" ", "_"): True for row in table})
    assert parse_qs(urlsplit(invitation("1")).query)["permissions"] == [str(told.value)]


def test_discord_verbs() -> None:
    (table,) = tables("to")
    told = {found for row in table for found in re.findall(r"`/automation ([a-z-]+)", row[2])}
    assert told == {verb["name"] for verb in command()["options"]}


def test_commands() -> None:
    (table,) = tables("command")
    described = [text.split()[0] for text in names(table)]
    offered = re.findall(r"^    ([a-z]+) ", run("--help").stdout, re.MULTILINE)
    assert sorted(described) == sorted(offered)


def test_make_targets() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"(?:^ +|`)make ([a-z-]+)", README, re.MULTILINE)) <= targets


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = sorted(int(path.name[:4]) for path in (ROOT / "docs/decisions").glob("*.md"))
    assert numbers == list(range(1, len(numbers) + 1))
