"""The zip, the single files, and their names."""

from __future__ import annotations

import hashlib
import io
import json
import random
import zipfile

import pytest

from core.automations.model import File
from core.bundle.archive import MANIFEST, folder_name, pack, singles

FILES = (
    File("src/crawler.py", "print('é')\n"),
    File("src/pkg/__init__.py", ""),
    File("run.sh", "#!/usr/bin/env bash\nset -e\n"),
    File("bin/start", "#!/usr/bin/env python3\n"),
    File("отчёт/данные 📊.csv", "a,b\n"),
    File("run.bat", "echo 1\r\n"),
)
ABOUT = {"version": 2, "title": "Price watcher", "session": "01abc"}


def opened(data: bytes) -> zipfile.ZipFile:
    archive = zipfile.ZipFile(io.BytesIO(data))
    assert archive.testzip() is None
    return archive


def test_every_file_is_in_the_zip_byte_for_byte_below_its_folder() -> None:
    archive = opened(pack("watcher-v2", FILES, ABOUT))
    for file in FILES:
        assert archive.read(f"watcher-v2/{file.path}") == file.content.encode()
    assert len(archive.namelist()) == len(FILES) + 1


def test_the_manifest_says_what_is_in_it() -> None:
    manifest = json.loads(opened(pack("w", FILES, ABOUT)).read(f"w-evidence/{MANIFEST}"))
    assert (manifest["about"], manifest["folder"], manifest["papers"]) == (ABOUT, "w", [])
    assert {entry["path"]: (entry["size"], entry["sha256"]) for entry in manifest["files"]} == {
        file.path: (len(file.content.encode()), hashlib.sha256(file.content.encode()).hexdigest())
        for file in FILES
    }


def test_the_same_files_give_the_same_bytes() -> None:
    shuffled = list(FILES)
    random.Random(3).shuffle(shuffled)  # noqa: S311 - any order
    assert pack("w", shuffled, dict(reversed(ABOUT.items()))) == pack("w", FILES, ABOUT)
    assert pack("w", FILES, {**ABOUT, "version": 3}) != pack("w", FILES, ABOUT)


def test_scripts_can_be_started() -> None:
    archive = opened(pack("", FILES, ABOUT))
    modes = {entry.filename: entry.external_attr >> 16 & 0o777 for entry in archive.infolist()}
    assert {path for path, mode in modes.items() if mode == 0o755} == {"run.sh", "bin/start"}
    assert set(modes.values()) == {0o755, 0o644}


def test_the_folder_holds_the_project_alone_and_the_papers_lie_beside_it() -> None:
    own = File(MANIFEST, "{}\n")
    archive = opened(pack("w-v1", [own, File("a.py", "A\n")], ABOUT, [File("THREADWRIGHT.md", "# v1\n")]))
    assert archive.namelist() == [
        "w-v1/a.py",
        f"w-v1/{MANIFEST}",
        "w-v1-evidence/THREADWRIGHT.md",
        f"w-v1-evidence/{MANIFEST}",
    ]
    assert archive.read(f"w-v1/{MANIFEST}") == b"{}\n"
    manifest = json.loads(archive.read(f"w-v1-evidence/{MANIFEST}"))
    assert [entry["path"] for entry in manifest["papers"]] == ["THREADWRIGHT.md"]


@pytest.mark.parametrize(
    ("own", "evidence"),
    [("a.py", "evidence"), ("Evidence/a.csv", "evidence-2"), ("evidence", "evidence-2")],
)
def test_without_a_folder_the_evidence_takes_a_name_that_is_free(own: str, evidence: str) -> None:
    archive = opened(pack("", [File(own, "A\n")], ABOUT))
    assert archive.namelist() == [own, f"{evidence}/{MANIFEST}"]


def test_single_files_have_readable_and_unique_names() -> None:
    paths = [
        "README.md",
        "src/app/main.py",
        "tests/main.py",
        "docs/readme.MD",
        "a/b-c.py",
        "a-b/c.py",
        "c.py",
    ]
    names = [file.name for file in singles([File(path, path) for path in paths])]
    assert names == [
        "README.md",
        "src-app-main.py",
        "tests-main.py",
        "docs-readme.MD",
        "b-c.py",
        "a-b-c.py",
        "c.py",
    ]


def test_names_that_meet_when_they_are_flattened_are_numbered() -> None:
    paths = ["a/b/x.py", "a-b/x.py", "a-b-x.py", ".env", "b/.env"]
    names = [file.name for file in singles([File(path, "") for path in paths])]
    assert names == ["a-b-x.py", "a-b-x-2.py", "a-b-x-3.py", ".env", "b-.env"]


def test_more_files_than_the_limit_are_not_sent_one_by_one() -> None:
    files = [File(f"f{number}.py", "x\n") for number in range(10)]
    assert singles(files) == ()
    assert len(singles(files[:9])) == 9
    assert len(singles(files, limit=10)) == 10


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Price watcher!", "price-watcher-v2"),
        ("  ../../etc  ", "etc-v2"),
        ("Отчёт №5", "отчёт-5-v2"),
        ("דוח 📊", "דוח-v2"),
        ("🚀", "automation-v2"),
        ("", "automation-v2"),
        ("CON", "con-v2"),
        ("x" * 300, "x" * 60 + "-v2"),
    ],
)
def test_folder_names(title: str, name: str) -> None:
    assert folder_name(title, 2) == name
