"""The gate of cross references: what a file names is there, in the project or in a declared dependency."""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import dirname

from core.automations.evidence import Finding
from core.automations.model import File
from core.bundle.kinds import ending
from core.checks.formats.dockerfile import dockerfile_references, is_dockerfile
from core.checks.formats.package_json import package_references
from core.checks.formats.page import read_page
from core.checks.formats.requirements import requirements_references
from core.checks.languages import language_of, languages
from core.checks.likeness import alike, meant
from core.checks.project import Project, above, joined
from core.checks.python.manifests import REQUIREMENTS

_PUBLIC = "", "public", "static", "src", "www", "dist", "app", "assets", "frontend", "client", "web"
"""Folders that servers show as their root."""
_MADE = re.compile(r"(?:^|/)(?:dist|build|out|\.next|node_modules|vendor|uploads|media)/")


def references(project: Project) -> Iterator[Finding]:
    for language in languages():
        sources = [source for source in project.sources.values() if language_of(source.file) is language]
        if sources:
            yield from language.references(sources, project)
    for path, file in project.files.items():
        if is_dockerfile(path):
            yield from dockerfile_references(file, project)
        elif path.rpartition("/")[2] == "package.json":
            yield from package_references(file, project)
        elif REQUIREMENTS.fullmatch(path):
            yield from requirements_references(file, project)
        elif ending(path) in ("html", "htm"):
            yield from _page(file, project)


def _page(file: File, project: Project) -> Iterator[Finding]:
    """Scripts, styles and pictures that a page loads. A server may serve them from anywhere, so a file of that name
    somewhere in the project is enough."""
    for line, target in read_page(file).loads:
        bare = re.split(r"[?#]", target, maxsplit=1)[0]
        if not bare or bare.endswith("/") or _MADE.search(bare):
            continue
        if _is_served(file.path, bare, project):
            continue
        beside = [path.rpartition("/")[2] for path in project.paths]
        near = alike(bare.rpartition("/")[2], beside)
        code = ending(bare) in ("js", "mjs", "css", "ts", "tsx", "jsx")
        message = f"the page loads `{bare}`, which is not in the project{meant(near)}"
        yield Finding(file.path, line, "unknown-file", "error" if code else "warning", message, near)


def _is_served(page: str, target: str, project: Project) -> bool:
    bases = [dirname(page)] if not target.startswith("/") else []
    bases += [
        folder for base in above(page) for folder in (base, *(joined(base, each) or "" for each in _PUBLIC))
    ]
    places = {joined(base, target.lstrip("/")) for base in bases}
    if places & project.paths:
        return True
    tail = re.sub(r"^(?:\.{0,2}/)*", "", target)
    short = tail.partition("/")[2] or tail
    return any(path.endswith((f"/{tail}", f"/{short}")) or path in (tail, short) for path in project.paths)
