"""Which variables of the environment Python code reads."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from core.checks.python.calls import dotted, full_name
from core.checks.source import Placed

_READERS = frozenset(
    {"os.getenv", "os.environ.get", "os.environ.setdefault", "os.environ.pop", "decouple.config"}
)
_MAPPINGS = frozenset({"os.environ", "os.environb"})
_ENVIRONMENT = re.compile(r"(?:^|\.)_*(?:env|environ|environment)$", re.IGNORECASE)
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]{1,60}")
_ENVIRONS = re.compile(r"(?:^|\.)env(?:\.(?:str|int|bool|float|list|json|url|path|decimal))?$")
"""The reader object of the package `environs`, by its usual name."""
_SETTINGS = frozenset({"BaseSettings", "pydantic_settings.BaseSettings", "pydantic.BaseSettings"})


def variables(tree: ast.Module, nodes: Sequence[ast.AST], imported: Mapping[str, str]) -> Iterator[Placed]:
    """Each read whose name stands in the text, also through a function of the same file that does the reading."""
    constants = _constants(tree)
    helpers = set(_helpers(nodes, imported))
    for node in nodes:
        if isinstance(node, ast.ClassDef):
            yield from _fields(node, imported)
        elif (key := _key(node, imported, helpers)) is not None:
            name = constants.get(key.id) if isinstance(key, ast.Name) else _text(key)
            if name and _VARIABLE.fullmatch(name):
                yield Placed(key.lineno, name)


def _key(node: ast.AST, imported: Mapping[str, str], helpers: set[str]) -> ast.expr | None:
    """What `node` takes from the environment, if it takes something."""
    match node:
        case ast.Call(func=func, args=[key, *_]):
            name = full_name(func, imported)
            if name in _READERS or dotted(func).rpartition(".")[2] in helpers:
                return key
            base, _, method = name.rpartition(".")
            if method in ("get", "setdefault", "pop") and _ENVIRONMENT.search(base):
                return key
            return key if _ENVIRONS.search(name) and "environs" in imported.values() else None
        case ast.Subscript(value=value, slice=key, ctx=ast.Load()):
            name = full_name(value, imported)
            return key if name in _MAPPINGS or _ENVIRONMENT.search(name) else None
        case ast.Compare(left=key, ops=[ast.In() | ast.NotIn()], comparators=[value]):
            return key if full_name(value, imported) in _MAPPINGS else None
    return None


def _helpers(nodes: Iterable[ast.AST], imported: Mapping[str, str]) -> Iterator[str]:
    """Functions that read the variable which their first parameter names."""
    for function in nodes:
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        arguments = [each.arg for each in function.args.args if each.arg not in ("self", "cls")]
        for node in ast.walk(function):
            key = _key(node, imported, set())
            if isinstance(key, ast.Name) and arguments[:1] == [key.id]:
                yield function.name
                break


def _constants(tree: ast.Module) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in tree.body:
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
            ):
                found[name] = _text(value)
    return found


def _fields(node: ast.ClassDef, imported: Mapping[str, str]) -> Iterator[Placed]:
    """Fields of a settings class, which are read from the variables of their names."""
    if not any(full_name(base, imported) in _SETTINGS for base in node.bases):
        return
    prefix = _prefix(node)
    for each in node.body:
        if not isinstance(each, ast.AnnAssign) or not isinstance(each.target, ast.Name):
            continue
        name = each.target.id
        if name == "model_config" or name.startswith("_") or "ClassVar" in ast.unparse(each.annotation):
            continue
        yield Placed(each.lineno, _alias(each.value) or f"{prefix}{name}".upper())


def _prefix(node: ast.ClassDef) -> str:
    for each in ast.walk(node):
        match each:
            case ast.keyword(arg="env_prefix", value=value):
                return _text(value)
            case ast.Assign(targets=[ast.Name(id="env_prefix")], value=value):
                return _text(value)
            case ast.Dict(keys=[*keys], values=[*values]):
                for key, value in zip(keys, values, strict=True):
                    if key is not None and _text(key) == "env_prefix":
                        return _text(value)
    return ""


def _alias(value: ast.expr | None) -> str:
    if isinstance(value, ast.Call):
        for each in value.keywords:
            if each.arg in ("alias", "validation_alias", "env"):
                return _text(each.value).upper()
    return ""


def _text(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
