"""How the classes of a project stand to each other: what tells a method that was left out from one that is meant."""

from __future__ import annotations

from collections.abc import Iterable

from core.checks.source import Class, Source


class Families:
    """``derived``: classes that others are made from, which may leave work to them."""

    def __init__(self, sources: Iterable[Source]) -> None:
        everything = list(sources)
        self.derived = frozenset(name for source in everything for name in source.derived)
        self._classes: dict[str, list[Class]] = {}
        for source in everything:
            for each in source.classes:
                self._classes.setdefault(each.name, []).append(each)
        self._employed = {name for source in everything for name in source.employed}
        self._annotated = {name for source in everything for name in source.annotated}

    def takes_back(self, name: str, method: str) -> bool:
        """A class above has the method with a body, and this one refuses to have it."""
        seen, todo = {name}, [base for each in self._classes.get(name, ()) for base in each.bases]
        while todo:
            base = todo.pop()
            if base in seen:
                continue
            seen.add(base)
            for each in self._classes.get(base, ()):
                if method in each.bodies:
                    return True
                todo += each.bases
        return False

    def is_idle(self, name: str) -> bool:
        """Objects of this class are asked for, and nobody in the project makes one: it is there for others to fill in."""
        found = self._classes.get(name, ())
        asked = name in self._annotated and name not in self._employed
        return bool(found) and asked and not any(each.called for each in found)
