"""Dockerfiles: instructions that exist, and files that they copy and start."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from posixpath import dirname

from core.automations.evidence import Finding
from core.automations.model import File
from core.checks.likeness import PATHS, alike, meant
from core.checks.project import Project, joined
from core.checks.words import words

_NAME = re.compile(r"(?:.*/)?(?:(?:[\w.-]+\.)?[Dd]ockerfile(?:\.[\w.-]+)?|Containerfile)")
_INSTRUCTIONS = words(
    "ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR"
)
_HERE = re.compile(r"<<-?[ \t]*[\"']?(\w+)[\"']?")
_FLAG = re.compile(r"--[\w-]+(?:=\S+)?\s+")
_SCRIPT = re.compile(r"(?:\./|/\w+/)?([\w./-]+\.(?:py|js|mjs|cjs|ts|sh))")


def is_dockerfile(path: str) -> bool:
    return bool(_NAME.fullmatch(path)) and not path.endswith((".md", ".py", ".dockerignore"))


def read_dockerfile(file: File) -> Iterator[Finding]:
    first = True
    for line, word, rest in _instructions(file.content):
        name = word.upper()
        if name not in _INSTRUCTIONS:
            near = alike(name, _INSTRUCTIONS)
            yield Finding(
                file.path,
                line,
                "invalid-syntax",
                "error",
                f"there is no instruction `{word}`{meant(near)}",
                near,
            )
            return
        if not rest.strip():
            yield Finding(file.path, line, "invalid-syntax", "error", f"`{name}` needs something after it")
        if first and name not in ("FROM", "ARG"):
            yield Finding(file.path, line, "invalid-syntax", "error", "the first instruction must be `FROM`")
        first = first and name == "ARG"
        if (
            name in ("CMD", "ENTRYPOINT", "RUN", "SHELL")
            and rest.lstrip().startswith("[")
            and not _is_list(rest)
        ):
            message = f"the list after `{name}` is no JSON list of strings in double quotes"
            yield Finding(file.path, line, "invalid-syntax", "error", message)
    if first:
        yield Finding(file.path, 0, "invalid-syntax", "error", "there is no `FROM`")


def dockerfile_references(file: File, project: Project) -> Iterator[Finding]:
    """Sources of `COPY` and `ADD`, from the project's root or from the file's own folder, and scripts that it starts."""
    for line, word, rest in _instructions(file.content):
        if word.upper() in ("COPY", "ADD") and "--from=" not in rest:
            for source in _sources(rest):
                if not _is_there(source, file, project):
                    near = alike(source, project.paths | project.folders, lengths=PATHS)
                    message = f"`{word.upper()}` needs `{source}`, which is not in the project{meant(near)}"
                    yield Finding(file.path, line, "unknown-file", "error", message, near)
        elif word.upper() in ("CMD", "ENTRYPOINT"):
            for script in _SCRIPT.findall(rest):
                name = script.rpartition("/")[2]
                if not any(path.rpartition("/")[2] == name for path in project.paths):
                    near = alike(name, [path.rpartition("/")[2] for path in project.paths])
                    message = f"`{word.upper()}` starts `{script}`, which is not in the project"
                    yield Finding(file.path, line, "unknown-file", "error", message, near)


def _instructions(content: str) -> Iterator[tuple[int, str, str]]:
    lines = content.split("\n")
    at = 0
    while at < len(lines):
        begin = at
        text = lines[at].strip()
        at += 1
        if not text or text.startswith("#"):
            continue
        parts = [text]
        while parts[-1].endswith(("\\", "`")) and at < len(lines):
            more = lines[at].strip()
            at += 1
            if not more.startswith("#"):
                parts[-1] = parts[-1][:-1]
                parts.append(more)
        text = " ".join(parts)
        word, _, rest = text.partition(" ")
        for ends in _HERE.findall(rest) if word.upper() in ("RUN", "COPY") else ():
            while at < len(lines) and lines[at].strip() != ends:
                at += 1
            at += 1
        yield begin + 1, word, rest


def _is_list(rest: str) -> bool:
    try:
        data = json.loads(rest)
    except (ValueError, RecursionError):
        return False
    return isinstance(data, list) and all(isinstance(each, str) for each in data)


def _sources(rest: str) -> Iterator[str]:
    bare = _FLAG.sub("", f"{rest.strip()} ").strip()
    if "<<" in bare:
        return
    parts = json.loads(bare) if _is_list(bare) else bare.split()
    for part in parts[:-1]:
        if "$" not in part and "://" not in part and not part.startswith("git@"):
            yield part.strip("\"'")


def _is_there(source: str, file: File, project: Project) -> bool:
    for base in ("", dirname(file.path)):
        place = joined(base, source.lstrip("/"))
        if place is None:
            return True
        if place == "" or place in project.paths or place in project.folders:
            return True
        if any(mark in place for mark in "*?[") and any(
            fnmatchcase(each, place) for each in (*project.paths, *project.folders)
        ):
            return True
    return False
