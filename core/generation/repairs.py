"""What the model is told after its answer: to go on, or what is wrong with it. Behind the same prompt, so that a
service finds the beginning in its cache. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from itertools import groupby

from core.automations.evidence import Finding, TestRun
from core.automations.model import File
from core.bundle.continuation import Again, GoOn
from core.generation.tokens import estimate
from core.messages.neutral import inside
from core.ports import ModelMessage

FINDINGS = 25
"""Lines of one message; who has more faults than that does not get better by reading them."""
CHARACTERS = 3_000
"""Of the findings of one message."""
OUTPUT = 2_000
"""Characters of the tests' output: test programs say the most important at the end."""
_LINE = 120
_NEAR = 6
_WORD = re.compile(r"[^\s\"'`=,;()]{12,}")
_SECRETS = frozenset({"secret", "env-file"})
"""Findings whose line is never repeated."""


def asked_again(how: Again) -> tuple[ModelMessage, ...]:
    done = _listed(how.finished) or "none yet"
    text = (
        f"Your answer was cut. These files arrived whole and are kept: {done}. Do not send them again. "
        f"Send the rest now, each file whole, in the same format, beginning with {_listed(how.paths)}. "
        "No plan, no other words; `<notes>` and `<done/>` at the end."
    )
    return (ModelMessage("assistant", f"Files: {done}."), ModelMessage("user", text))


def asked_on(how: GoOn) -> tuple[ModelMessage, ...]:
    rest = f" Then the remaining files: {_listed(how.rest)}." if how.rest else ""
    text = (
        f"Your answer was cut inside `{how.path}`. These are the last lines that arrived:\n\n"
        f"<data:tail>\n{inside(how.tail)}</data:tail>\n\n"
        "Continue with the very next line: no repetition, no preamble, no opening tag, no code fence. Close the file "
        f"with `</file>`.{rest} `<notes>` and `<done/>` at the end."
    )
    return (ModelMessage("assistant", how.kept.rstrip("\n")), ModelMessage("user", text))


def nothing_came(said: str) -> tuple[ModelMessage, ...]:
    """The answer held code, but no file."""
    text = (
        "No file could be taken from this answer: the code in it has no file names. Send everything again in the format "
        'that was asked for: `<plan>`, then one `<file path="…">` block for each file, then `<notes>` and `<done/>`.'
    )
    return (ModelMessage("assistant", said[:OUTPUT]), ModelMessage("user", text))


def repair(
    order: str,
    number: int,
    of: int,
    files: Sequence[File],
    findings: Sequence[Finding],
    tests: TestRun | None,
    room: int,
) -> tuple[tuple[ModelMessage, ...], tuple[str, ...]]:
    """The messages of round `number`, and the paths that it is about: those files are shown as they are now, as far as
    `room` (tokens) allows. `order`: what is to be done with it, a prompt."""
    about = concerned(files, findings, tests)
    report = listed(findings, files, len(about))
    failure = _failure(tests, _secrets(files, findings))
    left = room - estimate(report) - estimate(failure) - 300
    shown = _shown([_masked(file, findings) for path in about for file in files if file.path == path], left)
    names = _listed([file.path for file in files])
    text = "\n\n".join(
        part
        for part in (
            f"Repair round {number} of {of}. Your files were checked and run. This is what was found:",
            f"<data:findings>\n{inside(report)}\n</data:findings>",
            failure,
            f"The files concerned, as they are now:\n\n<data:files>\n{shown}\n</data:files>" if shown else "",
            order,
        )
        if part
    )
    return (ModelMessage("assistant", f"Files: {names}."), ModelMessage("user", text)), about


def concerned(files: Sequence[File], findings: Sequence[Finding], tests: TestRun | None) -> tuple[str, ...]:
    """The files that a repair will look at: those with findings, and those that a failing test's output names."""
    there = [file.path for file in files]
    named = [finding.path for finding in findings if finding.severity == "error" and finding.path in there]
    output = tests.output if tests is not None and not tests.proved else ""
    failing = [path for path in there if re.search(rf"(?<![\w.-]){re.escape(path)}(?![\w-])", output)]
    return tuple(dict.fromkeys([*named, *failing]))


def listed(findings: Sequence[Finding], files: Sequence[File], about: int) -> str:
    """One line for each, by file; never a secret."""
    errors = sum(finding.severity == "error" for finding in findings)
    warnings = len(findings) - errors
    head = f"{_count(errors, 'error')}, {_count(warnings, 'warning')} in {about} of {_count(len(files), 'file')}."
    ordered = sorted(findings, key=lambda one: (one.severity != "error", one.path, one.line))[:FINDINGS]
    texts = {file.path: file.content.split("\n") for file in files}
    hidden = {(one.path, one.line) for one in findings if one.code in _SECRETS}
    lines = [head, *_by_file(ordered, texts, hidden)]
    while len("\n".join(lines)) > CHARACTERS and len(lines) > 2:  # noqa: PLR2004 -- the head, and one line
        lines.pop()
    return "\n".join(lines)


def _by_file(
    findings: Iterable[Finding], texts: Mapping[str, Sequence[str]], hidden: AbstractSet[tuple[str, int]]
) -> list[str]:
    """`hidden`: lines that hold a secret, whatever else is to be said of them."""
    lines = []
    for path, group in groupby(findings, key=lambda one: one.path):
        lines.append(path or "(the project)")
        lines += [_line(one, () if (path, one.line) in hidden else texts.get(path, ())) for one in group]
    return lines


def _line(one: Finding, text: Sequence[str]) -> str:
    where = str(one.line) if one.line else "-"
    near = f" (has: {', '.join(one.candidates[:_NEAR])})" if one.candidates else ""
    message = " ".join(one.message.split()) if one.code != "edit-failed" else one.message
    source = text[one.line - 1].strip()[:_LINE] if 0 < one.line <= len(text) else ""
    quoted = f" | {source}" if source else ""
    return f" {one.severity[0].upper()} {where} {one.code} {message}{near}{quoted}"


def _failure(tests: TestRun | None, secrets: Sequence[str]) -> str:
    """`secrets`: what the tests may have printed, and must not be repeated."""
    if tests is None or not tests.ran or tests.proved:
        return ""
    ended = f" ({tests.reason})" if tests.reason else ""
    counts = f"{_count(tests.failed, 'test')} failed, {tests.passed} passed{ended}. The end of the output:"
    output = tests.output
    for secret in secrets:
        output = output.replace(secret, "(a secret)")
    return f"{counts}\n\n<data:output>\n{inside(output[-OUTPUT:].strip())}\n</data:output>"


def _secrets(files: Sequence[File], findings: Sequence[Finding]) -> list[str]:
    """The words of lines that hold a secret, long enough to be one."""
    lines = {file.path: file.content.split("\n") for file in files}
    held = [
        lines[one.path][one.line - 1]
        for one in findings
        if one.code in _SECRETS and 0 < one.line <= len(lines.get(one.path, ()))
    ]
    return [word for line in held for word in _WORD.findall(line)]


def _masked(file: File, findings: Sequence[Finding]) -> File:
    """The file without its lines that hold a secret."""
    secret = {one.line for one in findings if one.path == file.path and one.code in _SECRETS}
    lines = file.content.split("\n")
    masked = [
        "(this line held a secret and is not shown)" if at in secret else line
        for at, line in enumerate(lines, 1)
    ]
    return replace(file, content="\n".join(masked)) if secret else file


def _shown(files: Sequence[File], room: int) -> str:
    parts = []
    for file in files:
        body = inside(file.content)
        text = f'<data:file path="{inside(file.path)}">\n{body}{"" if body.endswith(chr(10)) else chr(10)}</data:file>'
        if (room := room - estimate(text)) < 0:
            parts.append(
                f"({inside(file.path)} is not shown again for want of room; you wrote it, return it whole if it must change.)"
            )
        else:
            parts.append(text)
    return "\n".join(parts)


def _listed(paths: Sequence[str]) -> str:
    return ", ".join(f"`{path}`" for path in paths)


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
