"""From a model's answer to the files of a version: new files, changes, moves and deletions over what was there. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from core.automations.evidence import Finding
from core.automations.model import File
from core.bundle.edits import EditFailed, apply
from core.bundle.elisions import elision
from core.bundle.model import Edit
from core.bundle.parser import Bundle
from core.bundle.paths import same_place, shown
from core.checks.shape import shape
from core.errors import AnswerUnusable

SAID_LIMIT = 1500
"""Characters of a model's words that are repeated to people when it wrote no file."""
SMALL = 20
"""Lines; a shorter file may become much shorter without anybody wondering."""
ABRIDGED = 0.5
"""A new text with less than this share of the old one, and a comment that stands for the rest, is not the file."""
SHRUNK = 0.3
"""A new text with less than this share of the old one wants a reason."""
MAY_BE_MISSING = "files may be missing"
"""What is said of an answer that was cut between two files."""

_REASONS = re.compile(
    r"\b(?:delet|remov|drop|strip|shorte|simpl|small|reduc|shrink|minim|clean|get rid|split|extract|mov(?:e|ing)|trim|cut|"
    r"rewrit|scratch|refactor|replac|elimin|borr|quit|apag|l[oö]sch|entfern|k[uü]rz|vereinfach|supprim|enlev)|удал|убери|"
    r"сократ|упрост|перепи|删|移除|简化|精简|重写|削除|簡|삭제|제거",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Assembled:
    """The files of the next version, and what people must know about them.

    ``findings``: what of the answer was not used as it came, for the model that repairs it: `edit-failed`,
    `suspicious-replacement`, `missing-file`. ``taken``: how many files, changes, moves and deletions of it were used.
    """

    files: tuple[File, ...]
    warnings: tuple[str, ...]
    findings: tuple[Finding, ...] = ()
    taken: int = 0


def assemble(
    bundle: Bundle, current: Sequence[File] = (), cut: str = "", request: str | None = None
) -> Assembled:
    """As `merge`. Raises AnswerUnusable when no file can be delivered, or nothing of the answer can be used."""
    made = merge(bundle, current, cut, request)
    if not made.files or not made.taken:
        raise AnswerUnusable(_nothing(bundle, made.warnings))
    return made


def merge(
    bundle: Bundle, current: Sequence[File] = (), cut: str = "", request: str | None = None
) -> Assembled:
    """The answer over the files of the current version, which are carried over unless it says otherwise.

    `cut`: why the answer broke off, a sentence; empty when it ended in order. `request`: what people asked for, which
    may explain that a file became much shorter; ``None``: not known, which makes no file suspicious by itself."""
    project = _Project(current)
    project.warnings += bundle.warnings
    project.warnings += [_cut(bundle, cut)] if cut or bundle.truncated else []
    project.move(bundle)
    for file in _unsuspicious(project.fit(_wanted(bundle, project)), project, request):
        project.put(file)
    for edit in bundle.edits:
        project.edit(edit)
    return project.assembled()


@dataclass(slots=True)
class _Project:
    """The files of the next version on their way. ``start``: those of the current one."""

    start: Sequence[File]
    files: dict[str, File] = field(init=False)
    moved: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    taken: int = 0

    def __post_init__(self) -> None:
        self.files = {same_place(file.path): file for file in self.start}

    def at(self, path: str) -> File | None:
        """The file of that name, or the one that had it before it was moved."""
        place = same_place(path)
        return self.files.get(self.moved.get(place, place) if place not in self.files else place)

    def move(self, bundle: Bundle) -> None:
        """Deletions and moves, whichever makes room for the others first."""
        sources = {same_place(old) for old, _ in bundle.renamed}
        targets = {same_place(new) for _, new in bundle.renamed}
        for path in bundle.deleted:
            if same_place(path) in targets - sources:
                self.delete(path)
        waiting = list(bundle.renamed)
        while free := [pair for pair in waiting if not self._is_taken(*pair)]:
            self.rename(*free[0])
            waiting.remove(free[0])
        for pair in waiting:
            self.rename(*pair)
        for path in bundle.deleted:
            if same_place(path) not in targets:
                self.delete(path)

    def _is_taken(self, old: str, new: str) -> bool:
        source, target = same_place(old), same_place(new)
        return source in self.files and source != target and target in self.files

    def rename(self, old: str, new: str) -> None:
        source, target = same_place(old), same_place(new)
        if source not in self.files:
            if target not in self.files:
                self.warnings.append(f"{shown(old)} could not be moved: there is no such file.")
        elif target != source and target in self.files:
            why = f"was not moved: {shown(new)} is there already."
            self._refuse(old, f"{shown(old)} {why}", why)
        else:
            self.files = {
                target if place == source else place: replace(file, path=new) if place == source else file
                for place, file in self.files.items()
            }
            self.moved[source] = target
            self.taken += 1

    def delete(self, path: str) -> None:
        if self.files.pop(same_place(path), None) is not None:
            self.taken += 1
        elif self.start:
            self.warnings.append(f"{shown(path)} could not be deleted: there is no such file.")

    def put(self, file: File) -> None:
        blocker = _blocker(file.path, self.files)
        if blocker is not None:
            self._leave_out(file.path, f"it cannot be beside {shown(blocker)}.")
            return
        self.files[same_place(file.path)] = file
        self.taken += 1

    def edit(self, edit: Edit) -> None:
        old = self.at(edit.path)
        if edit.problem:
            self._refuse(
                edit.path, f"{shown(edit.path)} was left as it was: it {edit.problem}.", edit.problem
            )
            return
        outcome = apply(old.content if old is not None else None, edit.changes)
        if isinstance(outcome, EditFailed):
            number = len(outcome.failures)
            changes = "a change to it does" if number == 1 else f"{number} changes to it do"
            sentence = f"{shown(edit.path)} was left as it was: {changes} not fit."
            self._refuse(edit.path, sentence, outcome.explained(edit.path))
            return
        self.warnings += _abridged(edit)
        for file in self.fit([File(old.path if old is not None else edit.path, outcome.content)]):
            self.put(file)

    def fit(self, files: Sequence[File]) -> list[File]:
        """Those that pass the size-and-shape gate."""
        errors: dict[str, Finding] = {}
        for finding in shape(files):
            errors.setdefault(finding.path, finding)
        whole = errors.pop("", None)
        if whole is not None:
            self.warnings.append(f"The project was left out: {whole.message}")
            return []
        for path, finding in errors.items():
            self._leave_out(path, finding.message)
        return [file for file in files if file.path not in errors]

    def _leave_out(self, path: str, why: str) -> None:
        self.warnings.append(f"{shown(path)} was left out: {why}")
        self.findings.append(Finding(path, 0, "missing-file", "error", f"was left out: {why}"))

    def _refuse(self, path: str, sentence: str, message: str) -> None:
        self.warnings.append(sentence)
        self.findings.append(Finding(path, 0, "edit-failed", "error", message))

    def assembled(self) -> Assembled:
        warnings = tuple(dict.fromkeys(self.warnings))
        return Assembled(tuple(self.files.values()), warnings, tuple(self.findings), self.taken)


def _wanted(bundle: Bundle, project: _Project) -> list[File]:
    """The files of the answer, without those that are named by prose alone where there is a project already."""
    if not project.start:
        return list(bundle.files)
    for path in bundle.promoted:
        project.warnings.append(
            f"{shown(path)} was left out: only a sentence beside a code block says that it is this file."
        )
    return [file for file in bundle.files if file.path not in bundle.promoted]


def _unsuspicious(new: Sequence[File], project: _Project, request: str | None) -> Iterable[File]:
    """The files that may take the place of earlier ones; of the others the earlier text is kept, with a finding."""
    added = sum(len(file.content) for file in new if project.at(file.path) is None)
    for file in new:
        old = project.at(file.path)
        reason = _suspicion(file, old, added, request) if old is not None else None
        if old is None or reason is None:
            yield file if old is None or old.path == file.path else replace(file, path=_final(file, old))
            continue
        lines = f"{file.lines} of {old.lines} lines"
        project.warnings.append(
            f"{shown(file.path)} came back with {lines}{reason}: the earlier text was kept."
        )
        message = f"came back with {lines}{reason}; send the whole file"
        project.findings.append(Finding(file.path, 0, "suspicious-replacement", "error", message))


def _final(file: File, old: File) -> str:
    """The name of a file that was moved and is written under its earlier name stays the new one."""
    return file.path if same_place(file.path) == same_place(old.path) else old.path


def _suspicion(file: File, old: File, added: int, request: str | None) -> str | None:
    """Why the new text cannot be all of the file, half a sentence."""
    if old.lines < SMALL:
        return None
    share = len(file.content) / len(old.content)
    elided = elision(file.path, file.content)
    if share < ABRIDGED and elided is not None:
        return f" and says {shown(elided[1])}"
    lost = len(old.content) - len(file.content)
    if share < SHRUNK and request is not None and not _REASONS.search(request) and added < lost / 2:
        return ", which nobody asked for"
    return None


def _abridged(edit: Edit) -> list[str]:
    """Changes that bring in a comment which stands for code."""
    for change in edit.changes:
        elided = elision(edit.path, change.replace)
        if elided is not None and elided[1] not in change.search:
            return [f"A change to {shown(edit.path)} seems to be abridged: it says {shown(elided[1])}."]
    return []


def _blocker(path: str, files: dict[str, File]) -> str | None:
    """A file that is a folder of `path`, or one that has `path` as a folder."""
    parts = same_place(path).split("/")
    for depth in range(1, len(parts)):
        if (above := files.get("/".join(parts[:depth]))) is not None:
            return above.path
    inside = same_place(path) + "/"
    return next((file.path for place, file in files.items() if place.startswith(inside)), None)


def _cut(bundle: Bundle, why: str) -> str:
    lost = f"`{bundle.open_path}` is missing" if bundle.open_path else MAY_BE_MISSING
    return f"{why or 'The answer of the model broke off.'} What was whole is kept; {lost}. **Regenerate** writes it again."


def _nothing(bundle: Bundle, warnings: Sequence[str]) -> str:
    if warnings:
        return "No file of this answer can be delivered. " + " ".join(warnings)
    said = " ".join(bundle.said.split())[:SAID_LIMIT]
    if said:
        return (
            f"The model wrote no file. It said: “{said}” Answer it in the thread, then press **Try again**."
        )
    return "The model's answer holds no file. Press **Try again**."
