"""One JavaScript or TypeScript file, told to the gates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from core.automations.model import File
from core.checks.ecmascript import calls
from core.checks.ecmascript.exchange import Exchange, exchange
from core.checks.ecmascript.faults import faults
from core.checks.ecmascript.grammar import Syntax, dotted, literal
from core.checks.ecmascript.names import declarations, top_declarations, undeclared
from core.checks.source import Placed, Source, Use
from core.checks.trees import fault, line, text

_NOT_DONE = re.compile(r"not (?:yet )?(?:been )?implemented|unimplemented|implement me|todo", re.IGNORECASE)
_STARTING = re.compile(
    r"main|run|start|bootstrap|init|cli|app\.listen|server\.listen|\w+\.listen|program\.parse(?:Async)?"
)
_MARKS = re.compile(r"^(?:/\*+|//+|\*+/?)|\*+/$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Outline:
    """What only these two languages ask for. ``unknown``: names that nothing in the file declares. ``left``: what a
    classic script leaves for others. ``types_only``: imports that vanish with the types."""

    exchange: Exchange
    unknown: tuple[Placed, ...]
    left: frozenset[str]
    declared: frozenset[str]
    syntax: Syntax


def read(file: File) -> Source:
    syntax = Syntax(file.path, file.content)
    wrong = fault(file.path, file.content, syntax.root)
    if wrong is not None:
        return Source(file, broken=True, faults=() if syntax.declares else (wrong,))
    found = exchange(syntax)
    return Source(
        file,
        imports=tuple(found.imports),
        uses=tuple(_uses(syntax, found)),
        exports=None if found.opaque or found.stars or syntax.declares else frozenset(found.exports),
        variables=tuple(calls.variables(syntax)),
        boundaries=tuple(calls.boundaries(syntax)),
        handles=calls.handles(syntax),
        logs=calls.logs(syntax),
        starts=file.content.startswith("#!") or any(_is_start(node) for node in syntax.root.children),
        comments=tuple(_comments(syntax)),
        strings=tuple(Placed(line(node), text(node)) for node in syntax.all("string_fragment")),
        stubs=tuple(_stubs(syntax)),
        derived=frozenset(_derived(syntax)),
        lints=() if syntax.declares else tuple(faults(file.path, syntax)),
        scratch=Outline(
            found,
            undeclared(syntax, file.content) if not syntax.declares else (),
            frozenset(top_declarations(syntax)),
            frozenset(declarations(syntax)),
            syntax,
        ),
    )


def _uses(syntax: Syntax, found: Exchange) -> Iterator[Use]:
    """Members of names that one import alone binds."""
    if not found.whole:
        return
    counts: dict[str, int] = {}
    for node in syntax.all("identifier", "shorthand_property_identifier_pattern"):
        parent = syntax.parent(node)
        if parent is not None and (
            parent.type.endswith(("parameters", "parameter", "pattern", "_clause", "import"))
        ):
            counts[text(node)] = counts.get(text(node), 0) + 1
        elif parent is not None and parent.type in (
            "variable_declarator",
            "assignment_expression",
            "arrow_function",
        ):
            target = (parent.child_by_field_name(field) for field in ("name", "left", "parameter"))
            if node in target:
                counts[text(node)] = counts.get(text(node), 0) + 1
    asked_for = {text(node) for node in syntax.all("member_expression") if _is_in_doubt(syntax, node)}
    for node in syntax.all("member_expression"):
        base = node.child_by_field_name("object")
        if base is None or base.type != "identifier" or text(base) not in found.whole:
            continue
        if counts.get(text(base), 0) <= 1 and text(node) not in asked_for and "?." not in text(node):
            yield Use(line(node), found.whole[text(base)], text(node.child_by_field_name("property")))


def _is_in_doubt(syntax: Syntax, node: Node) -> bool:
    """The file puts it there itself, or asks whether it is there."""
    parent = syntax.parent(node)
    if parent is None:
        return False
    asking = (
        "unary_expression",
        "binary_expression",
        "if_statement",
        "parenthesized_expression",
        "ternary_expression",
    )
    condition = parent.child_by_field_name("condition")
    asked = parent.type in asking and (parent.type != "ternary_expression" or condition == node)
    return asked or parent.child_by_field_name("left") == node


def _is_start(node: Node) -> bool:
    if node.type == "if_statement":
        condition = text(node.child_by_field_name("condition"))
        return "require.main" in condition or "import.meta" in condition
    if node.type != "expression_statement" or not node.named_children:
        return False
    inner: Node | None = node.named_children[0]
    while inner is not None and inner.type in (
        "await_expression",
        "call_expression",
        "member_expression",
        "unary_expression",
    ):
        if inner.type == "call_expression":
            function = inner.child_by_field_name("function")
            if function is not None and _STARTING.fullmatch(dotted(function)):
                return True
            inner = function
        elif inner.type == "member_expression":
            inner = inner.child_by_field_name("object")
        else:
            inner = inner.named_children[0] if inner.named_children else None
    return False


def _comments(syntax: Syntax) -> Iterator[Placed]:
    for node in syntax.all("comment"):
        for offset, part in enumerate(text(node).split("\n")):
            yield Placed(line(node) + offset, _MARKS.sub("", part.strip()).strip())


def _stubs(syntax: Syntax) -> Iterator[Placed]:
    """Functions that only throw that they are not there yet."""
    for node in syntax.all("throw_statement"):
        body = syntax.parent(node)
        if (
            body is None
            or body.type != "statement_block"
            or len([each for each in body.named_children if each.type != "comment"]) != 1
        ):
            continue
        function = syntax.parent(body)
        if function is None or function.child_by_field_name("body") != body:
            continue
        said = next(
            (literal(each) for each in _below(node) if each.type in ("string", "template_string")), None
        )
        if said and _NOT_DONE.search(said):
            name = _name_of(syntax, function)
            holder = syntax.parent(function)
            put = holder is not None and holder.type == "assignment_expression"
            if name and not put:  # one that is assigned somewhere is there to be replaced
                yield Placed(line(function), name)


def _below(node: Node) -> Iterator[Node]:
    for child in node.named_children:
        yield child
        yield from _below(child)


def _name_of(syntax: Syntax, function: Node) -> str:
    name = text(function.child_by_field_name("name"))
    owner = next((each for each in syntax.around(function) if each.type.endswith("class_declaration")), None)
    if owner is not None and name:
        return f"{text(owner.child_by_field_name('name'))}.{name}"
    holder = syntax.parent(function)
    name = name or text(holder.child_by_field_name("key") if holder is not None else None)
    return name or text(holder.child_by_field_name("name") if holder is not None else None) or ""


def _derived(syntax: Syntax) -> Iterator[str]:
    for node in syntax.all("class_heritage"):
        for each in _below(node):
            if each.type in ("identifier", "type_identifier"):
                yield text(each)
