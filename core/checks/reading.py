"""A folder of the machine as the files of a project, for `check DIR`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from core.automations.model import File
from core.bundle.kinds import ending, keeps_crlf
from core.checks.shape import FILE_BYTES, FILES
from core.checks.words import words
from core.errors import RequestRefused

_LEFT_OUT = frozenset(
    {
        ".git",
        ".hg",
        ".svn",
        "node_modules",
        ".venv",
        "venv",
        "__pycache__",
        ".mypy_cache",
        ".ruff_cache",
        ".pytest_cache",
    }
    | {".tox", ".idea", ".DS_Store", ".next", ".nuxt", ".cache"}
)
_BINARY = words(
    "png jpg jpeg gif ico webp bmp tiff pdf zip gz tgz bz2 xz 7z tar woff woff2 ttf otf eot mp3 mp4 wav ogg webm mov avi so dll dylib "
    "exe bin dat db sqlite sqlite3 pyc pyo class jar wasm node parquet pickle pkl npy xlsx xls docx pptx"
)
_MOST = 20 * FILES
"""Files that are read at most; the gate of shape says that they are too many long before."""


def read_folder(path: Path) -> list[File]:
    """All text files below, in the order of their paths; pictures and the like are there and empty. What version control,
    tools and package managers keep in a folder is left out, and so are links. Raises RequestRefused."""
    if not path.is_dir():
        raise RequestRefused(f"There is no folder `{path}`.")
    files: list[File] = []
    for found in _below(path):
        files.append(File(found.relative_to(path).as_posix(), _content(found)))
        if len(files) >= _MOST:
            break
    return files


def _below(path: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(path):
        folders[:] = sorted(name for name in folders if name not in _LEFT_OUT)
        for name in sorted(names):
            found = Path(folder, name)
            if name not in _LEFT_OUT and found.is_file() and not found.is_symlink():
                yield found


def _content(path: Path) -> str:
    """What is no UTF-8 keeps its bytes as half surrogates, which the gate of shape refuses."""
    if ending(path.name) in _BINARY:
        return ""
    try:
        with path.open("rb") as file:
            data = file.read(FILE_BYTES + 1)
    except OSError as error:
        raise RequestRefused(f"`{path}` cannot be read.") from error
    text = data.decode("utf-8", "surrogateescape")
    return text if keeps_crlf(path.name) else text.replace("\r\n", "\n")
