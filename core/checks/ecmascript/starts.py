"""How a JavaScript or TypeScript project is started, and how a README may say so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from posixpath import dirname

from core.checks.ecmascript.package import Package, packages
from core.checks.languages.language import Start
from core.checks.project import Project, is_test, joined
from core.checks.source import Source

_STARTING = "start", "dev", "serve", "run", "cli", "preview", "scrape", "crawl"
_TOOLS = "npm", "npm run", "yarn", "yarn run", "pnpm", "pnpm run", "bun", "bun run"
_NOT_STARTS = "test", "lint", "check", "build", "format", "typecheck", "prepare"


def starts(sources: Sequence[Source], project: Project) -> Iterator[Start]:
    all_ = packages(project)
    for package in all_:
        if package.is_shipment and "start" not in package.scripts and not package.data.get("bin"):
            return  # a library for others
        yield from _of_package(package, project)
    for source in sources:
        path = source.file.path
        if (
            source.starts
            and not is_test(path)
            and not path.endswith((".config.js", ".config.ts", ".config.mjs"))
        ):
            yield Start(path, (path, path.rpartition("/")[2], f"node {path}", "node ."))


def _of_package(package: Package, project: Project) -> Iterator[Start]:
    for name in package.scripts:
        if name in _STARTING or (
            name.partition(":")[0] not in _NOT_STARTS and not name.startswith(("pre", "post"))
        ):
            yield Start(package.path, tuple(f"{tool} {name}" for tool in _TOOLS))
    binaries = package.data.get("bin")
    named = {package.name: binaries} if isinstance(binaries, str) else binaries
    main = package.data.get("main")
    for name, value in {**(named if isinstance(named, dict) else {}), "": main}.items():
        path = joined(dirname(package.path), value) if isinstance(value, str) else None
        if path and path in project.paths and not path.endswith((".d.ts", ".json")):
            yield Start(
                path,
                tuple(
                    each
                    for each in (path, path.rpartition("/")[2], name, f"npx {name}" if name else "")
                    if each
                ),
            )
