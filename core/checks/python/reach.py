"""What the rest of a Python project leads to. A module that nothing starts, imports or names is an addition for those
who have what it needs: a plug-in of another package, a bridge to it. What it lacks only warns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from posixpath import dirname

from core.bundle.kinds import ending
from core.checks.project import Project, is_test
from core.checks.python.modules import Module, Modules
from core.checks.source import Import, Source

_WORD = re.compile(r"\w[\w./-]*")
_CODE = frozenset({"py", "pyi", "pyw"})


class Reach:
    """``started``: the paths that starts and texts lead to. ``imported``: those that the doors of packages and the tests
    lead to at once, without a function being called."""

    def __init__(self, sources: Sequence[Source], modules: Modules, project: Project) -> None:
        self._sources = {source.file.path: source for source in sources}
        self._modules = modules
        self._project = project
        starts = [path for path in self._sources if self._is_start(path)]
        self.started = self._from([*starts, *_spoken_of(self._sources, project)], called=True)
        doors = [path for path in self._sources if is_test(path) or self._is_door(path)]
        self.imported = self._from(doors, called=False)

    def needs(self, path: str, wanted: Import) -> bool:
        """Whether the project does not work without what a file imports. What is imported only in some cases, and, in a
        library, what is imported when a function is called, are left to those who use that part of it."""
        if wanted.when == "chosen":
            return False
        return path in self.started or (path in self.imported and wanted.when == "always")

    def _from(self, roots: Sequence[str], *, called: bool) -> frozenset[str]:
        todo, found = list(roots), set[str]()
        while todo:
            path = todo.pop()
            if path not in found and path in self._sources:
                found.add(path)
                todo += self._next(path, called=called)
        return frozenset(found)

    def _next(self, path: str, *, called: bool) -> Iterator[str]:
        source = self._sources[path]
        for wanted in source.imports:
            if not wanted.optional and (called or wanted.when == "always"):
                found = self._modules.find(source, wanted)
                if isinstance(found, Module):
                    yield from _along(source, wanted, found, self._modules)

    def _is_start(self, path: str) -> bool:
        """It can be started, or lies in no package."""
        source, folder = self._sources[path], dirname(path)
        if is_test(path):
            return False
        in_package = bool(folder) and f"{folder}/__init__.py" in self._project.paths
        return source.starts or bool(getattr(source.scratch, "application", "")) or not in_package

    def _is_door(self, path: str) -> bool:
        """Where people come into a package. One whose own door leads nowhere has all of its modules for doors."""
        folder = dirname(path)
        door = f"{folder}/__init__.py"
        if f"{dirname(folder)}/__init__.py".lstrip("/") in self._project.paths:
            return False
        return path == door or (door in self._sources and not any(self._next(door, called=True)))


def _along(source: Source, wanted: Import, found: Module, modules: Modules) -> Iterator[str]:
    """The module, the packages that it lies in, and those of its submodules that are taken out of it."""
    yield found.path
    folder = found.folder if found.folder is not None else dirname(found.path)
    while folder and f"{folder}/__init__.py" != source.file.path:
        yield f"{folder}/__init__.py"
        folder = dirname(folder)
    for name in wanted.names if found.folder is not None else ():
        inner = modules.inside(found.folder or "", name)
        if inner is not None and inner.path:
            yield inner.path


def _spoken_of(sources: Mapping[str, Source], project: Project) -> list[str]:
    """Files that a text of the project names by their path or as modules, and those that strings of code name so."""
    names = {name: path for path in sources for name in (path, path.removesuffix(".py").replace("/", "."))}
    texts = (file.content for path, file in project.files.items() if ending(path) not in _CODE)
    said = {word for text in texts for word in _WORD.findall(text)}
    said |= {string.text.partition(":")[0] for source in sources.values() for string in source.strings}
    return [path for name, path in names.items() if name in said]
