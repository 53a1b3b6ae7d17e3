"""Code that the gates were not tuned on, as projects: distributions of this Python, packages of npm, and the scripts that
packages of the system run when they are installed or removed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from bot.bench.gating.real_code import Corpus, parts
from core.automations.model import File
from core.checks.words import words

DISTRIBUTIONS = sorted(
    words(
        "Pygments setuptools graphql-core hypothesis pytest Werkzeug coverage urllib3 pathspec Jinja2 httpx packaging requests attrs"
    )
)
JAVASCRIPT = sorted(words("ramda webpack mysql2 pg jsonwebtoken multer luxon passport sinon joi bluebird"))
TYPESCRIPT = sorted(
    words(
        "@tanstack/query-core @tanstack/table-core @tanstack/router-core @tanstack/form-core @tanstack/react-query @tanstack/react-router "
        "@tanstack/react-form @tanstack/solid-query @tanstack/store @trpc/react-query @trpc/server"
    )
)
FOLDERS = ("/var/lib/dpkg/info", "/opt", "/srv", "/var/lib", "/usr/local")
_NAME = re.compile(r"[\w.-]+")
_LEFT_OUT = frozenset({"tests", "test", "__pycache__"})


def distributions(names: Iterable[str]) -> Iterator[Corpus]:
    """Those that are installed here, without their tests. What they say that they need, extras included, counts as
    declared; their other files exist."""
    for name in names:
        try:
            yield from _projects(distribution(name))
        except PackageNotFoundError:
            continue


def _projects(found: Distribution) -> Iterator[Corpus]:
    paths = [path for path in found.files or [] if not path.as_posix().startswith("..")]
    wanted = (_NAME.match(line) for line in found.requires or [])
    manifest = File("requirements.txt", "".join(f"{each[0]}\n" for each in wanted if each))
    files = [manifest]
    for path in paths:
        place = Path(str(path.locate()))
        if path.suffix == ".py" and not _LEFT_OUT & set(path.parts) and place.is_file():
            files.append(
                File(path.as_posix(), place.read_bytes().decode("utf-8", "replace").replace("\r\n", "\n"))
            )
    beside = tuple(path.as_posix() for path in paths)
    for corpus in parts(files, lambda path: path.endswith(".py"), ("requirements.txt",)):
        yield Corpus(corpus.files, corpus.counts, beside)
