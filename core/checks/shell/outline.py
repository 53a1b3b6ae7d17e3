"""One shell script, told to the gates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.automations.model import File
from core.checks.shell.scan import Line, scan
from core.checks.source import Boundary, BoundaryKind, Import, Placed, Source

_FUNCTION = re.compile(
    r"(?m)(?:^|[;{&|]|\bthen\b|\bdo\b)\s*(?:function\s+([\w:.-]+)\s*(?:\(\s*\))?|([A-Za-z_][\w:.-]*)\s*\(\s*\))\s*(?=[{(\n]|$)"
)
_ASSIGNED = re.compile(r"(?<![\w$\"'-])([A-Za-z_]\w*)(?:\[[^\]]*\])?\+?=")
_LISTED = re.compile(
    r"\b(?:local|declare|typeset|export|readonly|read|mapfile|readarray|getopts|unset|printf\s+-v|select|for)\b([^;&|<>\n]*)"
)
_NAME = re.compile(r"[A-Za-z_]\w*")
_WORDS = re.compile(r"(?<![\w$-])[A-Za-z_]\w*(?![\w(-])")
_SET_IN_PLACE = re.compile(r"\$\{([A-Za-z_]\w*)(?:\[[^\]]*\])?:?=")
_ARITHMETIC = re.compile(r"\(\(([^()]*)\)\)|\blet\s+([^;&|]*)")
_READ = re.compile(r"\$\{?[#!]?([A-Za-z_]\w*)")
_DEFENDED = re.compile(r"\$\{([A-Za-z_]\w*)(?:\[[^\]]*\])?:?[-+=?]")
_WORD = r"(?:\"(?:\$\([^()]*\)|[^\"$]|\$(?!\())*\"|[^\s;&|()\"$]+|\$\([^()]*\)|\$[^\s;&|()\"]*)+"
_SOURCE = re.compile(rf"(?:^|[;&|{{(]|\bthen\b|\bdo\b|\belse\b)\s*(?:source|\.)\s+({_WORD})")
_RUN = re.compile(
    r"(?:^|[;&|({]|\bthen\b|\bdo\b|\belse\b|\bexec\b|\bif\b|!)\s*(?:(?:bash|sh|python3?|node)\s+(?:-[a-z]+\s+)*)?"
    r"(\"(?:\$\([^()]*\)|[^\"\s$]|\$(?!\())*/[\w.-]+\.(?:sh|bash|py|js|mjs|awk|sql)\"|\.{1,2}/[\w./-]+\.(?:sh|bash|py|js|mjs))"
)
_ASKED = re.compile(r"(?:\[\[?|\btest\b)[^\]]*?-[efrxsd]\s+(\"[^\"]*\"|[^\s;&|)\]]+)")
_UNKNOWABLE = re.compile(r"(?<![\w-])(?:eval|declare\s+-n|local\s+-n|indirect)\b|\$\{!")
_COMMAND = re.compile(
    r"(?m)(?:^|[;&|({]|\bthen\b|\bdo\b|\belse\b|\bif\b|\bwhile\b|\$\(|!)\s*([A-Za-z_][\w-]{3,})(?=\s|$|[;&|)])(?!\s*\()"
)
_LABEL = re.compile(r"^\s*\(?[\w*?.|\"' -]+\)(?!\))")
"""Of a branch of `case`."""
_VALUE = re.compile(r"(?m)(?:^|[;\s])([A-Za-z_]\w*)=([^\n;]*)")
_PLACE = re.compile(r"BASH_SOURCE|\$\{?0\b|\bpwd\b|\bPWD\b")
_FAR = "../../.."
"""Out of the project, as like as not."""
_CHAIN = 4
"""Variables made from each other."""
_ENVIRONMENT = re.compile(r"[A-Z][A-Z0-9_]{1,60}")
_TRIES = re.compile(r"\|\||\btrap\b|\bset\s+-[a-z]*e|\bif\s+!?\s*\w|errexit")
_LOGS = re.compile(r"\b_?(?:log|logger|warn|error|info|die|debug)(?:_\w+)?\b|>&2|/dev/stderr")
_CALLS: dict[BoundaryKind, re.Pattern[str]] = {
    "network": re.compile(r"(?:^|[;&|(\s])(curl|wget|ssh|scp|rsync|nc|ftp|sftp)\s"),
    "database": re.compile(r"(?:^|[;&|(\s])(psql|mysql|sqlite3|mongosh|redis-cli|pg_dump|mysqldump)\s"),
    "file": re.compile(r"(?:^|[;&|({\s])(cp|mv|rm|tar|unzip|dd|shred|truncate|rmdir)\s"),
}


@dataclass(frozen=True, slots=True)
class Outline:
    """``functions``, ``assigned``: what it defines. ``read``: variables that must have a value, each where it is first
    read. ``commands``: words in the place of a command. ``runs``: scripts that it starts. ``unknowable``: it makes names at
    run time. ``own``: variables that hold a folder of the project. ``wanders``: it
    goes to other folders by `cd ..`."""

    functions: frozenset[str]
    assigned: frozenset[str]
    read: tuple[Placed, ...]
    commands: tuple[Placed, ...]
    runs: tuple[Placed, ...]
    unknowable: bool
    own: frozenset[str]
    wanders: bool


def read(file: File) -> Source:
    lines = list(scan(file.content))
    code = "\n".join(line.code for line in lines)
    functions = frozenset(match[1] or match[2] for match in _FUNCTION.finditer(code))
    assigned = frozenset(_assigned(code))
    return Source(
        file,
        imports=tuple(_sources(lines)),
        exports=functions,
        variables=tuple(_variables(lines, assigned)),
        sets=assigned - {name for line in lines for name in _kept(line)},
        boundaries=tuple(_boundaries(lines)),
        handles=bool(_TRIES.search(code)),
        logs=bool(_LOGS.search(code)),
        starts=file.content.startswith("#!"),
        comments=tuple(Placed(line.number, line.comment) for line in lines if line.comment),
        strings=tuple(
            Placed(line.number, text)
            for line in lines
            for text in re.findall(r"[\"']([^\"']+)[\"']", line.code)
        ),
        stubs=tuple(_stubs(lines)),
        scratch=Outline(
            functions,
            assigned,
            tuple(_needed(lines)),
            tuple(
                Placed(line.number, name)
                for line in lines
                for name in _COMMAND.findall(_LABEL.sub("", line.code))
            ),
            tuple(Placed(line.number, found) for line in lines for found in _RUN.findall(line.code)),
            bool(_UNKNOWABLE.search(code)),
            frozenset(_own_folders(code)),
            bool(re.search(r"\bcd\s+\"?(?:\.\.|/)", code)),
        ),
    )


def _assigned(code: str) -> Iterator[str]:
    yield from _ASSIGNED.findall(code)
    yield from _SET_IN_PLACE.findall(code)
    for words in _LISTED.findall(code):
        yield from _WORDS.findall(words)
    for one, other in _ARITHMETIC.findall(code):
        yield from _NAME.findall(one or other)


def _own_folders(code: str) -> set[str]:
    """Variables that are made from the script's own place, or from one that is."""
    found: set[str] = set()
    values = _VALUE.findall(code)
    for _ in range(_CHAIN):
        before = len(found)
        for name, value in values:
            if _FAR not in value and (
                _PLACE.search(value) or any(each in found for each in _READ.findall(value))
            ):
                found.add(name)
        if len(found) == before:
            break
    return found


def _needed(lines: Sequence[Line]) -> Iterator[Placed]:
    seen: set[str] = set()
    for line in lines:
        defended = set(_DEFENDED.findall(line.code))
        for name in _READ.findall(line.code):
            if name not in seen and name not in defended:
                seen.add(name)
                yield Placed(line.number, name)


def _variables(lines: Sequence[Line], assigned: frozenset[str]) -> Iterator[Placed]:
    """Upper-case names that the script does not set, or sets to what they were: `A="${A:-b}"`."""
    for line in lines:
        kept = _kept(line)
        for name in dict.fromkeys(_READ.findall(line.code)):
            if _ENVIRONMENT.fullmatch(name) and (name in kept or name not in assigned):
                yield Placed(line.number, name)


def _kept(line: Line) -> set[str]:
    """Variables that keep what the environment gave them."""
    kept = {
        name
        for name in _DEFENDED.findall(line.code)
        if re.search(rf"(?<!\w){name}=\"?\$\{{{name}:?[-?]", line.code)
    }
    return kept | set(_SET_IN_PLACE.findall(line.code))


def _sources(lines: Sequence[Line]) -> Iterator[Import]:
    asked = {each.strip("\"'") for line in lines for each in _ASKED.findall(line.code)}
    for line in lines:
        for target in _SOURCE.findall(line.code):
            bare = target.replace('"', "").replace("'", "")
            optional = bool(_ASKED.search(line.code)) or "||" in line.code or bare in asked
            yield Import(line.number, bare, optional=optional)


def _boundaries(lines: Sequence[Line]) -> Iterator[Boundary]:
    for line in lines:
        for kind, pattern in _CALLS.items():
            if found := pattern.search(line.code):
                yield Boundary(line.number, kind, found[1])


def _stubs(lines: Sequence[Line]) -> Iterator[Placed]:
    """Functions that only say that they are not there yet."""
    whole = "\n".join(line.code for line in lines)
    for match in re.finditer(
        r"(?m)^\s*(?:function\s+)?([\w-]+)\s*\(\s*\)\s*\{\s*(?::|true|echo\s+[^\n;]*not (?:yet )?implemented[^\n;]*)\s*;?\s*\}",
        whole,
        re.IGNORECASE,
    ):
        if "implemented" in match[0]:
            at = whole.count("\n", 0, match.start(1))
            yield Placed(lines[at].number if at < len(lines) else 0, match[1])
