"""Which calls of JavaScript and TypeScript leave the program, and what of the environment is read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from tree_sitter import Node

from core.checks.ecmascript.grammar import Syntax, arguments, dotted, literal
from core.checks.source import Boundary, BoundaryKind, Placed
from core.checks.trees import line, text
from core.checks.words import words

_CALLS: Mapping[BoundaryKind, str] = {
    "network": "fetch axios got ky superagent http.get http.request https.get https.request net.connect "
    "net.createConnection undici.request undici.fetch puppeteer.launch chromium.launch nodemailer.createTransport "
    + " ".join(
        f"{name}.{verb}" for name in ("axios", "got", "ky") for verb in words("get post put patch delete")
    ),
    "database": "mysql.createConnection mysql.createPool mongoose.connect createClient redis.createClient knex postgres "
    "openDatabase createPool",
}
_MADE: Mapping[str, BoundaryKind] = {
    **dict.fromkeys(("WebSocket", "EventSource", "XMLHttpRequest"), "network"),
    **dict.fromkeys(
        words("DatabaseSync Database Pool Client MongoClient Sequelize PrismaClient Redis DataSource Kysely"),
        "database",
    ),
}
_BY_CALL: Mapping[str, BoundaryKind] = {
    call: kind for kind, calls in _CALLS.items() for call in calls.split()
}
_FILES = re.compile(
    r"(?:^|\.)(?:(?:read|write|append|copy|open|truncate)File(?:Sync)?|create(?:Read|Write)Stream|(?:mkdir|readdir|rename|unlink)"
    r"(?:Sync)?)$"
)
_ENVIRONMENT = re.compile(r"(?:^|\.)(?:env|ENV|environment)$")
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]{1,60}")
_BUILD = frozenset({"MODE", "DEV", "PROD", "SSR"})
"""What bundlers put into `import.meta.env` themselves."""
_LOG = re.compile(
    r"(?:^|\.)_?(?:log|logger|logging|pino|winston)\.(?:debug|info|warn|error|fatal|trace|log)$"
)
_STANDARD_LOG = frozenset(
    {"console.error", "console.warn", "console.info", "console.debug", "process.stderr.write"}
)


def boundaries(syntax: Syntax) -> Iterator[Boundary]:
    for node in syntax.all("call_expression"):
        name = dotted(node.child_by_field_name("function"))
        if kind := _BY_CALL.get(name):
            yield Boundary(line(node), kind, name)
        elif name and _FILES.search(name):
            yield Boundary(line(node), "file", name)
    for node in syntax.all("new_expression"):
        made = dotted(node.child_by_field_name("constructor")).rpartition(".")[2]
        if made in _MADE:
            yield Boundary(line(node), _MADE[made], f"new {made}")


def handles(syntax: Syntax) -> bool:
    if next(syntax.all("catch_clause"), None) is not None:
        return True
    for node in syntax.all("call_expression"):
        function = node.child_by_field_name("function")
        if function is None or function.type != "member_expression":
            continue
        method = text(function.child_by_field_name("property"))
        first = next(iter(arguments(node)), None)
        if method == "catch" or (
            method in ("on", "once") and literal(first) in ("error", "uncaughtException")
        ):
            return True
    return False


def logs(syntax: Syntax) -> bool:
    for node in syntax.all("call_expression"):
        name = dotted(node.child_by_field_name("function"))
        if name in _STANDARD_LOG or _LOG.search(name):
            return True
    return False


def variables(syntax: Syntax) -> Iterator[Placed]:
    helpers = set(_helpers(syntax))
    for at, name in _reads(syntax, helpers):
        if _VARIABLE.fullmatch(name) and name not in _BUILD:
            yield Placed(at, name)


def _reads(syntax: Syntax, helpers: set[str]) -> Iterator[tuple[int, str]]:
    for node in syntax.all("member_expression", "subscript_expression"):
        if _is_environment(dotted(node.child_by_field_name("object"))) and not _is_assigned(syntax, node):
            key = literal(node.child_by_field_name("index"))
            yield line(node), key or text(node.child_by_field_name("property"))
    for node in syntax.all("variable_declarator"):
        yield from _taken(node)
    for node in syntax.all("call_expression"):
        name = dotted(node.child_by_field_name("function"))
        key = literal(next(iter(arguments(node)), None))
        if key and (name in helpers or name in ("Deno.env.get", "env.get")):
            yield line(node), key


def _taken(declarator: Node) -> Iterator[tuple[int, str]]:
    """`const { A, B = "…" } = process.env`."""
    pattern, value = declarator.child_by_field_name("name"), declarator.child_by_field_name("value")
    if (
        pattern is not None
        and pattern.type == "object_pattern"
        and _is_environment(dotted(value) or text(value))
    ):
        for each in pattern.named_children:
            key = each.child_by_field_name("key") or each.child_by_field_name("left") or each
            yield line(each), text(key)


def _helpers(syntax: Syntax) -> Iterator[str]:
    """Functions that read the variable which a parameter names."""
    for node in syntax.all("subscript_expression"):
        index = node.child_by_field_name("index")
        if (
            index is None
            or index.type != "identifier"
            or not _is_environment(dotted(node.child_by_field_name("object")))
        ):
            continue
        function = syntax.function(node)
        if function is None or text(index) not in text(
            function.child_by_field_name("parameters") or function.child_by_field_name("parameter")
        ):
            continue
        name = text(function.child_by_field_name("name"))
        holder = syntax.parent(function)
        if not name and holder is not None and holder.type == "variable_declarator":
            name = text(holder.child_by_field_name("name"))
        if name:
            yield name


def _is_environment(name: str) -> bool:
    return name in ("process.env", "import.meta.env", "Bun.env") or bool(_ENVIRONMENT.search(name))


def _is_assigned(syntax: Syntax, node: Node) -> bool:
    parent = syntax.parent(node)
    return (
        parent is not None
        and parent.type == "assignment_expression"
        and parent.child_by_field_name("left") == node
    )
