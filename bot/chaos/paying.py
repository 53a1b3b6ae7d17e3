"""Whether the model was asked again for what had been paid: by what it was asked, and by what the account says. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

_SKEW = 0.5
"""Seconds: what a process sent with its last breath may be read when it is dead already."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that got an answer. ``id``: the service's name of the answer. ``body``: as it came. ``kind``: opening,
    answer, files or repair. ``about``: the words it is about. ``at``: when. ``spoiled``: its answer was cut by us."""

    id: str
    body: bytes
    kind: str
    about: tuple[str, ...]
    at: float
    spoiled: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """A row of the account. ``purpose``: what it was for."""

    purpose: str
    state: str


@dataclass(slots=True)
class Repaid:
    """``after_commit``: what must never be; ``in_flight``: one for a kill at most."""

    after_commit: list[str] = field(default_factory=list)
    in_flight: list[str] = field(default_factory=list)


def repaid(asked: Sequence[Asked], calls: Mapping[str, Call], kills: Sequence[float]) -> Repaid:
    """``calls``: by the id of the answer. ``kills``: when processes died."""
    found = Repaid()
    for same in _together(asked).values():
        for one, again in pairwise(same):
            _judge(found, one, again, calls, kills)
    for same in _of_a_purpose(asked, calls).values():
        if len({each.body for each in same}) > 1:
            found.after_commit.append(f"{_name(same[-1])} was asked again, and in other words")
    return found


def _judge(
    found: Repaid, one: Asked, again: Asked, calls: Mapping[str, Call], kills: Sequence[float]
) -> None:
    state = calls[one.id].state if one.id in calls else "unknown"
    if one.spoiled or state in ("cut", "failed"):
        return
    told = f"{_name(again)}: after {one.id} ({state}) again as {again.id}"
    if state == "done":
        found.after_commit.append(told)
    elif any(one.at - _SKEW <= kill <= again.at for kill in kills):
        found.in_flight.append(told)
    else:
        found.after_commit.append(f"{told}, and nothing had died")


def _together(asked: Sequence[Asked]) -> Mapping[bytes, list[Asked]]:
    """Those with the same body."""
    by_body: dict[bytes, list[Asked]] = defaultdict(list)
    for each in asked:
        by_body[each.body].append(each)
    return by_body


def _of_a_purpose(asked: Sequence[Asked], calls: Mapping[str, Call]) -> Mapping[tuple[str, str], list[Asked]]:
    """Requests of one purpose and kind whose process died: they have to be alike to the byte."""
    by_purpose: dict[tuple[str, str], list[Asked]] = defaultdict(list)
    for each in asked:
        call = calls.get(each.id)
        if call is not None and not each.spoiled and call.state not in ("cut", "failed"):
            by_purpose[call.purpose, each.kind].append(each)
    return {key: same for key, same in by_purpose.items() if len(same) > 1}


def _name(one: Asked) -> str:
    return f"{one.kind} {' '.join(one.about)}"
