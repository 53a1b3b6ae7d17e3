"""Which names may become files."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.bundle.paths import DEPTH_LIMIT, PATH_LIMIT, UnsafePath, safe_path, same_place, shown


@pytest.mark.parametrize(
    ("raw", "safe"),
    [
        ("a.py", "a.py"),
        ("./src//a.py", "src/a.py"),
        ("ok/./c.py", "ok/c.py"),
        ("src\\utils\\a.py", "src/utils/a.py"),
        (".github/workflows/ci.yml", ".github/workflows/ci.yml"),
        (".gitignore", ".gitignore"),
        (".env.example", ".env.example"),
        ("app/routes/($locale)._index.tsx", "app/routes/($locale)._index.tsx"),
        ("pages/[...slug].tsx", "pages/[...slug].tsx"),
        ("docs/a b.md", "docs/a b.md"),
        ("отчёт/данные.py", "отчёт/данные.py"),
        ("דוח/📊 نتائج.py", "דוח/📊 نتائج.py"),
        (unicodedata.normalize("NFD", "données.csv"), unicodedata.normalize("NFC", "données.csv")),
        ("console.log", "console.log"),
        ("auxiliary/con_fig.py", "auxiliary/con_fig.py"),
    ],
)
def test_ordinary_names_are_kept_in_one_form(raw: str, safe: str) -> None:
    assert safe_path(raw) == safe
    assert safe_path(safe) == safe


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("", "no name"),
        ("  ", "no name"),
        ("../../etc/passwd", "leads out"),
        ("a/../../b.py", "leads out"),
        ("a\\..\\b.py", "leads out"),
        ("/etc/cron.d/x", "absolute"),
        ("\\\\server\\share\\x", "absolute"),
        ("C:\\Windows\\x.bat", "drive"),
        ("c:x.py", "drive"),
        ("~/.bashrc", "home"),
        ("~root/x", "home"),
        ("a\0.py", "control"),
        ("a\nb.py", "control"),
        ("a\u202egpj.py", "control"),
        ("a\ud800.py", "control"),
        ("con", "device"),
        ("src/AUX.py", "device"),
        ("lpt1.txt", "device"),
        ("nul .txt", "device"),
        (".git/hooks/pre-commit", "Git"),
        ("x/.GIT/config", "Git"),
        ("GIT~1/config", "Git"),
        ("a./b.py", "dot"),
        ("a.py ", "space"),
        (" a.py", "space"),
        ("a.", "dot"),
        ("src/", "folder"),
        (".", "folder"),
        ("ab:c.py", "Windows"),
        ("what?.py", "Windows"),
        ("x" * 121, "longer"),
        ("😀" * 70, "longer"),
        ("/".join(["d" * 60] * 5), "longer"),
        ("/".join(["d"] * (DEPTH_LIMIT + 1)), "deep"),
        ("path/to/file.py", "stand-in"),
        ("src/path/to/x.js", "stand-in"),
        ("FILENAME", "stand-in"),
        ("[filename]", "stand-in"),
        ("{path}", "stand-in"),
        (".py", "ending"),
    ],
)
def test_unsafe_names_are_refused_with_their_reason(raw: str, reason: str) -> None:
    with pytest.raises(UnsafePath, match=reason):
        safe_path(raw)


@given(st.text(max_size=300))
def test_what_passes_is_relative_portable_and_stable(raw: str) -> None:
    try:
        safe = safe_path(raw)
    except UnsafePath:
        return
    parts = safe.split("/")
    assert ".." not in parts
    assert "" not in parts
    assert not set(safe) & set('\\:*?"<>|\0\n')
    assert len(safe) <= PATH_LIMIT
    assert safe_path(safe) == safe


def test_names_that_differ_only_in_case_are_one_place() -> None:
    assert same_place("Src/README.md") == same_place("src/readme.MD")
    assert same_place("straße.py") == same_place("STRASSE.py")


def test_a_name_is_shown_without_breaking_out_of_its_quotes() -> None:
    assert shown("a`b`\n.py") == "`a'b'\ufffd.py`"
    assert len(shown("x" * 5000)) < 100
    assert shown("") == "` `"
