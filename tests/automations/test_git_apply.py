"""The patch between two versions, applied by Git itself in the unzipped folder of the older one."""

from __future__ import annotations

import io
import os
import random
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from core.automations.comparing import compare, git_diff
from core.automations.model import File
from core.bundle.archive import pack

GIT = shutil.which("git")
pytestmark = pytest.mark.skipif(GIT is None, reason="no git on this machine")

Tree = dict[str, tuple[bytes, bool]]
"""By path: what is in it, and whether it can be started."""


def unzipped(folder: Path, files: Sequence[File]) -> Path:
    """The project's folder, with the modes of the zip, as `unzip` sets them."""
    with zipfile.ZipFile(io.BytesIO(pack("project", files, {}))) as archive:
        archive.extractall(folder)
        for entry in archive.infolist():
            (folder / entry.filename).chmod(entry.external_attr >> 16 & 0o777)
    (folder / "project").mkdir(exist_ok=True)
    return folder / "project"


def tree(folder: Path) -> Tree:
    return {
        path.relative_to(folder).as_posix(): (path.read_bytes(), bool(path.stat().st_mode & 0o100))
        for path in folder.rglob("*")
        if path.is_file()
    }


def applied(tmp_path: Path, old: Sequence[File], new: Sequence[File]) -> Tree:
    """The tree of `old` after the patch."""
    patch = git_diff(old, new)
    project = unzipped(tmp_path / "old", old)
    if patch:
        (tmp_path / "v1-v2.diff").write_bytes(patch.encode())
        done = subprocess.run(
            [str(GIT), "apply", "../../v1-v2.diff"],
            cwd=project,
            env={
                "PATH": os.defpath,
                "GIT_CEILING_DIRECTORIES": str(tmp_path),
                "GIT_CONFIG_GLOBAL": os.devnull,
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{done.stderr}\n{patch}"
    return tree(project)


def check(tmp_path: Path, old: Sequence[File], new: Sequence[File]) -> None:
    assert applied(tmp_path, old, new) == tree(unzipped(tmp_path / "new", new))


BODY = "".join(f"line {number}\n" for number in range(12))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param({"a": ""}, {"a": "", "b": ""}, id="an empty file comes"),
        pytest.param({"a": "", "b": "x\n"}, {"b": "x\n"}, id="an empty file goes"),
        pytest.param({"a": "x\n"}, {"a": ""}, id="emptied"),
        pytest.param({"a": ""}, {"a": "x"}, id="filled"),
        pytest.param({"a": "x"}, {"a": "x\n"}, id="its last line ends"),
        pytest.param({"a": "x\ny\n"}, {"a": "x\ny"}, id="its last line ends no more"),
        pytest.param({"a": "x\ny"}, {"a": "z\ny"}, id="neither ends"),
        pytest.param({"a": "x\ny"}, {"a": "x\ny\nz"}, id="longer and neither ends"),
        pytest.param({"run.bat": "a\r\nb\r\n"}, {"run.bat": "a\r\nc\r\n"}, id="CRLF"),
        pytest.param({"a": "x\ny\n"}, {"a": "x\r\ny\r\n"}, id="becomes CRLF"),
        pytest.param({"a": "x\r\ny"}, {"a": "x\ny\r"}, id="CR at the end"),
        pytest.param({"a.py": BODY}, {"b.py": BODY}, id="renamed"),
        pytest.param({"a.py": BODY}, {"d/b.py": BODY + "x\n"}, id="renamed and changed"),
        pytest.param({"a/__init__.py": ""}, {"b/__init__.py": ""}, id="empty and renamed"),
        pytest.param({"a b.py": BODY}, {"c d.py": BODY + "x"}, id="blanks, renamed"),
        pytest.param({"a b.py": "x\n"}, {"a b.py": "y\n", "c d": ""}, id="blanks"),
        pytest.param({"a\tb": "x\n"}, {"a\tb": "y\n", "\t": ""}, id="tabs"),
        pytest.param({'q"u\\o': "x\n"}, {'q"u\\o': "y\n", '"': "", "'": "'"}, id="quotes"),
        pytest.param({"отчёт.csv": "é\n"}, {"📊/שלום.csv": "é\n", "x": "ü"}, id="unicode"),
        pytest.param({"a b/x b/y": "1\n"}, {"a b/x b/y": "2\n", "b/a b/x": ""}, id="names like headers"),
        pytest.param({"a": "x\n"}, {"a/b": "y\n"}, id="a file becomes a folder"),
        pytest.param({"a/b": "x\n", "a/c": ""}, {"a": "y\n"}, id="a folder becomes a file"),
        pytest.param({"a": BODY}, {"a/b": BODY}, id="moved into a folder of its name"),
        pytest.param({"a/b": BODY}, {"a": BODY}, id="takes the place of its folder"),
        pytest.param({"a": BODY, "b": "x\n"}, {"b": BODY, "a": "x\n"}, id="two change places"),
        pytest.param({"a": BODY}, {"a": "x\n", "b": BODY}, id="moved on, and a new one in its place"),
        pytest.param({"a": "x\n"}, {"a": "x\n", "run.sh": "ls\n", "go": "#!/bin/sh\n"}, id="new scripts"),
        pytest.param({"go": "x\n"}, {"go": "#!/bin/sh\nx\n"}, id="becomes a script"),
        pytest.param({"go": "#!/bin/sh\nx\n"}, {"go": "x\n"}, id="is no script any more"),
        pytest.param({"run": BODY}, {"run.sh": BODY}, id="becomes a script by its name"),
        pytest.param({"run.sh": BODY}, {"run.sh": BODY + "x\n"}, id="stays a script"),
        pytest.param({"run.sh": BODY, "x": ""}, {"x": ""}, id="a script goes"),
        pytest.param({"a": "--- a\n+++ b\n"}, {"a": "-- a\n@@ -1 +1 @@\n\\ No\n"}, id="like a patch"),
        pytest.param({"a": "\n" * 9}, {"a": "\n" * 4 + " \n" + "\t\n" * 5}, id="blank lines"),
        pytest.param({"a": "x\0y\n"}, {"a": "x\0z\n"}, id="NUL"),
        pytest.param({"a": "x\x0c\u2028\x85y\n"}, {"a": "x\x0c\u2028\x85z\n"}, id="odd line ends"),
        pytest.param({"a": "x"}, {"b": "y\n"}, id="nothing is left"),
    ],
)
def test_git_makes_the_new_version_of_the_old(
    tmp_path: Path, old: dict[str, str], new: dict[str, str]
) -> None:
    before, after = ([File(*item) for item in files.items()] for files in (old, new))
    check(tmp_path, before, after)
    (tmp_path / "back").mkdir()
    check(tmp_path / "back", after, before)


@pytest.mark.parametrize("seed", range(200))
def test_any_two_versions(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - any project
    old = project(chance)
    check(tmp_path, old, revised(chance, old))


def test_the_generated_pairs_hold_every_kind_of_change() -> None:
    kinds = set()
    for seed in range(200):
        chance = random.Random(seed)  # noqa: S311 - any project
        old = project(chance)
        kinds |= {(one.kind, bool(one.plus or one.minus)) for one in compare(old, revised(chance, old))}
    assert kinds >= {
        ("added", False),
        ("added", True),
        ("changed", True),
        ("removed", False),
        ("removed", True),
        ("renamed", False),
        ("renamed", True),
        ("unchanged", False),
    }


_FOLDERS = ("", "", "src/", "src/app/", "отчёт/", "a b/", "tests/", "b/", "x y/z/")
_NAMES = (
    "main",
    "данные 📊",
    "read me",
    "run",
    "q'uote",
    "__init__",
    "tab\ttab",
    'qu"ote',
    "b",
    "שלום",
    "-n",
    "%s",
)
_ENDINGS = (".py", ".sh", "", ".bat", ".md", ".csv")
_LINES = (
    *("", "}", "    return x", "x = 1", "# 🚀", "\tif y:", "--- a/x", "+++ b/x", "\\ no", "@@ -1 +1 @@"),
    *(" trailing ", "\r", "é\r", "diff --git a/x b/x", "\u2028", "#!/bin/sh"),
)


def project(chance: random.Random) -> list[File]:
    return free([File(path(chance), content(chance)) for _ in range(chance.randrange(1, 9))])


def revised(chance: random.Random, files: Sequence[File]) -> list[File]:
    """The same project after anything may have happened to each file."""
    return free([*(after for file in files for after in chance.choice(_FATES)(chance, file))])


def free(files: Sequence[File]) -> list[File]:
    """Without those that cannot lie beside an earlier one, since it has their name or is their folder."""
    kept: dict[str, File] = {}
    folders: set[str] = set()
    for file in files:
        above = {file.path[:at] for at, letter in enumerate(file.path) if letter == "/"}
        if file.path not in kept.keys() | folders and not above & kept.keys():
            kept[file.path] = file
            folders |= above
    return list(kept.values())


def path(chance: random.Random) -> str:
    return chance.choice(_FOLDERS) + chance.choice(_NAMES) + chance.choice(_ENDINGS)


def content(chance: random.Random) -> str:
    lines = [
        chance.choice((*_LINES, f"line {chance.random()}"))
        for _ in range(chance.choice((0, 0, 1, 3, 12, 60)))
    ]
    return "\n".join(lines) + chance.choice(("\n", "\n", "")) if lines else ""


def edited(chance: random.Random, text: str) -> str:
    lines = text.split("\n")
    for _ in range(chance.randrange(1, 5)):
        at = chance.randrange(len(lines) + 1)
        lines[at : at + chance.randrange(3)] = [chance.choice(_LINES) for _ in range(chance.randrange(3))]
    return "\n".join(lines)


Fate = Callable[[random.Random, File], Sequence[File]]
_FATES: Sequence[Fate] = (
    lambda _, file: (file,),
    lambda _, file: (),
    lambda chance, file: (File(file.path, edited(chance, file.content)),),
    lambda chance, file: (File(file.path, edited(chance, file.content)),),
    lambda chance, file: (File(file.path, content(chance)),),
    lambda chance, file: (File(path(chance), file.content),),
    lambda chance, file: (File(path(chance), edited(chance, file.content)),),
    lambda chance, file: (file, File(path(chance), content(chance))),
    lambda chance, file: (File(f"{file.path}/inner.py", file.content),),
    lambda chance, file: (File(file.path, file.content.replace("\r", "").replace("\n", "\r\n")),),
    lambda chance, file: (File(file.path, f"#!/bin/sh\n{file.content}"),),
)
