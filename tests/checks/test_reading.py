"""A folder of the machine as files."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.checks.reading import read_folder
from core.checks.shape import shape
from core.errors import RequestRefused


def test_reads_text_in_order_and_leaves_out_what_tools_keep(tmp_path: Path) -> None:
    for name in ("b.py", "a/c.py", "node_modules/x.js", ".git/config", "__pycache__/d.pyc", ".env.example"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x\r\n")
    (tmp_path / "link.py").symlink_to(tmp_path / "b.py")
    (tmp_path / "run.bat").write_bytes(b"x\r\n")
    (tmp_path / "logo.png").write_bytes(b"\x89PNG\0\xff")
    assert [(file.path, file.content) for file in read_folder(tmp_path)] == [
        (".env.example", "x\n"),
        ("b.py", "x\n"),
        ("logo.png", ""),
        ("run.bat", "x\r\n"),
        ("a/c.py", "x\n"),
    ]


def test_what_is_no_text_is_refused_later(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"x = '\xff'\n")
    assert [finding.code for finding in shape(read_folder(tmp_path))] == ["not-utf-8"]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(RequestRefused, match="There is no folder"):
        read_folder(tmp_path / "nowhere")
