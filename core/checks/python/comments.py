"""The comments and the strings of a Python file, from its text and its tree."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from core.checks.source import Placed


def comments(content: str, nodes: Iterable[ast.AST]) -> Iterator[Placed]:
    """Each comment without its `#`s. A `#` inside of a string is none."""
    spans = _spans(nodes)
    for number, line in enumerate(content.splitlines(), 1):
        at = line.find("#")
        while at >= 0 and _covered(spans.get(number, ()), len(line[:at].encode())):
            at = line.find("#", at + 1)
        if at >= 0:
            yield Placed(number, line[at:].lstrip("#").strip())


def strings(nodes: Iterable[ast.AST]) -> Iterator[Placed]:
    """Each string literal, with the line that it begins on."""
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
            yield Placed(node.lineno, node.value)


def _spans(nodes: Iterable[ast.AST]) -> dict[int, list[tuple[int, int]]]:
    """By line, the bytes that strings cover. One that goes on for lines covers its inner lines whole."""
    found: dict[int, list[tuple[int, int]]] = {}
    for node in nodes:
        if isinstance(node, ast.JoinedStr) or (
            isinstance(node, ast.Constant) and isinstance(node.value, str | bytes)
        ):
            last = node.end_lineno or node.lineno
            for line in range(node.lineno, last + 1):
                start = node.col_offset if line == node.lineno else 0
                end = (node.end_col_offset or 0) if line == last else 1 << 30
                found.setdefault(line, []).append((start, end))
    return found


def _covered(spans: list[tuple[int, int]] | tuple[()], at: int) -> bool:
    return any(start <= at < end for start, end in spans)
