"""What shell scripts source, start and use, and is not there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from posixpath import dirname

from core.automations.evidence import Finding
from core.checks.likeness import EXAMINED, PATHS, alike, meant
from core.checks.project import Project, joined
from core.checks.shell.outline import Outline
from core.checks.source import Source
from core.checks.words import words

_VARIABLE_PART = re.compile(r"^.*(?:\$\{?[\w:%#/.@\[\]-]*\}?|\$\([^)]*\)|\))/")
_ABSOLUTE = re.compile(r"/|~|\$\{?HOME\b|\$\{?XDG|\$\{?NVM|.*(?:/dev/|/etc/|<\()")
_SHELLS_OWN = words(
    "BASH BASHPID BASH_ARGC BASH_ARGV BASH_COMMAND BASH_LINENO BASH_REMATCH BASH_SOURCE BASH_SUBSHELL BASH_VERSINFO "
    "BASH_VERSION COLUMNS COMP_CWORD COMP_LINE COMP_POINT COMP_WORDS COMPREPLY DIRSTACK EPOCHREALTIME EPOCHSECONDS EUID "
    "FUNCNAME GROUPS HOME HOSTNAME HOSTTYPE IFS LANG LINENO LINES LOGNAME MACHTYPE MAIL MAPFILE OLDPWD OPTARG OPTERR "
    "OPTIND OSTYPE PATH PIPESTATUS PPID PS1 PS2 PS3 PS4 PWD RANDOM REPLY SECONDS SHELL SHELLOPTS SHLVL SRANDOM TERM TMPDIR "
    "UID USER DISPLAY EDITOR PAGER VISUAL TZ"
)
_COMMON_WORDS = words(
    "then else elif done esac case while until select function return exit echo printf read local declare export readonly "
    "unset shift trap test true false source command builtin eval exec set getopts wait kill sleep head tail sort uniq grep "
    "find xargs cat touch mkdir rmdir install mktemp date basename dirname realpath readlink seq tee diff curl wget tar gzip "
    "gunzip unzip python python3 node bash sudo docker make time break continue pushd popd mapfile readarray type hash "
    "umask ulimit alias cut paste split join comm stat chmod chown which tput clear flock logger jq sqlite3 psql"
)
_ON_PATH = frozenset({"gettext.sh"})
"""Libraries that are found as commands are."""
_LIKE_VARIABLE = 0.8
_LIKE_ENVIRONMENT = 0.9
"""Variables of the environment are often called alike."""
_SHORT = 4
"""Characters of names that are all alike."""
_LIKE_COMMAND = 0.85
"""Commands of the machine are called like anything."""


def references(sources: Sequence[Source], project: Project) -> Iterator[Finding]:
    outlines = [source.scratch for source in sources if isinstance(source.scratch, Outline)]
    functions = {name for outline in outlines for name in outline.functions}
    assigned = {name for outline in outlines for name in outline.assigned} | set(_configured(project))
    for source in sources:
        missing = list(_files(source, project))
        yield from missing
        outline = source.scratch
        if (
            not isinstance(outline, Outline)
            or outline.unknowable
            or missing
            or _leans_outside(source, project)
        ):
            continue
        yield from _commands(source, outline, functions)
        yield from _variables(source, outline, assigned)


def _files(source: Source, project: Project) -> Iterator[Finding]:
    path = source.file.path
    outline = source.scratch
    assert isinstance(outline, Outline)
    wanted = [(each.line, each.module) for each in source.imports if not each.optional]
    wanted += [(each.line, each.text.replace('"', "")) for each in outline.runs]
    for line, target in wanted:
        part = _fixed_part(target, outline)
        if part is None or _is_there(path, target, part, project):
            continue
        beside = [
            each for each in project.paths if each.endswith((".sh", ".bash", ".py", ".js", ".conf", ".env"))
        ]
        near = alike(part, beside, 0.6, PATHS)
        yield Finding(
            path, line, "unknown-file", "error", f"there is no `{part}` in the project{meant(near)}", near
        )


def _fixed_part(target: str, outline: Outline) -> str | None:
    """What of a path is sure to be in the project: all of it, or what follows a folder of its own; None for nothing."""
    if (
        target in _ON_PATH
        or _ABSOLUTE.match(target)
        or ("/" not in target and not target.endswith((".sh", ".bash")))
    ):
        return None
    before = _VARIABLE_PART.match(target)
    if before and not (
        "$0" in before[0] or set(re.findall(r"\w+", before[0])) & (outline.own | {"BASH_SOURCE"})
    ):
        return None
    part = _VARIABLE_PART.sub("", target)
    if not part or re.search(r"[$`*]", part) or part.startswith(".env"):
        return None
    return None if before is None and outline.wanders else part


def _is_there(path: str, target: str, part: str, project: Project) -> bool:
    if part == target:
        here = {joined(dirname(path), part), joined(part)}
        return bool(here & project.paths) or any(
            each.endswith(f"/{part.lstrip('./')}") for each in project.paths
        )
    tail = re.sub(r"^(?:\.\./|\./)+", "", part)
    return any(each == tail or each.endswith(f"/{tail}") for each in project.paths)


def _leans_outside(source: Source, project: Project) -> bool:
    """It sources something that is not in the project, so its names cannot be told."""
    outline = source.scratch
    assert isinstance(outline, Outline)
    for each in source.imports:
        part = _fixed_part(each.module, outline)
        if part is None or not _is_there(source.file.path, each.module, part, project):
            return True
    return False


def _commands(source: Source, outline: Outline, functions: Iterable[str]) -> Iterator[Finding]:
    """Commands that are nearly called like a function of the project."""
    known = {*functions, *_COMMON_WORDS, *outline.assigned}
    first = {command.text: command for command in reversed(outline.commands) if command.text not in known}
    for command in islice(first.values(), EXAMINED):
        near = alike(command.text, functions, _LIKE_COMMAND)
        if near and not any(
            _bare(each) == _bare(command.text) for each in near
        ):  # a wrapper is called like its command
            message = f"`{command.text}` is no function of the project: is `{near[0]}` meant?"
            yield Finding(source.file.path, command.line, "unknown-command", "error", message, near)


def _bare(name: str) -> str:
    return name.strip("_").replace("-", "_")


def _variables(source: Source, outline: Outline, assigned: Iterable[str]) -> Iterator[Finding]:
    """Variables that nothing sets and that are nearly called like one that is set, or cannot come from outside."""
    known = {*assigned, *_SHELLS_OWN}
    unknown = (name for name in outline.read if name.text not in known and len(name.text) >= _SHORT)
    for name in islice(unknown, EXAMINED):
        cutoff = _LIKE_ENVIRONMENT if name.text.isupper() else _LIKE_VARIABLE
        near = alike(name.text, assigned, cutoff)
        if near:
            message = f"`{name.text}` is set nowhere: is `{near[0]}` meant?"
            yield Finding(source.file.path, name.line, "undefined-name", "error", message, near)


def _configured(project: Project) -> Iterator[str]:
    """Variables that configuration files set."""
    for path, file in project.files.items():
        name = path.rpartition("/")[2]
        if name.startswith((".env", "env.")) or name.endswith((".conf", ".env", ".cfg", ".ini")):
            yield from re.findall(r"(?m)^\s*(?:export\s+)?([A-Za-z_]\w*)=", file.content)
