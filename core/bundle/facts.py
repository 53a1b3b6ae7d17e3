"""What a delivery says about a bundle: dependencies, how to set it up and use it, and a short summary."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from core.automations.model import File
from core.bundle.dialects.fences import Fence, closes, fence_at
from core.bundle.dialects.names import is_heading, name_line
from core.bundle.model import Bundle
from core.bundle.readme import readme_of, sections

_LONG = 500
SUMMARY_LIMIT = 400
"""Characters of a summary."""

_SETUP = re.compile(
    r"\b(?:set[ -]?up|install\w*|getting started|quick ?start|prerequisites?|requirements?|configur\w+|environment|"
    r"instalaci[oó]n|instala[cç][aã]o|installazione|einrichtung|voraussetzungen|konfiguration|prérequis)\b|"
    r"установка|настройка|安装|配置|インストール|설치",
    re.IGNORECASE,
)
_USAGE = re.compile(
    r"\b(?:usage|us(?:e|ing)(?: it)?|how to (?:use|run)|run(?:ning)?(?: it)?|examples?|commands?|start(?:ing)? (?:it|the)|"
    r"uso|nutzung|verwendung|benutzung|ausführen|utilisation|exemples?|ejemplos?|beispiele?|utilizzo)\b|"
    r"использование|запуск|使用|用法|运行|使い方|사용법",
    re.IGNORECASE,
)
_REQUIREMENTS = re.compile(
    r"(?:.*/)?requirements[\w.-]*\.(?:txt|in)|(?:.*/)?requirements/[\w.-]+\.(?:txt|in)"
)
_COMMENT = re.compile(r"(?:^|\s)#.*$")
_OPTION = re.compile(r"\s+--?[\w-]+.*$|\s*\\$")
_SENTENCE = re.compile(r"(?<=[.!?])[\"')\]]*\s+(?=\S)|(?<=[\u3002\uff01\uff1f])")
_FILLER = re.compile(
    r"(?:sure|certainly|of course|absolutely|great|okay|ok|happy to help|let me know|here(?:'s|\u2019s| is| are)|below (?:is|are))\b",
    re.IGNORECASE,
)
_LIST_ITEM = re.compile(r"\s*(?:[-*+\u2022]|\d{1,3}[.)])\s")
_SENTENCES = 3


def dependencies(files: Sequence[File]) -> tuple[str, ...]:
    """Third-party packages that the manifests of the project declare, with versions as written, each once.

    From `requirements*.txt`, `pyproject.toml` and `package.json` (with those for development) in any folder. A manifest
    that cannot be read counts as empty: the checks report it.
    """
    found: dict[str, None] = {}
    for file in files:
        name = file.path.rpartition("/")[2]
        reader = _READERS.get(name) or (_from_requirements if _REQUIREMENTS.fullmatch(file.path) else None)
        if reader is not None:
            found.update(dict.fromkeys(_read(reader, file.content)))
    return tuple(found)


def setup_of(files: Sequence[File]) -> str:
    """What the README says under headings like *Installation*, as Markdown; "" when it says nothing."""
    return _under(files, _SETUP)


def usage_of(files: Sequence[File]) -> str:
    """What the README says under headings like *Usage*, as Markdown; "" when it says nothing."""
    return _under(files, _USAGE)


def summary_of(bundle: Bundle) -> str:
    """One to three sentences of prose, never code: the notes, which begin with what is new, else what the model said
    before the first file, else the beginning of the README, else the number of files."""
    readme = next((part.lead for part in sections(readme_of(bundle.files)) if _prose(part.lead)), "")
    for text in (bundle.notes, bundle.intro, readme):
        if sentences := _sentences(text):
            return sentences
    return _listing([file.path for file in bundle.files])


def _listing(paths: Sequence[str]) -> str:
    if not paths:
        return ""
    more = f" and {len(paths) - _SENTENCES} more" if len(paths) > _SENTENCES else ""
    return (
        f"{'One file' if len(paths) == 1 else f'{len(paths)} files'}: {', '.join(paths[:_SENTENCES])}{more}."
    )


def _read(reader: Callable[[str], Iterable[str]], content: str) -> list[str]:
    try:
        return [name for name in reader(content) if name]
    except (ValueError, TypeError, AttributeError, RecursionError):
        return []


def _from_requirements(content: str) -> Iterable[str]:
    for line in content.split("\n"):
        if len(line) > _LONG:
            continue
        bare = _OPTION.sub("", _COMMENT.sub("", line).strip()).strip()
        if bare and not bare.startswith("-"):
            yield bare


def _from_pyproject(content: str) -> Iterable[str]:
    data = tomllib.loads(content)
    project = data.get("project", {})
    yield from (str(item) for item in project.get("dependencies", []))
    for group in (
        *project.get("optional-dependencies", {}).values(),
        *data.get("dependency-groups", {}).values(),
    ):
        yield from (item for item in group if isinstance(item, str))
    poetry = data.get("tool", {}).get("poetry", {})
    tables = [poetry, *poetry.get("group", {}).values()]
    for name, version in _pairs(
        *(table.get(key, {}) for table in tables for key in ("dependencies", "dev-dependencies"))
    ):
        if name != "python":
            yield f"{name} {version}".strip()


def _from_package(content: str) -> Iterable[str]:
    data = json.loads(content)
    kinds = ("dependencies", "devDependencies", "peerDependencies", "optionalDependencies")
    for name, version in _pairs(*(data.get(kind) or {} for kind in kinds)):
        yield f"{name}@{version}" if version else name


def _pairs(*tables: dict[str, Any]) -> Iterable[tuple[str, str]]:
    """Names with versions; a table instead of a version may hold one."""
    for table in tables:
        for name, value in table.items():
            version = value.get("version", "") if isinstance(value, dict) else value
            yield name, version if isinstance(version, str) else ""


_READERS: dict[str, Callable[[str], Iterable[str]]] = {
    "pyproject.toml": _from_pyproject,
    "package.json": _from_package,
}


def _under(files: Sequence[File], wording: re.Pattern[str]) -> str:
    """The sections under matching headings, without those that are part of one already."""
    parts: list[str] = []
    inside = 7
    for section in sections(readme_of(files))[1:]:
        if section.level > inside:
            continue
        inside = 7
        if wording.search(section.title) and section.body:
            parts.append(section.body)
            inside = section.level
    return "\n\n".join(parts)


def _prose(text: str) -> str:
    """Paragraphs of `text` without code, headings, lists, quotes, tables, tags, badges and names of files."""
    lines: list[str] = []
    block: Fence | None = None
    for line in text.split("\n"):
        if block is not None:
            block = None if closes(block, line) else block
        elif (block := fence_at(line)) is None:
            lines.append("" if _is_furniture(line) else line.strip())
    return "\n".join(lines).strip()


def _is_furniture(line: str) -> bool:
    bare = line.strip()
    return (
        bare.startswith(("#", ">", "|", "<", "[!", "!["))
        or line.startswith("    ")
        or bool(_LIST_ITEM.match(line))
        or is_heading(line)
        or name_line(line) is not None
    )


def _sentences(text: str) -> str:
    """The first sentences of prose that say something by themselves."""
    kept: list[str] = []
    for paragraph in re.split(r"\n\s*\n", _prose(text)):
        for sentence in _SENTENCE.split(" ".join(paragraph.split())):
            if (
                _tells(sentence)
                and len(kept) < _SENTENCES
                and sum(map(len, kept)) + len(sentence) <= SUMMARY_LIMIT
            ):
                kept.append(sentence.strip())
    return " ".join(kept)


def _tells(sentence: str) -> bool:
    bare = sentence.strip()
    return len(bare) > 1 and not bare.endswith((":", "\uff1a")) and not _FILLER.match(bare)
