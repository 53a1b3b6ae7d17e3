"""Python: what is imported is there, and what is not is told with what may have been meant."""

from __future__ import annotations

import asyncio

import pytest

from core.automations.model import File
from core.checks.languages.python import LANGUAGE
from core.checks.project import Project
from core.checks.python.outline import read
from tests.checks.projects import changed, errors, files, findings, without

PROJECT = {
    "requirements.txt": "PyYAML>=6\nrequests[socks]==2.*  # for the web\npython-dateutil\ngoogle-cloud-storage\n-e git+https://example.com/tool.git#egg=own-tool\n",
    "shop/__init__.py": "from shop.store import Store\n",
    "shop/__main__.py": "import shop.web.pages\nfrom . import names\nfrom .store import Store, load as read\n\nprint(names.first(), Store, read, shop.web.pages.show())\n",
    "shop/names.py": "import os.path\nfrom collections import OrderedDict\n\n\ndef first() -> str:\n    return os.path.join('a', 'b') + str(OrderedDict())\n",
    "shop/store.py": "import requests\nimport yaml\nfrom dateutil import parser\nfrom google.cloud import storage\nimport own_tool\n\nclass Store: ...\n\nload = yaml.safe_load\nall_ = (requests, parser, storage, own_tool)\n",
    "shop/web/pages.py": "from shop import Store\nfrom ..names import first\n\ndef show() -> str:\n    return first() + str(Store)\n",
    "scripts/helper.py": "def help_() -> int:\n    return 1\n",
    "scripts/run.py": "from helper import help_\n\nhelp_()\n",
    "tests/test_shop.py": "import unittest\nfrom shop.names import first\n",
}


def test_a_project_that_is_fine() -> None:
    assert errors(PROJECT, "references") == []


@pytest.mark.parametrize(
    ("path", "old", "new", "code", "candidate"),
    [
        ("shop/__main__.py", "from .store import Store", "from .store import Stor", "unknown-name", "Store"),
        ("shop/__main__.py", "from . import names", "from . import name as names", "unknown-name", "names"),
        ("shop/__main__.py", "from .store", "from .stor", "unknown-module", "store"),
        (
            "shop/__main__.py",
            "import shop.web.pages",
            "import shop.web.page as web",
            "unknown-module",
            "pages",
        ),
        ("shop/__main__.py", "names.first()", "names.frist()", "unknown-attribute", "first"),
        (
            "shop/names.py",
            "import OrderedDict",
            "import OrderdDict as OrderedDict",
            "unknown-name",
            "OrderedDict",
        ),
        ("shop/names.py", "os.path.join", "os.path.jion", "unknown-attribute", "join"),
        ("shop/names.py", "import os.path", "import os.paths as os", "unknown-module", ""),
        ("shop/store.py", "import yaml", "import ymal as yaml", "undeclared-import", "ymal"),
        ("shop/web/pages.py", "from ..names", "from ...names", "unknown-module", ""),
        ("scripts/run.py", "from helper", "from halper", "undeclared-import", "helper"),
        ("tests/test_shop.py", "shop.names", "shops.names", "undeclared-import", "shop"),
    ],
)
def test_what_is_not_there(path: str, old: str, new: str, code: str, candidate: str) -> None:
    found = findings(changed(PROJECT, path, old, new), "references")
    assert {(each.path, each.code) for each in found if each.severity == "error"} == {(path, code)}
    assert candidate in ("", *found[0].candidates)


@pytest.mark.parametrize(
    "dropped",
    ["PyYAML>=6\n", "requests[socks]==2.*  # for the web\n", "python-dateutil\n", "google-cloud-storage\n"],
)
def test_a_package_that_is_not_declared(dropped: str) -> None:
    (found,) = findings(changed(PROJECT, "requirements.txt", dropped, ""), "references")
    assert (found.path, found.code) == ("shop/store.py", "undeclared-import")
    assert found.candidates[-1].lower().replace("_", "-") in dropped.lower()


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("pyproject.toml", '[project]\nname = "x"\ndependencies = ["flask>=3"]\n'),
        ("pyproject.toml", '[tool.poetry.dependencies]\npython = "^3.11"\nFlask = "^3"\n'),
        ("pyproject.toml", '[dependency-groups]\ndev = ["flask", {include-group = "x"}]\n'),
        ("setup.py", 'from setuptools import setup\nsetup(install_requires=["flask"])\n'),
        ("setup.cfg", "[options]\ninstall_requires =\n    flask\n"),
        ("Pipfile", '[packages]\nflask = "*"\n'),
        ("environment.yml", "dependencies:\n- python\n- pip:\n  - flask\n"),
        ("requirements/dev.txt", "Flask ~= 3.0 ; python_version > '3.8'\n"),
        ("a.py", '# /// script\n# dependencies = ["flask"]\n# ///\nimport flask\n'),
    ],
)
def test_every_manifest_counts(path: str, content: str) -> None:
    manifest = {path: content, **({"requirements.txt": "setuptools\n"} if path == "setup.py" else {})}
    assert errors({"a.py": "import flask\n", **manifest}, "references") == []
    assert errors({"a.py": "import flask\n"}, "references") == [("a.py", 1, "undeclared-import")]


@pytest.mark.parametrize(
    "code",
    [
        "try:\n    import ujson as json\nexcept ImportError:\n    import json\n",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import pandas\n",
        "import sys\nif sys.platform == 'win32':\n    import pywin\n",
        "from contextlib import suppress\nwith suppress(ImportError):\n    import ujson\n",
        "import os\nprint(os.startfile, os.O_BINARY)\n",
        "import os\nos = object()\nprint(os.anything_at_all)\n",
    ],
)
def test_what_may_be_absent(code: str) -> None:
    assert errors({"a.py": code}, "references") == []


@pytest.mark.parametrize(
    "content",
    [
        "globals().update(x=1)\n",
        "from os import *\n",
        "def __getattr__(name): ...\n",
        "import sys\nsys.modules[__name__].x = 1\n",
    ],
)
def test_a_module_that_makes_names_at_run_time_may_have_any(content: str) -> None:
    assert errors({"a.py": "from b import x\n", "b.py": content}, "references") == []


def test_what_comes_along_with_a_package_is_only_a_warning() -> None:
    (found,) = findings({"a.py": "import numpy\n", "requirements.txt": "pandas\n"}, "references")
    assert (found.code, found.severity) == ("transitive-import", "warning")


def test_commands_that_a_project_installs_are_there() -> None:
    scripts = '[project]\nname = "x"\n[project.scripts]\nshop = "shop.names:frist"\n'
    assert errors({**PROJECT, "pyproject.toml": scripts}, "references") == [
        ("pyproject.toml", 0, "unknown-name")
    ]
    assert errors({**PROJECT, "pyproject.toml": scripts.replace("frist", "first")}, "references") == []


def test_a_file_that_is_gone() -> None:
    assert errors(without(PROJECT, "shop/names.py"), "references")


def judged(code: str, **others: str) -> list[tuple[str, int, str, str]]:
    all_ = files({"a.py": code, **{f"{name}.py": text for name, text in others.items()}})
    judgement = asyncio.run(LANGUAGE.judge(all_, Project(all_, {})))
    return [
        (each.path, each.line, each.code, each.severity) for each in (*judgement.syntax, *judgement.lints)
    ]


@pytest.mark.parametrize(
    ("code", "finding"),
    [
        ("def f(:\n    pass\n", ("a.py", 1, "invalid-syntax", "error")),
        ("x = [1,\n", ("a.py", 2, "invalid-syntax", "error")),
        ("return 1\n", ("a.py", 1, "F706", "error")),
        ("print(nmae)\n", ("a.py", 1, "F821", "error")),
        ("def f(a, a):\n    return a\n", ("a.py", 1, "F831", "error")),
        ("def f():\n    await g()\n\n\nasync def g(): ...\n", ("a.py", 2, "PLE1142", "error")),
        ("x = '%s %s' % (1,)\n", ("a.py", 1, "F507", "error")),
        ("import os\n", ("a.py", 1, "F401", "warning")),
        ("from os import *\nprint(getcdw())\nprint(getcwd())\n", ("a.py", 2, "F405", "error")),
    ],
)
def test_what_ruff_says(code: str, finding: tuple[str, int, str, str]) -> None:
    said = judged(code)
    if finding[2] == "F831":  # newer ruffs call it a syntax error
        assert said[0][:2] == finding[:2]
    else:
        assert finding in said


def test_names_that_are_made_at_run_time_are_only_a_warning_unless_mistyped() -> None:
    assert judged("globals().update(a=1)\nprint(something_made)\n") == [("a.py", 2, "F821", "warning")]
    assert judged("exec('')\nsomething = 1\nprint(somethign)\n") == [("a.py", 3, "F821", "error")]


def test_what_a_star_import_of_the_project_brings_is_no_fault() -> None:
    assert not [
        each
        for each in judged("from b import *\nprint(counters, counter)\n", b="counters = counter = 1\n")
        if each[3] == "error"
    ]


def test_variables_of_the_environment() -> None:
    code = """
import os
from os import environ, getenv
from pydantic_settings import BaseSettings

NAME = "BY_CONSTANT"

class Settings(BaseSettings):
    model_config = {"env_prefix": "APP_"}
    debug: bool = False

def required(name: str) -> str:
    return os.environ[name]

def load(env: dict[str, str]) -> None:
    env.get("FROM_MAPPING")

os.environ["ONE"], os.getenv("TWO", "x"), environ.get("THREE"), getenv("FOUR"), os.environ[NAME], required("BY_HELPER")
"FIVE" in os.environ
os.environ["WRITTEN"] = "1"
{}.get("NOT_READ")
"""
    source = read(File("a.py", code))
    names = {each.text for each in source.variables}
    assert names == {
        "APP_DEBUG",
        "FROM_MAPPING",
        "ONE",
        "TWO",
        "THREE",
        "FOUR",
        "FIVE",
        "BY_CONSTANT",
        "BY_HELPER",
    }


def test_what_python_cannot_parse_is_left_to_ruff() -> None:
    source = read(File("a.py", "def f(:\n"))
    assert source.broken
    assert source.faults == ()


def test_a_folder_that_is_called_like_a_package_does_not_hide_it() -> None:
    project = {
        "requirements.txt": "flask\nredis\n",
        "app/__init__.py": "",
        "app/flask/__init__.py": "",
        "app/flask/handler.py": "from flask import Request\nimport redis.exceptions\nprint(redis.Redis, Request)\n",
        "app/flask/redis.py": "import redis\nprint(redis.Redis)\n",
        "logging/config.json": "{}",
        "app/log.py": "import logging.handlers\nprint(logging.handlers.RotatingFileHandler)\n",
    }
    assert errors(project, "references") == []
