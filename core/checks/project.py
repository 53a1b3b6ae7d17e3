"""The files of a project as the gates look at them: by path, by name, by folder, and read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from posixpath import dirname, normpath

from core.automations.model import File
from core.checks.source import Source


class Project:
    """``opaque``: paths of files that exist and are not looked into. ``sources``: by path; a file that no language reads
    has none."""

    def __init__(
        self, files: Sequence[File], sources: Mapping[str, Source], opaque: Iterable[str] = ()
    ) -> None:
        self.files: Mapping[str, File] = {file.path: file for file in files}
        self.sources = sources
        self.opaque = frozenset(opaque)

    @cached_property
    def paths(self) -> frozenset[str]:
        return frozenset(self.files) | self.opaque

    @cached_property
    def folders(self) -> frozenset[str]:
        """All of them, "" for the root."""
        found = {""}
        for path in self.paths:
            folder = dirname(path)
            while folder and folder not in found:
                found.add(folder)
                folder = dirname(folder)
        return frozenset(found)

    def named(self, *names: str) -> list[File]:
        """The readable files with one of these bare names, the one nearest to the root first."""
        found = [file for path, file in self.files.items() if path.rpartition("/")[2] in names]
        return sorted(found, key=lambda file: (file.path.count("/"), file.path))


def joined(*parts: str) -> str | None:
    """A path from the root, normalised; None when it leads out of the project."""
    path = normpath("/".join(part for part in parts if part) or ".")
    if path == ".":
        return ""
    return None if path.startswith(("..", "/")) else path


def above(path: str) -> list[str]:
    """The folders that `path` lies in, the nearest first, "" last."""
    found, folder = [], dirname(path)
    while folder:
        found.append(folder)
        folder = dirname(folder)
    return [*found, ""]


def is_test(path: str) -> bool:
    """By the customs of the languages: a file of tests, or one beside them."""
    *folders, name = path.lower().split("/")
    stem = name.partition(".")[0]
    return (
        any(folder in _TEST_FOLDERS for folder in folders)
        or stem.startswith("test_")
        or stem.endswith("_test")
        or stem == "conftest"
        or stem in _TEST_FOLDERS
        or ".test." in name
        or ".spec." in name
    )


_TEST_FOLDERS = frozenset(
    {"test", "tests", "testing", "__tests__", "spec", "specs", "fixtures", "testdata", "e2e", "mocks"}
)
