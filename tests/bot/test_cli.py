"""The command line as people call it: a process of its own, settings only from its environment."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=50,
    )


def test_migrate_makes_the_database_and_can_be_repeated(tmp_path: Path) -> None:
    for _ in range(2):
        done = run("migrate", DATA_DIR=str(tmp_path / "new"))
        assert (done.returncode, done.stdout) == (0, "The database has the newest schema.\n"), done.stderr
    assert (tmp_path / "new" / "threadwright.sqlite").stat().st_size > 0


def test_all_wrong_settings_are_named_at_once_without_secrets(tmp_path: Path) -> None:
    done = run("migrate", DATA_DIR=str(tmp_path), PORT="0", LOG_LEVEL="loud")
    assert done.returncode == 2
    assert "PORT" in done.stderr
    assert "LOG_LEVEL" in done.stderr
    assert "loud" not in done.stderr


def test_help_names_the_commands() -> None:
    done = run("--help")
    assert done.returncode == 0
    assert "migrate" in done.stdout
