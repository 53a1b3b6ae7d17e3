"""Which names a Python module binds at its top, and whether that can be told from its text at all."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence

_DYNAMIC_NAMES = frozenset({"__getattr__", "__path__", "__class__"})
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_IMPLIED = frozenset({"__name__", "__file__", "__doc__", "__spec__", "__loader__", "__package__", "__dict__"})


def exports(tree: ast.Module, nodes: Sequence[ast.AST], *, is_package: bool = False) -> frozenset[str] | None:
    """The names; None when the module makes names at run time, or takes all of another one. `nodes`: all of the tree."""
    names = set(bound_at_top(tree, nodes))
    if "*" in names or names & _DYNAMIC_NAMES or is_dynamic(nodes):
        return None
    return frozenset(names | _IMPLIED | ({"__path__"} if is_package else set()))


def is_dynamic(nodes: Iterable[ast.AST]) -> bool:
    return any(
        _makes_names(node)
        for node in nodes
        if isinstance(node, ast.Call | ast.Subscript | ast.Attribute | ast.Name)
    )


def _makes_names(node: ast.AST) -> bool:
    match node:
        case (
            ast.Call(func=ast.Name(id="globals" | "exec"))
            | ast.Call(func=ast.Name(id="vars" | "locals"), args=[])
        ):
            return True
        case ast.Subscript(value=ast.Attribute(attr="modules", value=ast.Name(id="sys"))):
            return True
        case ast.Attribute(attr="_convert_" | "global_enum") | ast.Name(id="global_enum"):
            return True  # enumerations that put their members into the module
    return False


def bound_at_top(tree: ast.Module, nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Every name that a statement outside of functions and classes binds; "*" for a star import."""
    todo: list[ast.AST] = list(tree.body)
    while todo:
        node = todo.pop()
        yield from binds(node)
        if not isinstance(node, (*_SCOPES, ast.List, ast.Dict, ast.Set, ast.Tuple)) or isinstance(
            getattr(node, "ctx", None), ast.Store
        ):
            todo += ast.iter_child_nodes(node)
    for node in nodes:
        if isinstance(node, ast.Global):
            yield from node.names


def binds(node: ast.AST) -> Iterator[str]:
    """The names that this very node binds."""
    match node:
        case ast.Name(id=name, ctx=ast.Store()):
            yield name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.Import(names=aliases):
            yield from ((alias.asname or alias.name.partition(".")[0]) for alias in aliases)
        case ast.ImportFrom(names=aliases):
            yield from (alias.asname or alias.name for alias in aliases)
        case ast.ExceptHandler(name=str(name)):
            yield name
        case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
            yield name
        case ast.arg(arg=name):
            yield name
        case _:
            alias = getattr(node, "name", None)
            if type(node).__name__ == "TypeAlias" and isinstance(alias, ast.Name):
                yield alias.id
