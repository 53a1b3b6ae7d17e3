"""What a published package gives to those who take it, and what that leads to. The rest is for tools of others, which
bring what it needs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase

from core.checks.ecmascript.modules import Modules
from core.checks.ecmascript.package import Package
from core.checks.project import Project, joined

_DOORS = "main", "module", "browser", "bin", "exports", "unpkg", "jsdelivr", "react-native", "scripts"
_PATH = re.compile(r"[\w@.*/-]*[\w*/]")


def given_out(package: Package, modules: Modules, project: Project) -> frozenset[str]:
    """The paths of the files that one comes to from its doors."""
    patterns = {_placed(package, text) for text in _texts({key: package.data.get(key) for key in _DOORS})}
    patterns.add(joined(package.folder, "index") or "")
    todo = [path for path in project.sources if any(_opens(pattern, path) for pattern in patterns if pattern)]
    found: set[str] = set()
    while todo:
        path = todo.pop()
        if path not in found and path in project.sources:
            found.add(path)
            todo += _next(path, modules, project)
    return frozenset(found)


def _next(path: str, modules: Modules, project: Project) -> Iterator[str]:
    for wanted in project.sources[path].imports:
        if not wanted.optional and modules.is_local(wanted.module):
            yield modules.local(path, wanted.module) or ""


def _placed(package: Package, text: str) -> str:
    return joined(package.folder, text.removeprefix("./")) or ""


def _opens(pattern: str, path: str) -> bool:
    stem = path.rpartition(".")[0]
    named = path == pattern or stem in (pattern, f"{pattern}/index")
    return named or ("*" in pattern and fnmatchcase(path, pattern))


def _texts(value: object) -> Iterator[str]:
    """All words that may be paths, however deep."""
    todo = [value]
    while todo:
        here = todo.pop()
        if isinstance(here, str):
            yield from _PATH.findall(here)
        elif isinstance(here, Mapping):
            todo += here.values()
        elif isinstance(here, list):
            todo += here
