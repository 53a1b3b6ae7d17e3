"""Lists of Python packages as pip reads them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import dirname

from core.automations.evidence import Finding
from core.automations.model import File
from core.checks.project import Project, joined
from core.checks.python.distributions import normal

_COMMENT = re.compile(r"(?:^|\s)#.*$")
_OPTIONS = re.compile(r"\s--?(?:hash|config-settings|global-option)\b.*$")
_OTHER_FILE = re.compile(r"(?:-r|--requirement|-c|--constraint)[ =]?\s*(\S+)")


def read_requirements(file: File) -> Iterator[Finding]:
    from packaging.requirements import InvalidRequirement, Requirement  # noqa: PLC0415 - slow, and seldom needed

    seen: dict[str, int] = {}
    for line, text in _lines(file.content):
        if text.startswith(("-", ".", "/")) or "://" in text.partition("@")[0]:
            continue
        try:
            one = Requirement(_OPTIONS.sub("", text).strip())
        except InvalidRequirement as error:
            message = f"pip cannot read this line: {str(error).splitlines()[0]}"
            yield Finding(file.path, line, "invalid-syntax", "error", message)
            continue
        key = f"{normal(one.name)} {one.marker or ''}"
        if key in seen:
            message = f"`{one.name}` stands here a second time (before: line {seen[key]})"
            yield Finding(file.path, line, "package-twice", "warning", message)
        seen[key] = line


def requirements_references(file: File, project: Project) -> Iterator[Finding]:
    for line, text in _lines(file.content):
        if found := _OTHER_FILE.match(text):
            place = joined(dirname(file.path), found[1])
            if "://" not in found[1] and place not in project.paths:
                message = f"`{found[1]}` is not in the project"
                yield Finding(file.path, line, "unknown-file", "error", message)


def _lines(content: str) -> Iterator[tuple[int, str]]:
    """Continued lines are one."""
    begin, parts = 0, list[str]()
    for number, line in enumerate(content.removeprefix("\ufeff").split("\n"), 1):
        begin = begin if parts else number
        parts.append(line.removesuffix("\\"))
        if not line.endswith("\\"):
            text = _COMMENT.sub("", " ".join(parts)).strip()
            parts = []
            if text:
                yield begin, text
