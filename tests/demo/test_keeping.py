"""What is left behind, and what is left alone."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from bot.demo.keeping import claim, keep
from bot.demo.team import BOT, Seen, SeenFile
from core.errors import RequestRefused


def test_a_second_run_replaces_only_its_own_part(tmp_path: Path) -> None:
    out = tmp_path / "out"
    (claim(out, "slack") / "old").touch()
    (claim(out, "try") / "mine").touch()
    assert list(claim(out, "slack").iterdir()) == []
    assert (out / "try" / "mine").exists()


def test_a_folder_that_cannot_be_had_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(RequestRefused, match="file"):
        claim(tmp_path / "file", "slack")


def test_files_lie_with_their_version_and_nowhere_else(tmp_path: Path) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("a-v2/a.py", "2")
    seen = (
        Seen("1", "thread", BOT, "v1 · Python · draft"),
        Seen("2", "thread", BOT, "", files=(SeenFile("../a.py", b"1"),)),
        Seen("3", "thread", BOT, "v2 · Python · draft"),
        Seen("4", "thread", BOT, "", files=(SeenFile("a-v2.zip", archive.getvalue()),)),
        Seen("5", "direct", BOT, "", files=(SeenFile("a-v1.zip", b"z"),), to="Ben"),
        Seen("6", "private", BOT, "", files=(SeenFile("a-v1.zip", b"z"),), to="Ana"),
    )
    folder = tmp_path / "slack"
    folder.mkdir()
    keep(folder, "A", seen)
    kept = {str(file.relative_to(tmp_path)) for file in tmp_path.rglob("*") if file.is_file()}
    assert kept == {
        f"slack/{name}"
        for name in (
            "thread.md",
            "v1/a.py",
            "v2/a-v2.zip",
            "v2/a-v2/a.py",
            "direct-messages/Ben/a-v1.zip",
            "only-for/Ana/a-v1.zip",
        )
    }
