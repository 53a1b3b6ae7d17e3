"""Where the modules of a Python project are, as its imports name them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from posixpath import dirname

from core.checks.project import Project, above, joined
from core.checks.source import Import, Source

_MOVES_PATH = re.compile(
    r"sys\.path\.(?:insert|append|extend)|sys\.path(?:\[[\d:]*\])?\s*\+?=|PYTHONPATH=|pythonpath\s*=|package[_-]dir|addsitedir"
)
_COMPILED = re.compile(r"(.+?)\.(?:cpython|abi3|cp3|pypy)[^/]*\.(?:so|pyd)")
_ENDINGS = (".py", ".pyi", ".pyx", ".so", ".pyd")


@dataclass(frozen=True, slots=True)
class Module:
    """``path``: its file; "" for a folder without `__init__.py`. ``folder``: where its submodules are, None when it can
    have none."""

    path: str
    folder: str | None


@dataclass(frozen=True, slots=True)
class Lost:
    """``known``: the part of the module's name that is there. ``wanted``: the part that is not. ``beside``: what is."""

    known: str
    wanted: str
    beside: tuple[str, ...]


class Modules:
    def __init__(self, project: Project) -> None:
        self._project = project

    @cached_property
    def _roots(self) -> tuple[str, ...]:
        """Where modules may lie for every file: all folders that are no packages when the project plays with the search
        path."""
        texts = (
            file.content
            for path, file in self._project.files.items()
            if path.endswith(
                (".py", ".toml", ".cfg", ".ini", ".sh", ".yml", ".yaml", "Makefile", "Dockerfile", ".md")
            )
        )
        moves = any(_MOVES_PATH.search(text) for text in texts)
        if not moves:
            return ("", "src", "lib")
        return tuple(folder for folder in sorted(self._project.folders) if not self._is_package(folder))

    @cached_property
    def _with_code(self) -> frozenset[str]:
        """Folders with Python files somewhere below: packages, if only by their place."""
        return frozenset(
            folder for path in self._project.paths if path.endswith(_ENDINGS) for folder in above(path)
        )

    @cached_property
    def _compiled(self) -> dict[str, str]:
        """`name.cpython-311-x86_64-linux-gnu.so` and the like, by place."""
        found = (_COMPILED.fullmatch(path) for path in self._project.paths if path.endswith((".so", ".pyd")))
        return {each[1]: each[0] for each in found if each}

    def find(self, source: Source, wanted: Import) -> Module | Lost | None:
        """The module that is imported; None when it is none of the project's."""
        if wanted.level:
            folder = dirname(source.file.path)
            for _ in range(wanted.level - 1):
                folder = dirname(folder) if folder else ".."
            if folder.startswith(".."):
                return Lost("." * wanted.level, wanted.module, ())
            return self._down(folder, wanted.module, "." * wanted.level)
        lost: Lost | None = None
        for root in self._bases(source.file.path):
            first = wanted.module.partition(".")[0]
            if self.inside(root, first) is None:
                continue
            found = self._down(root, wanted.module, "")
            if isinstance(found, Module) and found.path == source.file.path and found.folder is None:
                continue  # a file is not what it imports
            if isinstance(found, Module):
                return found
            if not self._is_package(root):  # what lies in a package has its full name
                lost = lost or found
        return lost

    def is_rooted(self, module: str) -> bool:
        """The project has a module of this name where everybody looks."""
        first = module.partition(".")[0]
        return any(self.inside(root, first) is not None for root in ("", "src"))

    def tops(self, source: Source) -> tuple[str, ...]:
        """The modules that can be imported by their bare name."""
        return tuple({name for base in self._bases(source.file.path) for name in self.beside(base)})

    def inside(self, folder: str, name: str) -> Module | None:
        """The module called `name` in a folder."""
        place = joined(folder, name) or ""
        for ending in (".py", ".pyi"):
            if f"{place}/__init__{ending}" in self._project.paths:
                return Module(f"{place}/__init__{ending}", place)
        for ending in _ENDINGS:
            if f"{place}{ending}" in self._project.paths:
                return Module(f"{place}{ending}", None)
        if place in self._compiled:
            return Module(self._compiled[place], None)
        return Module("", place) if place in self._with_code else None

    def beside(self, folder: str) -> tuple[str, ...]:
        """The names of the modules in a folder."""
        start = f"{folder}/" if folder else ""
        rests = (path.removeprefix(start) for path in self._project.paths if path.startswith(start))
        names = {rest.partition("/")[0] for rest in rests if rest.endswith(_ENDINGS)}
        return tuple(sorted(name.partition(".")[0] for name in names if not name.startswith("__")))

    def _bases(self, path: str) -> Iterator[str]:
        """Where an absolute import of a file looks: beside it, as scripts do, and in the folders above that are no
        packages themselves. What lies in a package looks beside itself last."""
        outer = [folder for folder in above(path) if not self._is_package(folder)]
        others = [*outer, *(f"{folder}/src" for folder in outer if folder), *self._roots]
        here = dirname(path)
        yield from dict.fromkeys([*others, here] if self._is_package(here) else [here, *others])

    def _is_package(self, folder: str) -> bool:
        return bool(folder) and next(self._init(folder), None) is not None

    def _down(self, folder: str, name: str, known: str) -> Module | Lost:
        here = Module(next(iter(self._init(folder)), ""), folder)
        for part in name.split(".") if name else ():
            below = self.inside(here.folder, part) if here.folder is not None else None
            if below is None:
                return Lost(known, part, self.beside(here.folder) if here.folder is not None else ())
            known, here = f"{known}.{part}".lstrip(".") if known.strip(".") else f"{known}{part}", below
        return here

    def _init(self, folder: str) -> Iterator[str]:
        for ending in (".py", ".pyi"):
            place = joined(folder, f"__init__{ending}") or ""
            if place in self._project.paths:
                yield place
