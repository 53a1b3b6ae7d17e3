"""What the `package.json` files of a project say: dependencies, kind of modules, scripts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from posixpath import dirname
from typing import Any

from core.checks.project import Project, above

_KINDS = "dependencies", "devDependencies", "peerDependencies", "optionalDependencies", "bundledDependencies"
_RUNS_TYPES = re.compile(r"(?:^|[;&|]\s*)(?:\w+=\S+\s+)*node(?:\s+--[\w-]+(?:=\S+)?)*\s+[^;&|]*\.[mc]?ts\b")
_TRANSFORMS = re.compile(
    r"\btsc\b|\.d\.[mc]?ts\b|transform-types|ts-node|tsx|--loader|--import|--require|esbuild|swc"
)


@dataclass(frozen=True, slots=True)
class Package:
    """``folder``: where it lies. ``packages``: all that it declares."""

    path: str
    folder: str
    name: str
    packages: frozenset[str]
    type: str
    scripts: Mapping[str, str]
    data: Mapping[str, Any]

    @property
    def runs_types(self) -> bool:
        """Node.js itself is given TypeScript."""
        return any(
            _RUNS_TYPES.search(each) and not _TRANSFORMS.search(each) for each in self.scripts.values()
        )

    @property
    def is_shipment(self) -> bool:
        """It is a published package, which comes without what it was made with."""
        return not self.data.get("private") and bool(self.data.get("files") or self.data.get("repository"))


def packages(project: Project) -> tuple[Package, ...]:
    return tuple(
        package for file in project.named("package.json") if (package := read(file.path, file.content))
    )


def read(path: str, content: str) -> Package | None:
    """None when it is no object: the syntax gate says so."""
    try:
        data = json.loads(content)
    except (ValueError, RecursionError):
        return None
    if not isinstance(data, dict):
        return None
    names = {name for kind in _KINDS for name in _keys(data.get(kind))}
    scripts = data.get("scripts")
    return Package(
        path,
        dirname(path),
        str(data.get("name") or ""),
        frozenset(names),
        str(data.get("type") or "commonjs"),
        {key: value for key, value in scripts.items() if isinstance(value, str)}
        if isinstance(scripts, dict)
        else {},
        data,
    )


def over(path: str, all_: tuple[Package, ...]) -> Iterator[Package]:
    """The packages that a file lies in, the nearest first."""
    by_folder = {package.folder: package for package in all_}
    yield from (by_folder[folder] for folder in above(path) if folder in by_folder)


def _keys(table: object) -> list[str]:
    if isinstance(table, list):
        return [each for each in table if isinstance(each, str)]
    return list(table) if isinstance(table, dict) else []
