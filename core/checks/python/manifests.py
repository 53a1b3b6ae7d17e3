"""Which packages the manifests of a Python project declare."""

from __future__ import annotations

import ast
import configparser
import re
import tomllib
from collections.abc import Iterable, Iterator
from typing import Any

from core.checks.project import Project
from core.checks.python.distributions import normal

REQUIREMENTS = re.compile(
    r"(?:.*/)?(?:[\w.-]*requirements[\w.-]*|constraints)\.(?:txt|in)|(?:.*/)?requirements/[\w.-]+\.(?:txt|in)"
)
_NAME = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?=$|[\[<>=!~;@ (#,])")
_EGG = re.compile(r"#egg=([\w.-]+)")
_REPOSITORY = re.compile(r"/([\w.-]+?)(?:\.git)?(?:[@#]|$)")
_ITEM = re.compile(r"(?m)^\s*-\s+[\"']?([^\s#\"']+)")
_INLINE = re.compile(r"^# /// script\s*$(.*?)^# ///\s*$", re.MULTILINE | re.DOTALL)
_MINIMUM = re.compile(r"(?:>=?|~=|\^|==)\s*3\.(\d+)")


def declared(project: Project) -> frozenset[str]:
    """Normalised names, those for development and for extras too."""
    found: set[str] = set()
    for path, file in project.files.items():
        name = path.rpartition("/")[2]
        if REQUIREMENTS.fullmatch(path):
            found |= set(_names(file.content.split("\n")))
        elif name in ("pyproject.toml", "Pipfile"):
            found |= set(_from_toml(file.content, name))
        elif name == "setup.py":
            found |= set(_from_setup(file.content))
        elif name == "setup.cfg":
            found |= set(_from_config(file.content))
        elif name in ("environment.yml", "environment.yaml", "conda.yaml"):
            found |= set(_from_conda(file.content))
        elif name.endswith(".py") and (inline := _INLINE.search(file.content)):
            found |= set(_from_inline(inline[1]))
    return frozenset(found)


def target(project: Project) -> int:
    """The minor version of Python 3 that the code has to work on: what the project asks for, at least 11."""
    for file in project.named("pyproject.toml"):
        wanted = _tables(file.content).get("project", {}).get("requires-python", "")
        if found := _MINIMUM.search(str(wanted)):
            return max(11, int(found[1]))
    return 11


def commands(project: Project) -> Iterator[tuple[str, str, str]]:
    """Path of the manifest, name, and `module:function` of each command that the project installs."""
    for file in project.named("pyproject.toml"):
        data = _tables(file.content)
        poetry = data.get("tool", {}).get("poetry", {})
        for table in (data.get("project", {}).get("scripts"), poetry.get("scripts")):
            for name, value in (table or {}).items():
                if isinstance(value, str):
                    yield file.path, name, value


def _names(lines: Iterable[Any]) -> Iterator[str]:
    for line in lines:
        text = line.strip() if isinstance(line, str) else ""
        if text.startswith(("-e", "--editable", "git+", "http://", "https://")):
            found = _EGG.search(text) or _REPOSITORY.search(text)
        else:
            found = _NAME.match(text)
        if found:
            yield normal(found[1])


def _tables(content: str) -> dict[str, Any]:
    try:
        return tomllib.loads(content)
    except (ValueError, RecursionError):
        return {}


def _from_toml(content: str, name: str) -> Iterator[str]:
    data = _tables(content)
    if name == "Pipfile":
        yield from _names([*data.get("packages", {}), *data.get("dev-packages", {})])
        return
    project = data.get("project", {})
    yield from _names(project.get("dependencies", []))
    for group in [
        *project.get("optional-dependencies", {}).values(),
        *data.get("dependency-groups", {}).values(),
    ]:
        yield from _names(each for each in group if isinstance(each, str))
    tool = data.get("tool", {})
    poetry = tool.get("poetry", {})
    for table in (poetry, *poetry.get("group", {}).values()):
        yield from _names([*table.get("dependencies", {}), *table.get("dev-dependencies", {})])
    yield from _names(tool.get("uv", {}).get("dev-dependencies", []))
    for group in tool.get("pdm", {}).get("dev-dependencies", {}).values():
        yield from _names(group)


def _from_setup(content: str) -> Iterator[str]:
    try:
        tree = ast.parse(content)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg in (
            "install_requires",
            "tests_require",
            "extras_require",
        ):
            yield from _names(each.value for each in ast.walk(node.value) if isinstance(each, ast.Constant))


def _from_config(content: str) -> Iterator[str]:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(content)
    except configparser.Error:
        return
    yield from _names(parser.get("options", "install_requires", fallback="").split("\n"))
    if parser.has_section("options.extras_require"):
        for _, value in parser.items("options.extras_require"):
            yield from _names(value.split("\n"))


def _from_conda(content: str) -> Iterator[str]:
    """The items of its lists, those for pip too."""
    yield from _names(item.rpartition("::")[2] for item in _ITEM.findall(content))


def _from_inline(block: str) -> Iterator[str]:
    text = "\n".join(line.removeprefix("#").removeprefix(" ") for line in block.split("\n"))
    yield from _names(_tables(text).get("dependencies", []))
