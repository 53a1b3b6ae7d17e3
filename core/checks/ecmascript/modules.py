"""Where the modules are that JavaScript and TypeScript files name."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from pathlib import Path
from posixpath import dirname

from core.checks.ecmascript.package import Package, over, packages
from core.checks.formats.commented import without_comments
from core.checks.project import Project, above, joined

_ENDINGS = (
    ".ts",
    ".tsx",
    ".mts",
    ".cts",
    ".d.ts",
    ".js",
    ".jsx",
    ".mjs",
    ".cjs",
    ".json",
    ".vue",
    ".svelte",
    ".node",
)
_SWAPS: Mapping[str, tuple[str, ...]] = {
    ".js": (".ts", ".tsx", ".d.ts", ".jsx"),
    ".jsx": (".tsx",),
    ".mjs": (".mts", ".d.mts"),
    ".cjs": (".cts", ".d.cts"),
}
_SCHEME = re.compile(r"(?!node:)[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)
_BUILT = re.compile(r"(?:^|/)(?:dist|build|out|lib|generated|\.next|types|pkg)/")
_ALIAS = re.compile(r"alias|moduleNameMapper|\"paths\"|_moduleAliases|module-resolver")
_NOT_JS = re.compile(
    r"\.(?:css|scss|sass|less|svg|png|jpe?g|gif|webp|ico|woff2?|ttf|md|txt|html|wasm|glsl|graphql|gql|ya?ml)$"
)


@cache
def builtin() -> Mapping[str, frozenset[str] | None]:
    """The modules of Node.js, with what is in them; None where that is not known."""
    lines = (
        Path(__file__)
        .with_name("node.txt")
        .read_text("utf-8")
        .partition("\n")[2]
        .replace("\n ", " ")
        .split("\n")
    )
    pairs = (line.partition(":") for line in lines if line)
    return {name: frozenset(rest.split()) if rest else None for name, _, rest in pairs}


class Modules:
    def __init__(self, project: Project) -> None:
        self.project = project
        self.packages = packages(project)

    def nearest(self, path: str) -> Package | None:
        return next(over(path, self.packages), None)

    def is_local(self, specifier: str) -> bool:
        return specifier.startswith((".", "/"))

    def is_elsewhere(self, specifier: str) -> bool:
        """An address, or something that a tool makes up."""
        return (
            bool(_SCHEME.match(specifier)) or "!" in specifier or specifier.startswith(("virtual:", "#", "$"))
        )

    def local(self, path: str, specifier: str) -> str | None:
        """The file that a relative specifier names; None when there is none."""
        bare = re.split(r"[?#]", specifier, maxsplit=1)[0]
        roots = ["", "public", "static", "src"] if bare.startswith("/") else [dirname(path)]
        places = (joined(root, bare.lstrip("/") if bare.startswith("/") else bare) for root in roots)
        return next((found for place in places if place is not None for found in self._at(place)), None)

    def alias(self, path: str, specifier: str) -> str | bool:
        """A file that an alias leads to; whether it may be an alias, when no file is found."""
        for prefix, folders in self._aliases.items():
            if specifier.startswith(prefix):
                for folder in folders:
                    for base in above(path):
                        place = joined(base, folder, specifier.removeprefix(prefix))
                        found = next(self._at(place), None) if place is not None else None
                        if found:
                            return found
        return specifier.startswith(("@/", "~/", "~~/", "src/")) or (
            self._has_aliases and not specifier.startswith("@")
        )

    def declared(self, path: str, specifier: str) -> bool:
        """Whether a manifest above the file, or a sibling package, has the package."""
        name = package_name(specifier)
        mangled = name.removeprefix("@").replace("/", "__")
        for package in over(path, self.packages):
            if name == package.name or {name, f"@types/{name}", f"@types/{mangled}"} & package.packages:
                return True
        return any(name == package.name for package in self.packages)

    def is_built(self, path: str, specifier: str) -> bool:
        """It lies where a build puts it."""
        place = joined(dirname(path), specifier) or ""
        found = _BUILT.search(f"{place}/")
        return found is not None and not any(
            each.startswith(place[: found.end()]) for each in self.project.paths
        )

    def beside(self, path: str, specifier: str) -> tuple[str, ...]:
        """The files in the folder that a relative specifier leads to, as specifiers."""
        folder, _, _ = specifier.rpartition("/")
        place = joined(dirname(path), folder) or ""
        start = f"{place}/" if place else ""
        names = (each.removeprefix(start) for each in self.project.paths if each.startswith(start))
        return tuple(f"{folder}/{name}" for name in names if "/" not in name and not _NOT_JS.search(name))

    def _at(self, place: str) -> Iterator[str]:
        paths = self.project.paths
        if place in paths:
            yield place
        for ending, others in _SWAPS.items():
            if place.endswith(ending):
                stem = place.removesuffix(ending)
                yield from (f"{stem}{other}" for other in others if f"{stem}{other}" in paths)
        yield from (f"{place}{ending}" for ending in _ENDINGS if f"{place}{ending}" in paths)
        for ending in _ENDINGS:
            index = joined(place, f"index{ending}")
            if index in paths:
                yield index or ""
        manifest = joined(place, "package.json")
        if manifest and manifest in paths:
            yield manifest

    @cached_property
    def _aliases(self) -> dict[str, list[str]]:
        """From the `paths` of every `tsconfig.json`; `@/` means `src/` by custom."""
        found: dict[str, list[str]] = {"@/": ["src", ""], "~/": ["src", "app", ""]}
        for file in self.project.named(
            "tsconfig.json", "jsconfig.json", "tsconfig.app.json", "tsconfig.base.json"
        ):
            try:
                options = json.loads(without_comments(file.content)).get("compilerOptions") or {}
                base = str(options.get("baseUrl") or ".")
                for key, values in (options.get("paths") or {}).items():
                    targets = [joined(base, value.removesuffix("*")) or "" for value in values]
                    found.setdefault(key.removesuffix("*"), []).extend(targets)
                if options.get("baseUrl"):
                    found.setdefault("", []).append(joined(base) or "")
            except (ValueError, AttributeError, TypeError, RecursionError):
                continue
        return found

    @cached_property
    def _has_aliases(self) -> bool:
        texts = (
            file.content
            for path, file in self.project.files.items()
            if re.search(
                r"(?:config\.\w+|package\.json|\.babelrc|deno\.jsonc?|import_map\.json|importmap\.json)$",
                path,
            )
        )
        return any(_ALIAS.search(text) or '"imports"' in text for text in texts)


def package_name(specifier: str) -> str:
    """`@scope/name/part` -> `@scope/name`."""
    parts = specifier.split("/")
    return "/".join(parts[:2]) if specifier.startswith("@") else parts[0]
