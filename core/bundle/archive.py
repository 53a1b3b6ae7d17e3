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
from core.bundle.kinds import ending
from core.bundle.paths import same_place
from core.ports import OutFile

MANIFEST = "threadwright-manifest.json"
FOLDER_LIMIT = 60
"""Characters of a folder's name, without the version."""

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip can hold; a fixed one makes equal contents equal bytes."""
_UNIX = 3


def pack(folder: str, files: Sequence[File], about: Mapping[str, Any]) -> bytes:
    """The zip: every file below `folder` (none when empty), and the manifest with `about` (JSON values), sizes in bytes
    and sha256 of each. The same files and `about` give the same bytes, in whatever order they come.

    A generated file that has the manifest's own path gives way to it. Scripts are executable.
    """
    ordered = sorted(
        (file for file in files if same_place(file.path) != MANIFEST), key=lambda file: file.path
    )
    prefix = f"{folder}/" if folder else ""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in ordered:
            _write(archive, prefix + file.path, file.content.encode(), executable=is_script(file))
        _write(archive, prefix + MANIFEST, _manifest(ordered, about), executable=False)
    return buffer.getvalue()


def is_script(file: File) -> bool:
    """Whether it is meant to be started by its name."""
    return ending(file.path) == "sh" or file.content.startswith("#!")


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


def _manifest(files: Sequence[File], about: Mapping[str, Any]) -> bytes:
    entries = [
        {"path": file.path, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        for file in files
        for data in [file.content.encode()]
    ]
    manifest = {"about": about, "files": entries}
    return (json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


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
