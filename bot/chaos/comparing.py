"""What people see, beside what had to happen: lost, duplicated, out of order, stuck. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.chaos import words
from bot.chaos.seen import Case, Question, Seen, Times

Kind = Literal["lost", "duplicated", "out of order", "stuck", "undelivered"]
"""``undelivered``: the platform itself gave up bringing it, after all its retries."""
_DELIVERY = re.compile(r"\W*v(\d+) · \w+ · (?:draft|ready)")
_ARCHIVE = re.compile(r"-v(\d+)\.zip$")
_ENDED = re.compile(r"files? in \d+ s")
_REFERENCE = re.compile(r"\bref [0-9a-f]{8}\b")
_STOPPED = "🛑"
_RUNNING = "⏳"
_FAILED = "⚠️"


@dataclass(frozen=True, slots=True)
class Finding:
    kind: Kind
    title: str
    what: str


def findings(case: Case) -> list[Finding]:
    """All that is wrong with one session; nothing when it ended as it had to."""
    parts = (_cards, _answers, _order, _versions, _jobs, _handed, _unfinished)
    return [Finding(kind, case.title, what) for part in parts for kind, what in part(case)]


Told = Iterator[tuple[Kind, str]]


def _cards(case: Case) -> Told:
    yield from _exactly(1, case.cards, "cards")
    yield from _exactly(1, case.stored.sessions, "sessions in the database")


def _answers(case: Case) -> Told:
    """Every question is stored once and answered once, whole. The agent speaks first, unless that failed before eyes."""
    for one in case.questions:
        stored = case.stored.words.count(one.word)
        if stored == 0 and one.arrived is None:
            yield "undelivered", one.word
            continue
        yield from _exactly(1, stored, f"{one.word} in the database")
        yield from _answered(case, one.word)
    told = any(_failed(each) for each in case.thread)
    first = list(_answered(case, words.opening(case.title)))
    yield from (found for found in first if not (told and found[0] == "lost"))


def _answered(case: Case, word: str) -> Told:
    good = [each for each in _said(case) if word in (*words.begins(each.text), *words.ends(each.text))]
    whole = [each for each in good if word in words.ends(each.text)]
    if not whole:
        yield "lost", f"the answer to {word}" + (", of which a part is there" if good else "")
    if len(good) > 1:
        yield "duplicated", f"the answer to {word}, {len(good)} times"
    for each in whole:
        right = words.answer(words.ends(each.text))
        if (length := len(_plain(each.text))) != len(right) or _plain(each.text) != right:
            yield ("duplicated" if length > len(right) else "lost"), f"words of the answer to {word}"


def _order(case: Case) -> Told:
    """Answers stand in the order of their questions, as far as the later one was asked when the earlier one had arrived."""
    places: dict[str, tuple[int, int]] = {}
    for number, each in enumerate(case.thread):
        for place, word in enumerate(words.ends(each.text) if each.by_bot and not _failed(each) else ()):
            places.setdefault(word, (number, place))
    answered = [one for one in case.questions if one.word in places]
    for later in answered:
        early = [one for one in answered if _before(one, later) and places[one.word] > places[later.word]]
        if early:
            yield "out of order", f"{later.word} was answered before {early[0].word}"


def _before(one: Question, other: Question) -> bool:
    return one.arrived is not None and one.arrived < other.said


def _versions(case: Case) -> Told:
    """Every version is told of once and handed over once."""
    shown = [each for each in case.thread[1:] if each.by_bot]
    told = Counter(int(found[1]) for each in shown if (found := _DELIVERY.match(each.text)))
    hung = Counter(int(found[1]) for each in shown for name in each.files if (found := _ARCHIVE.search(name)))
    for number in sorted({*told, *hung, *case.stored.versions}):
        there = int(number in case.stored.versions)
        yield from _exactly(there, told[number], f"deliveries of v{number}")
        yield from _exactly(there, hung[number], f"archives of v{number} in the thread")
    made = sum(bool(_ENDED.search(each.text)) and not each.files for each in shown)
    yield from _exactly(case.stored.made, made, "ended progress messages")
    yield from _between(case.restored, len(case.stored.versions) - case.stored.made, "restored versions")


def _jobs(case: Case) -> Told:
    yield from _between(case.generated, len(case.stored.jobs), "generations")
    stopped = sum(each.text.startswith(_STOPPED) for each in case.thread if each.by_bot)
    yield from _exactly(case.stored.jobs.count("cancelled"), stopped, "stopped progress messages")
    for state in case.stored.jobs:
        if state in ("queued", "running"):
            yield "stuck", f"a generation is {state}"


def _handed(case: Case) -> Told:
    yield from _between(case.downloaded, case.handed, "downloads")


def _unfinished(case: Case) -> Told:
    for each in case.thread:
        parts = set(words.begins(each.text)) - set(words.ends(each.text))
        if each.by_bot and (each.growing or each.text.startswith(_RUNNING) or (parts and not _failed(each))):
            yield "stuck", f"{each.id}: {each.text[:80]!r}"
        elif each.by_bot and not each.text.strip() and not each.files:
            yield "stuck", f"{each.id}: an empty message"


def _said(case: Case) -> Sequence[Seen]:
    return [each for each in case.thread[1:] if each.by_bot and not _failed(each)]


def _failed(message: Seen) -> bool:
    """It says that something went wrong; what was said before stands above that."""
    return message.by_bot and _FAILED in message.text and _REFERENCE.search(message.text) is not None


def _plain(text: str) -> str:
    return " ".join(text.split())


def _exactly(right: int, there: int, what: str) -> Told:
    yield from _between(Times(right, right), there, what)


def _between(right: Times, there: int, what: str) -> Told:
    wanted = f"{right.least}" if right.least == right.most else f"{right.least} to {right.most}"
    if there < right.least:
        yield "lost", f"{what}: {there} instead of {wanted}"
    elif there > right.most:
        yield "duplicated", f"{what}: {there} instead of {wanted}"
