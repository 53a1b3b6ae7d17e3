"""Faults of JavaScript and TypeScript that the grammar lets pass and the engines do not."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from core.automations.evidence import Finding
from core.checks.ecmascript.exchange import declared
from core.checks.ecmascript.grammar import Syntax, bound
from core.checks.trees import line, named, text

_SCOPES = frozenset({"program", "statement_block", "class_static_block", "switch_body"})
_ONCE = frozenset({"lexical_declaration", "class_declaration", "import_statement"})
_ASSIGNING = "assignment_expression", "augmented_assignment_expression", "update_expression"


def faults(path: str, syntax: Syntax) -> Iterator[Finding]:
    for at, name in _twice(syntax):
        yield Finding(
            path, at, "redeclared", "error", f"`{name}` is declared a second time in the same block"
        )
    for node in syntax.all("await_expression"):
        function = syntax.function(node)
        if function is not None and not _is_async(function):
            yield Finding(
                path, line(node), "await-outside-async", "error", "`await` in a function that is not `async`"
            )
    for at, name in _constants(syntax):
        yield Finding(
            path, at, "assigned-constant", "error", f"`{name}` is a constant and cannot be assigned to"
        )


def not_erasable(path: str, syntax: Syntax) -> Iterator[Finding]:
    """TypeScript that Node.js cannot run by leaving the types out."""
    for node in syntax.all("enum_declaration", "internal_module"):
        if not any(each.type == "ambient_declaration" for each in syntax.around(node)):
            what = "enum" if node.type == "enum_declaration" else "namespace"
            yield _cannot(path, node, f"an `{what}`" if what == "enum" else f"a `{what}`")
    for node in syntax.all("required_parameter", "optional_parameter"):
        if any(child.type in ("accessibility_modifier", "readonly") for child in node.children):
            yield _cannot(path, node, "a property declared in a constructor's parameters")
    for node in syntax.all("import_require_clause"):
        yield _cannot(path, node, "`import … = require(…)`")


def _cannot(path: str, node: Node, what: str) -> Finding:
    message = f"Node.js runs TypeScript by leaving the types out, which {what} does not allow"
    return Finding(path, line(node), "not-erasable", "error", message)


def _twice(syntax: Syntax) -> Iterator[tuple[int, str]]:
    """`let`, `const`, `class` and imports may declare a name once in a block."""
    for scope in syntax.all(*_SCOPES):
        seen: dict[str, str] = {}
        for node in scope.children:
            inner = node.child_by_field_name("declaration") if node.type == "export_statement" else node
            if inner is None:
                continue
            for name in _names(inner):
                before = seen.get(name)
                if (
                    before is not None
                    and (inner.type in _ONCE or before in _ONCE)
                    and not _may_merge(inner.type, before)
                ):
                    yield line(inner), name
                seen[name] = inner.type


def _names(node: Node) -> Iterator[str]:
    if node.type in (
        "lexical_declaration",
        "variable_declaration",
        "function_declaration",
        "class_declaration",
    ):
        yield from declared(node)
    elif node.type == "import_statement" and not any(child.type == "type" for child in node.children):
        for clause in named(node, "import_clause"):
            for part in clause.children:
                if part.type == "identifier":
                    yield text(part)
                elif part.type == "namespace_import":
                    yield text(part.named_children[-1])
                elif part.type == "named_imports":
                    for each in named(part, "import_specifier"):
                        yield text(each.child_by_field_name("alias") or each.child_by_field_name("name"))


def _may_merge(one: str, other: str) -> bool:
    return {one, other} == {"class_declaration", "function_declaration"}


def _is_async(function: Node) -> bool:
    return any(child.type == "async" for child in function.children)


def _constants(syntax: Syntax) -> Iterator[tuple[int, str]]:
    """Assignments to a constant at the top whose name nothing else in the file declares."""
    counts: dict[str, int] = {}
    for node in syntax.all("variable_declarator"):
        for name, _ in bound(node.child_by_field_name("name")):
            counts[name] = counts.get(name, 0) + 1
    for node in syntax.all("formal_parameters", "catch_clause", "arrow_function"):
        parameter = node if node.type == "formal_parameters" else node.child_by_field_name("parameter")
        for name, _ in bound(parameter):
            counts[name] = counts.get(name, 0) + 1
    for node in syntax.all("for_in_statement"):
        for name, _ in bound(node.child_by_field_name("left")):
            counts[name] = counts.get(name, 0) + 1
    constant = {
        name
        for node in syntax.root.children
        if node.type == "lexical_declaration" and text(node.child_by_field_name("kind")) == "const"
        for name in declared(node)
        if counts.get(name) == 1
    }
    for node in syntax.all(*_ASSIGNING):
        target = node.child_by_field_name("left") or node.child_by_field_name("argument")
        if target is not None and target.type == "identifier" and text(target) in constant:
            yield line(node), text(target)
