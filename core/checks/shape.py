"""The first gate: size and shape, in linear time, before any parser sees a file.

Parsers of all kinds end their process, or eat seconds and gigabytes, on deeply nested or endlessly chained text. The
limits stop such files and, measured on real sources, hardly any other (generated ones).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from core.automations.evidence import Finding
from core.automations.model import File
from core.bundle.kinds import ending

FILE_BYTES = 400_000
PROJECT_BYTES = 2_000_000
FILES = 200
LINE_CHARACTERS = 20_000
NESTING = 120
"""Brackets that are open at once, those in strings and comments included."""
OPERATORS = 1000
"""Operators in one expression, as far as lines and separators tell."""
_DOUBTED = OPERATORS // 4
"""Operators in a part of one line, above which it is looked at again without its literals."""
BRANCHES = 300
"""`else if`s in a file."""

_PROSE = frozenset({"md", "mdx", "markdown", "rst", "adoc", "txt", "csv", "tsv", "log"})
_CODE = frozenset(
    {
        "py",
        "pyi",
        "pyw",
        "js",
        "mjs",
        "cjs",
        "jsx",
        "ts",
        "mts",
        "cts",
        "tsx",
        "sh",
        "bash",
        "zsh",
        "go",
        "java",
        "kt",
    }
    | {
        "c",
        "h",
        "cc",
        "cpp",
        "hpp",
        "cs",
        "rs",
        "rb",
        "php",
        "swift",
        "scala",
        "lua",
        "pl",
        "sql",
        "vue",
        "svelte",
    }
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_BRACKET = re.compile(r"[()\[\]{}]|\n")
_BRANCH = re.compile(r"\b(?:elif|elsif|elseif|else\s{1,8}if)\b")
_OPERATOR = re.compile(r"[-+*/%&|^=?:!~.@]|\b(?:and|or|not|in|is|await|lambda|typeof|new)\b")
_SEPARATOR = re.compile(r"[,;{}]")
_COMMENT = re.compile(r"\s*(?:#|//|/\*|--|\+[-=]{3}|\|.*\|\s*$)")
"""Also the rules and rows of tables, which documentation draws."""
_MAP = re.compile(r"\s*(?://|/\*)# sourceMappingURL=data:")
"""A comment that tools put at the end of what they made; no parser goes into it."""
_LITERAL = re.compile(
    r"'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\"|(?<=[=(:,?&|!\s>])/(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\[\n])+/"
)
"""Strings and regular expressions of one line: no operators in there."""
_GOES_ON = re.compile(r"\s*(?:[-+*/%&|^=?:.]|(?:and|or|in|is)\b)")
_GOING_ON = re.compile(r"(?:[-+*/%&|^=?:.(\[\\!~]|\b(?:and|or|not|in|is))\s*$")


def shape(files: Sequence[File]) -> tuple[Finding, ...]:
    """What makes the files unfit for the other checks; each finding is an error, and a file with one goes no further."""
    sizes = [len(file.content.encode("utf-8", "surrogatepass")) for file in files]
    findings = [finding for file, size in zip(files, sizes, strict=True) for finding in _file(file, size)]
    if len(files) > FILES:
        findings.append(
            _error("", 0, "too-many-files", f"{len(files)} files; at most {FILES} can be handled")
        )
    if sum(sizes) > PROJECT_BYTES:
        findings.append(
            _error("", 0, "project-too-large", f"{sum(sizes)} bytes in all; at most {PROJECT_BYTES}")
        )
    return tuple(findings)


def _file(file: File, size: int) -> Iterator[Finding]:
    if size > FILE_BYTES:
        yield _error(file.path, 0, "file-too-large", f"{size} bytes; at most {FILE_BYTES}")
        return
    yield from _characters(file)
    yield from _lines(file)
    kind = ending(file.path)
    if kind not in _PROSE:
        yield from _nesting(file)
    if kind in _CODE:
        yield from _chains(file)


def _characters(file: File) -> Iterator[Finding]:
    at = file.content.find("\0")
    if at >= 0:
        yield _error(
            file.path, _line_of(file.content, at), "nul", "holds a NUL character: this is not a text file"
        )
    if broken := _SURROGATE.search(file.content):
        line = _line_of(file.content, broken.start())
        yield _error(
            file.path, line, "not-utf-8", "holds half a surrogate pair, which cannot be written as UTF-8"
        )


def _lines(file: File) -> Iterator[Finding]:
    for number, line in enumerate(file.content.split("\n"), 1):
        if len(line) > LINE_CHARACTERS and not _MAP.match(line):
            yield _error(
                file.path, number, "line-too-long", f"{len(line)} characters; at most {LINE_CHARACTERS}"
            )
            return


def _nesting(file: File) -> Iterator[Finding]:
    depth, line = 0, 1
    for match in _BRACKET.finditer(file.content):
        mark = match[0]
        if mark == "\n":
            line += 1
        elif mark in "([{":
            depth += 1
        elif depth:
            depth -= 1
        if depth > NESTING:
            yield _error(file.path, line, "nested-too-deep", f"more than {NESTING} brackets are open at once")
            return


def _chains(file: File) -> Iterator[Finding]:
    branches = _BRANCH.findall(file.content)
    if len(branches) > BRANCHES:
        yield _error(
            file.path, 0, "too-many-branches", f"{len(branches)} else-ifs; at most {BRANCHES}: use a table"
        )
    length, open_ended = 0, False
    for number, line in enumerate(file.content.split("\n"), 1):
        if _COMMENT.match(line):
            continue
        if not open_ended and not _GOES_ON.match(line):
            length = 0
        for at, part in enumerate(_SEPARATOR.split(line)):
            count = len(_OPERATOR.findall(part))
            if count > _DOUBTED:
                count = len(_OPERATOR.findall(_LITERAL.sub("", part)))
            length = (0 if at else length) + count
            if length > OPERATORS:
                message = f"more than {OPERATORS} operators in one expression: split it up"
                yield _error(file.path, number, "chain-too-long", message)
                return
        open_ended = bool(_GOING_ON.search(line[-40:]))


def _line_of(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _error(path: str, line: int, code: str, message: str) -> Finding:
    return Finding(path, line, code, "error", message)
