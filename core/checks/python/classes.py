"""The classes of a Python file: which stand for others, and which are put to work."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence

from core.checks.python.calls import dotted, full_name
from core.checks.source import Class

_PLAIN = frozenset({"object", "Generic", "type", "ABC", "Protocol", "Exception", "Enum"})
"""Bases that call nothing of what is made from them."""
_ASKING = frozenset({"isinstance", "issubclass", "cast", "TypeVar", "hasattr", "getattr"})


def classes(nodes: Sequence[ast.AST], imported: Mapping[str, str]) -> Iterator[Class]:
    """`imported`: full names by local ones."""
    found = [node for node in nodes if isinstance(node, ast.ClassDef)]
    own = {node.name for node in found}
    for node in found:
        bases = tuple(named_base(base, imported) for base in node.bases)
        bodies = frozenset(
            each.name
            for each in node.body
            if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef) and does_something(each)
        )
        foreign = any(base and base not in _PLAIN and base not in own for base in bases)
        yield Class(node.name, bases, bodies, bool(node.decorator_list) or foreign)


def does_something(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Not if all that it does is to say that it is not there."""
    body = function.body[1:] if _is_idle(function.body[0]) else function.body
    refuses = len(body) == 1 and isinstance(body[0], ast.Raise)
    return not refuses and not all(_is_idle(each) for each in body)


def _is_idle(node: ast.stmt) -> bool:
    """`pass`, `...` or a text."""
    return isinstance(node, ast.Pass) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))


def named_base(base: ast.expr, imported: Mapping[str, str]) -> str:
    """`a.Base[int]` -> `Base`, by the name that its module gives it; "" for what is made at run time."""
    return full_name(base.value if isinstance(base, ast.Subscript) else base, imported).rpartition(".")[2]


def annotated(nodes: Iterable[ast.AST]) -> frozenset[str]:
    """The names in annotations."""
    notes: list[ast.expr | None] = []
    for node in nodes:
        if isinstance(node, ast.arg | ast.AnnAssign):
            notes.append(node.annotation)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            notes.append(node.returns)
    return frozenset(
        _last(each)
        for note in notes
        if note is not None
        for each in ast.walk(note)
        if isinstance(each, ast.Name | ast.Attribute | ast.Constant)
    )


def _last(node: ast.expr) -> str:
    """An annotation may also be a string."""
    name = node.value if isinstance(node, ast.Constant) else dotted(node)
    return name.rpartition(".")[2] if isinstance(name, str) else ""


def employed(nodes: Iterable[ast.AST]) -> frozenset[str]:
    """Names that are called, or handed on as values: not those of bases, annotations and questions about types."""
    everything = list(nodes)
    of_types = {id(each) for node in everything for each in _type_lists(node)}
    found: set[str] = set()
    for node in everything:
        if id(node) not in of_types:
            found |= {dotted(each).rpartition(".")[2] for each in _values(node)}
    return frozenset(found - {""})


def _type_lists(node: ast.AST) -> Iterator[ast.expr]:
    """`A, B` in `Union[A, B]` and in `isinstance(x, (A, B))`."""
    if isinstance(node, ast.Subscript):
        yield from (each for each in ast.walk(node.slice) if isinstance(each, ast.Tuple | ast.List))
    elif isinstance(node, ast.Call) and dotted(node.func).rpartition(".")[2] in _ASKING:
        yield from node.args


def _values(node: ast.AST) -> Iterator[ast.expr]:
    match node:
        case ast.Call(func=func, args=args, keywords=keywords):
            yield func
            yield from _receivers(func)
            if dotted(func).rpartition(".")[2] not in _ASKING:
                yield from args
                yield from (each.value for each in keywords)
        case ast.List(elts=values) | ast.Tuple(elts=values) | ast.Set(elts=values) | ast.Dict(values=values):
            yield from values
        case ast.Assign(value=value) | ast.Return(value=ast.expr() as value):
            yield value
        case ast.AnnAssign(value=ast.expr() as value) | ast.NamedExpr(value=value):
            yield value
        case ast.arguments(defaults=values):
            yield from values


def _receivers(func: ast.expr) -> Iterator[ast.expr]:
    """`Class` in `Class.method(...)`."""
    if isinstance(func, ast.Attribute):
        yield func.value
