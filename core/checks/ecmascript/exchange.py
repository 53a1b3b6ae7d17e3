"""What a JavaScript or TypeScript file takes in and gives out, as ES modules and as CommonJS do it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from tree_sitter import Node

from core.checks.ecmascript.grammar import Syntax, arguments, bound, dotted, literal
from core.checks.source import Import
from core.checks.trees import line, named, text

DEFAULT = "default"


@dataclass(slots=True)
class Exchange:
    """``names``: by local name, where an imported module is bound as a whole. ``types``: exports that vanish when the
    types do. ``stars``: modules all of whose exports are passed on. ``opaque``: what it exports cannot be told.
    ``module``: it is an ES module by its own statements; ``common``: it uses CommonJS."""

    imports: list[Import] = field(default_factory=list)
    whole: dict[str, Import] = field(default_factory=dict)
    exports: set[str] = field(default_factory=set)
    types: set[str] = field(default_factory=set)
    stars: list[Import] = field(default_factory=list)
    typed: set[Import] = field(default_factory=set)
    opaque: bool = False
    module: bool = False
    common: bool = False


def exchange(syntax: Syntax) -> Exchange:
    found = Exchange(opaque=not syntax.whole)
    for node in syntax.all("import_statement"):
        found.module = True
        _import(node, found)
    for node in syntax.all("export_statement"):
        if not _in_other_module(syntax, node):
            found.module = True
            _export(node, found)
    for node in syntax.all("call_expression"):
        _call(syntax, node, found)
    _common(syntax, found)
    return found


def _in_other_module(syntax: Syntax, node: Node) -> bool:
    return any(each.type in ("module", "internal_module") for each in syntax.around(node))


def _import(node: Node, found: Exchange) -> None:
    clause = next(named(node, "import_require_clause"), None)
    source = literal((clause or node).child_by_field_name("source"))
    if source is None:
        return
    only_types = any(child.type == "type" for child in node.children)
    names: list[str] = []
    for part in next(named(node, "import_clause"), node).children:
        if part.type == "identifier":
            names.append(DEFAULT)
        elif part.type == "named_imports":
            names += [
                text(each.child_by_field_name("name")).strip("'\"")
                for each in named(part, "import_specifier")
            ]
    one = Import(line(node), source, tuple(names))
    found.imports.append(one)
    if only_types:
        found.typed.add(one)
    for part in next(named(node, "import_clause"), node).children:
        if part.type == "namespace_import":
            found.whole[text(part.named_children[-1])] = Import(line(node), source)
        elif part.type == "identifier" and not only_types:
            found.whole[text(part)] = Import(line(node), source, (DEFAULT,))


def _export(node: Node, found: Exchange) -> None:
    source = literal(node.child_by_field_name("source"))
    marks = {child.type for child in node.children}
    if source is not None:
        clause = next(named(node, "export_clause"), None)
        taken = (
            [
                text(each.child_by_field_name("name")).strip("'\"")
                for each in named(clause, "export_specifier")
            ]
            if clause
            else []
        )
        one = Import(line(node), source, tuple(taken))
        found.imports.append(one)
        if "type" in marks:
            found.typed.add(one)
        if "*" in marks:
            found.stars.append(one)
    if "default" in marks:
        found.exports.add(DEFAULT)
    if "=" in marks:
        found.opaque = True
    for each in node.children:
        _exported(each, found, types="type" in marks)


def _exported(node: Node, found: Exchange, *, types: bool) -> None:
    match node.type:
        case "export_clause":
            for each in named(node, "export_specifier"):
                given = text(each.child_by_field_name("alias") or each.child_by_field_name("name")).strip(
                    "'\""
                )
                found.exports.add(given)
                if types or any(child.type == "type" for child in each.children):
                    found.types.add(given)
        case "namespace_export":
            found.exports.add(text(node.named_children[-1]))
        case "ambient_declaration":
            for each in node.children:
                _exported(each, found, types=types)
        case _:
            for name in declared(node):
                found.exports.add(name)
                if node.type in ("interface_declaration", "type_alias_declaration"):
                    found.types.add(name)


def declared(node: Node) -> Iterator[str]:
    """The names that a declaration declares."""
    if node.type in ("lexical_declaration", "variable_declaration"):
        for each in named(node, "variable_declarator"):
            yield from (name for name, _ in bound(each.child_by_field_name("name")))
    elif node.type.endswith(("_declaration", "_signature", "module")):
        name = text(node.child_by_field_name("name")).partition(".")[0]
        yield from [name] if name else []


def _call(syntax: Syntax, node: Node, found: Exchange) -> None:
    function = node.child_by_field_name("function")
    if function is None or text(function) not in ("require", "import"):
        return
    given = arguments(node)
    source = literal(given[0]) if len(given) >= 1 else None
    if function.type == "identifier":
        found.common = True
    if source is None:
        return
    if any(each.type.startswith("type_") for each in syntax.around(node)):
        found.imports.append(Import(line(node), source, optional=True))
        return
    guarded = any(_guards(each, node) for each in syntax.around(node))
    holder = syntax.parent(node)
    while holder is not None and holder.type in ("await_expression", "parenthesized_expression"):
        holder = syntax.parent(holder)
    names = _taken(holder, node)
    one = Import(line(node), source, names, guarded)
    found.imports.append(one)
    if holder is not None and holder.type == "variable_declarator":
        target = holder.child_by_field_name("name")
        if target is not None and target.type == "identifier" and not guarded:
            found.whole[text(target)] = Import(line(node), source)


def _guards(outer: Node, node: Node) -> bool:
    if outer.type != "try_statement" or outer.child_by_field_name("handler") is None:
        return False
    body = outer.child_by_field_name("body")
    return body is not None and body.start_byte <= node.start_byte < body.end_byte


def _taken(holder: Node | None, call: Node) -> tuple[str, ...]:
    """The names in `const { a, b: c } = require(…)` and in `require(…).a`."""
    if holder is None:
        return ()
    if holder.type == "member_expression" and text(call.child_by_field_name("function")) == "require":
        return (text(holder.child_by_field_name("property")),)
    target = holder.child_by_field_name("name") if holder.type == "variable_declarator" else None
    if target is None or target.type != "object_pattern":
        return ()
    return tuple(_keys(target))


def _keys(pattern: Node) -> Iterator[str]:
    for each in pattern.named_children:
        match each.type:
            case "shorthand_property_identifier_pattern":
                yield text(each)
            case "pair_pattern":
                yield text(each.child_by_field_name("key")).strip("'\"")
            case "object_assignment_pattern" | "assignment_pattern":
                yield text(each.child_by_field_name("left"))


def _common(syntax: Syntax, found: Exchange) -> None:
    """`module.exports = …`, `exports.x = …`; anything else that is done to them makes the exports unknown."""
    uses = [node for node in syntax.all("identifier") if text(node) in ("module", "exports")]
    for node in uses:
        holder = syntax.parent(node)
        name = text(node)
        if (
            holder is None
            or holder.type != "member_expression"
            or holder.child_by_field_name("object") != node
        ):
            found.opaque = found.opaque or (name == "exports" and not found.module)
            continue
        found.common = True
        whole = dotted(holder)
        if name == "module" and whole != "module.exports":
            continue
        _given_out(syntax, holder, name == "module", found)


def _given_out(syntax: Syntax, target: Node, whole: bool, found: Exchange) -> None:
    holder = syntax.parent(target)
    if holder is None:
        return
    if whole and holder.type == "member_expression" and holder.child_by_field_name("object") == target:
        target, holder, whole = holder, syntax.parent(holder), False
    if (
        holder is None
        or holder.type != "assignment_expression"
        or holder.child_by_field_name("left") != target
    ):
        found.opaque = True
        return
    if not whole:
        found.exports.add(text(target.child_by_field_name("property")))
        return
    value = holder.child_by_field_name("right")
    found.exports.add(DEFAULT)
    outer = syntax.parent(holder)
    if outer is not None and outer.type in ("variable_declarator", "assignment_expression"):
        found.opaque = True  # it has another name, by which more may be put into it
        return
    if value is None or value.type != "object":
        found.opaque = True
        return
    for each in value.named_children:
        if each.type == "comment":
            continue
        key = each.child_by_field_name("key") or each.child_by_field_name("name")
        if each.type == "spread_element" or (key is not None and key.type == "computed_property_name"):
            found.opaque = True
        found.exports.add(text(key or each).strip("'\""))
