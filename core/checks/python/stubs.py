"""Python functions with nothing, or next to nothing, in them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from core.automations.model import File
from core.checks.python.calls import dotted
from core.checks.source import Placed

_ABSTRACT_BASES = frozenset(
    {"Protocol", "ABC", "ABCMeta", "TypedDict", "NamedTuple", "Interface", "Exception"}
)
_ABSTRACT_MARKS = (
    "abstract",
    "overload",
    "singledispatch",
    "fixture",
    "hook",
    "callback",
    "command",
    "group",
)
_ABSTRACT_NAME = re.compile(
    r"^(?:_*(?:Base|Abstract|I[A-Z])|.*(?:Base|Mixin|Interface|Protocol|Abstract|ABC)$)"
)
_MEANT = re.compile(
    r"subclass|overrid|abstract|implementer|derived|interface|support|available|allowed|provide|cannot|can't|must (?:be )?(?:define|implement)",
    re.IGNORECASE,
)
"""Words of a refusal, or of a base class that leaves the work to others."""
_ELSEWHERE = re.compile(r"TYPE_CHECKING|sys\.version|sys\.platform|os\.name|\bPY[23]\b|is not None$|is None$")
"""Conditions under which a stand-in is defined."""
_FOR_OTHERS = re.compile(
    r"subclass|overrid|abstract|implementer|derived|interface|\bnot (?:supported|defined|available|allowed|possible)|unsupported|"
    r"must (?:be )?(?:define|implement|provide)|hook",
    re.IGNORECASE,
)
"""Words of a docstring that says why there is nothing."""
_REFUSED = re.compile(
    r"\b(?:not|does ?n['\u2019o]?t)\b(?! (?:yet |currently |been |fully )*(?:implement|written|done|ready|finished|available))|"
    r"n't\b(?! (?:yet )?implement)|\b(?:only|never|no|without|instead|should|unexpected|invalid|deprecated|removed|disabled|"
    r"un(?:known|supported|recognized))\b",
    re.IGNORECASE,
)
"""Words of a refusal that has its reasons."""


def stubs(file: File, tree: ast.Module) -> tuple[tuple[Placed, ...], tuple[Placed, ...]]:
    """Functions that were left out, as `Class.method` or `function`, and those that do nothing."""
    if file.path.endswith(".pyi"):
        return (), ()
    left_out: list[Placed] = []
    mere: list[Placed] = []
    for function, owner in _functions(tree):
        name = f"{owner.name}.{function.name}" if owner else function.name
        kind = _emptiness(function)
        if kind == "pass":
            if (
                not (owner and owner.bases)
                and not function.name.startswith("__")
                and not _decorated(function)
            ):
                mere.append(Placed(function.lineno, name))
        elif kind and not _is_abstract(function, owner) and "overload" not in function.name:
            left_out.append(Placed(function.lineno, name))
    return tuple(left_out), tuple(mere)


_Function = ast.FunctionDef | ast.AsyncFunctionDef


def _functions(tree: ast.Module) -> Iterator[tuple[_Function, ast.ClassDef | None]]:
    todo: list[tuple[ast.AST, ast.ClassDef | None]] = [(tree, None)]
    while todo:
        node, owner = todo.pop()
        if isinstance(node, _Function):
            yield node, owner
        inner = node if isinstance(node, ast.ClassDef) else None
        stands_in = isinstance(node, ast.ExceptHandler)  # for what could not be imported
        if not stands_in and not (isinstance(node, ast.If) and _ELSEWHERE.search(ast.unparse(node.test))):
            todo += [(child, inner) for child in ast.iter_child_nodes(node)]


def _emptiness(function: _Function) -> str:
    """What stands for the body: "...", "raise", "pass"; "" for a body."""
    body = function.body
    if isinstance(body[0], ast.Expr) and _is_text(body[0].value):
        body = body[1:]
    match body:
        case []:
            return "pass"
        case [ast.Pass()]:
            return "pass"
        case [ast.Expr(value=ast.Constant(value=value))] if value is ...:
            return "..."
        case [ast.Raise(exc=ast.Name(id="NotImplementedError"))]:
            return "raise"
        case [ast.Raise(exc=ast.Call(func=ast.Name(id="NotImplementedError"), args=args))]:
            said = " ".join(ast.unparse(each) for each in args)
            return "" if _MEANT.search(said) or _REFUSED.search(said) else "raise"
    return ""


def _is_abstract(function: _Function, owner: ast.ClassDef | None) -> bool:
    marks = [ast.unparse(each).lower() for each in function.decorator_list]
    if any(word in mark for mark in marks for word in _ABSTRACT_MARKS):
        return True
    if owner is None:
        return _is_meant(function)
    bases = {dotted(base).rpartition(".")[2] for base in owner.bases}
    bases |= {ast.unparse(base.value) for base in owner.bases if isinstance(base, ast.Subscript)}
    bases |= {dotted(each.value).rpartition(".")[2] for each in owner.keywords}
    return bool(
        bases & _ABSTRACT_BASES or _ABSTRACT_NAME.match(owner.name) or _is_meant(function) or _is_meant(owner)
    )


def _is_meant(node: _Function | ast.ClassDef) -> bool:
    """Its text says so, or its type: it never returns."""
    if isinstance(node, _Function) and node.returns is not None and "NoReturn" in ast.unparse(node.returns):
        return True
    return bool(_FOR_OTHERS.search(ast.get_docstring(node, clean=False) or ""))


def _decorated(function: _Function) -> bool:
    return bool(function.decorator_list)


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)
