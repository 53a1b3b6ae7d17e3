"""The gate of syntax: every file by its kind. What only a tool can say of a language is added by `gates`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from core.automations.evidence import Finding
from core.automations.model import File
from core.bundle.kinds import ending
from core.checks.formats.data import read_json, read_json_lines, read_toml
from core.checks.formats.dockerfile import is_dockerfile, read_dockerfile
from core.checks.formats.package_json import read_package
from core.checks.formats.page import Script, read_page
from core.checks.formats.requirements import read_requirements
from core.checks.formats.styles import read_styles
from core.checks.languages import languages
from core.checks.project import Project, is_test
from core.checks.python.manifests import REQUIREMENTS

_BY_ENDING: Mapping[str, Callable[[File], Iterator[Finding]]] = {
    **dict.fromkeys(("json", "jsonc", "webmanifest", "ipynb", "geojson"), read_json),
    **dict.fromkeys(("jsonl", "ndjson"), read_json_lines),
    **dict.fromkeys(("css", "scss", "less"), read_styles),
    "toml": read_toml,
}
_PAGES = frozenset({"html", "htm", "xhtml"})
_DATA = frozenset(
    {"json", "jsonl", "ndjson", "geojson", "yaml", "yml", "toml", "html", "htm", "xhtml", "sql"}
)
_SAMPLES = frozenset({"sample", "samples", "fixture", "fixtures", "testdata", "test-data", "test_data"})


def syntax(project: Project) -> Iterator[Finding]:
    for source in project.sources.values():
        yield from source.faults
    sqlite = any(
        "sqlite" in file.content.lower() for path, file in project.files.items() if ending(path) != "sql"
    )
    for path, file in project.files.items():
        if path not in project.sources:
            found = _data(file, sqlite=sqlite)
            yield from (replace(one, severity="warning") for one in found) if _is_sample(path) else found


def _is_sample(path: str) -> bool:
    """Data that a test reads may be broken on purpose."""
    *folders, name = path.lower().split("/")
    return ending(name) in _DATA and (is_test(path) or not _SAMPLES.isdisjoint(folders))


def _data(file: File, *, sqlite: bool) -> Iterator[Finding]:
    kind, name = ending(file.path), file.path.rpartition("/")[2]
    if kind in _PAGES:
        yield from _page(file)
    elif kind == "sql":
        from core.checks.formats.sql import read_sql  # noqa: PLC0415 - slow, and seldom needed

        yield from read_sql(file, sqlite=sqlite)
    elif kind in ("yaml", "yml"):
        from core.checks.formats.yaml_text import read_yaml  # noqa: PLC0415 - slow, and seldom needed

        yield from read_yaml(file)
    elif is_dockerfile(file.path):
        yield from read_dockerfile(file)
    elif REQUIREMENTS.fullmatch(file.path):
        yield from read_requirements(file)
    elif kind in _BY_ENDING or name in (".babelrc", ".eslintrc"):
        yield from _BY_ENDING.get(kind, read_json)(file)
    if name == "package.json":
        yield from read_package(file)


def _page(file: File) -> Iterator[Finding]:
    page = read_page(file)
    yield from page.findings
    if "{{" not in file.content and "{%" not in file.content and "<%" not in file.content:
        for script in page.scripts:
            yield from _script(file.path, script)


def _script(path: str, script: Script) -> Iterator[Finding]:
    """Inline JavaScript, at its own lines."""
    javascript = next((each for each in languages() if "js" in each.endings), None)
    if javascript is None:
        return
    padded = "\n" * (script.line - 1) + script.content
    yield from javascript.read(File(path, padded)).faults
