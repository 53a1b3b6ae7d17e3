"""One pass over a Python file, which tells the gates what is in it."""

from __future__ import annotations

import ast
import threading
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from core.automations.model import File
from core.checks.python.bindings import binds, exports
from core.checks.python.calls import APPLICATIONS, BOUNDARIES, FILE_METHODS, LOG_MODULES, dotted, full_name
from core.checks.python.classes import annotated, classes, employed
from core.checks.python.comments import comments, strings
from core.checks.python.environment import variables
from core.checks.python.stubs import stubs
from core.checks.source import Boundary, Import, Source, Use, When

_ABSENCE = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})
_CONDITIONS = (
    "TYPE_CHECKING",
    "sys.platform",
    "os.name",
    "sys.version",
    "platform.",
    "hexversion",
    "hasattr",
    "PY2",
    "PY3",
)
_LOG_METHODS = frozenset({"debug", "info", "warning", "error", "exception", "critical", "log"})
_QUIET = threading.Lock()


class Outline(NamedTuple):
    """What only Python asks for. ``application``: the name of an object that a framework starts, "" for none.
    ``imported``: the full names of all that is imported."""

    application: str
    imported: frozenset[str]


@dataclass(slots=True)
class _Seen:
    imports: list[Import] = field(default_factory=list)
    whole: dict[str, Import] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    bound: dict[str, int] = field(default_factory=dict)
    attributes: list[ast.Attribute] = field(default_factory=list)
    calls: list[ast.Call] = field(default_factory=list)
    handles: bool = False


def parsed(content: str) -> ast.Module | None:
    """None for what this Python cannot parse: whether it is wrong is for ruff to say, which knows every version."""
    try:
        with _QUIET, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(content)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def read(file: File) -> Source:
    tree = parsed(file.content)
    if tree is None:
        return Source(file, broken=True, scratch=Outline("", frozenset()))
    nodes = list(ast.walk(tree))
    seen = _look(tree)
    left_out, mere = stubs(file, tree)
    found = tuple(classes(nodes, seen.names))
    return Source(
        file,
        imports=tuple(seen.imports),
        uses=tuple(_uses(seen)),
        exports=exports(tree, nodes, is_package=file.path.endswith("__init__.py")),
        variables=tuple(variables(tree, nodes, seen.names)),
        boundaries=tuple(_boundaries(seen)),
        handles=seen.handles,
        logs=_logs(seen),
        starts=_starts(file, tree),
        comments=tuple(comments(file.content, nodes)),
        strings=tuple(strings(nodes)),
        stubs=left_out,
        mere=mere,
        derived=frozenset(base for each in found for base in each.bases),
        classes=found,
        employed=employed(nodes),
        annotated=annotated(nodes),
        scratch=Outline(_application(tree, seen), frozenset(seen.names.values())),
    )


def _look(tree: ast.Module) -> _Seen:
    seen = _Seen()
    todo: list[tuple[ast.AST, bool, When]] = [(tree, False, "always")]
    while todo:
        node, optional, when = todo.pop()
        if isinstance(node, ast.Constant):
            continue
        for name in binds(node):
            seen.bound[name] = seen.bound.get(name, 0) + 1
        match node:
            case ast.Import() | ast.ImportFrom():
                _import(node, optional, when, seen)
            case ast.Attribute(ctx=ast.Load()) if not optional:
                seen.attributes.append(node)
            case ast.Call():
                seen.calls.append(node)
            case ast.ExceptHandler():
                seen.handles = True
        when = _when(node, when)
        todo += ((child, missing, when) for child, missing in _children(node, optional))
    return seen


def _when(node: ast.AST, when: When) -> When:
    """What stands in `node` is come to, where `node` is."""
    match node:
        case ast.If(test=ast.Compare(left=ast.Name(id="__name__"))):
            return when
        case ast.If() | ast.Match():
            return "chosen"
        case ast.FunctionDef() | ast.AsyncFunctionDef() if when == "always":
            return "called"
    return when


def _children(node: ast.AST, optional: bool) -> Iterator[tuple[ast.AST, bool]]:
    """With whether what stands there may be absent."""
    if isinstance(node, ast.If | ast.IfExp):
        test = ast.unparse(node.test)
        optional = optional or any(each in test for each in _CONDITIONS)
    elif isinstance(node, ast.Try):
        optional = optional or any(_forgives(handler) for handler in node.handlers)
    elif isinstance(node, ast.With):
        optional = optional or any("suppress(" in ast.unparse(item.context_expr) for item in node.items)
    for child in ast.iter_child_nodes(node):
        yield child, optional


def _forgives(handler: ast.ExceptHandler) -> bool:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(
        kind is None or dotted(kind).rpartition(".")[2] in _ABSENCE | {"AttributeError"} for kind in kinds
    )


def _import(node: ast.Import | ast.ImportFrom, optional: bool, when: When, seen: _Seen) -> None:
    if isinstance(node, ast.ImportFrom):
        names = tuple(alias.name for alias in node.names)
        seen.imports.append(Import(node.lineno, node.module or "", names, optional, node.level, when))
        for alias in node.names:
            known = f"{node.module}.{alias.name}" if node.module and not node.level else alias.name
            seen.names[alias.asname or alias.name] = known
            seen.whole[alias.asname or alias.name] = Import(
                node.lineno, node.module or "", (alias.name,), optional, node.level
            )
        return
    for alias in node.names:
        one = Import(node.lineno, alias.name, (), optional, when=when)
        seen.imports.append(one)
        first = alias.name.partition(".")[0]
        seen.names[alias.asname or first] = alias.name if alias.asname else first
        seen.whole[alias.asname or first] = one if alias.asname else Import(node.lineno, first, (), optional)


def _uses(seen: _Seen) -> Iterator[Use]:
    """Attributes of names that nothing but one import binds."""
    for node in seen.attributes:
        base = dotted(node.value)
        first, _, rest = base.partition(".")
        import_ = seen.whole.get(first)
        if import_ is None or import_.optional or seen.bound.get(first) != _times(seen, first):
            continue
        yield Use(node.lineno, import_, f"{rest}.{node.attr}" if rest else node.attr)


def _times(seen: _Seen, name: str) -> int:
    """How often imports bind `name`: `import a.b` and `import a.c` both bind `a`."""
    return sum(
        name in each.names or (not each.names and each.module.partition(".")[0] == name)
        for each in seen.imports
    ) or seen.bound.get(name, 0)


def _boundaries(seen: _Seen) -> Iterator[Boundary]:
    for call in seen.calls:
        name = full_name(call.func, seen.names)
        if kind := BOUNDARIES.get(name):
            if name != "open" or "open" not in seen.bound:
                yield Boundary(call.lineno, kind, name)
        elif isinstance(call.func, ast.Attribute) and call.func.attr in FILE_METHODS:
            yield Boundary(call.lineno, "file", call.func.attr)


def _logs(seen: _Seen) -> bool:
    if {name.partition(".")[0] for name in seen.names.values()} & LOG_MODULES:
        return True
    for call in seen.calls:
        base, _, method = dotted(call.func).rpartition(".")
        if method in _LOG_METHODS and "log" in base.lower():
            return True
    return False


def _starts(file: File, tree: ast.Module) -> bool:
    if file.path.rpartition("/")[2] in ("__main__.py", "manage.py"):
        return True
    return any(_is_start(node) for node in tree.body)


def _is_start(node: ast.stmt) -> bool:
    match node:
        case ast.If(test=ast.Compare(left=ast.Name(id="__name__")), body=body):
            return not all(_is_trial(each) for each in body)
        case ast.Expr(value=ast.Call(func=func)):
            return dotted(func) in ("main", "asyncio.run", "sys.exit", "uvicorn.run", "app.run")
        case ast.Raise(exc=ast.Call(func=ast.Name(id="SystemExit"))):
            return True
    return False


def _is_trial(node: ast.stmt) -> bool:
    """Of a module that only tries itself out when it is started."""
    return isinstance(node, ast.Import | ast.ImportFrom) or (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and "test" in dotted(node.value.func).lower()
    )


def _application(tree: ast.Module, seen: _Seen) -> str:
    for name, value in _assigned(tree.body):
        if isinstance(value, ast.Call) and full_name(value.func, seen.names) in APPLICATIONS:
            return name
    return ""


def _assigned(body: Iterable[ast.stmt]) -> Iterator[tuple[str, ast.expr]]:
    for node in body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                yield name, value
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                yield name, value
