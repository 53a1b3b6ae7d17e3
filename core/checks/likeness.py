"""Which name may have been meant, in a time that does not depend on how many names there are."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from itertools import islice

MOST = 40
"""Findings of one rule in one file: nobody reads more, and looking for what was meant takes time."""
_LOOKED_AT = 400
EXAMINED = 300
"""Names that are compared with others, in one file."""
PATHS = 40
"""Characters by which paths may differ in length."""
_SHOWN = 8


def alike(name: str, names: Iterable[str], cutoff: float = 0.7, lengths: int = 3) -> tuple[str, ...]:
    """At most three, the nearest first. `cutoff`: from 0, anything, to 1, the same. `lengths`: characters by which the
    lengths may differ; paths want more."""
    near = (
        each
        for each in names
        if each != name
        and not each.startswith("__")
        and abs(len(each) - len(name)) <= lengths
        and (each[:1].lower() == name[:1].lower() or each[-2:] == name[-2:])
    )
    return tuple(get_close_matches(name, list(islice(near, _LOOKED_AT)), n=3, cutoff=cutoff))


def meant(near: tuple[str, ...], there: Iterable[str] = ()) -> str:
    """The end of a sentence: what may have been meant, else some of what is there."""
    if near:
        return f": is `{near[0]}` meant?"
    shown = sorted(each for each in there if not each.startswith("_"))[:_SHOWN]
    return f" (there are {', '.join(shown)})" if shown else ""
