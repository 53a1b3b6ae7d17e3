"""What the gates need to know of a source file, told by its language in words that hold for every language."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from core.automations.evidence import Finding
from core.automations.model import File

BoundaryKind = Literal["network", "file", "database"]
When = Literal["always", "called", "chosen"]


@dataclass(frozen=True, slots=True)
class Import:
    """``module``: as written. ``names``: what is taken out of it by name. ``optional``: the file copes with its absence,
    or needs it for types only. ``level``: the leading dots of a relative import, where the language counts them.
    ``when`` it happens: "called" in a function, "chosen" in a branch of an `if`."""

    line: int
    module: str
    names: tuple[str, ...] = ()
    optional: bool = False
    level: int = 0
    when: When = "always"


@dataclass(frozen=True, slots=True)
class Use:
    """``name.attribute``, where ``name`` is the whole of an imported module."""

    line: int
    import_: Import
    attribute: str


@dataclass(frozen=True, slots=True)
class Boundary:
    """A call that leaves the program. ``call``: as people would name it: `requests.get`."""

    line: int
    kind: BoundaryKind
    call: str


@dataclass(frozen=True, slots=True)
class Placed:
    """A piece of text and its line: a comment, a string, a name."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Class:
    """``bases``: the last parts of their names. ``bodies``: the methods that do something. ``called``: something outside
    of the project makes use of it, as far as its bases and decorators tell."""

    name: str
    bases: tuple[str, ...] = ()
    bodies: frozenset[str] = frozenset()
    called: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """``broken``: it could not be read; then the rest is empty and ``exports`` unknown.

    ``exports``: what others may take out of it; None when that cannot be told from the text. ``variables``: of the
    environment, that it reads. ``sets``: those that it sets for the files that it works with. ``handles``: it catches errors; ``logs``: it writes to a log. ``starts``: it does
    something by itself when it is started. ``stubs``: functions that were left out. ``mere``: functions with nothing
    in them, which may be meant. ``derived``: classes that others are made from. ``classes``: what is known of the classes of a file, and
    ``employed``: names that are called or handed on as values; ``annotated``: names of types that are asked for. ``lints``: what the language finds by itself. ``scratch``: what only the language reads.
    """

    file: File
    broken: bool = False
    faults: tuple[Finding, ...] = ()
    imports: tuple[Import, ...] = ()
    uses: tuple[Use, ...] = ()
    exports: frozenset[str] | None = None
    variables: tuple[Placed, ...] = ()
    sets: frozenset[str] = frozenset()
    boundaries: tuple[Boundary, ...] = ()
    handles: bool = False
    logs: bool = False
    starts: bool = False
    comments: tuple[Placed, ...] = ()
    strings: tuple[Placed, ...] = ()
    stubs: tuple[Placed, ...] = ()
    mere: tuple[Placed, ...] = ()
    derived: frozenset[str] = frozenset()
    classes: tuple[Class, ...] = ()
    employed: frozenset[str] = frozenset()
    annotated: frozenset[str] = frozenset()
    lints: tuple[Finding, ...] = ()
    scratch: object = field(default=None, compare=False, repr=False)
