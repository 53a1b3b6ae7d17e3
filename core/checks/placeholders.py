"""The gate of placeholders: code that was left out, and texts that stand for a text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from core.automations.evidence import Finding, Severity
from core.bundle.kinds import ending, is_markdown
from core.checks.project import Project, is_test
from core.checks.source import Placed, Source

_THING = (
    r"(?:code|implementation|logic|functions?|methods?|handlers?|imports?|file|class(?:es)?|routes?|content|config\w*|stuff|"
    r"fields?|tests?|cases?|steps?|endpoints?|components?|styles?|helpers?|options|parameters|properties)"
)
_WHICH = r"(?:the|your|all|previous|other|more|existing|remaining|add|keep|same|rest of|original|additional|similar|unchanged)"
_DOTS = r"(?:\.{3,}|\u2026)"
_END = r"[)\]\s.!:\u2026]*$"
_ELISION = re.compile(
    rf"^{_DOTS}\s*[(\[]?(?:{_WHICH}\s+)+{_THING}\b|^{_DOTS}\s+[(\[]?{_THING}\b|"
    rf"^{_DOTS}\s*[(\[]?(?:(?:the\s+)?rest|unchanged|same|remaining|others?|more|truncated|snip\w*|continued?|omitted|as before)\b"
    rf"(?:\s+(?:of|as|here|goes|remains?|stays?|is|are)\b.*)?{_END}|"
    rf"(?:^|\W)(?:rest|remainder) of (?:the |your |this )?(?:code|file|implementation|functions?|class|methods?|script|logic|"
    rf"module|program|component)\s*(?:here|unchanged|remains|stays|goes here|is (?:the same|unchanged)|omitted|{_DOTS})|"
    rf"^\W*(?:the )?(?:rest|remainder) of (?:the |your |this )?(?:code|file|implementation|functions?|class|methods?|script|logic)"
    rf"{_END}|"
    rf"\b(?:existing|previous|remaining|other|original) (?:code|functions?|methods?|implementation|imports?|logic|content|routes?)"
    rf"\s*(?:here|unchanged|remains?(?: the same)?|stays|goes here|omitted|as before|{_DOTS}){_END}|"
    rf"\b(?:code|logic|implementation|content) (?:goes|comes) here\b|"
    rf"\b(?:your|add|insert|put|write|place) (?:your |the |actual |own |real |more )*(?:code|logic|implementation)\s+here\b|"
    rf"^\W*(?:add |put |write |insert )?your (?:own )?(?:code|logic|implementation)\s*{_DOTS}?$|"
    rf"\b(?:omitted|truncated|shortened|abbreviated) for (?:brevity|clarity|space|length)\b|"
    rf"\b(?:implementation|code|details?|body|rest|remaining \w+) (?:is |are )?omitted(?: here)?{_END}|"
    rf"\b(?:same|unchanged) (?:as )?(?:before|above)\s*{_DOTS}|"
    rf"^\[?(?:unchanged|truncated|snip(?:ped)?|remaining code)\]?\s*{_DOTS}?$",
    re.IGNORECASE,
)
_TO_DO = re.compile(r"\b(?:TODO|FIXME|XXX|TBD)\b")
_LEFT_OUT = re.compile(
    r"\b(?:TODO|FIXME|TBD)\b[\s:()\w-]{0,20}?[:\s-]\s*(?:implement(?! (?:this )?in\b)|add (?:your|actual|real|the (?:actual|real)|logic|implementation|code)|"
    r"write (?:the|your|this)|complete (?:this|the|implementation)|fill (?:in|out) (?:the|your|this|with|logic|details)|finish (?:this|implement)|replace (?:this\b|with (?:your|actual|the (?:actual|real)|real \w+ (?:call|logic|code|implementation|data)|real (?:implementation|logic|data|code|api|call)))|"
    r"actual(?:ly)? implement|your (?:code|logic)|insert|put (?:your|the))\b|"
    r"^placeholder(?: (?:implementation|function|method|logic|code|until)\b.*|[.:]?)$|"
    r"\b(?:implement|add) (?:this|me|the (?:actual|real)|actual|real|your own|your) (?:\w+ )?(?:here|logic|code|implementation|later)\b|"
    r"^(?:implement|to be implemented|not (?:yet )?implemented)\s*(?:here|this|later|yet|me)?[.!\u2026]*$|"
    r"\bin a real (?:implementation|application|app|system|scenario|world)[^.]{0,60}\b(?:you would|this would|we would|would)\b",
    re.IGNORECASE,
)
_STAND_IN = re.compile(
    r"(?:\b|[<_-])(?:your|(?:insert|replace|enter|put|add|paste)[-_ ](?:your|actual|real|with|the|here|in))[-_ ]{1,3}(?:\w+[-_ ]){0,4}"
    r"(?:key|token|secret|password|api|webhook|url|id|username|bucket|domain|endpoint|credentials?)(?:[-_ ]here)?(?:\b|>)|"
    r"\breplace[-_ ]?(?:me|this)\b|\bchange[-_]?me\b|\b(?:key|token|secret|password|id|url)[-_ ](?:goes[-_ ])?here\b",
    re.IGNORECASE,
)
_CONFLICT = re.compile(r"(?:<{7}|>{7})(?: \S.*)?|={7}")
_FENCE = re.compile(r"\s*(?:`{3,}|~{3,})[\w+-]*\s*")
_CONFIGURATION = frozenset(
    {"yml", "yaml", "toml", "ini", "cfg", "conf", "json", "env", "properties", "service", "tf"}
)
_LENGTH = 60
"""Characters of a text that stands for a value: longer ones are sentences."""


def placeholders(project: Project) -> Iterator[Finding]:
    derived = frozenset(name for source in project.sources.values() for name in source.derived)
    for path, file in project.files.items():
        source = project.sources.get(path)
        if source is not None:
            yield from _comments(source)
            yield from _stubs(source, derived)
            if not is_test(path):
                yield from _stand_ins(source)
        elif ending(path) in _CONFIGURATION and not _is_example(path):
            yield from _comments_of_data(path, file.content)
        if not is_markdown(path):
            yield from _marks(path, file.content)


def _comments(source: Source) -> Iterator[Finding]:
    for comment in source.comments:
        yield from _comment(source.file.path, comment)


def _comment(path: str, comment: Placed) -> Iterator[Finding]:
    if _ELISION.search(comment.text):
        yield _finding(
            path, comment.line, "elision", "error", f"code was left out here: `{_short(comment.text)}`"
        )
    elif _LEFT_OUT.search(comment.text):
        yield _finding(
            path, comment.line, "left-out", "error", f"this is not written yet: `{_short(comment.text)}`"
        )
    elif _TO_DO.search(comment.text):
        yield _finding(
            path, comment.line, "to-do", "warning", f"something is left to do: `{_short(comment.text)}`"
        )


def _comments_of_data(path: str, content: str) -> Iterator[Finding]:
    for number, line in enumerate(content.split("\n"), 1):
        bare = line.strip()
        if bare.startswith(("#", "//", ";")):
            yield from _comment(path, Placed(number, bare.lstrip("#/; ")))


def _stubs(source: Source, derived: frozenset[str]) -> Iterator[Finding]:
    path = source.file.path
    for stub in source.stubs:
        owner = stub.text.rpartition(".")[0]
        if owner and owner in derived:
            continue
        severity: Severity = "warning" if is_test(path) else "error"
        yield _finding(path, stub.line, "stub", severity, f"`{stub.text}` has no body")
    for mere in source.mere:
        yield _finding(path, mere.line, "empty-function", "warning", f"`{mere.text}` does nothing")


def _stand_ins(source: Source) -> Iterator[Finding]:
    for string in source.strings:
        if (
            len(string.text) <= _LENGTH
            and _STAND_IN.search(string.text)
            and not re.search(r"[\s$]", string.text.strip())
        ):
            message = f"`{_short(string.text)}` stands for a value: read it from the environment"
            yield _finding(source.file.path, string.line, "stand-in", "error", message)


def _marks(path: str, content: str) -> Iterator[Finding]:
    """What is left of an answer: conflict markers, and the fences around a file."""
    lines = content.split("\n")
    markers = [number for number, line in enumerate(lines, 1) if _CONFLICT.fullmatch(line.rstrip())]
    if len(markers) > 1:
        yield _finding(path, markers[0], "conflict", "error", "a marker of a conflict between two versions")
    filled = [number for number, line in enumerate(lines, 1) if line.strip()]
    for number in (
        {filled[0], filled[-1]} if filled and ending(path) not in ("txt", "rst", "csv", "mdc") else ()
    ):
        if _FENCE.fullmatch(lines[number - 1]):
            yield _finding(
                path,
                number,
                "fence",
                "error",
                "a code fence, which belongs to the answer and not to the file",
            )


def _is_example(path: str) -> bool:
    return any(word in path.rpartition("/")[2].lower() for word in ("example", "sample", "template", "dist"))


def _short(text: str) -> str:
    clean = " ".join(text.split()).replace("`", "'")
    return clean if len(clean) <= _LENGTH else f"{clean[: _LENGTH - 1]}\u2026"


def _finding(path: str, line: int, code: str, severity: Severity, message: str) -> Finding:
    return Finding(path, line, code, severity, message)
