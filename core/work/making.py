"""From an order to a version that is proved, or says what is missing: written, checked, repaired."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain

import structlog

from core.automations.evidence import Evidence, Finding, Round
from core.automations.model import File
from core.bundle.facts import summary_of
from core.bundle.model import Asked, Bundle
from core.bundle.paths import same_place, shown
from core.checks.tracing import count_tests
from core.errors import ModelError
from core.generation.assembly import MAY_BE_MISSING, Assembled, assemble, merge
from core.generation.repairs import nothing_came, repair
from core.ports import ModelRequest
from core.sessions.model import Requirement
from core.vocabulary import Language
from core.work.proving import NO_TESTS
from core.work.workshop import Workshop
from core.work.writing import Watcher, Writer, Written

_log = structlog.get_logger(__name__)

ROUNDS = 2
"""Of repair: what two do not mend, a third does not either, and people wait."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be made. ``purpose``: what the calls are booked under. ``current``: the files that are there already.
    ``said``: what people asked for since then. ``room``: tokens that the model can take beside the request."""

    session_id: str
    purpose: str
    request: ModelRequest
    language: Language
    requirements: Sequence[Requirement]
    current: Sequence[File] = ()
    said: str | None = None
    room: int = 20_000

    @property
    def prompt_hash(self) -> str:
        digest = hashlib.sha256()
        for message in self.request.messages:
            digest.update(f"{message.role}\n{message.content}\n".encode())
        return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Made:
    """``edits``: whether the model's changes to long files could be made, ``None`` when it sent none."""

    files: tuple[File, ...]
    summary: str
    warnings: tuple[str, ...]
    evidence: Evidence
    edits: bool | None


@dataclass(frozen=True, slots=True)
class _Draft:
    """A version on its way. ``noticed``: what is wrong with it beside its files."""

    files: tuple[File, ...]
    warnings: tuple[str, ...]
    noticed: tuple[Finding, ...]
    evidence: Evidence


class Making:
    def __init__(self, shop: Workshop, order: Order, watcher: Watcher) -> None:
        self._shop = shop
        self._order = order
        self._watch = watcher
        self._writer = Writer(shop, order.session_id, order.purpose, watcher)
        self._lengths = {file.path: file.lines for file in order.current}
        self._rounds: list[Round] = []
        self._repaired: set[str] = set()

    async def make(self) -> Made:
        """Raises ModelError and AnswerUnusable when nothing came that could be a version."""
        written, first = await self._first()
        draft = await self._checked(first, _noticed(written, first))
        while len(self._rounds) < ROUNDS and (faults := repairable(draft.evidence)):
            again = await self._repaired_once(draft, faults)
            if again is None:
                break
            draft = again
        if not first.taken and not any(one.kept for one in self._rounds):
            self._nothing(written)
        return Made(
            files=self._marked(draft.files, written.bundle),
            summary=summary_of(written.bundle),
            warnings=draft.warnings,
            evidence=self._evidence(draft.evidence),
            edits=_edits_worked(written.bundle, first),
        )

    async def _first(self) -> tuple[Written, Assembled]:
        order = self._order
        asked = Asked(single=not order.current)
        written = await self._writer.write(order.request, asked, self._lengths)
        got = merge(written.bundle, order.current, written.cut, order.said)
        if written.bundle.unnamed and not (got.files and got.taken):
            more = (*order.request.messages, *nothing_came(written.text))
            self._watch.stage("The files have no names; asking again")
            request = replace(order.request, messages=more)
            written = await self._writer.write(request, asked, self._lengths)
            got = merge(written.bundle, order.current, written.cut, order.said)
        if not got.files or not (got.taken or got.findings):
            self._nothing(written)
        return written, got

    def _nothing(self, written: Written) -> None:
        """Raises AnswerUnusable, which says why."""
        assemble(written.bundle, self._order.current, written.cut, self._order.said)

    async def _checked(self, got: Assembled, noticed: Sequence[Finding]) -> _Draft:
        order = self._order
        evidence = await self._shop.checker.check(
            got.files, order.language, order.requirements, self._watch.stage, noticed
        )
        return _Draft(got.files, got.warnings, tuple(noticed), evidence)

    async def _repaired_once(self, draft: _Draft, faults: Sequence[Finding]) -> _Draft | None:
        """The better draft, or None when this round has not made it better."""
        number, before = len(self._rounds) + 1, weight(draft.evidence)
        words = f"Repairing {before} finding{'' if before == 1 else 's'} (round {number} of {ROUNDS})"
        self._watch.stage(words)
        messages, about = repair(
            self._shop.prompts.repair,
            number,
            ROUNDS,
            draft.files,
            faults,
            draft.evidence.tests,
            self._order.room,
        )
        request = replace(self._order.request, messages=(*self._order.request.messages, *messages))
        lengths = {file.path: file.lines for file in draft.files}
        try:
            written = await self._writer.write(request, Asked(paths=about), lengths, words)
        except ModelError as error:
            _log.warning("repair_failed", reference=error.reference, detail=error.detail)
            return None
        got = merge(written.bundle, draft.files, written.cut)
        touched = _touched(written.bundle)
        noticed = [*_unmended(draft.noticed, written.bundle, touched), *got.findings]
        whole = not any(one.code in ("missing-file", "answer-cut") for one in noticed)
        got = replace(got, warnings=_still(draft.warnings, touched, got.warnings, whole=whole))
        again = await self._checked(got, noticed) if got.taken else draft
        after = weight(again.evidence)
        better = after < before and not _fails_less_by_testing_less(draft, got.files)
        self._rounds.append(Round(number, before, after, better))
        if better:
            self._repaired |= touched
        return again if better else None

    def _marked(self, files: Sequence[File], bundle: Bundle) -> tuple[File, ...]:
        """Where each file comes from."""
        before = {same_place(file.path): file.content for file in self._order.current}
        edited = {same_place(edit.path) for edit in bundle.edits}

        def origin(file: File) -> str:
            place = same_place(file.path)
            if before.get(place) == file.content:
                return "carried"
            if place in self._repaired:
                return "repaired"
            return "edited" if place in edited else "generated"

        return tuple(replace(file, origin=origin(file)) for file in files)

    def _evidence(self, evidence: Evidence) -> Evidence:
        """Without what it cost: the account of model calls has that."""
        return replace(evidence, rounds=tuple(self._rounds), prompt_hash=self._order.prompt_hash)


def repairable(evidence: Evidence) -> tuple[Finding, ...]:
    """What the model can mend, errors first; empty when there is no error that it could."""
    found = [one for one in evidence.findings if one.path or one.code != "tool-crashed"]
    run = evidence.tests
    if run is not None and not run.ran and run.reason == NO_TESTS:
        message = "there are no tests: a small offline smoke test of the entry point is needed"
        found.append(Finding("", 0, "no-tests", "error", message))
    for row in evidence.trace:
        if row.verdict in ("no file", "no test"):
            kind = "non-test file" if row.verdict == "no file" else "test"
            message = f"no {kind} says that it is about R{row.number}: {' '.join(row.text.split())[:200]}"
            found.append(Finding("", 0, "untraced", "error", message))
        elif row.verdict == "not run" and run is not None and run.ran:
            message = f"all tests of R{row.number} were skipped: they have to run here"
            found.append(Finding("", 0, "untraced", "error", message))
    failed = run is not None and run.ran and not run.proved
    if not failed and not any(one.severity == "error" for one in found):
        return ()
    failure = [Finding("", 0, "tests-failed", "error", "see the output of the tests below")] if failed else []
    return tuple(sorted([*failure, *found], key=lambda one: one.severity != "error"))


def weight(evidence: Evidence) -> int:
    """How much is wrong that a model can mend: errors, failed tests, requirements without a file or a test."""
    faults = [one for one in repairable(evidence) if one.severity == "error" and one.code != "tests-failed"]
    run = evidence.tests
    failed = max(run.failed, 1) if run is not None and run.ran and not run.proved else 0
    return len(faults) + failed


def _noticed(written: Written, got: Assembled) -> tuple[Finding, ...]:
    """What is wrong with an answer as a whole."""
    told = (finding.path for finding in got.findings)
    there = {same_place(path) for path in chain((file.path for file in got.files), told)}
    bundle = written.bundle
    missing = [path for path in bundle.plan if same_place(path) not in there and path not in bundle.deleted]
    if bundle.open_path and same_place(bundle.open_path) not in there:
        missing.append(bundle.open_path)
    lacking = [
        Finding(path, 0, "missing-file", "error", "was announced, and did not arrive whole")
        for path in dict.fromkeys(missing)
    ]
    cut = [Finding("", 0, "answer-cut", "error", "the answer was cut, files may be missing")]
    unsure = bundle.truncated and not lacking
    return (*got.findings, *lacking, *(cut if unsure else ()))


def _touched(bundle: Bundle) -> set[str]:
    paths = chain(
        (file.path for file in bundle.files),
        (edit.path for edit in bundle.edits),
        bundle.deleted,
        *bundle.renamed,
    )
    return {same_place(path) for path in paths}


def _unmended(noticed: Sequence[Finding], bundle: Bundle, touched: set[str]) -> list[Finding]:
    return [one for one in noticed if (same_place(one.path) not in touched if one.path else bundle.truncated)]


def _still(
    warnings: Sequence[str], touched: set[str], news: Sequence[str], *, whole: bool
) -> tuple[str, ...]:
    """Warnings about files that were written again are no longer true, nor is that files may be missing once the
    answer is `whole`."""
    names = [shown(path) for path in touched]
    kept = [warning for warning in warnings if not any(name in same_place(warning) for name in names)]
    kept = [warning for warning in kept if not (whole and MAY_BE_MISSING in warning)]
    return tuple(dict.fromkeys([*kept, *news]))


def _fails_less_by_testing_less(draft: _Draft, files: Sequence[File]) -> bool:
    """Whether tests went where some had failed."""
    run = draft.evidence.tests
    failed = run is not None and run.ran and not run.proved
    return failed and count_tests(files) < count_tests(draft.files)


def _edits_worked(bundle: Bundle, got: Assembled) -> bool | None:
    if not bundle.edits:
        return None
    return not any(finding.code == "edit-failed" for finding in got.findings)
