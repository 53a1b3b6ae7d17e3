"""Projects for the gates, and what the gates say of them."""

from __future__ import annotations

from collections.abc import Mapping

from core.automations.evidence import Finding
from core.automations.model import File
from core.checks.static import run_static


def files(contents: Mapping[str, str]) -> list[File]:
    """A line break after the opening quotes is not part of a file."""
    return [File(path, text.removeprefix("\n")) for path, text in contents.items()]


def findings(contents: Mapping[str, str], gate: str) -> list[Finding]:
    """Without the tools, in this process."""
    return list(run_static(files(contents))[gate].findings)


def errors(contents: Mapping[str, str], gate: str) -> list[tuple[str, int, str]]:
    return [
        (each.path, each.line, each.code) for each in findings(contents, gate) if each.severity == "error"
    ]


def changed(contents: Mapping[str, str], path: str, old: str, new: str) -> dict[str, str]:
    """The twin with one place changed, which must be there."""
    assert old in contents[path]
    return {**contents, path: contents[path].replace(old, new)}


def without(contents: Mapping[str, str], path: str) -> dict[str, str]:
    assert path in contents
    return {each: text for each, text in contents.items() if each != path}
