"""The gate of placeholders: code that was left out, and texts that stand for a text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from core.automations.evidence import Finding, Severity
from core.bundle.kinds import ending, is_markdown
from core.checks.families import Families
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
    rf"\b(?:your|add|insert|put|write|place) (?:your |the |actual |own |real |more )*(?:code|logic|implementation)\s+here\b(?! to\b)|"
    rf"^\W*(?:add |put |write |insert )?your (?:own )?(?:code|logic|implementation)\s*{_DOTS}?$|"
    rf"\b(?:omitted|truncated|shortened|abbreviated) for (?:brevity|clarity|space|length)\b|"
    rf"\b(?:implementation|code|details?|body|rest|remaining \w+) (?:is |are )?omitted(?: here)?{_END}|"
    rf"\b(?:same|unchanged) (?:as )?(?:before|above)\s*{_DOTS}|"
    rf"^\[?(?:unchanged|truncated|snip(?:ped)?|remaining code)\]?\s*{_DOTS}?$",
    re.IGNORECASE,
)
_TO_DO = re.compile(r"\b(?:TODO|FIXME|XXX|TBD)\b")
_MARK = r"\b(?:TODO|FIXME|TBD)\b[\s:()\w-]{0,20}?[:\s-]\s*"
_LEFT_OUT = re.compile(
    rf"{_MARK}(?:implement(?:ation)?\s*(?:[.!:)]|$)|implement (?:this|me|it|here|later)\s*(?:[.!:)]|$)|"
    r"implement (?:this|the|your|actual|real|me) ?(?:actual|real|own)? ?(?:here\b|logic\b|code\b|function\b|method\b|class\b|body\b|"
    r"feature\b|endpoint\b|part\b|step\b|call\b|handler\b)|implement (?:the )?(?:actual|real|logic)\b|"
    r"add (?:your|actual|real|the (?:actual|real)|logic|implementation|code)|write (?:the|your|this)|"
    r"complete (?:this|the|implementation)|fill (?:in|out) (?:the|your|this|with|logic|details)|finish (?:this|implement)|"
    r"replace (?:this (?:(?:with|by) (?:your|actual|real|a real|the (?:actual|real))|stub|mock|dummy|placeholder)\b|this[.!]?$|with (?:your|actual|the (?:actual|real)|real \w+ (?:call|logic|code|implementation|data)|"
    r"real (?:implementation|logic|data|code|api|call)))|actual(?:ly)? implement|your (?:code|logic)|"
    r"(?:insert|put) (?:your|code|logic|the (?:actual|real|code|logic)))\b|"
    r"^placeholder (?:(?:implementation|function|method|logic|code)\s*(?:[.:!(]|$|for now|to be|until|that)|until\b)|"
    r"\b(?:implement|add) (?:this|me|the (?:actual|real)|actual|real|your own|your) (?:\w+ )?(?:here|logic|code|implementation|later)\b|"
    r"^(?:implement|to be implemented)\s*(?:here|this|later|yet|me)?[.!\u2026]*$|"
    r"\bin a real (?:implementation|application|app|system|scenario|world)[^.]{0,60}\b(?:you would|this would|we would|would)\b",
    re.IGNORECASE,
)
_HALF_SAID = re.compile(
    rf"{_MARK}(?:also )?implement\b|^placeholder[.:]?$|^not (?:yet )?implemented\s*(?:here|yet)?[.!\u2026]*$",
    re.IGNORECASE,
)
"""Left out where nothing else stands; beside code that works it is an idea for later."""
_NOTHING = re.compile(
    r"\s*(?:pass|\.\.\.|:|return(?:\s+(?:None|null|undefined|nil|True|False|true|false|[\d.]+|\[\]|\{\}|\(\)|\"\"|''))?|"
    r"raise NotImplementedError.*|throw new Error\(.*|panic\(.*)?\s*;?\s*"
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
_COMMENTED = re.compile(r"\s*(?:#|//|/?\*)")
_LOOKED_AHEAD = 12
"""Lines below a comment."""
_LENGTH = 60
"""Characters of a text that stands for a value: longer ones are sentences."""


def placeholders(project: Project) -> Iterator[Finding]:
    families = Families(project.sources.values())
    for path, file in project.files.items():
        source = project.sources.get(path)
        if source is not None:
            yield from _comments(source)
            yield from _stubs(source, families)
            if not is_test(path):
                yield from _stand_ins(source)
        elif ending(path) in _CONFIGURATION and not _is_example(path):
            yield from _comments_of_data(path, file.content)
        if not is_markdown(path):
            yield from _marks(path, file.content)


def _comments(source: Source) -> Iterator[Finding]:
    lines = source.file.content.split("\n")
    for comment in source.comments:
        yield from _comment(source.file.path, comment, lines)


def _comment(path: str, comment: Placed, lines: Sequence[str]) -> Iterator[Finding]:
    if _ELISION.search(comment.text):
        yield _finding(
            path, comment.line, "elision", "error", f"code was left out here: `{_short(comment.text)}`"
        )
    elif not comment.text.endswith("?") and (
        _LEFT_OUT.search(comment.text) or (_HALF_SAID.search(comment.text) and _is_alone(comment, lines))
    ):
        yield _finding(
            path, comment.line, "left-out", "error", f"this is not written yet: `{_short(comment.text)}`"
        )
    elif _TO_DO.search(comment.text):
        yield _finding(
            path, comment.line, "to-do", "warning", f"something is left to do: `{_short(comment.text)}`"
        )


def _is_alone(comment: Placed, lines: Sequence[str]) -> bool:
    """Where the comment stands, nothing is done: the block ends with it, or all that follows is to give up."""
    at = comment.line - 1
    if not 0 <= at < len(lines):
        return False
    before = _COMMENTED.split(lines[at], maxsplit=1)[0]
    if before.strip(" /*"):
        return bool(_NOTHING.fullmatch(before))
    rest = (
        line for line in lines[at + 1 : at + _LOOKED_AHEAD] if line.strip() and not _COMMENTED.match(line)
    )
    following = next(rest, None)
    if following is None:
        return at + _LOOKED_AHEAD >= len(lines)
    return _indent(following) < _indent(lines[at]) or bool(_NOTHING.fullmatch(following))


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _comments_of_data(path: str, content: str) -> Iterator[Finding]:
    lines = content.split("\n")
    for number, line in enumerate(lines, 1):
        bare = line.strip()
        if bare.startswith(("#", "//", ";")):
            yield from _comment(path, Placed(number, bare.lstrip("#/; ")), lines)


def _stubs(source: Source, families: Families) -> Iterator[Finding]:
    path = source.file.path
    for stub in source.stubs:
        owner, _, method = stub.text.rpartition(".")
        if owner and (owner in families.derived or families.takes_back(owner, method)):
            continue
        severity: Severity = "warning" if is_test(path) or families.is_idle(owner) else "error"
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
