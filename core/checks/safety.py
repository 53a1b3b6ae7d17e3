"""The gate of path safety: the same rules as when an answer is read, for files that came another way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from core.automations.evidence import Finding
from core.automations.model import File
from core.bundle.paths import UnsafePath, safe_path, same_place, shown


def path_safety(files: Sequence[File]) -> tuple[Finding, ...]:
    """Each finding is an error, and a file with one goes no further."""
    return tuple(_findings(files))


def _findings(files: Sequence[File]) -> Iterator[Finding]:
    places: dict[str, str] = {}
    for file in files:
        if reason := _unsafe(file.path):
            yield Finding(
                file.path,
                0,
                "unsafe-path",
                "error",
                f"{shown(file.path)} cannot be a file of the project: {reason}",
            )
            continue
        place = same_place(file.path)
        if place in places:
            message = f"{shown(file.path)} and {shown(places[place])} are one file where case does not count"
            yield Finding(file.path, 0, "same-place", "error", message)
        places[place] = file.path
    for place, path in places.items():
        folder, _, _ = place.rpartition("/")
        while folder:
            if folder in places:
                message = f"{shown(path)} lies in {shown(places[folder])}, which is a file"
                yield Finding(path, 0, "file-is-folder", "error", message)
            folder, _, _ = folder.rpartition("/")


def _unsafe(path: str) -> str:
    try:
        safe = safe_path(path)
    except UnsafePath as error:
        return error.reason
    return "" if safe == path else f"it should be written {shown(safe)}"
