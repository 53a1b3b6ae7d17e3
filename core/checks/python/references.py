"""What Python files import and use of other modules, and is not there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from core.automations.evidence import Finding, Severity
from core.checks.likeness import MOST, alike, meant
from core.checks.project import Project
from core.checks.python.distributions import is_brought, is_declared, package_for
from core.checks.python.manifests import commands, declared
from core.checks.python.modules import Lost, Module, Modules
from core.checks.python.reach import Reach
from core.checks.python.standard import has_module, is_standard, missing
from core.checks.source import Import, Source, Use


def references(sources: Sequence[Source], project: Project) -> Iterator[Finding]:
    modules = Modules(project)
    packages = declared(project)
    undeclared: set[tuple[str, Severity]] = set()
    reach = Reach(sources, modules, project)
    for source in sources:
        yield from islice(_imports(source, modules, project, packages, undeclared, reach), MOST)
        yield from islice(
            (each for use in source.uses for each in _use(source, use, modules, project, packages)), MOST
        )
    yield from _commands(project, modules)


def _imports(
    source: Source,
    modules: Modules,
    project: Project,
    packages: frozenset[str],
    told: set[tuple[str, Severity]],
    reach: Reach,
) -> Iterator[Finding]:
    """A package that is not declared is told once."""
    for each in source.imports:
        if each.optional:
            continue
        severity: Severity = "error" if reach.needs(source.file.path, each) else "warning"
        for finding in _import(source, each, modules, project, packages, severity):
            if finding.code in ("undeclared-import", "transitive-import"):
                first = each.module.partition(".")[0]
                if (first, finding.severity) in told or (first, "error") in told:
                    continue
                told.add((first, finding.severity))
            yield finding


def _import(
    source: Source,
    wanted: Import,
    modules: Modules,
    project: Project,
    packages: Iterable[str],
    severity: Severity,
) -> Iterator[Finding]:
    path, line = source.file.path, wanted.line
    found = modules.find(source, wanted)
    if wanted.level == 0 and is_standard(wanted.module):
        if found is None:
            yield from _of_standard(path, wanted)
    elif wanted.level == 0 and is_declared(wanted.module, packages) and not modules.is_rooted(wanted.module):
        return
    elif isinstance(found, Module):
        yield from _names(source, wanted, found, modules, project)
    elif wanted.level == 0 and is_declared(wanted.module, packages):
        return
    elif isinstance(found, Lost):
        where = f" in `{found.known}`" if found.known else ""
        near = alike(found.wanted, found.beside)
        message = f"there is no module `{found.wanted}`{where}{meant(near, found.beside)}"
        yield Finding(path, line, "unknown-module", "error", message, near)
    elif is_brought(wanted.module, packages):
        message = f"`{wanted.module}` comes along with a declared package, but is not declared itself"
        yield Finding(path, line, "transitive-import", "warning", message, (package_for(wanted.module),))
    else:
        yield _undeclared(source, wanted, modules, severity)


def _undeclared(source: Source, wanted: Import, modules: Modules, severity: Severity) -> Finding:
    first = wanted.module.partition(".")[0]
    near = alike(first, modules.tops(source))
    package = package_for(wanted.module)
    message = (
        f"`{first}` is imported, but it is neither a file of the project nor in the standard library, and no manifest "
        f"declares it: {f'is `{near[0]}` meant, or ' if near else ''}add `{package}` to requirements.txt"
    )
    return Finding(source.file.path, wanted.line, "undeclared-import", severity, message, (*near, package))


def _of_standard(path: str, wanted: Import) -> Iterator[Finding]:
    if not has_module(wanted.module):
        yield Finding(
            path, wanted.line, "unknown-module", "error", f"the standard library has no `{wanted.module}`"
        )
        return
    for name in wanted.names:
        if name != "*" and (gone := missing(wanted.module, name)):
            near = alike(name, gone[1])
            # Late imports of names that other versions and systems have are made with care.
            others = wanted.when != "always" or name.startswith("_")
            severity: Severity = "warning" if others and not near else "error"
            message = f"`{name}` is not in `{wanted.module}`{meant(near)}"
            yield Finding(path, wanted.line, "unknown-name", severity, message, near)


def _names(
    source: Source, wanted: Import, target: Module, modules: Modules, project: Project
) -> Iterator[Finding]:
    known = _known(target, project)
    for name in wanted.names:
        if name == "*" or known is None or name in known:
            continue
        if target.folder is not None and modules.inside(target.folder, name):
            continue
        beside = (*known, *(modules.beside(target.folder) if target.folder is not None else ()))
        where = target.path or f"{target.folder}/"
        near = alike(name, beside)
        message = f"`{name}` is not in {where}{meant(near, beside)}"
        yield Finding(source.file.path, wanted.line, "unknown-name", "error", message, near)


def _use(
    source: Source, use: Use, modules: Modules, project: Project, packages: Iterable[str]
) -> Iterator[Finding]:
    wanted = use.import_
    if wanted.level == 0 and is_declared(wanted.module, packages) and not modules.is_rooted(wanted.module):
        return
    found = modules.find(source, wanted)
    whole = ".".join((*wanted.names, use.attribute))
    if wanted.level == 0 and is_standard(wanted.module):
        gone = missing(wanted.module, whole) if found is None else None
        private = gone is not None and gone[0].startswith(
            "_"
        )  # known to type checkers, or of single versions
        if gone and not private and (near := alike(gone[0], gone[1])) and gone[0] not in wanted.names:
            yield _no_attribute(source, use, gone[0], near)
        return
    if not isinstance(found, Module):
        return
    if wanted.names:
        inner = modules.inside(found.folder, wanted.names[0]) if found.folder is not None else None
        known = _known(found, project)
        if inner is None or known is None or wanted.names[0] in known:
            return
        found = inner
    name = use.attribute.partition(".")[0]
    known = _known(found, project)
    if known is None or name in known or (found.folder is not None and modules.inside(found.folder, name)):
        return
    if found.path:
        yield _no_attribute(source, use, name, tuple(known))


def _no_attribute(source: Source, use: Use, name: str, beside: Iterable[str]) -> Finding:
    module = use.import_.module or (use.import_.names or (".",))[0]
    near = alike(name, beside)
    message = f"`{name}` is not in `{module}`{meant(near, beside)}"
    return Finding(source.file.path, use.line, "unknown-attribute", "error", message, near)


def _commands(project: Project, modules: Modules) -> Iterator[Finding]:
    for path, name, value in commands(project):
        module, _, function = value.partition(":")
        source = Source(project.files[path])
        found = modules.find(source, Import(0, module))
        if not isinstance(found, Module):
            message = f"the command `{name}` starts `{module}`, which is no module of the project"
            yield Finding(path, 0, "unknown-module", "error", message, alike(module, modules.tops(source)))
            continue
        known = _known(found, project)
        if function and known is not None and function.partition(".")[0] not in known:
            near = alike(function, known)
            message = (
                f"the command `{name}` starts `{function}`, which is not in {found.path}{meant(near, known)}"
            )
            yield Finding(path, 0, "unknown-name", "error", message, near)


def _known(module: Module, project: Project) -> frozenset[str] | None:
    """The names in a module; None when they cannot be told."""
    if not module.path:
        return frozenset()
    source = project.sources.get(module.path)
    return source.exports if source is not None else None
