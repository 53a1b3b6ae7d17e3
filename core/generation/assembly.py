"""From a model's answer to the files of a version. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.automations.model import Automation, File
from core.bundle.parser import Bundle
from core.checks.model import Finding
from core.checks.shape import shape
from core.errors import AnswerUnusable

SAID_LIMIT = 1500
"""Characters of a model's words that are repeated to people when it wrote no file."""


@dataclass(frozen=True, slots=True)
class Assembled:
    """The files of the next version, and what people must know about them."""

    files: tuple[File, ...]
    warnings: tuple[str, ...]


def assemble(bundle: Bundle, current: Automation | None, cut: str = "") -> Assembled:
    """The new files over those of the current version, which are carried over unless deleted or renamed.

    `cut`: why the answer broke off, a sentence; empty when it ended in order. Raises AnswerUnusable when no file can
    be delivered."""
    warnings = list(bundle.warnings)
    warnings += [_cut(bundle, cut)] if cut or bundle.truncated else []
    kept, refused = _gate(bundle.files)
    warnings += refused
    if not kept and not bundle.deleted and not bundle.renamed:
        raise AnswerUnusable(_nothing(bundle, warnings))
    files = {file.path: file for file in _carried(bundle, current)}
    files.update({file.path: file for file in kept})
    return Assembled(tuple(files.values()), tuple(dict.fromkeys(warnings)))


def _gate(files: Sequence[File]) -> tuple[list[File], list[str]]:
    """Files that pass the size-and-shape gate, and a sentence for each that does not."""
    errors: dict[str, Finding] = {}
    for finding in shape(files):
        if finding.severity == "error":
            errors.setdefault(finding.path, finding)
    whole = errors.pop("", None)
    if whole is not None:
        return [], [f"The project was left out: {whole.message}"]
    kept = [file for file in files if file.path not in errors]
    return kept, [f"`{path}` was left out: {finding.message}" for path, finding in errors.items()]


def _carried(bundle: Bundle, current: Automation | None) -> list[File]:
    if current is None:
        return []
    renamed = dict(bundle.renamed)
    return [
        replace(file, path=renamed.get(file.path, file.path))
        for file in current.files
        if file.path not in bundle.deleted
    ]


def _cut(bundle: Bundle, why: str) -> str:
    lost = f"`{bundle.open_path}` is missing" if bundle.open_path else "files may be missing"
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
