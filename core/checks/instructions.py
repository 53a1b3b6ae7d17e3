"""What a README must say: how the project is set up, and how it is started by what is really there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from core.automations.evidence import Finding
from core.bundle.facts import dependencies, usage_of
from core.bundle.readme import readme_of, sections
from core.checks.languages.language import Start
from core.checks.likeness import MOST, PATHS, alike
from core.checks.project import Project
from core.checks.words import words

_SETUP = re.compile(
    r"\b(?:set[ -]?up|install\w*|getting started|quick ?start|prerequisites?|requirements?|deploy\w*|build\w*|"
    r"instalaci[oó]n|instala[cç][aã]o|installazione|einrichtung|einrichten|voraussetzungen|prérequis)\b|"
    r"установка|安装|インストール|セットアップ|설치",
    re.IGNORECASE,
)
_NOTHING = re.compile(
    r"\b(?:nothing (?:else )?(?:to|needs to be|has to be) (?:set up|install\w*)|no (?:installation|setup|set-up|dependenc\w+|packages?)"
    r"(?: (?:is|are))?(?: (?:needed|required|necessary))?|needs? (?:nothing|only)|only (?:needs|requires)|standard library only|"
    r"without (?:any )?(?:dependencies|installation))\b|nichts zu installieren|keine installation|no requiere instalaci[oó]n|"
    r"aucune (?:installation|dépendance)",
    re.IGNORECASE,
)
_COMMAND = re.compile(
    r"\b(?:pip3?|uv|poetry|pipenv|pdm|conda|mamba|npm|yarn|pnpm|bun|deno|go|apt(?:-get)?|brew|docker(?:[ -]compose)?|make|cargo|bundle|"
    r"composer|pipx|winget|choco)\s+(?:-[\w-]+\s+)*(?:install|add|sync|i|ci|build|compose|up|mod|get|env|create|run|setup|cache|download)\b|"
    r"\bchmod \+x\b|\byarn\s*$|\bpython3? setup\.py\b|\bmake (?:setup|install|deps|bootstrap)\b",
    re.IGNORECASE | re.MULTILINE,
)
_DIRECT = re.compile(r"^\s*(?:\$ )?(?:[A-Z_]+=\S+ )*([\w.-]+(?:/[\w.-]+)+\.(?:sh|bash|py|js|ts))\b(?= |$)")
_CALL = re.compile(
    r"(?:^|[\s`$(])(?:(?:python3?|py|node|bash|sh|deno run|bun|tsx|ts-node|streamlit run|uvicorn|go run)\s+(?:--?[\w-]+(?:=\S+)?\s+)*|\./)"
    r"([\w./-]+\.(?:py|js|mjs|cjs|ts|mts|sh|go))\b"
)
_MODULE = re.compile(r"\bpython3? -m ([A-Za-z_][\w.]*)")
_NPM = re.compile(r"^\s*(?:[$>] )?(?:[A-Z_]+=\S+ )*npm (run(?:-script)? )?([a-z][\w:.-]*)(?= |$)")
_NPM_KNOWS = words(
    "access adduser audit bugs cache ci clean-install completion config create dedupe deprecate diff dist-tag docs doctor edit "
    "exec explain explore fund get help i in init install install-clean install-test it link list ln login logout ls org outdated "
    "owner pack ping pkg prefix profile prune publish query rb rebuild repo restart root run run-script s sbom search set shrinkwrap "
    "star start stop t team test tst token un uninstall unlink unpublish up update upgrade v version view whoami x"
)
_TOOLS = words(
    "venv pip unittest pytest http json build twine ensurepip compileall pydoc timeit black ruff mypy flake8 uvicorn gunicorn flask "
    "streamlit celery alembic playwright spacy nltk coverage pipx virtualenv poetry uv isort pylint django jupyter notebook tox "
    "pre_commit hatch debugpy cProfile sqlite3 zipfile webbrowser site sysconfig asyncio bandit pdb trace tabnanny fastapi robot "
    "ipykernel scrapy pip_audit waitress hypercorn daphne aiosmtpd smtpd"
)


def instructions(project: Project, starts: Sequence[Start]) -> Iterator[Finding]:
    """`starts`: the ways in which the project can be started."""
    files = list(project.files.values())
    path = _readme_path(project)
    text = readme_of(files)
    if not path or not text.strip():
        yield _finding(
            path or "README.md",
            "no-readme",
            "there is no README that says how to set the project up and how to use it",
            "README.md",
        )
        return
    if not _tells_setup(project, text):
        yield _finding(
            path, "readme-setup", "the README does not say how to set the project up (heading `## Setup`)"
        )
    if not usage_of(files):
        yield _finding(
            path,
            "readme-usage",
            "the README does not say how to use the project (heading `## Run` or `## Usage`)",
        )
    yield from _entry_point(project, starts, path, text)
    yield from _commands(project, path, text)
    yield from _scripts(project, path, text)


def _readme_path(project: Project) -> str:
    texts = (path for path in project.files if path not in project.sources)
    names = [path for path in texts if path.rpartition("/")[2].lower().partition(".")[0] == "readme"]
    return min(names, key=lambda path: path.count("/"), default="")


def _tells_setup(project: Project, text: str) -> bool:
    """A section of its own, with a command when there is something to install; or the words that there is nothing."""
    needs = bool(dependencies(list(project.files.values())))
    under = [part.body for part in sections(text)[1:] if _SETUP.search(part.title) and part.body]
    if needs:
        return any(_COMMAND.search(body) for body in under)
    return bool(under) or bool(_NOTHING.search(text))


def _entry_point(project: Project, starts: Sequence[Start], path: str, text: str) -> Iterator[Finding]:
    if not starts or any(_is_named(wording, text) for start in starts for wording in start.wordings):
        return
    if re.search(
        r"\bdocker(?:[ -]compose)?\s+(?:compose\s+)?(?:up|run)\b|\bmake \w+", text
    ) and project.named(
        "Dockerfile", "docker-compose.yml", "compose.yaml", "docker-compose.yaml", "compose.yml", "Makefile"
    ):
        return
    names = tuple(dict.fromkeys(start.wordings[0] for start in starts if start.wordings))[:3]
    yield Finding(
        path,
        0,
        "readme-entry",
        "error",
        f"the README does not name how the project is started: `{names[0]}`",
        names,
    )


def _is_named(wording: str, text: str) -> bool:
    return bool(re.search(rf"(?<![\w-]){re.escape(wording)}(?![\w-])", text.replace("\\", "/")))


def _commands(project: Project, path: str, text: str) -> Iterator[Finding]:
    """Files and modules that the README's commands start."""
    names = {each.rpartition("/")[2] for each in project.paths}
    for number, line in enumerate(text.split("\n"), 1):
        for called in (*_CALL.findall(line), *_DIRECT.findall(line)):
            if called.rpartition("/")[2] not in names:
                near = alike(called, project.paths, 0.6, PATHS)
                yield Finding(
                    path,
                    number,
                    "unknown-file",
                    "error",
                    f"the README starts `{called}`, which is not in the project",
                    near,
                )
        for module in _MODULE.findall(line):
            first = module.partition(".")[0]
            place = module.replace(".", "/")
            if first in _TOOLS or any(
                f"/{each}".find(f"/{place}.py") >= 0 or f"/{place}/" in f"/{each}" for each in project.paths
            ):
                continue
            if any(_normalised(first) == _normalised(each) for each in _declared(project)):
                continue
            yield Finding(
                path,
                number,
                "unknown-module",
                "error",
                f"the README starts the module `{module}`, which is not in the project",
            )


def _scripts(project: Project, path: str, text: str) -> Iterator[Finding]:
    """npm is asked only for what it knows, or what a package.json names."""
    manifests = [file for file in project.files.values() if file.path.rpartition("/")[2] == "package.json"]
    if not manifests:
        return
    there = sorted({name for file in manifests for name in _named_scripts(file.content)})
    for number, line in enumerate(text.split("\n"), 1):
        for run, name in _NPM.findall(line):
            if name not in there and (run or name not in _NPM_KNOWS):
                near = alike(name, there, 0.6) or there[:MOST]
                message = f"the README starts `npm {run}{name}`, which package.json does not name"
                yield Finding(path, number, "unknown-script", "error", message, tuple(near))


def _named_scripts(manifest: str) -> list[str]:
    try:
        scripts = json.loads(manifest)["scripts"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return []
    return [str(name) for name in scripts] if isinstance(scripts, dict) else []


def _declared(project: Project) -> list[str]:
    return [
        re.split(r"[\s<>=!~;@\[]", each, maxsplit=1)[0] for each in dependencies(list(project.files.values()))
    ]


def _normalised(name: str) -> str:
    return name.lower().replace("_", "-")


def _finding(path: str, code: str, message: str, *candidates: str) -> Finding:
    return Finding(path, 0, code, "error", message, candidates)
