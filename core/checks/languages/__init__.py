"""The languages whose sources are read. Each is one file here; nothing else needs to know it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import cast

from core.automations.model import File
from core.bundle.kinds import ending
from core.checks.languages.language import Language

_INTERPRETER = re.compile(r"#![ \t]*(?:\S*/)?(?:env[ \t]+(?:-\S+[ \t]+)*)?([A-Za-z]+)[\d.]*(?=\s|$)")

_TEMPLATES = frozenset(
    {"in", "tmpl", "tpl", "template", "j2", "jinja", "jinja2", "erb", "ejs", "mustache", "md", "txt"}
)
_TWO_IN_ONE = re.compile(r"\A#![^\n]*sh\b[^\n]*\n(?:#[^\n]*\n)*(?:'{3}|\"{3}|\"exec\")")
"""A head of shell over a program in Python."""


@cache
def languages() -> tuple[Language, ...]:
    """In the order of their files' names."""
    modules = (import_module(f"{__name__}.{each.name}") for each in iter_modules(__path__))
    return tuple(cast("Language", module.LANGUAGE) for module in modules if hasattr(module, "LANGUAGE"))


@cache
def _by_ending() -> Mapping[str, Language]:
    return {each: language for language in languages() for each in language.endings}


@cache
def _by_interpreter() -> Mapping[str, Language]:
    return {each: language for language in languages() for each in language.interpreters}


def language_of(file: File) -> Language | None:
    """By the ending, else by the `#!` line; a template is in no language yet."""
    kind = ending(file.path)
    if kind in _by_ending():
        return _by_ending()[kind]
    if kind in _TEMPLATES or not file.content.startswith("#!") or _TWO_IN_ONE.search(file.content):
        return None
    script = _INTERPRETER.match(file.content)
    return _by_interpreter().get(script[1]) if script else None
