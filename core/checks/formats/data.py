"""JSON, JSON Lines and TOML: whether they can be read at all, and keys that stand twice."""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NoReturn

from core.automations.evidence import Finding
from core.automations.model import File
from core.checks.formats.commented import without_comments

_COMMENTED = re.compile(
    r"(?:^|/)(?:[tj]sconfig[\w.-]*\.json|\.vscode/[\w-]+\.json|\.eslintrc(?:\.json)?|\.babelrc|\.swcrc|devcontainer\.json|"
    r"\.jshintrc|api-extractor\.json|deno\.json|renovate\.json|wrangler\.json)$|\.jsonc$|\.json5$"
)
_LINE = re.compile(r"line (\d+)")


def read_json(file: File) -> Iterator[Finding]:
    relaxed = bool(_COMMENTED.search(file.path))
    content = file.content.removeprefix("\ufeff")
    if file.path.endswith(".json5"):
        return
    yield from _json(file.path, without_comments(content) if relaxed else content, 1)


def read_json_lines(file: File) -> Iterator[Finding]:
    for number, line in enumerate(file.content.split("\n"), 1):
        if line.strip() and (found := next(_json(file.path, line, number), None)):
            yield found
            return


def _json(path: str, content: str, first: int) -> Iterator[Finding]:
    twice: list[str] = []

    def pairs(items: Sequence[tuple[str, object]]) -> dict[str, object]:
        table = dict(items)
        if len(table) < len(items):
            twice.extend(key for key, count in Counter(key for key, _ in items).items() if count > 1)
        return table

    try:
        json.loads(content, object_pairs_hook=pairs, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        ends = error.pos >= len(content.rstrip())
        message = f"{error.msg}{'; the file seems to be cut off' if ends else ''}"
        yield Finding(path, first + error.lineno - 1, "invalid-syntax", "error", message)
    except (ValueError, RecursionError) as error:
        yield Finding(path, first, "invalid-syntax", "error", str(error))
    for key in twice:
        yield Finding(path, 0, "key-twice", "warning", f"the key `{key}` stands twice in one object")


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"`{name}` is not JSON")


def read_toml(file: File) -> Iterator[Finding]:
    try:
        tomllib.loads(file.content)
    except (ValueError, RecursionError) as error:
        at = _LINE.search(str(error))
        line = int(at[1]) if at else len(file.content.split("\n")) if "end of document" in str(error) else 0
        yield Finding(file.path, line, "invalid-syntax", "error", str(error).partition(" (at")[0])
