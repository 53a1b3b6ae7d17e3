"""YAML: whether it can be read at all, and keys that stand twice."""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml

from core.automations.evidence import Finding
from core.automations.model import File

_TEMPLATE = re.compile(r"\{\{|\{%|<%")
_SHORT = 40_000
"""Characters."""
_DEPTH = 60
"""Levels of indentation; no file that people write has more."""


def read_yaml(file: File) -> Iterator[Finding]:
    """Only composed, never built or walked through its aliases: so a bomb of them does no harm."""
    if _TEMPLATE.search(file.content) and ("templates/" in file.path or "{%" in file.content):
        return
    if _too_deep(file.content):
        yield Finding(file.path, 0, "nested-too-deep", "error", f"more than {_DEPTH} levels deep")
        return
    try:
        documents = list(yaml.compose_all(file.content, Loader=_loader(file.content)))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        message = " ".join(part for part in (error.context, error.problem) if part)
        yield Finding(file.path, mark.line + 1 if mark else 0, "invalid-syntax", "error", message)
        return
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        yield Finding(file.path, 0, "invalid-syntax", "error", str(error).split("\n")[0])
        return
    for document in documents:
        yield from _keys_twice(file.path, document)


def _loader(content: str) -> type[yaml.SafeLoader | yaml.CSafeLoader]:
    """The one in C does in a moment what takes the other one seconds. It crashes on deep nesting, which is stopped
    before, and says less well what is wrong, so short texts are left to the other one."""
    quick = len(content) > _SHORT and yaml.__with_libyaml__
    return yaml.CSafeLoader if quick else yaml.SafeLoader


def _too_deep(content: str) -> bool:
    """Dashes on one line nest, too."""
    return any(
        len(line) - len(line.lstrip(" ")) > 4 * _DEPTH or line.count("- ") > 4 * _DEPTH
        for line in content.split("\n")
        if line.lstrip(" ").startswith(("- ", "? ", ": ")) or line.startswith("  ")
    )


def _keys_twice(path: str, root: yaml.Node | None) -> Iterator[Finding]:
    seen: set[int] = set()
    todo = [root] if root is not None else []
    while todo:
        node = todo.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            todo += node.value
        elif isinstance(node, yaml.MappingNode):
            keys: set[str] = set()
            for key, value in node.value:
                name = str(key.value) if isinstance(key, yaml.ScalarNode) else ""
                if name and name in keys and name != "<<":
                    yield Finding(
                        path,
                        key.start_mark.line + 1,
                        "key-twice",
                        "warning",
                        f"the key `{name}` stands twice",
                    )
                keys.add(name)
                todo.append(value)
