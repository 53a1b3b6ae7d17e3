"""Versions on disk: a repository that Git itself reads, or the zip."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from core.automations.model import File
from core.storage.engine import open_engine
from core.storage.unit_of_work import Database
from core.system import SystemClock, TimeIds
from tests.bot.program import run
from tests.storage.test_storage import NOW, opened, version

GIT = shutil.which("git")
needs_git = pytest.mark.skipif(GIT is None, reason="no git on this machine")

ONE = (File("a.py", "print('é')\n"), File("run.sh", "ls\n"), File("empty", ""), File(".gitignore", "*.log\n"))
TWO = (
    File("отчёт/a b.py", "print('é')\n"),
    File("run.bat", "echo 1\r\n"),
    File("kept.log", "no end"),
    File(".gitignore", "*.log\n"),
)


@pytest.fixture
def session_id(sqlite_url: str) -> str:
    return asyncio.run(_filled(sqlite_url))


async def _filled(url: str) -> str:
    """A session with three versions, the third one equal to the first, and one without any."""
    async with open_engine(url) as engine:
        database = Database(engine, SystemClock(), TimeIds())
        async with database.write() as unit:
            session_id = await opened(unit, "Price watcher")
            for number, files in enumerate((ONE, TWO, ONE), 1):
                made = version(session_id, *files)
                await unit.automations.add(replace(made, summary=f"Summary {number}."), f"j{number}")
            await opened(unit, "Empty")
    return session_id


def exported(tmp_path: Path, *arguments: str, url: str = "") -> subprocess.CompletedProcess[str]:
    """As `sqlite_url` lies in `tmp_path`."""
    return run("export", *arguments, DATABASE_URL=url or f"sqlite:///{tmp_path / 'test.sqlite'}")


def git(folder: Path, *arguments: str) -> str:
    environment = {"PATH": os.defpath, "GIT_CONFIG_GLOBAL": os.devnull}
    done = subprocess.run(
        [str(GIT), "-C", str(folder), "-c", "core.quotepath=false", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".git" not in path.relative_to(folder).parts
    }


def contents(files: Sequence[File]) -> dict[str, bytes]:
    return {file.path: file.content.encode() for file in files}


@needs_git
def test_every_version_is_a_commit_with_its_tag(tmp_path: Path, session_id: str) -> None:
    target = tmp_path / "new" / "repository"
    done = exported(tmp_path, session_id[:20], "--git", str(target))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"Price watcher: 3 versions, one commit each, in {target}.\n"
    author = f"Threadwright <threadwright@localhost> {int(NOW.timestamp())}"
    log = git(target, "log", "--reverse", "--format=%an <%ae> %at%n%cn <%ce> %ct%n%s%n%D").splitlines()
    assert log[0::4] == log[1::4] == [author] * 3
    assert log[2::4] == ["v1: Summary 1.", "v2: Summary 2.", "v3: Summary 3."]
    assert log[3::4] == ["tag: v1", "tag: v2", "HEAD -> main, tag: v3"]
    assert git(target, "status", "--porcelain", "--ignored") == ""
    git(target, "fsck", "--strict")
    assert tree(target) == contents(ONE)
    assert (target / "run.sh").stat().st_mode & 0o100
    git(target, "-c", "core.autocrlf=false", "checkout", "--quiet", "v2")
    assert tree(target) == contents(TWO)


@needs_git
def test_nothing_is_written_over(tmp_path: Path, session_id: str) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").touch()
    done = exported(tmp_path, session_id, "--git", str(tmp_path / "full"))
    assert (done.returncode, done.stdout) == (1, "")
    assert "is not empty. Name a new folder." in done.stderr
    done = exported(tmp_path, session_id, "--git", str(tmp_path / "full" / "mine"))
    assert done.returncode == 1
    assert "cannot be used" in done.stderr
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["mine"]


def test_without_git_it_is_the_newest_zip(tmp_path: Path, session_id: str) -> None:
    target = tmp_path / "it.zip"
    done = exported(tmp_path, session_id, "--zip", str(target))
    assert (done.returncode, done.stdout) == (0, f"Price watcher v3: {target}.\n"), done.stderr
    with zipfile.ZipFile(target) as archive:
        assert archive.read("price-watcher-v3/a.py") == "print('é')\n".encode()
    again = exported(tmp_path, session_id, "--zip", str(target))
    assert again.returncode == 1
    assert "is there already" in again.stderr


def test_a_machine_without_git_says_so(tmp_path: Path, session_id: str) -> None:
    done = run(
        "export",
        session_id,
        "--git",
        str(tmp_path / "x"),
        DATABASE_URL=f"sqlite:///{tmp_path / 'test.sqlite'}",
        PATH="/nowhere",
    )
    assert done.returncode == 1
    assert "There is no git on this machine." in done.stderr
    assert not (tmp_path / "x").exists()


def test_a_session_that_cannot_be_meant_is_named(tmp_path: Path, session_id: str) -> None:
    unknown = exported(tmp_path, "%")
    assert unknown.returncode == 1
    assert "There is no session whose id begins with '%'." in unknown.stderr
    several = exported(tmp_path, session_id[:3])
    assert several.returncode == 1
    assert f"  {session_id}  Price watcher" in several.stderr


def test_a_session_without_versions_and_a_missing_database_say_so(tmp_path: Path, session_id: str) -> None:
    several = exported(tmp_path, session_id[:3])
    (empty,) = [line.split()[0] for line in several.stderr.splitlines() if line.endswith("Empty")]
    done = exported(tmp_path, empty)
    assert done.returncode == 1
    assert "Empty has no version yet." in done.stderr
    missing = exported(tmp_path, session_id, url=f"sqlite:///{tmp_path / 'none.sqlite'}")
    assert missing.returncode == 1
    assert "There is no database at" in missing.stderr
    assert not (tmp_path / "none.sqlite").exists()


def test_it_works_while_somebody_writes(tmp_path: Path, sqlite_url: str, session_id: str) -> None:
    async def beside() -> subprocess.CompletedProcess[str]:
        async with (
            open_engine(sqlite_url) as engine,
            Database(engine, SystemClock(), TimeIds()).write() as unit,
        ):
            await unit.sessions.update(session_id, title="Changed meanwhile")
            return await asyncio.to_thread(exported, tmp_path, session_id, "--zip", str(tmp_path / "it.zip"))

    done = asyncio.run(beside())
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Price watcher v3")
