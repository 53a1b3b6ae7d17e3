"""`demo` as people start it: what it shows, what it leaves behind, and what it says when something is missing."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot.demo.program import ProgramEnded, running, tail
from bot.demo.replay import written
from bot.demo.stage import beside
from core.bundle.parser import parse
from core.sandbox.choosing import open_sandbox
from core.sandbox.model import NoSandbox
from tests.bot.program import ROOT, run

PLATFORMS = ("Slack", "Discord")


@pytest.fixture(scope="module")
def proof() -> str:
    """What the evidence of a faultless version says on this host."""
    sandbox = asyncio.run(open_sandbox(ROOT / ".sandbox-env"))
    return "draft: " if isinstance(sandbox, NoSandbox) else "ready: "


def test_the_demo_shows_everything_and_leaves_what_was_delivered(tmp_path: Path, proof: str) -> None:
    out, begun = tmp_path / "out", time.monotonic()
    done = run("demo", "--fast", "--out", str(out))
    assert done.returncode == 0, done.stdout + done.stderr
    assert time.monotonic() - begun < 45
    assert done.stdout.count("replayed") == 2
    assert "Slack and Discord are simulators" in done.stdout
    assert "Slack and Discord were simulators" in done.stdout
    assert "\x1b" not in done.stdout
    for platform in PLATFORMS:
        mark = f"{platform:<7} │"
        lines = [line.removeprefix(mark) for line in done.stdout.splitlines() if line.startswith(mark)]
        _shown(" ".join(" ".join(lines).split()), proof)
        _kept(out / platform.lower())
        for version in (1, 2):
            name = f"watch-competitor-prices-v{version}"
            _tested(out / platform.lower() / f"v{version}" / name)
        _led_on(out / platform.lower(), tmp_path / platform)
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


def _shown(text: str, proof: str) -> None:
    for line in (
        "✗ Give the session a title",
        "[Generate] [Requirements] [Close]",
        "Two questions would change the result",
        "// Ben, lunch",
        "(edits the card)",
        "of 9, ",
        f"Evidence: {proof}",
        "repaired in 1 round (4 findings)" if proof == "ready: " else "no safe sandbox on this host",
        "Chiara presses Diff",
        "v1-v2.diff",
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
        assert there == {*files}
        assert {path: (folder / path).read_text() for path in files} == files
    thread = (out / "thread.md").read_text()
    assert "[watch-competitor-prices-v2.zip](v2/watch-competitor-prices-v2.zip)" in thread


def _tested(project: Path) -> None:
    """The delivered code passes its own tests with nothing installed."""
    command = [sys.executable, "-m", "unittest", "discover", "-s", "tests"]
    done = subprocess.run(command, cwd=project, env={}, capture_output=True, check=False, timeout=30)
    assert done.returncode == 0, done.stderr.decode()


def _led_on(out: Path, folder: Path) -> None:
    """The diff makes the second version of the first."""
    if (git := shutil.which("git")) is None:
        return
    first, second = (out / f"v{number}" / f"watch-competitor-prices-v{number}" for number in (1, 2))
    shutil.copytree(first, folder)
    subprocess.run([git, "apply", out / "v2" / "v1-v2.diff"], cwd=folder, check=True, timeout=20)
    assert _contents(folder) == _contents(second)


def _contents(folder: Path) -> dict[str, bytes]:
    files = (file for file in folder.rglob("*") if file.is_file() and "__pycache__" not in file.parts)
    return {str(file.relative_to(folder)): file.read_bytes() for file in files}


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
