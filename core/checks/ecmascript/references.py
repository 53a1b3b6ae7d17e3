"""What JavaScript and TypeScript files import and use, and is not there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from core.automations.evidence import Finding, Severity
from core.checks.ecmascript.faults import not_erasable
from core.checks.ecmascript.modules import Modules, builtin, package_name
from core.checks.ecmascript.outline import Outline
from core.checks.ecmascript.package import Package
from core.checks.ecmascript.reach import given_out
from core.checks.likeness import MOST, PATHS, alike, meant
from core.checks.project import Project, is_test
from core.checks.source import Import, Source, Use

_BUNDLERS = frozenset(
    {
        "webpack",
        "vite",
        "rollup",
        "esbuild",
        "parcel",
        "next",
        "nuxt",
        "gatsby",
        "react-scripts",
        "snowpack",
        "@babel/core",
        "tsup",
        "electron-vite",
    }
)
_COMMON = frozenset({"require", "module", "exports", "__dirname", "__filename"})


def references(sources: Sequence[Source], project: Project) -> Iterator[Finding]:
    modules = Modules(project)
    told: set[str] = set()
    shared = _shared(sources)
    for source in sources:
        if not isinstance(source.scratch, Outline) or source.scratch.syntax.declares:
            continue
        yield from islice(_imports(source, modules, project, told), MOST)
        yield from islice((each for use in source.uses for each in _use(source, use, modules, project)), MOST)
        yield from islice(_names(source, project, shared), MOST)
        yield from islice(_kind(source, modules), MOST)


def _imports(source: Source, modules: Modules, project: Project, told: set[str]) -> Iterator[Finding]:
    """A package that is not declared is told once."""
    for wanted in source.imports:
        for finding in _import(source, wanted, modules, project):
            if finding.code == "undeclared-import":
                if finding.candidates[-1] in told:
                    continue
                told.add(finding.candidates[-1])
            yield finding


def _import(source: Source, wanted: Import, modules: Modules, project: Project) -> Iterator[Finding]:
    path, specifier = source.file.path, wanted.module
    if not specifier or wanted.optional or modules.is_elsewhere(specifier):
        return
    if modules.is_local(specifier):
        target = modules.local(path, specifier)
        if target is not None:
            yield from _taken(source, wanted, target, modules, project)
        elif not modules.is_built(path, specifier) and not specifier.startswith("/"):
            beside = modules.beside(path, specifier)
            near = alike(specifier, beside, lengths=PATHS)
            message = f"there is no `{specifier}`{meant(near, beside)}"
            manifest = modules.nearest(path)
            left_out = manifest is not None and manifest.is_shipment and _is_aside(path, manifest, modules)
            severity: Severity = "warning" if left_out else "error"
            yield Finding(path, wanted.line, "unknown-module", severity, message, near)
        return
    if (name := specifier.removeprefix("node:")) in builtin():
        yield from _builtin(source, wanted, name)
    elif specifier.startswith("node:"):
        near = alike(name, builtin())
        yield Finding(
            path,
            wanted.line,
            "unknown-module",
            "error",
            f"Node.js has no `{specifier}`{meant(near, ())}",
            near,
        )
    elif not modules.declared(path, specifier):
        alias = modules.alias(path, specifier)
        if isinstance(alias, str):
            yield from _taken(source, wanted, alias, modules, project)
        elif not alias:
            yield _undeclared(source, wanted, modules)


def _undeclared(source: Source, wanted: Import, modules: Modules) -> Finding:
    name = package_name(wanted.module)
    near = alike(name, (*builtin(), *modules.beside(source.file.path, "./x")))
    manifest = modules.nearest(source.file.path)
    where = manifest.path if manifest else "package.json"
    message = (
        f"`{name}` is imported, but {where} does not declare it{f': is `{near[0]}` meant?' if near else ''}"
    )
    aside = manifest is not None and manifest.is_shipment and _is_aside(source.file.path, manifest, modules)
    severity: Severity = "warning" if aside else "error"
    return Finding(source.file.path, wanted.line, "undeclared-import", severity, message, (*near, name))


def _is_aside(path: str, package: Package, modules: Modules) -> bool:
    """What a published package was made with, and what it has for other tools: its own set-up may be left out."""
    made_with = is_test(path) or bool(re.search(r"(?:^|/)(?:bench\w*|examples?|scripts?|perf)/", path))
    return made_with or path not in given_out(package, modules, modules.project)


def _builtin(source: Source, wanted: Import, module: str) -> Iterator[Finding]:
    there = builtin()[module]
    for name in wanted.names:
        if there is None or name in there or name == "default":
            continue
        if near := alike(name, there):
            message = f"`{name}` is not in `{wanted.module}`{meant(near, ())}"
            yield Finding(source.file.path, wanted.line, "unknown-name", "error", message, near)


def _taken(
    source: Source, wanted: Import, target: str, modules: Modules, project: Project
) -> Iterator[Finding]:
    known = exports(target, modules, project)
    if known is None:
        return
    for name in wanted.names:
        if name in known or (name == "default" and _is_common(target, project)):
            continue
        near = alike(name, known)
        what = "has no default export" if name == "default" else f"does not export `{name}`"
        message = f"{target} {what}{meant(near, known)}"
        yield Finding(source.file.path, wanted.line, "unknown-name", "error", message, near)
    yield from _types_taken(source, wanted, target, modules, project)


def _types_taken(
    source: Source, wanted: Import, target: str, modules: Modules, project: Project
) -> Iterator[Finding]:
    """A type that is imported like a value: gone when Node.js leaves the types out."""
    package = modules.nearest(source.file.path)
    outline, given = source.scratch, project.sources[target].scratch if target in project.sources else None
    if (
        package is None
        or not package.runs_types
        or not isinstance(outline, Outline)
        or not isinstance(given, Outline)
    ):
        return
    if wanted in outline.exchange.typed:
        return
    for name in wanted.names:
        if name in given.exchange.types and name in _imported_as_value(outline, wanted):
            message = f"`{name}` is a type: Node.js needs `import type` for it, or `type {name}` in the list"
            yield Finding(source.file.path, wanted.line, "type-as-value", "error", message, (f"type {name}",))


def _imported_as_value(outline: Outline, wanted: Import) -> set[str]:
    found = set()
    for node in outline.syntax.all("import_specifier"):
        if not any(child.type == "type" for child in node.children):
            name = node.child_by_field_name("name")
            found.add(name.text.decode() if name is not None and name.text else "")
    return found & set(wanted.names)


def exports(
    path: str, modules: Modules, project: Project, seen: frozenset[str] = frozenset()
) -> frozenset[str] | None:
    """What a file gives out, with what it passes on; None when that cannot be told."""
    source = project.sources.get(path)
    if source is None or path in seen or not isinstance(source.scratch, Outline):
        return None
    found = source.scratch.exchange
    if found.opaque or source.scratch.syntax.declares or not (found.module or found.exports):
        return None
    names = set(found.exports)
    for star in found.stars:
        target = modules.local(path, star.module) if modules.is_local(star.module) else None
        passed = exports(target, modules, project, seen | {path}) if target else None
        if passed is None:
            return None
        names |= passed - {"default"}
    return frozenset(names)


def _is_common(path: str, project: Project) -> bool:
    outline = project.sources[path].scratch
    return isinstance(outline, Outline) and not outline.exchange.module


def _use(source: Source, use: Use, modules: Modules, project: Project) -> Iterator[Finding]:
    specifier = use.import_.module
    if modules.is_local(specifier) and use.import_.names:
        return  # the default export may be anything
    if modules.is_local(specifier):
        target = modules.local(source.file.path, specifier)
        known = exports(target, modules, project) if target else None
        if known is None or use.attribute in known or use.attribute == "default" or not known - {"default"}:
            return
        near = alike(use.attribute, known)
        where = target or specifier
    else:
        known = builtin().get(specifier.removeprefix("node:"))
        if known is None or use.attribute in known or not (near := alike(use.attribute, known)):
            return
        where = specifier
    message = f"`{use.attribute}` is not in `{where}`{meant(near, known)}"
    yield Finding(source.file.path, use.line, "unknown-attribute", "error", message, near)


def _shared(sources: Iterable[Source]) -> frozenset[str]:
    """What the classic scripts of the project leave for each other."""
    found: set[str] = set()
    for source in sources:
        outline = source.scratch
        if isinstance(outline, Outline) and not outline.exchange.module:
            found |= outline.left
        elif isinstance(outline, Outline) and outline.syntax.declares:
            found |= outline.declared
    return frozenset(found)


def _names(source: Source, project: Project, shared: frozenset[str]) -> Iterator[Finding]:
    outline = source.scratch
    if not isinstance(outline, Outline):
        return
    classic = not outline.exchange.module and not outline.exchange.common
    for name in outline.unknown:
        if name.text in shared:
            continue
        near = alike(name.text, outline.declared)
        severity: Severity = "error"
        if (classic and not near and _loads_others(project)) or (is_test(source.file.path) and not near):
            severity = "warning"
        message = f"`{name.text}` is declared nowhere{meant(near, ())}"
        yield Finding(source.file.path, name.line, "undefined-name", severity, message, near)


def _loads_others(project: Project) -> bool:
    """A page of the project loads scripts from elsewhere, which leave names of their own."""
    return any(
        "<script" in file.content and "src=" in file.content
        for path, file in project.files.items()
        if path.endswith((".html", ".htm", ".ejs", ".hbs", ".jinja", ".j2", ".php"))
    )


def _kind(source: Source, modules: Modules) -> Iterator[Finding]:
    """CommonJS in an ES module, and what Node.js cannot run of TypeScript."""
    outline, path = source.scratch, source.file.path
    if not isinstance(outline, Outline) or outline.syntax.declares:
        return
    package = modules.nearest(path)
    if outline.syntax.typed:
        if package is not None and package.runs_types:
            yield from not_erasable(path, outline.syntax)
        return
    if package is not None and package.packages & _BUNDLERS:
        return
    is_module = outline.syntax.kind == "mjs" or (
        outline.syntax.kind == "js"
        and (outline.exchange.module or (package is not None and package.type == "module"))
    )
    if outline.syntax.kind == "cjs" and outline.exchange.module:
        yield Finding(path, 0, "module-kind", "error", "a .cjs file cannot use `import` and `export`")
    if not is_module or not package:
        return
    for node in outline.syntax.all("identifier"):
        name = node.text.decode() if node.text else ""
        if name in _COMMON and name not in outline.declared and not _is_asked_for(outline, name):
            message = f"`{name}` does not exist in an ES module"
            yield Finding(path, node.start_point[0] + 1, "module-kind", "error", message)
            return


def _is_asked_for(outline: Outline, name: str) -> bool:
    return any(
        name in (each.text or b"").decode()
        for each in outline.syntax.all("unary_expression")
        if each.text is not None and each.text.startswith(b"typeof")
    )
