"""Names that a JavaScript or TypeScript file uses and nobody declares.

Scopes are left out on purpose: a name that is declared anywhere in the file is taken to be meant. What is left are
names that nobody ever wrote before: mistyped ones, and imports that were forgotten."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tree_sitter import Node

from core.checks.ecmascript.exchange import declared
from core.checks.ecmascript.grammar import Syntax, bound, dotted
from core.checks.source import Placed
from core.checks.trees import line, named, text
from core.checks.words import words

_DECLARING = words(
    "function_declaration function_expression generator_function_declaration generator_function class_declaration class "
    "abstract_class_declaration interface_declaration type_alias_declaration enum_declaration internal_module module "
    "function_signature type_parameter mapped_type_clause"
)
_PARAMETERS = words("formal_parameters catch_clause arrow_function")
_WELL_KNOWN = words(
    "JSX define React Express Cypress google chrome jest vi describe it test expect before after beforeEach afterEach beforeAll "
    "afterAll suite setup teardown assert sinon Intl WebAssembly bigint string number boolean object symbol any unknown never void await yield async using awslambda WebSocketPair "
    "__STATIC_CONTENT EdgeRuntime"
)
_GLOBAL_COMMENT = re.compile(r"/\*\s*(?:global|globals|exported)\s+([^*]*)\*/")
_USING = re.compile(r"\busing\s+([A-Za-z_$][\w$]*)\s*=")
"""A declaration that the grammars do not know yet."""
_BUILD_TIME = re.compile(r"__[A-Z][A-Z0-9_]*__")
"""Constants that bundlers put in."""
_WORD = re.compile(r"[A-Za-z_$][\w$]*")
_WINDOW = re.compile(r"(?:window|globalThis|global|self|root|top)\.([A-Za-z_$][\w$]*)$")


@cache
def known_everywhere() -> frozenset[str]:
    listed = Path(__file__).with_name("globals.txt").read_text("utf-8").partition("\n")[2]
    return frozenset(listed.split()) | _WELL_KNOWN


def declarations(syntax: Syntax) -> set[str]:
    """Every name that the file declares, in whatever scope."""
    found: set[str] = set()
    for node in syntax.all(*_DECLARING):
        found.add(text(node.child_by_field_name("name")).partition(".")[0])
    for node in syntax.all("variable_declarator"):
        found |= {name for name, _ in bound(node.child_by_field_name("name"))}
    for node in syntax.all("for_in_statement"):
        if node.child_by_field_name("kind") is not None:
            found |= {name for name, _ in bound(node.child_by_field_name("left"))}
    for node in syntax.all(*_PARAMETERS):
        found |= {
            name
            for name, _ in bound(
                node if node.type == "formal_parameters" else node.child_by_field_name("parameter")
            )
        }
    for node in syntax.all("import_alias"):
        found.add(text(node.named_children[0]) if node.named_children else "")
    for node in syntax.all("import_clause", "namespace_import", "import_require_clause"):
        found |= {text(each) for each in named(node, "identifier")}
    for node in syntax.all("import_specifier"):
        found.add(text(node.child_by_field_name("alias") or node.child_by_field_name("name")))
    for node in syntax.all(
        "infer_type", "index_signature", "optional_parameter", "required_parameter", "rest_pattern"
    ):
        found |= {
            text(each) for each in node.named_children if each.type in ("type_identifier", "identifier")
        }
    return found


def top_declarations(syntax: Syntax) -> Iterator[str]:
    """What a classic script leaves for the scripts after it."""
    for node in syntax.root.children:
        yield from declared(node)
    yield from left_global(syntax)


def left_global(syntax: Syntax) -> Iterator[str]:
    """`window.x = …` and the like."""
    for node in syntax.all("assignment_expression"):
        if found := _WINDOW.match(dotted(node.child_by_field_name("left"))):
            yield found[1]


def undeclared(syntax: Syntax, content: str) -> tuple[Placed, ...]:
    """Each name once, where it is first used."""
    if next(syntax.all("with_statement"), None) is not None:
        return ()
    known = declarations(syntax) | known_everywhere() | set(_excused(syntax, content))
    first: dict[str, int] = {}
    for node in syntax.all("identifier", "shorthand_property_identifier", "type_identifier"):
        name = text(node)
        if (
            name in known
            or not name.strip("_")
            or _BUILD_TIME.fullmatch(name)
            or (node.type == "type_identifier" and not syntax.typed)
        ):
            continue
        if not _is_exempt(syntax, node):
            first[name] = min(line(node), first.get(name, line(node)))
    return tuple(Placed(at, name) for name, at in first.items())


def _excused(syntax: Syntax, content: str) -> Iterator[str]:
    """Names that the file asks for before it uses them, or that a comment declares."""
    for node in syntax.all("unary_expression"):
        if text(node.child_by_field_name("operator")) == "typeof":
            yield text(node.child_by_field_name("argument"))
    yield from _USING.findall(content)
    for match in _GLOBAL_COMMENT.finditer(content):
        yield from _WORD.findall(match[1])
    yield from left_global(syntax)


def _is_exempt(syntax: Syntax, node: Node) -> bool:
    parent = syntax.parent(node)
    if parent is None:
        return False
    if parent.type == "nested_type_identifier" and parent.child_by_field_name("name") == node:
        return True
    if parent.type.startswith("jsx_") and text(node)[:1].islower():
        return True
    if parent.type in ("export_specifier", "import_specifier"):
        statement = syntax.parent(parent)
        statement = syntax.parent(statement) if statement is not None else None
        taken = statement is not None and statement.child_by_field_name("source") is not None
        return taken or parent.child_by_field_name("alias") == node or parent.type == "import_specifier"
    if parent.type in ("namespace_export", "export_statement") and any(
        child.type in ("*", "namespace") for child in parent.children
    ):
        return True
    kinds = {each.type for each in syntax.around(node)}
    return bool(
        kinds & {"function_type", "constructor_type", "call_signature", "method_signature", "ERROR"}
    ) and (node.type == "identifier")
