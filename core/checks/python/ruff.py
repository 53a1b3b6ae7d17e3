"""What ruff says of Python files: the oracle for syntax, and a short list of rules that find real faults.

The rules were chosen by their hits on the standard library; where a module makes names at run time, the rules about
names only warn."""

from __future__ import annotations

import builtins
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from core.automations.evidence import Finding, Severity
from core.automations.model import File
from core.checks.languages.language import Judgement
from core.checks.likeness import MOST
from core.checks.project import Project
from core.checks.python.manifests import target
from core.checks.python.standard import brings
from core.checks.tools import Limits, Ran, found, laid_out, run
from core.checks.words import words

_SYNTAX = "invalid-syntax"
_ERRORS = "E9,F404,F406,F407,F50,F52,F63,F7,F811,F821,F822,F823,PLE0117,PLE0118,PLE1142"
_WARNINGS = "F401,F402,F541,F601,F841,B006,B008,B023,B018,S113,S307,S501,S602,S605,ASYNC210,ASYNC251,RUF006"
_OF_SYNTAX = ("E9", "F404", "F406", "F407", "F7", "PLE0117", "PLE0118", "PLE1142")
_ABOUT_NAMES = frozenset({"F821", "F822", "F811"})
_STARRED = "F405"
"""A name that is undefined, unless a star import brings it: told only when it is nearly called like another one."""
_STAR = re.compile(r"^\s*from\s+([\w.]+)\s+import\s+\*", re.MULTILINE)
_WORD = re.compile(r"\b[A-Za-z_]\w{4,}")
"""Shorter ones are all alike."""
_DYNAMIC = re.compile(r"\b(?:globals|vars)\(\)|\bexec\(|sys\.modules\[|_convert_|global_enum")
_NAME = re.compile(r"[`']([^`']+)[`']")
_QUOTED = re.compile(r"""([fFrRtT]*)(["'])(.*?)\2""")
_FROM_LINE = re.compile(r"\bfrom line (\d+)")
_DEFINES = re.compile(r"(\s*)(?:async\s+def|def|class)\b")
_OF_NOTEBOOKS = frozenset({"get_ipython"})
_OF_VERSION_2 = words(
    "unicode basestring xrange raw_input long unichr reduce cmp file buffer execfile intern apply reload"
)
_LOOKS_AT_VERSION = re.compile(r"version_info|hexversion|\bPY[23]\b|\bpy[23]k?\b|sys\.version")
_NEWEST = 15
"""The last minor version of Python 3 that ruff knows."""
_LIMITS = Limits(cpu=10, wall=20, memory=4 << 30)


async def judge(files: Sequence[File], project: Project) -> Judgement:
    ruff = found("ruff")
    if ruff is None:
        return Judgement(missing=("ruff",))
    version = min(target(project), _NEWEST)
    ran = await _run(ruff, files, version)
    findings = _read(ran, files)
    if findings is None:
        findings = []
        for file in files:
            alone = await _run(ruff, [file], version)
            findings += _read(alone, [file]) or [_crashed(file.path, alone)]
    return _sorted(findings)


async def _run(ruff: str, files: Sequence[File], version: int) -> Ran:
    """`--isolated` and `--ignore-noqa`: nothing in the project switches a rule off."""
    command = [
        ruff,
        "check",
        "--isolated",
        "--no-cache",
        "--no-fix",
        "--quiet",
        "--exit-zero",
        "--ignore-noqa",
    ]
    command += [
        f"--target-version=py3{version}",
        f"--select={_ERRORS},{_WARNINGS},{_STARRED}",
        "--output-format=json",
    ]
    async with laid_out(files) as folder:
        ran = await run([*command, "--", "."], folder, limits=_LIMITS)
        return replace(ran, out=ran.out.replace(json.dumps(f"{folder.resolve()}/")[1:-1], ""))


def _read(ran: Ran, files: Sequence[File]) -> list[Finding] | None:
    """None when the tool has crashed."""
    if ran.crashed or ran.code:
        return None
    try:
        data = json.loads(ran.out)
        return list(_findings(data, {file.path: file for file in files}))
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def _findings(data: Iterable[Any], files: Mapping[str, File]) -> Iterator[Finding]:
    asked: Counter[str] = Counter()
    for each in data:
        path, code = str(each["filename"]), str(each["code"] or _SYNTAX)
        file = files[path]
        line, message = int(each["location"]["row"]), str(each["message"])
        slip = False
        if code == _STARRED or (code in _ABOUT_NAMES and _DYNAMIC.search(file.content)):
            asked[path] += 1
            slip = asked[path] <= MOST and _is_mistyped(message, file)
        if code == _STARRED and (not slip or _is_brought(message, file, files)):
            continue
        if code == _SYNTAX and line >= len(file.content.rstrip().split("\n")):
            message = f"{message}; the file seems to be cut off"
        yield Finding(path, line, code, _severity(code, message, file, line, slip=slip), message)


def _severity(code: str, message: str, file: File, line: int, *, slip: bool) -> Severity:
    if code in (_SYNTAX, _STARRED) or slip:
        return "error"
    if not code.startswith(tuple(_ERRORS.split(","))):
        return "warning"
    if code == "F811" and not _replaces(message, line, file):
        return "warning"
    if code == "F821" and (_is_of_other_python(message, file) or _is_in_string(message, line, file)):
        return "warning"
    if code in _ABOUT_NAMES:
        name = _NAME.search(message)
        dropped = name and re.search(rf"^\s*del\b.*\b{re.escape(name[1])}\b", file.content, re.MULTILINE)
        if dropped or _DYNAMIC.search(file.content):
            return "warning"
    return "error"


def _replaces(message: str, line: int, file: File) -> bool:
    """A function or class takes the place of an earlier one beside it, without a word about it: imports that are made
    twice do no harm, and what is decorated may be registered, or belong together."""
    earlier = _FROM_LINE.search(message)
    lines = file.content.split("\n")
    if earlier is None or not 0 < int(earlier[1]) < line <= len(lines):
        return False
    both = [_DEFINES.match(lines[at - 1]) for at in (int(earlier[1]), line)]
    if both[0] is None or both[1] is None or both[0][1] != both[1][1]:
        return False
    return not any(lines[at - 2].lstrip().startswith(("@", ")")) for at in (int(earlier[1]), line) if at > 1)


def _is_in_string(message: str, line: int, file: File) -> bool:
    """A type that is named in a string, which nobody evaluates; f-strings are evaluated."""
    name = _NAME.search(message)
    lines = file.content.split("\n")
    if name is None or not 0 < line <= len(lines):
        return False
    quoted = [each[3] for each in _QUOTED.finditer(lines[line - 1]) if not each[1]]
    word = re.compile(rf"\b{re.escape(name[1])}\b")
    return any(word.search(each) for each in quoted) and not word.search(_QUOTED.sub("", lines[line - 1]))


def _is_of_other_python(message: str, file: File) -> bool:
    """A name that newer versions have, or that version 2 had, in a file that looks at the version; or one that a
    notebook brings."""
    name = _NAME.search(message)
    if name is None:
        return False
    if "requires-python" in message or name[1] in _OF_NOTEBOOKS:
        return True
    return name[1] in _OF_VERSION_2 and bool(_LOOKS_AT_VERSION.search(file.content))


def _is_mistyped(message: str, file: File) -> bool:
    """The name stands there once, and another one in the file, or of Python, is nearly the same."""
    name = _NAME.search(message)
    words = _WORD.findall(file.content)
    if name is None or words.count(name[1]) != 1:
        return False
    return any(_is_slip(name[1], word) for word in {*words, *dir(builtins)})


def _is_brought(message: str, file: File, files: Mapping[str, File]) -> bool:
    """A star import may bring the name: another file has it, or a module of the standard library."""
    name = _NAME.search(message)
    if name is None:
        return True
    word = re.compile(rf"\b{re.escape(name[1])}\b")
    if any(word.search(other.content) for other in files.values() if other is not file):
        return True
    return any(brings(module, name[1]) for module in _STAR.findall(file.content))


def _is_slip(one: str, other: str) -> bool:
    """They differ by one letter, or by two neighbours that changed places; capitals alone are another name."""
    if one.lower() == other.lower() or abs(len(one) - len(other)) > 1:
        return False
    at = next(
        (at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]),
        min(len(one), len(other)),
    )
    mine, theirs = one[at:], other[at:]
    swapped = mine[1:2] + mine[:1] + mine[2:]
    return theirs == swapped or mine[1:] == theirs[1:] or mine[1:] == theirs or mine == theirs[1:]


def _sorted(findings: Sequence[Finding]) -> Judgement:
    """One syntax fault a file: what follows it is an echo."""
    syntax: list[Finding] = []
    lints: list[Finding] = []
    for _, group in groupby(
        sorted(findings, key=lambda each: (each.path, each.line)), lambda each: each.path
    ):
        of_file = list(group)
        broken = [each for each in of_file if each.code in (_SYNTAX, "tool-crashed")]
        if broken:
            syntax.append(broken[0])
            continue
        for each in of_file:
            (syntax if each.code.startswith(_OF_SYNTAX) else lints).append(each)
    return Judgement(tuple(syntax), tuple(lints))


def _crashed(path: str, ran: Ran) -> Finding:
    return Finding(path, 0, "tool-crashed", "error", f"ruff could not check this file: {ran.end}")
