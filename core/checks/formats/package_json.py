"""`package.json`: whether its parts are of the right kind, and whether the files are there that it names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from posixpath import dirname

from core.automations.evidence import Finding, Severity
from core.automations.model import File
from core.checks.ecmascript.modules import Modules
from core.checks.ecmascript.package import Package, read
from core.checks.likeness import PATHS, alike, meant
from core.checks.project import Project, joined

_NAME = re.compile(r"(?:@[a-z0-9~-][a-z0-9._~-]*/)?[a-z0-9~-][a-z0-9._~-]*")
_VERSION = re.compile(r"v?\d+\.\d+\.\d+(?:[-+][\w.+-]+)?")
_RANGE = re.compile(r"[\w\s.*^~<>=|&+:/@#$%-]*")
_KINDS: Mapping[str, type] = {
    "name": str,
    "version": str,
    "description": str,
    "main": str,
    "type": str,
    "scripts": dict,
    "dependencies": dict,
    "devDependencies": dict,
    "peerDependencies": dict,
    "engines": dict,
}
_CALL = re.compile(
    r"(?:^|[;&|]\s*|\s)(?:node|nodemon|tsx|ts-node|bun|deno run|bash|sh|python3?|ts-node-dev|node-dev)((?:\s+--?[\w-]+(?:=\S+)?)*)"
    r"\s+([\w./-]+\.(?:[mc]?[jt]sx?|sh|py))(?=\s|$|[;&|])"
)
_DIRECT = re.compile(r"(?:^|[;&|]\s*)(\.{0,2}/?[\w./-]+/[\w.-]+\.(?:sh|py|[mc]?js))(?=\s|$)")
_BUILT = re.compile(r"(?:^|/)(?:dist|build|out|lib|\.next|public/build)/")
_BUILDS = re.compile(r"\b(?:tsc|build|webpack|rollup|esbuild|vite|tsup|babel|swc|ncc|next)\b")


def read_package(file: File) -> Iterator[Finding]:
    package = read(file.path, file.content)
    if package is None:
        if file.content.strip().startswith("["):
            yield _wrong(file.path, "it must be an object")
        return
    for key, kind in _KINDS.items():
        if key in package.data and not isinstance(package.data[key], kind):
            yield _wrong(file.path, f"`{key}` must be {'a string' if kind is str else 'an object'}")
    if package.name and not _NAME.fullmatch(package.name):
        yield _wrong(file.path, f"`{package.name}` cannot be the name of a package: lower case, no spaces")
    version = package.data.get("version")
    if isinstance(version, str) and not _VERSION.fullmatch(version):
        yield _wrong(file.path, f"`{version}` is no version: it needs three numbers, such as 1.0.0")
    if package.type not in ("module", "commonjs"):
        yield _wrong(file.path, '`type` must be "module" or "commonjs"')
    for table in ("dependencies", "devDependencies", "peerDependencies", "scripts"):
        yield from _table(file.path, table, package.data.get(table))


def _table(path: str, name: str, table: object) -> Iterator[Finding]:
    for key, value in table.items() if isinstance(table, dict) else ():
        if not isinstance(value, str):
            yield _wrong(path, f"`{name}.{key}` must be a string")
        elif name != "scripts" and not _RANGE.fullmatch(value):
            yield _wrong(path, f"`{name}.{key}`: npm cannot read the version `{value}`")


def package_references(file: File, project: Project) -> Iterator[Finding]:
    package = read(file.path, file.content)
    if package is None:
        return
    severity: Severity = "warning" if package.is_shipment else "error"
    for name, script in package.scripts.items():
        for called in (*(match[1] for match in _CALL.findall(script)), *_DIRECT.findall(script)):
            if not _is_there(called, package, project):
                yield _gone(file.path, f"the script `{name}` starts `{called}`", called, project, severity)
        for inner in re.findall(r"\b(?:npm|pnpm|yarn|bun) run ([\w:-]+)", script):
            if inner not in package.scripts and not package.data.get("workspaces"):
                near = alike(inner, package.scripts)
                message = f"the script `{name}` runs `{inner}`, which is no script"
                yield Finding(file.path, 0, "unknown-script", "error", message, near)
    for field in ("main", "module", "types", "bin"):
        value = package.data.get(field)
        for target in value.values() if isinstance(value, dict) else [value]:
            if isinstance(target, str) and not _is_there(target, package, project):
                yield _gone(file.path, f"`{field}` names `{target}`", target, project, "error")


def _is_there(target: str, package: Package, project: Project) -> bool:
    place = joined(package.folder, target)
    if place is None or place in project.paths or Modules(project).local(file_of(package), f"./{target}"):
        return True
    if _BUILT.search(f"{target}") and any(_BUILDS.search(script) for script in package.scripts.values()):
        return True
    return "node_modules" in target


def file_of(package: Package) -> str:
    return joined(package.folder, "package.json") or "package.json"


def _gone(path: str, what: str, target: str, project: Project, severity: Severity) -> Finding:
    base = dirname(path)
    beside = [each.removeprefix(f"{base}/") if base else each for each in project.paths]
    near = alike(target.removeprefix("./"), beside, 0.6, PATHS)
    return Finding(
        path, 0, "unknown-file", severity, f"{what}, which is not in the project{meant(near)}", near
    )


def _wrong(path: str, message: str) -> Finding:
    return Finding(path, 0, "invalid-manifest", "error", message)
