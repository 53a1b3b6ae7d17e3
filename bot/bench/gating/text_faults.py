"""Faults of one text: a bracket that is gone, an end that is gone, a name that is mistyped."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Callable, Sequence
from random import Random

import tree_sitter_go
from tree_sitter import Node

from core.bundle.kinds import ending
from core.checks.ecmascript.grammar import Syntax
from core.checks.shell.scan import scan
from core.checks.trees import text, tree, walk

_SHORTEST = 5
"""Letters of a name that is mistyped."""


def without_bracket(path: str, content: str, random: Random) -> str | None:
    """One bracket of the code deleted, none of a string or a comment. In shells a quote or a closing word may go, too."""
    spots = _spots(path)(content)
    if not spots:
        return None
    start, end = random.choice(spots)
    return content[:start] + content[end:]


def cut(_: str, content: str, random: Random) -> str | None:
    """The text up to some place after its first tenth."""
    if len(content) < 2 * _SHORTEST:
        return None
    return content[: random.randint(len(content) // 10, len(content) - _SHORTEST)]


def misspelt(path: str, content: str, random: Random) -> str | None:
    """One use of a name with two letters the other way round."""
    spots = [spot for spot in _uses(path, content) if spot[1] - spot[0] >= _SHORTEST]
    random.shuffle(spots)
    for start, end in spots:
        name = content[start:end]
        wrong = swapped(name, random)
        if wrong != name and not re.search(rf"(?<!\w){re.escape(wrong)}(?!\w)", content):
            return content[:start] + wrong + content[end:]
    return None


def swapped(name: str, random: Random) -> str:
    """Two neighbouring letters after the first changed places; the same when all are alike."""
    places = [
        at
        for at in range(1, len(name) - 1)
        if name[at] != name[at + 1] and name[at].isalpha() and name[at + 1].isalpha()
    ]
    if not places:
        return name
    at = random.choice(places)
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :]


Spot = tuple[int, int]


def _spots(path: str) -> Callable[[str], list[Spot]]:
    kind = ending(path)
    if kind == "py":
        return _python_brackets
    if kind in ("sh", "bash", ""):
        return _shell_brackets
    return lambda content: _leaves(_root(path, content), content, frozenset("()[]{}"))


def _root(path: str, content: str) -> Node:
    return tree(content, tree_sitter_go.language) if path.endswith(".go") else Syntax(path, content).root


def _leaves(root: Node, content: str, marks: frozenset[str]) -> list[Spot]:
    data = content.encode()
    return [_characters(data, node) for node in walk(root) if not node.child_count and node.type in marks]


def _characters(data: bytes, node: Node) -> Spot:
    start = len(data[: node.start_byte].decode())
    return start, start + len(data[node.start_byte : node.end_byte].decode())


def _python_brackets(content: str) -> list[Spot]:
    lines = _starts(content)
    tokens = tokenize.generate_tokens(io.StringIO(content).readline)
    return [
        (lines[token.start[0] - 1] + token.start[1], lines[token.end[0] - 1] + token.end[1])
        for token in tokens
        if token.type == tokenize.OP and token.string in "()[]{}"
    ]


def _shell_brackets(content: str) -> list[Spot]:
    """What opens or closes something, on lines that are code all over."""
    starts = _starts(content)
    lines = content.split("\n")
    spots: list[Spot] = []
    for line in scan(content):
        raw = lines[line.number - 1]
        if line.code.rstrip("\n") == raw:
            begin = starts[line.number - 1]
            marks = re.finditer(r"[\"{}]|\b(?:fi|done|esac|then)\b", raw)
            spots += [(begin + found.start(), begin + found.end()) for found in marks]
    return spots


def _uses(path: str, content: str) -> list[Spot]:
    kind = ending(path)
    if kind == "py":
        lines = _starts(content)
        return [
            (
                lines[node.lineno - 1] + node.col_offset,
                lines[node.lineno - 1] + node.col_offset + len(node.id),
            )
            for node in ast.walk(ast.parse(content))
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and content.isascii()
        ]
    if kind in ("sh", "bash"):
        local = set(re.findall(r"\b([a-z_]\w+)=", content))
        return [found.span(1) for found in re.finditer(r"\$\{?([a-z_]\w+)", content) if found[1] in local]
    data = content.encode()
    return [
        _characters(data, node)
        for node in walk(_root(path, content))
        if node.type == "identifier" and node.parent is not None and _is_use(node)
    ]


def _is_use(node: Node) -> bool:
    parent = node.parent
    assert parent is not None
    if parent.type in (
        "arguments",
        "argument_list",
        "binary_expression",
        "return_statement",
        "expression_list",
    ):
        return text(parent.parent.child_by_field_name("left") if parent.parent else None) != text(parent)
    return parent.type in (
        "call_expression",
        "member_expression",
        "new_expression",
        "selector_expression",
    ) and (parent.children[0] == node or parent.type == "new_expression")


def _starts(content: str) -> Sequence[int]:
    starts = [0]
    for line in content.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    return starts
