"""Reads files with tree-sitter: a tree of any text, with what is wrong in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

from tree_sitter import Language, Node, Parser

from core.automations.evidence import Finding

_OPENING = {"(": ")", "[": "]", "{": "}", "${": "}"}
_CLOSING = frozenset(_OPENING.values())
_SHOWN = 30
"""Characters of the text at fault that a message repeats."""


@cache
def _parser(grammar: Callable[[], object]) -> Parser:
    return Parser(Language(grammar()))


def tree(content: str, grammar: Callable[[], object]) -> Node:
    """`grammar`: the function of a grammar package that returns its language."""
    return _parser(grammar).parse(content.encode()).root_node


def text(node: Node | None) -> str:
    return node.text.decode("utf-8", "replace") if node is not None and node.text is not None else ""


def line(node: Node) -> int:
    return node.start_point[0] + 1


def walk(node: Node) -> Iterator[Node]:
    """All nodes below and itself, in the order of the text."""
    todo = [node]
    while todo:
        here = todo.pop()
        yield here
        todo += reversed(here.children)


def named(node: Node, kind: str) -> Iterator[Node]:
    return (child for child in node.children if child.type == kind)


def fault(path: str, content: str, root: Node) -> Finding | None:
    """The first fault, told by an unbalanced bracket where there is one, since the tree often notices it far away."""
    if not root.has_error:
        return None
    wrong = next((node for node in walk(root) if node.is_error or node.is_missing), root)
    at, message = _bracket(root) or (line(wrong), _told(wrong))
    last = len(content.rstrip().split("\n"))
    if (wrong.is_missing and line(wrong) >= last - 1) or _reaches_end(wrong, last):
        message = f"{message}; the file may be cut off"
    return Finding(path, at, "invalid-syntax", "error", message)


def _told(node: Node) -> str:
    if node.is_missing:
        return f"`{node.type}` is missing here"
    first = text(node).strip().split("\n")[0][:_SHOWN].replace("`", "'")
    return f"cannot be read from here: `{first}`" if first else "cannot be read"


def _reaches_end(node: Node, last: int) -> bool:
    return node.is_error and node.end_point[0] + 1 >= last


def _bracket(root: Node) -> tuple[int, str] | None:
    """Brackets in strings and comments are no nodes of their own, so they do not count."""
    opened: list[tuple[str, int]] = []
    for node in walk(root):
        if node.child_count or node.is_missing:
            continue
        if node.type in _OPENING:
            opened.append((node.type, line(node)))
        elif node.type in _CLOSING:
            if not opened:
                return line(node), f"`{node.type}` closes nothing"
            mark, at = opened.pop()
            if _OPENING[mark] != node.type:
                return line(node), f"`{node.type}` does not close the `{mark}` of line {at}"
    return (opened[-1][1], f"the `{opened[-1][0]}` of this line is never closed") if opened else None
