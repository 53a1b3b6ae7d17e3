"""How a Python project is started, and how a README may say so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from posixpath import dirname

from core.checks.languages.language import Start
from core.checks.project import Project, is_test
from core.checks.python.manifests import commands
from core.checks.python.outline import Outline
from core.checks.source import Source


def starts(sources: Sequence[Source], project: Project) -> Iterator[Start]:
    for source in sources:
        path = source.file.path
        if is_test(path) or path.rpartition("/")[2] in ("setup.py", "__init__.py", "noxfile.py"):
            continue
        outline = source.scratch
        assert isinstance(outline, Outline)
        if source.starts:
            yield Start(path, tuple(_run(path)))
        elif outline.application:
            yield Start(path, tuple(_served(path, outline.application)))
        elif any(name.partition(".")[0] == "streamlit" for name in outline.imported):
            yield Start(path, (f"streamlit run {path}", path))
    for path, name, _ in commands(project):
        yield Start(path, (name,))


def _run(path: str) -> Iterator[str]:
    module = _module(path)
    yield path
    yield f"-m {module}"
    yield module.removesuffix(".__main__")
    if path.endswith("__main__.py"):
        yield f"-m {_module(dirname(path))}"
    else:
        yield path.rpartition("/")[2]


def _served(path: str, name: str) -> Iterator[str]:
    yield f"{_module(path)}:{name}"
    yield f"{path.rpartition('/')[2].removesuffix('.py')}:{name}"
    yield path
    yield f"flask --app {_module(path)}"
    yield from ("flask run", "fastapi dev", "fastapi run", "celery -A")


def _module(path: str) -> str:
    return path.removesuffix(".py").removeprefix("src/").replace("/", ".")
