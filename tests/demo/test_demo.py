"""`demo` as people start it: what it shows, what it leaves behind, and what it says when something is missing."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot.demo.program import ProgramEnded, running, tail
from bot.demo.replay import written
from bot.demo.stage import beside
from core.bundle.parser import parse
from tests.bot.program import run

PLATFORMS = ("Slack", "Discord")


def test_the_demo_shows_everything_and_leaves_what_was_delivered(tmp_path: Path) -> None:
    out, begun = tmp_path / "out", time.monotonic()
    done = run("demo", "--fast", "--out", str(out))
    assert done.returncode == 0, done.stdout + done.stderr
    assert time.monotonic() - begun < 40
    assert done.stdout.count("replayed") == 2
    assert "Slack and Discord are simulators" in done.stdout
    assert "Slack and Discord were simulators" in done.stdout
    assert "\x1b" not in done.stdout
    for platform in PLATFORMS:
        lines = [line for line in done.stdout.splitlines() if line.startswith(f"{platform:<7} │")]
        _shown("\n".join(lines))
        _kept(out / platform.lower())
        for version in (1, 2):
            name = f"watch-competitor-prices-v{version}"
            _tested(out / platform.lower() / f"v{version}" / name)
    assert (out / "slack" / "direct-messages" / "Ben" / "watch-competitor-prices-v1.zip").stat().st_size
    assert (out / "discord" / "only-for" / "Ben" / "watch-competitor-prices-v1.zip").stat().st_size
    log = (out / "program.log").read_text()
    assert log.count("ready") == log.count("stopped") == 1, "one program serves both"


def test_one_platform_alone_is_played_without_gutter(tmp_path: Path) -> None:
    done = run("demo", "--fast", "--platform", "discord", "--out", str(tmp_path / "out"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Discord is a simulator" in done.stdout
    assert "Slack" not in done.stdout
    assert "Discord │" not in done.stdout
    assert [each.name for each in (tmp_path / "out").iterdir() if each.is_dir()] == ["discord"]


def _shown(text: str) -> None:
    for line in (
        "✗ Give the session a title",
        "[Generate] [Requirements] [Close]",
        "Two questions would change the result",
        "// Ben, lunch",
        "(edits the card)",
        "of 9, ",
        "draft: not checked yet",
        "watch-competitor-prices-v1.zip",
        "(only Chiara sees this)",
        "from decimal import Decimal",
        "added +",
        "watch-competitor-prices-v2.zip",
    ):
        assert line in text, line


def _kept(out: Path) -> None:
    first = {file.path: file.content for file in parse(written("generate-1")).files}
    second = first | {file.path: file.content for file in parse(written("generate-2")).files}
    for path, content in first.items():
        assert (out / "v1" / path.rpartition("/")[2]).read_text() == content
    for number, files in ((1, first), (2, second)):
        folder = out / f"v{number}" / f"watch-competitor-prices-v{number}"
        there = {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}
        assert there == {*files, "threadwright-manifest.json"}
        assert {path: (folder / path).read_text() for path in files} == files
    thread = (out / "thread.md").read_text()
    assert "[watch-competitor-prices-v2.zip](v2/watch-competitor-prices-v2.zip)" in thread


def _tested(project: Path) -> None:
    """The delivered code passes its own tests with nothing installed."""
    command = [sys.executable, "-m", "unittest", "discover", "-s", "tests"]
    done = subprocess.run(command, cwd=project, env={}, capture_output=True, check=False, timeout=30)
    assert done.returncode == 0, done.stderr.decode()


def test_nothing_of_anybody_else_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("all of it")
    done = run("demo", "--out", str(tmp_path))
    assert done.returncode == 1
    assert "--out" in done.stderr
    assert [file.name for file in tmp_path.iterdir()] == ["thesis.txt"]


async def test_a_program_that_does_not_run_is_noticed(tmp_path: Path) -> None:
    log = tmp_path / "program.log"
    with pytest.raises(ProgramEnded, match="exit code 2"):
        async with running({"DATA_DIR": str(tmp_path)}, log) as program:
            await beside(program.must_live, asyncio.Event().wait)
    assert "SLACK_BOT_TOKEN" in tail(log)
