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


def test_the_demo_shows_everything_and_leaves_what_was_delivered(tmp_path: Path) -> None:
    out, begun = tmp_path / "out", time.monotonic()
    done = run("demo", "--fast", "--out", str(out))
    assert done.returncode == 0, done.stdout + done.stderr
    assert time.monotonic() - begun < 40
    _shown(done.stdout)
    _kept(out / "slack")
    _tested(out / "slack" / "v1" / "watch-competitor-prices-v1")
    _tested(out / "slack" / "v2" / "watch-competitor-prices-v2")


def _shown(text: str) -> None:
    assert "\x1b" not in text
    assert text.count("replayed") == 2
    assert text.count("Slack is a simulator") + text.count("Slack was a simulator") == 2
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
        "(direct message to Ben)",
        "added +",
        "watch-competitor-prices-v2.zip",
    ):
        assert line in text, line


def _kept(slack: Path) -> None:
    first = {file.path: file.content for file in parse(written("generate-1")).files}
    second = first | {file.path: file.content for file in parse(written("generate-2")).files}
    for path, content in first.items():
        assert (slack / "v1" / path.rpartition("/")[2]).read_text() == content
    for number, files in ((1, first), (2, second)):
        folder = slack / f"v{number}" / f"watch-competitor-prices-v{number}"
        there = {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}
        assert there == {*files, "threadwright-manifest.json"}
        assert {path: (folder / path).read_text() for path in files} == files
    thread = (slack / "thread.md").read_text()
    assert "[watch-competitor-prices-v2.zip](v2/watch-competitor-prices-v2.zip)" in thread
    assert (slack / "direct-messages" / "Ben" / "watch-competitor-prices-v1.zip").stat().st_size
    assert "stopped" in (slack / "program.log").read_text()


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
