"""Go: a tree-sitter grammar for syntax, imports, and the names of a package. All of the language is in this file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from posixpath import dirname

import tree_sitter_go
from tree_sitter import Node

from core.automations.evidence import Finding
from core.automations.model import File
from core.checks.languages.language import Language, Start
from core.checks.likeness import MOST, alike, meant
from core.checks.project import Project, above, joined
from core.checks.source import Boundary, BoundaryKind, Import, Placed, Source
from core.checks.trees import fault, line, named, text, tree, walk
from core.checks.words import words

_STANDARD = words(
    "archive bufio builtin bytes cmp compress container context crypto database debug embed encoding errors expvar flag fmt go "
    "hash html image index io iter log maps math mime net os path plugin reflect regexp runtime slices sort strconv strings "
    "structs sync syscall testing text time unicode unique unsafe"
)
_BUILTIN = words(
    "append cap clear close complex copy delete imag len make max min new panic print println real recover any bool byte "
    "comparable complex64 complex128 error float32 float64 int int8 int16 int32 int64 rune string uint uint8 uint16 uint32 uint64 "
    "uintptr true false nil iota _ init main"
)
_CALLS: Mapping[str, BoundaryKind] = {
    **dict.fromkeys(
        words("http.Get http.Post http.NewRequest http.NewRequestWithContext http.Client net.Dial"),
        "network",
    ),
    **dict.fromkeys(
        words("sql.Open sqlx.Connect pgx.Connect pgxpool.New gorm.Open mongo.Connect redis.NewClient"),
        "database",
    ),
    **dict.fromkeys(
        words("os.Open os.Create os.ReadFile os.WriteFile os.OpenFile os.Remove os.Rename"), "file"
    ),
}
_ENVIRONMENT = frozenset({"os.Getenv", "os.LookupEnv"})
_LOG = re.compile(r"(?:log|slog|logger|zap|zerolog)\.")
_MODULE = re.compile(r"^module\s+(\S+)", re.MULTILINE)
_REQUIRED = re.compile(r"^\s*(?:require\s+)?([\w.-]+\.[\w./~-]+)\s+v\d", re.MULTILINE)
_VERSIONED = re.compile(r"/v\d+$|\.v\d+$|^go-|\.go$|-go$")
_NOT_DONE = re.compile(r"not (?:yet )?implemented|todo|unimplemented", re.IGNORECASE)
_DECLARED = words(
    "function_declaration method_declaration type_spec type_alias const_spec var_spec parameter_declaration "
    "variadic_parameter_declaration type_parameter_declaration"
)
_LISTS = words(
    "short_var_declaration range_clause receive_statement type_switch_statement assignment_statement"
)


@dataclass(frozen=True, slots=True)
class _Outline:
    """``used``: identifiers by their first line; ``declared``: of any scope; ``selected``: `package.Name`."""

    used: tuple[Placed, ...]
    declared: frozenset[str]
    selected: tuple[tuple[int, str, str], ...]
    names: Mapping[str, Import]


class Go(Language):
    name = "Go"
    endings = frozenset({"go"})
    interpreters = frozenset[str]()

    def read(self, file: File) -> Source:
        root = tree(file.content, tree_sitter_go.language)
        wrong = fault(file.path, file.content, root)
        if wrong is not None:
            return Source(file, broken=True, faults=(wrong,))
        return _told(file, root, list(walk(root)))

    def references(self, sources: Sequence[Source], project: Project) -> Iterable[Finding]:
        packages: dict[str, list[Source]] = {}
        for source in sources:
            packages.setdefault(dirname(source.file.path), []).append(source)
        told: set[str] = set()
        for source in sources:
            outline = source.scratch
            if isinstance(outline, _Outline):
                yield from islice(_of_imports(source, outline, project, packages, told), MOST)
                yield from islice(_of_names(source, outline, packages[dirname(source.file.path)]), MOST)

    def starts(self, sources: Sequence[Source], project: Project) -> Iterable[Start]:  # noqa: ARG002 - the sources say it all
        for source in sources:
            if source.starts:
                folder = dirname(source.file.path)
                place = f"./{folder}" if folder else "."
                yield Start(
                    source.file.path,
                    (source.file.path, f"go run {place}", f"go build {place}", "go build", "go install"),
                )


def _told(file: File, root: Node, nodes: Sequence[Node]) -> Source:
    names = dict(_imports(nodes))
    calls = [
        (line(node), text(node.child_by_field_name("function")), node)
        for node in _of(nodes, "call_expression")
    ]
    package = text(next(_of(nodes, "package_identifier"), None))
    conditions = (text(node.child_by_field_name("condition")) for node in _of(nodes, "if_statement"))
    return Source(
        file,
        imports=tuple(names.values()),
        exports=frozenset(_top(root)),
        variables=tuple(
            Placed(at, _literal(node)) for at, name, node in calls if name in _ENVIRONMENT and _literal(node)
        ),
        boundaries=tuple(Boundary(at, _CALLS[name], name) for at, name, _ in calls if name in _CALLS),
        handles=any("err" in condition for condition in conditions),
        logs=any(_LOG.match(name) for _, name, _ in calls),
        starts=package == "main" and any(_is_main(node) for node in root.children),
        comments=tuple(_comments(nodes)),
        strings=tuple(
            Placed(line(node), text(node)) for node in nodes if node.type.endswith("string_literal")
        ),
        stubs=tuple(_stubs(nodes)),
        scratch=_Outline(tuple(_used(nodes)), frozenset(_declared(nodes)), tuple(_selected(nodes)), names),
    )


def _of(nodes: Iterable[Node], kind: str) -> Iterator[Node]:
    return (node for node in nodes if node.type == kind)


def _comments(nodes: Iterable[Node]) -> Iterator[Placed]:
    for node in _of(nodes, "comment"):
        for at, part in enumerate(text(node).split("\n")):
            yield Placed(line(node) + at, part.strip(" /*\t"))


def _imports(nodes: Iterable[Node]) -> Iterator[tuple[str, Import]]:
    """By the name under which the file knows it; `_` and `.` keep their path as name."""
    for node in nodes:
        if node.type != "import_spec":
            continue
        path = text(node.child_by_field_name("path")).strip('"`')
        alias = text(node.child_by_field_name("name"))
        last = _VERSIONED.sub("", path).rpartition("/")[2]
        name = (
            alias if alias not in ("", "_", ".") else f"{alias}{path}" if alias else _VERSIONED.sub("", last)
        )
        yield name, Import(line(node), path)


def _top(root: Node) -> Iterator[str]:
    for node in root.children:
        if node.type == "function_declaration":
            yield text(node.child_by_field_name("name"))
        elif node.type in ("type_declaration", "const_declaration", "var_declaration"):
            for each in walk(node):
                if each.type in ("type_spec", "type_alias", "const_spec", "var_spec"):
                    yield from (text(name) for name in each.children_by_field_name("name"))


def _declared(nodes: Iterable[Node]) -> Iterator[str]:
    for node in nodes:
        if node.type in _DECLARED:
            yield from (text(name) for name in node.children_by_field_name("name"))
        elif node.type in _LISTS:
            for side in (node.child_by_field_name("left"), node.child_by_field_name("alias")):
                if side is not None and any(child.type == ":=" for child in node.children):
                    yield from (text(each) for each in side.named_children if each.type == "identifier")


def _used(nodes: Iterable[Node]) -> Iterator[Placed]:
    seen: set[str] = set()
    keys = {each.id for node in nodes if node.type == "keyed_element" for each in walk(node.children[0])}
    for node in nodes:
        if node.type not in ("identifier", "type_identifier") or node.id in keys or text(node) in seen:
            continue
        if node.parent is None or node.parent.type != "qualified_type":
            seen.add(text(node))
            yield Placed(line(node), text(node))


def _selected(nodes: Iterable[Node]) -> Iterator[tuple[int, str, str]]:
    for node in nodes:
        if node.type == "selector_expression":
            operand = node.child_by_field_name("operand")
            if operand is not None and operand.type == "identifier":
                yield line(node), text(operand), text(node.child_by_field_name("field"))
        elif node.type == "qualified_type":
            yield (
                line(node),
                text(node.child_by_field_name("package")),
                text(node.child_by_field_name("name")),
            )


def _of_imports(
    source: Source,
    outline: _Outline,
    project: Project,
    packages: Mapping[str, Sequence[Source]],
    told: set[str],
) -> Iterator[Finding]:
    path = source.file.path
    used = {name for _, name, _ in outline.selected}
    declared = outline.declared
    for name, wanted in outline.names.items():
        folder = _folder(path, wanted.module, project)
        if folder is not None and folder not in packages:
            near = alike(folder, packages, lengths=20)
            message = f"there is no package in `{folder}/`{meant(near)}"
            yield Finding(path, wanted.line, "unknown-module", "error", message, near)
        elif folder is None and not _is_known(path, wanted.module, project) and wanted.module not in told:
            told.add(wanted.module)
            near = alike(wanted.module, _STANDARD)
            message = f"`{wanted.module}` is imported, but no go.mod requires it{meant(near)}"
            yield Finding(path, wanted.line, "undeclared-import", "error", message, (*near, wanted.module))
        exact = wanted.module.partition("/")[0] in _STANDARD or folder is not None
        if exact and name not in used and not name.startswith(("_", ".")):
            message = f"`{wanted.module}` is imported and not used, which Go refuses"
            yield Finding(path, wanted.line, "unused-import", "error", message)
        if folder in packages:
            there = {each for other in packages[folder or ""] for each in other.exports or ()}
            whole = all(other.exports is not None for other in packages[folder or ""])
            for at, package, member in outline.selected if whole else ():
                if package == name and member not in there and package not in declared:
                    near = alike(member, there)
                    yield Finding(
                        path,
                        at,
                        "unknown-name",
                        "error",
                        f"`{member}` is not in `{folder}/`{meant(near)}",
                        near,
                    )


def _of_names(source: Source, outline: _Outline, package: Sequence[Source]) -> Iterator[Finding]:
    """A package of others may have another name than its path says."""
    known = _BUILTIN | outline.declared | outline.names.keys()
    for other in package:
        if other.exports is None or any(name.startswith(".") for name in outline.names):
            return
        known |= other.exports
    selected = {name for _, name, _ in outline.selected}
    strange = any(name not in selected and "." in each.module for name, each in outline.names.items())
    for used in outline.used:
        if used.text not in known and not (strange and used.text in selected):
            near = alike(used.text, known)
            yield Finding(
                source.file.path,
                used.line,
                "undefined-name",
                "error",
                f"`{used.text}` is declared nowhere{meant(near)}",
                near,
            )


def _folder(path: str, module: str, project: Project) -> str | None:
    """The folder of a package of the project; None for packages of others."""
    for manifest in _manifests(path, project):
        found = _MODULE.search(manifest.content)
        if found and (module == found[1] or module.startswith(f"{found[1]}/")):
            return joined(dirname(manifest.path), module.removeprefix(found[1]).lstrip("/"))
    return None


def _is_known(path: str, module: str, project: Project) -> bool:
    if module.partition("/")[0] in _STANDARD or module == "C":
        return True
    required = (
        name for manifest in _manifests(path, project) for name in _REQUIRED.findall(manifest.content)
    )
    return any(module == name or module.startswith(f"{name}/") for name in required)


def _manifests(path: str, project: Project) -> list[File]:
    places = (joined(folder, "go.mod") or "" for folder in above(path))
    return [project.files[place] for place in places if place in project.files]


def _stubs(nodes: Iterable[Node]) -> Iterator[Placed]:
    for node in nodes:
        if node.type in ("function_declaration", "method_declaration"):
            body = [
                each
                for block in named(node, "block")
                for each in walk(block)
                if each.type.endswith("_statement")
            ]
            if len(body) == 1 and text(body[0]).startswith("panic(") and _NOT_DONE.search(text(body[0])):
                yield Placed(line(node), text(node.child_by_field_name("name")))


def _is_main(node: Node) -> bool:
    return node.type == "function_declaration" and text(node.child_by_field_name("name")) == "main"


def _literal(call: Node) -> str:
    given = call.child_by_field_name("arguments")
    first = given.named_children[0] if given is not None and given.named_children else None
    return text(first).strip('"`') if first is not None and first.type.endswith("string_literal") else ""


LANGUAGE = Go()
