"""The gate of completeness: a README that works, every variable listed, boundaries that log and handle errors."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from core.automations.evidence import Finding, Severity
from core.checks.instructions import instructions
from core.checks.languages import language_of, languages
from core.checks.languages.language import Start
from core.checks.likeness import MOST, alike
from core.checks.project import Project, is_test
from core.checks.source import BoundaryKind, Source

_COMMON = re.compile(
    r"(?:PATH|HOME|USER|USERNAME|LOGNAME|SHELL|TERM|LANG|LC_\w+|TZ|PWD|OLDPWD|TMPDIR|TEMP|TMP|CI|NO_COLOR|FORCE_COLOR|EDITOR|VISUAL|PAGER|"
    r"DISPLAY|HOSTNAME|COLUMNS|LINES|EUID|UID|PPID|RANDOM|SECONDS|IFS|OSTYPE|REPLY|FUNCNAME|PIPESTATUS|OPTARG|OPTIND|SHLVL|LINENO|"
    r"BASH\w*|ZSH\w*|PS[1-4]|PYTHON\w*|VIRTUAL_ENV|CONDA_\w+|XDG_\w+|NODE_ENV|NODE_OPTIONS|npm_\w+|APPDATA|LOCALAPPDATA|USERPROFILE|"
    r"PROGRAMFILES|SYSTEMROOT|WINDIR|COMSPEC|GITHUB_\w+|SUDO_USER|SSH_\w+|DBUS_\w+|MACHTYPE|HOSTTYPE|COMP_\w+|"
    r"REQUEST_METHOD|CONTENT_LENGTH|CONTENT_TYPE|QUERY_STRING|PATH_INFO|PATH_TRANSLATED|SCRIPT_NAME|GATEWAY_INTERFACE|"
    r"REMOTE_(?:ADDR|HOST|USER|IDENT|PORT)|REQUEST_(?:URI|SCHEME)|SERVER_(?:NAME|PORT|PROTOCOL|SOFTWARE)|AUTH_TYPE|"
    r"HTTP_(?:HOST|COOKIE|USER_AGENT|REFERER|ACCEPT\w*|AUTHORIZATION|CONNECTION|ORIGIN|IF_\w+|X_\w+)|"  # RFC 3875
    r"EPOCHSECONDS|EPOCHREALTIME|DIRSTACK|GROUPS|MAPFILE|SRANDOM|COPROC|LD_\w+|_)"
)
_ENTRY = re.compile(r"^\s*(?:export\s+)?#?\s*(?:export\s+)?([A-Za-z_]\w*)\s*=", re.MULTILINE)
_COMPOSED = re.compile(r"\$\{([A-Z][A-Z0-9_]+)(?::?[-?][^}]*)?\}")
_WORDS: Mapping[BoundaryKind, str] = {"network": "the network", "file": "files", "database": "the database"}


def completeness(project: Project) -> Iterator[Finding]:
    if not project.sources and not project.named("index.html"):
        return
    starts = _starts(project)
    yield from instructions(project, starts)
    yield from _variables(project)
    yield from _boundaries(project, starts)


def _starts(project: Project) -> list[Start]:
    found: list[Start] = []
    for language in languages():
        sources = [
            source
            for source in project.sources.values()
            if language_of(source.file) is language and not source.broken
        ]
        found += language.starts(sources, project) if sources else []
    return found


def _variables(project: Project) -> Iterator[Finding]:
    """Every variable that the code reads stands in `.env.example`."""
    first: dict[str, tuple[str, int]] = {}
    for source in project.sources.values():
        for each in source.variables if not is_test(source.file.path) else ():
            first.setdefault(each.text, (source.file.path, each.line))
    for file in project.named("docker-compose.yml", "docker-compose.yaml", "compose.yaml", "compose.yml"):
        for name in _COMPOSED.findall(file.content):
            first.setdefault(name, (file.path, 0))
    own = [source for path, source in project.sources.items() if not is_test(path)]
    given = {name for source in own for name in source.sets} | set(_configured(project))
    wanted = {
        name: place for name, place in first.items() if not _COMMON.fullmatch(name) and name not in given
    }
    examples = project.named(".env.example")
    listed = {name for file in examples for name in _ENTRY.findall(file.content)}
    missing = sorted(wanted.keys() - listed)
    if wanted and not examples:
        yield _finding(
            ".env.example",
            "no-env-example",
            f"there is no .env.example, but the code reads {', '.join(missing[:MOST])}",
            *missing[:MOST],
        )
        return
    for name in islice(missing, MOST):
        where = "{}:{}".format(*wanted[name])
        near = alike(name, listed, 0.8)
        yield _finding(
            examples[0].path,
            "env-missing",
            f"`{name}`, which {where} reads, is not listed",
            *(near or (name,)),
        )


def _configured(project: Project) -> Iterator[str]:
    """What the project's own configuration sets."""
    for path, file in project.files.items():
        if path.endswith((".conf", ".cfg", ".ini", ".properties")):
            yield from _ENTRY.findall(file.content)


def _boundaries(project: Project, starts: Sequence[Start]) -> Iterator[Finding]:
    """For programs, not for libraries: in what a start leads to, errors are handled and the work is logged."""
    sources = _reached(project, starts)
    handles = any(source.handles for source in sources)
    logs = any(source.logs for source in sources)
    for kind, name in _WORDS.items():
        first = next(
            ((source, each) for source in sources for each in source.boundaries if each.kind == kind), None
        )
        if first is None:
            continue
        source, boundary = first
        # Files fail seldom: a program that copes with it in one of the two ways is only warned.
        # In a shell nearly every line goes to files: there it never is more than that.
        language = language_of(source.file)
        mild = handles or logs or (language is not None and language.name == "Bash")
        severity: Severity = "warning" if kind == "file" and mild else "error"
        call = f"`{boundary.call}` goes to {name}"
        if not handles:
            yield Finding(
                source.file.path,
                boundary.line,
                "errors-unhandled",
                severity,
                f"{call}, and no error is handled anywhere",
            )
        if not logs:
            yield Finding(
                source.file.path,
                boundary.line,
                "unlogged",
                severity,
                f"{call}, and nothing is logged anywhere",
            )
        if handles:
            yield from _unhandled(sources, kind, name)


def _reached(project: Project, starts: Sequence[Start]) -> list[Source]:
    """The files that can be started, and those that they name, and so on. By the last part of their names: to find too
    many does no harm."""
    sources = [
        source for source in project.sources.values() if not is_test(source.file.path) and not source.broken
    ]
    begins = {start.path for start in starts}
    todo = [source for source in sources if source.file.path in begins]
    if begins and not todo:
        return sources
    found: dict[str, Source] = {}
    by_stem: dict[str, list[Source]] = {}
    for source in sources:
        for stem in source.file.path.split("/"):
            by_stem.setdefault(stem.partition(".")[0], []).append(source)
    while todo:
        source = todo.pop()
        if source.file.path in found:
            continue
        found[source.file.path] = source
        words = {
            word
            for each in source.imports
            for part in (each.module, *each.names)
            for word in re.findall(r"[\w-]+", part)
        }
        todo += [other for word in words for other in by_stem.get(word, ())]
    return [source for source in sources if source.file.path in found]


def _unhandled(sources: list[Source], kind: BoundaryKind, name: str) -> Iterator[Finding]:
    """Files that go there, handle nothing, and are named by no file that does."""
    handling = " ".join(each.module for source in sources if source.handles for each in source.imports)
    for source in sources:
        stem = source.file.path.rpartition("/")[2].partition(".")[0]
        boundary = next((each for each in source.boundaries if each.kind == kind), None)
        if boundary and not source.handles and stem not in handling:
            message = f"`{boundary.call}` goes to {name}, and no error is handled here"
            yield Finding(source.file.path, boundary.line, "errors-unhandled", "warning", message)


def _finding(path: str, code: str, message: str, *candidates: str) -> Finding:
    return Finding(path, 0, code, "error", message, candidates)
