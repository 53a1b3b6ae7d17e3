"""A version as people get it: one zip with its folders, or a handful of single files with readable names."""

from __future__ import annotations

import hashlib
import io
import json
import re
import stat
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from core.automations.model import File
from core.bundle.paths import same_place
from core.ports import OutFile

MANIFEST = "threadwright-manifest.json"
FOLDER_LIMIT = 60
"""Characters of a folder's name, without the version."""

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip can hold; a fixed one makes equal contents equal bytes."""
_UNIX = 3


def pack(folder: str, files: Sequence[File], about: Mapping[str, Any], papers: Sequence[File] = ()) -> bytes:
    """The zip: every file below `folder` and nothing else there, so that two versions differ in what is theirs. Beside
    it, in `<folder>-evidence`, `papers` and the manifest: `about` (JSON values), sizes in bytes and sha256 of each.
    The same files and `about` give the same bytes, in whatever order they come. Scripts are executable.

    With an empty `folder` the files lie at the top and the rest in `evidence`, or `evidence-2` … where that is taken.
    """
    ordered, beside = _ordered(files), _ordered(papers)
    prefix = f"{folder}/" if folder else ""
    evidence = f"{folder}-evidence" if folder else _untaken("evidence", files)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in ordered:
            _write(archive, prefix + file.path, file.content.encode(), executable=file.executable)
        manifest = File(MANIFEST, _manifest(folder, ordered, beside, about))
        for paper in (*beside, manifest):
            _write(archive, f"{evidence}/{paper.path}", paper.content.encode(), executable=False)
    return buffer.getvalue()


def _ordered(files: Sequence[File]) -> list[File]:
    return sorted(files, key=lambda file: file.path)


def _untaken(name: str, files: Sequence[File]) -> str:
    """A name at the top that is none of the files' own."""
    return _free(name, {same_place(file.path.partition("/")[0]) for file in files})


def singles(files: Sequence[File], limit: int = 9) -> tuple[OutFile, ...]:
    """The files one by one under names without folders, or nothing when there are more than `limit`."""
    if len(files) > limit:
        return ()
    names = _flat([file.path for file in files])
    return tuple(OutFile(name, file.content.encode()) for name, file in zip(names, files, strict=True))


def folder_name(title: str, number: int) -> str:
    """`Price watcher!`, 2 -> `price-watcher-v2`: letters and digits of any script, safe on every file system."""
    text = unicodedata.normalize("NFC", title).casefold()
    kept = "".join(letter if unicodedata.category(letter)[0] in "LNM" else "-" for letter in text)
    name = re.sub("-+", "-", kept).strip("-")[:FOLDER_LIMIT].strip("-")
    return f"{name or 'automation'}-v{number}"


def _write(archive: zipfile.ZipFile, path: str, data: bytes, *, executable: bool) -> None:
    entry = zipfile.ZipInfo(path, _EPOCH)
    entry.create_system = _UNIX
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = (stat.S_IFREG | (0o755 if executable else 0o644)) << 16
    archive.writestr(entry, data)


def _manifest(folder: str, files: Sequence[File], papers: Sequence[File], about: Mapping[str, Any]) -> str:
    """Paths as they are in `folder` and beside the manifest."""
    manifest = {"about": about, "folder": folder, "files": _entries(files), "papers": _entries(papers)}
    return json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def _entries(files: Sequence[File]) -> list[dict[str, Any]]:
    return [
        {"path": file.path, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        for file in files
        for data in [file.content.encode()]
    ]


def _flat(paths: Sequence[str]) -> list[str]:
    """The name alone where it is the only one of that name, otherwise its folders before it: `src-app-main.py`."""
    count = Counter(same_place(path.rpartition("/")[2]) for path in paths)
    names: list[str] = []
    taken: set[str] = set()
    for path in paths:
        name = path.rpartition("/")[2]
        wanted = name if count[same_place(name)] == 1 else path.replace("/", "-")
        names.append(_free(wanted, taken))
        taken.add(same_place(names[-1]))
    return names


def _free(name: str, taken: set[str]) -> str:
    """`name`, numbered when it is taken."""
    stem, dot, last = name.rpartition(".")
    candidate, number = name, 1
    while same_place(candidate) in taken:
        number += 1
        candidate = f"{stem}-{number}.{last}" if dot and stem else f"{name}-{number}"
    return candidate
