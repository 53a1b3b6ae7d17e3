"""Faults of a project: what is named and not there, and what is not whole."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from random import Random

from bot.bench.gating.places import in_code, in_some, swap_at
from bot.bench.gating.text_faults import cut, misspelt, swapped, without_bracket
from core.automations.model import File
from core.bundle.kinds import ending


def rename_import(files: Sequence[File], random: Random) -> list[File] | None:
    """A name that is taken out of a module of the project, under its old name."""
    return in_code(files, random, _rename_import)


def _rename_import(path: str, content: str, random: Random) -> str | None:
    kind = ending(path)
    if kind == "py":
        spots = [
            found.span(1)
            for found in re.finditer(
                r"^from [.\w]*(?:_\w+|\.\w+)[.\w]* import (?:\w+, )*(\w+)$", content, re.MULTILINE
            )
        ]
    elif kind in ("js", "ts"):
        spots = [
            found.span(1)
            for found in re.finditer(
                r"^import (?:type )?\{ (?:\w+, )*(\w+)(?:, \w+)* \} from '\.", content, re.MULTILINE
            )
        ]
    elif kind == "go":
        spots = [found.span(1) for found in re.finditer(r"\b(?:client|model|report)\.([A-Z]\w+)", content)]
    else:
        spots = [
            found.span(1)
            for found in re.finditer(
                r"^\s*(log_line|fetch_all|check_tools|keep_newest|show_usage)\b(?! ?\()",
                content,
                re.MULTILINE,
            )
        ]
    if not spots:
        return None
    start, end = random.choice(spots)
    name = content[start:end]
    wrong = swapped(name, random)
    alias = f"{wrong} as {name}" if kind in ("py", "js", "ts") else wrong
    return None if wrong == name else content[:start] + alias + content[end:]


def rename_module(files: Sequence[File], random: Random) -> list[File] | None:
    """A module or script of the project under a name that it has not."""

    def fault(path: str, content: str, random: Random) -> str | None:
        patterns = {
            "py": r"^from (?:\w+_\w+\.|\.)(\w+) import",
            "js": r"from '\.{1,2}/(?:\w+/)*(\w+)\.js'",
            "ts": r"from '\.{1,2}/(?:\w+/)*(\w+)\.ts'",
            "go": r"\"example\.com/\w+/(\w+)\"",
            "sh": r"/?lib/(\w+)\.sh\"?",
        }
        spots = [found.span(1) for found in re.finditer(patterns[ending(path)], content, re.MULTILINE)]
        return swap_at(content, spots, random)

    return in_code(files, random, fault)


def lose_file(files: Sequence[File], random: Random) -> list[File] | None:
    """A file that others need is not there."""
    needed = [
        file
        for file in files
        if re.search(
            r"/(?:client|store|model|report|settings|logger|log|fetch)\.(?:py|js|ts|sh|go)$", file.path
        )
    ]
    lost = random.choice(needed) if needed else None
    return [file for file in files if file is not lost] if lost else None


def drop_dependency(files: Sequence[File], random: Random) -> list[File] | None:
    """A package that is imported is not declared."""

    def fault(path: str, content: str, random: Random) -> str | None:
        name = path.rpartition("/")[2]
        if name == "requirements.txt":
            lines = content.split("\n")
            packages = [at for at, line in enumerate(lines) if line.strip() and not line.startswith("#")]
            if not packages:
                return None
            lines.pop(random.choice(packages))
            return "\n".join(lines)
        if name == "package.json":
            data = json.loads(content)
            if not data.get("dependencies"):
                return None
            data["dependencies"] = {}
            return json.dumps(data, indent=2) + "\n"
        return re.sub(r"^require .*\n", "", content, flags=re.MULTILINE)

    return in_some(files, random, fault, ("requirements.txt", "package.json", "go.mod"))


def rename_script(files: Sequence[File], random: Random) -> list[File] | None:
    """What a manifest or a Dockerfile starts or copies has another name."""

    def fault(path: str, content: str, random: Random) -> str | None:
        pattern = r"COPY (\w+)[\w.]*" if "Dockerfile" in path else r"src/(main)\.[jt]s"
        return swap_at(content, [found.span(1) for found in re.finditer(pattern, content)], random)

    return in_some(files, random, fault, ("package.json", "Dockerfile"))


def cut_file(files: Sequence[File], random: Random) -> list[File] | None:
    return in_code(files, random, cut)


def lose_bracket(files: Sequence[File], random: Random) -> list[File] | None:
    return in_code(files, random, without_bracket)


def misspell(files: Sequence[File], random: Random) -> list[File] | None:
    return in_code(files, random, misspelt)


def lose_mark_of_data(files: Sequence[File], random: Random) -> list[File] | None:
    """A bracket or a quote of a data file is gone."""

    def fault(path: str, content: str, random: Random) -> str | None:
        marks = "()'" if path.endswith(".sql") else '{}[]"'
        lines = [line for line in content.split("\n") if not line.lstrip().startswith(("#", "//", "--"))]
        spots = [
            at for at, char in enumerate(content) if char in marks and any(char in line for line in lines)
        ]
        spots = [
            at for at in spots if not re.match(r"\s*(?:#|//|--)", content[content.rfind("\n", 0, at) + 1 :])
        ]
        return content[: (at := random.choice(spots))] + content[at + 1 :] if spots else None

    return in_some(
        files, random, fault, ("config.toml", "schema.sql", "package.json", "fields.json", "tsconfig.json")
    )
