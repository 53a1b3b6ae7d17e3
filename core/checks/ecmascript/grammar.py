"""JavaScript and TypeScript as trees, with the nodes by their kind."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property

import tree_sitter_javascript
import tree_sitter_typescript
from tree_sitter import Node

from core.bundle.kinds import ending
from core.checks.trees import text, tree

_GRAMMARS: Mapping[str, Callable[[], object]] = {
    **dict.fromkeys(("js", "mjs", "cjs", "jsx"), tree_sitter_javascript.language),
    **dict.fromkeys(("ts", "mts", "cts"), tree_sitter_typescript.language_typescript),
    "tsx": tree_sitter_typescript.language_tsx,
}
_RESERVED = (
    "break|case|catch|class|const|continue|debugger|delete|do|else|enum|export|extends|false|finally|for|function|if|import|"
    "in|instanceof|new|null|return|super|switch|this|throw|true|try|typeof|undefined|var|void|while|with|yield"
)
_GIVEN = re.compile(r"\bexport\s*\{(?:/\*(?:[^*]|\*(?!/))*\*/|[^}/]|/(?!\*))*\}")
_ALL_TYPES = re.compile(r"(?<=\bexport )type(?= \*)")
_SIGNATURE = re.compile(r"(?<=[^\s{(,;=&|<:?/])(?<!=>)(\s{0,9000}\n[ \t]*)[ \t](?=<\s*(?:const )?[A-Za-z_])")
_ANY_SIGNATURE = re.compile(r"(?<=[^\s{(,;=&|<:?/])(?<!=>)(\s{0,9000}\n[ \t]*)[ \t](?=[<(])")
_DOCUMENTATION = re.compile(r"^[ \t]*(?:/\*(?:[^*]|\*(?!/))*\*/|//[^\n]*)", re.MULTILINE)
_TAG_TYPES = re.compile(r"(?<=[\w$)\]])<(?:[^<>`]|<[^<>`]{0,400}>){1,400}>(?=`)")
_KEYWORD_ALIAS = re.compile(rf"(?<=\bas )(?:{_RESERVED})(?=\s*[,}}])")
_VARIANCE = re.compile(
    r"(?<=[<,])((?:\s|/\*[^\n]{0,200}?\*/)*)(in out|in|out)(?=\s+[A-Za-z_$][\w$]*\s*(?:[,>=]|extends\b))"
)
"""Things that are right, and that the grammars do not know yet."""
_AS_NAME = re.compile(r"\busing\b(?!\s+[A-Za-z_$])")
"""A word that begins a declaration, where it is a name like any other."""
_FUNCTIONS = frozenset(
    {"function_declaration", "function_expression", "generator_function", "generator_function_declaration"}
    | {"arrow_function", "method_definition", "function"}
)


class Syntax:
    """``whole``: no exported name had to be put out of the grammar's way."""

    def __init__(self, path: str, content: str) -> None:
        self.kind = ending(path)
        self.typed = self.kind in ("ts", "mts", "cts", "tsx")
        self.declares = path.endswith((".d.ts", ".d.mts", ".d.cts"))
        plain = _GIVEN.sub(
            lambda given: _KEYWORD_ALIAS.sub(lambda name: "_" * len(name[0]), given[0]), content
        )
        self.whole = plain == content
        if self.typed:
            plain = _VARIANCE.sub(lambda match: match[1] + " " * len(match[2]), plain)
            plain = _ALL_TYPES.sub("    ", plain)
        grammar = _GRAMMARS.get(self.kind, tree_sitter_javascript.language)
        self.root = tree(plain, grammar)
        if self.root.has_error and _AS_NAME.search(plain):
            other = tree(_AS_NAME.sub("usin_", plain), grammar)
            self.root = self.root if other.has_error else other
        if self.root.has_error and self.typed and self.kind != "tsx":
            plain = _TAG_TYPES.sub(_blank, plain)
            others = (tree(_parted(plain, each), grammar) for each in (_SIGNATURE, _ANY_SIGNATURE))
            self.root = next((other for other in others if not other.has_error), self.root)

    @cached_property
    def _kinds(self) -> dict[str, list[Node]]:
        found: dict[str, list[Node]] = {}
        todo = [self.root]
        while todo:
            node = todo.pop()
            if node.is_named:
                found.setdefault(node.type, []).append(node)
            children = node.children
            for child in children:
                self._parents[child.id] = node
            todo += reversed(children)
        return found

    @cached_property
    def _parents(self) -> dict[int, Node]:
        return {}

    def all(self, *kinds: str) -> Iterator[Node]:
        """The named nodes of these kinds, in the order of the text within each kind."""
        for kind in kinds:
            yield from self._kinds.get(kind, ())

    def parent(self, node: Node) -> Node | None:
        assert self._kinds is not None
        return self._parents.get(node.id)

    def around(self, node: Node) -> Iterator[Node]:
        """The nodes that it stands in, the nearest first."""
        here = self.parent(node)
        while here is not None:
            yield here
            here = self.parent(here)

    def function(self, node: Node) -> Node | None:
        """The function that it stands in."""
        return next((each for each in self.around(node) if each.type in _FUNCTIONS), None)


def _blank(match: re.Match[str]) -> str:
    """As much space, on as many lines."""
    return re.sub(r"[^\n]", " ", match[0])


def _parted(content: str, signature: re.Pattern[str]) -> str:
    """With a semicolon between signatures that only a new line parts, or a comment."""
    bare = _DOCUMENTATION.sub(_blank, content)
    spots = [match.end() - 1 for match in signature.finditer(bare)]
    parts = [
        content[start:end] for start, end in zip([0, *(at + 1 for at in spots)], [*spots, None], strict=True)
    ]
    return ";".join(parts)


def literal(node: Node | None) -> str | None:
    """The text of a string without its quotes; None for anything else, and for strings with something put in."""
    if node is None or node.type not in ("string", "template_string"):
        return None
    if any(child.type == "template_substitution" for child in node.children):
        return None
    return text(node)[1:-1]


def arguments(call: Node) -> list[Node]:
    given = call.child_by_field_name("arguments")
    return given.named_children if given is not None and given.type == "arguments" else []


def dotted(node: Node | None) -> str:
    """`a.b.c` as text; "" for anything else."""
    parts: list[str] = []
    while node is not None and node.type == "member_expression":
        parts.append(text(node.child_by_field_name("property")))
        node = node.child_by_field_name("object")
    if node is None or node.type not in ("identifier", "this", "meta_property"):
        return ""
    return ".".join([text(node), *reversed(parts)])


def bound(pattern: Node | None) -> Iterator[tuple[str, Node]]:
    """The names that a pattern binds, each with the key that it is taken from."""
    if pattern is None:
        return
    match pattern.type:
        case "identifier" | "shorthand_property_identifier_pattern" | "type_identifier":
            yield text(pattern), pattern
        case "pair_pattern":
            yield from bound(pattern.child_by_field_name("value"))
        case "assignment_pattern" | "object_assignment_pattern":
            yield from bound(pattern.child_by_field_name("left"))
        case "required_parameter" | "optional_parameter":
            yield from bound(pattern.child_by_field_name("pattern"))
        case "object_pattern" | "array_pattern" | "rest_pattern" | "formal_parameters":
            for child in pattern.named_children:
                yield from bound(child)
