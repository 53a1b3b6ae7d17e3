"""A README that works, every variable listed, boundaries that log and handle errors."""

from __future__ import annotations

import pytest

from tests.checks.projects import changed, errors, findings, without

README = """# Prices

Reads prices.

## Setup

```bash
pip install -r requirements.txt
cp .env.example .env
```

## Run

```bash
python -m shop --all
python scripts/clean.py
```
"""
PROJECT = {
    "README.md": README,
    "requirements.txt": "requests\n",
    ".env.example": "# where\nAPI_URL=\n# export LOG_LEVEL=INFO\n",
    "shop/__init__.py": "",
    "shop/__main__.py": "from shop.client import fetch\n\nraise SystemExit(fetch())\n",
    "shop/client.py": """
import logging
import os

import requests

log = logging.getLogger(__name__)


def fetch() -> int:
    try:
        requests.get(os.environ["API_URL"], timeout=float(os.getenv("LOG_LEVEL", "1")))
    except requests.RequestException:
        log.exception("failed")
        return 1
    return 0
""",
    "scripts/clean.py": "print(1)\n",
    "tests/test_client.py": "import os\nos.environ['ONLY_IN_TESTS']\nimport requests\nrequests.get('x')\n",
}


def codes(project: dict[str, str]) -> list[str]:
    return [code for _, _, code in errors(project, "completeness")]


def test_a_project_that_is_fine() -> None:
    assert findings(PROJECT, "completeness") == []


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (
            "## Setup\n\n```bash\npip install -r requirements.txt\ncp .env.example .env\n```\n",
            "",
            "readme-setup",
        ),
        ("pip install -r requirements.txt\n", "", "readme-setup"),
        ("## Setup", "## Notes", "readme-setup"),
        ("## Run", "## Notes", "readme-usage"),
        ("```bash\npython -m shop --all\npython scripts/clean.py\n```\n", "", "readme-usage"),
        ("python -m shop --all\n", "", "readme-entry"),
        ("scripts/clean.py", "scripts/claen.py", "unknown-file"),
        ("-m shop", "-m shpo", "readme-entry"),
    ],
)
def test_what_the_readme_lacks(old: str, new: str, code: str) -> None:
    assert code in codes(changed(PROJECT, "README.md", old, new))


@pytest.mark.parametrize(
    "heading",
    [
        "## Installation",
        "# Getting Started",
        "### 1. Install",
        "## Einrichtung",
        "## Prerequisites",
        "Setup\n-----",
    ],
)
def test_headings_that_mean_the_same(heading: str) -> None:
    assert codes(changed(PROJECT, "README.md", "## Setup", heading)) == []


def test_nothing_to_set_up_is_said_in_words() -> None:
    project = {
        "greet.py": 'if __name__ == "__main__":\n    print(1)\n',
        "README.md": "# Greeting\n\nNeeds Python 3.11; there is nothing to set up.\n\n## Run\n\n`python greet.py Ana`\n",
    }
    assert findings(project, "completeness") == []
    assert codes(changed(project, "README.md", "; there is nothing to set up", "")) == ["readme-setup"]


@pytest.mark.parametrize("path", ["docs/README.md", "readme.md", "README.rst"])
def test_where_a_readme_may_be(path: str) -> None:
    text = README.replace("```bash\n", "\n").replace("```", "") if path.endswith("rst") else README
    assert "no-readme" not in codes({**without(PROJECT, "README.md"), path: text})


def test_no_readme() -> None:
    assert codes(without(PROJECT, "README.md")) == ["no-readme"]
    assert codes({**PROJECT, "README.md": "\n"}) == ["no-readme"]


@pytest.mark.parametrize(
    ("files", "command"),
    [
        (
            {"package.json": '{"private": true, "scripts": {"start": "node a.js"}}', "a.js": "main();\n"},
            "npm start",
        ),
        (
            {"package.json": '{"private": true, "scripts": {"dev": "node a.js"}}', "a.js": "main();\n"},
            "pnpm run dev",
        ),
        ({"a.js": "#!/usr/bin/env node\nmain();\n"}, "node a.js"),
        (
            {
                "app/main.py": "from fastapi import FastAPI\napi = FastAPI()\n",
                "requirements.txt": "fastapi\n",
            },
            "uvicorn app.main:api --reload",
        ),
        (
            {"app.py": "from flask import Flask\napp = Flask(__name__)\n", "requirements.txt": "flask\n"},
            "flask --app app run",
        ),
        (
            {"ui.py": "import streamlit as st\nst.title('x')\n", "requirements.txt": "streamlit\n"},
            "streamlit run ui.py",
        ),
        (
            {
                "x/cli.py": "def run(): ...\n",
                "pyproject.toml": '[project]\nname = "x"\n[project.scripts]\nshop = "x.cli:run"\n',
            },
            "shop --help",
        ),
        ({"bin/go.sh": "#!/bin/bash\necho\n", "lib/x.sh": "#!/bin/bash\necho\n"}, "./bin/go.sh"),
        ({"main.go": "package main\n\nfunc main() {}\n", "go.mod": "module a.b/c\n"}, "go run ."),
        ({"app.py": "main()\n", "Dockerfile": "FROM a\n"}, "docker compose up --build"),
    ],
)
def test_ways_to_start(files: dict[str, str], command: str) -> None:
    readme = f"# X\n\n## Setup\n\npip install x; npm install\n\n## Run\n\n```\n{command}\n```\n"
    assert codes({**files, "README.md": readme}) == []
    assert "readme-entry" in codes({**files, "README.md": readme.replace(command, "see above")})


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("API_URL=\n", "", ["env-missing"]),
        ("API_URL=", "API_URI=", ["env-missing"]),
        ("# export LOG_LEVEL=INFO\n", "", ["env-missing"]),
        ("# where\nAPI_URL=\n# export LOG_LEVEL=INFO\n", "", ["env-missing", "env-missing"]),
    ],
)
def test_variables_that_are_not_listed(old: str, new: str, expected: list[str]) -> None:
    assert codes(changed(PROJECT, ".env.example", old, new)) == expected


def test_no_list_of_variables() -> None:
    (found,) = findings(without(PROJECT, ".env.example"), "completeness")
    assert (found.path, found.code) == (".env.example", "no-env-example")
    assert found.candidates == ("API_URL", "LOG_LEVEL")


def test_variables_of_the_machine_need_no_list() -> None:
    project = {**PROJECT, "scripts/clean.py": "import os\nprint(os.environ['HOME'], os.environ['PATH'])\n"}
    assert codes(project) == []


def test_variables_of_compose_files() -> None:
    project = {**PROJECT, "docker-compose.yml": "services:\n  a:\n    image: x:${TAG:-1}\n"}
    assert codes(project) == ["env-missing"]


def test_errors_that_nobody_handles() -> None:
    project = changed(
        PROJECT, "shop/client.py", "    try:\n        requests", "    if True:\n        requests"
    )
    project = changed(project, "shop/client.py", "    except requests.RequestException:\n", "    else:\n")
    assert codes(project) == ["errors-unhandled"]


def test_work_that_nobody_logs() -> None:
    project = changed(PROJECT, "shop/client.py", "import logging\n", "")
    project = changed(project, "shop/client.py", "log = logging.getLogger(__name__)\n", "")
    project = changed(project, "shop/client.py", 'log.exception("failed")', "print(1)")
    assert codes(project) == ["unlogged"]


def test_a_library_is_for_its_callers_to_log() -> None:
    project = {
        "README.md": "# X\n\n## Install\n\npip install x\n\n## Usage\n\n`import x`\n",
        "x.py": "import sqlite3\n\n\ndef f():\n    return sqlite3.connect('x')\n",
    }
    assert codes(project) == []


@pytest.mark.parametrize(
    "files",
    [
        {
            "package.json": '{"private": true, "scripts": {"start": "node a.js"}}',
            "a.js": "const r = await fetch('x');\n",
        },
        {"a.sh": "#!/bin/bash\ncurl http://x\n"},
        {"a.py": "import sqlite3\nsqlite3.connect('x')\nif __name__ == '__main__':\n    print(1)\n"},
        {
            "go.mod": "module a.b/c\n",
            "a.go": 'package main\n\nimport "net/http"\n\nfunc main() { http.Get("x") }\n',
        },
    ],
)
def test_boundaries_of_every_language(files: dict[str, str]) -> None:
    assert {"errors-unhandled", "unlogged"} <= set(codes(files))


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("npm start", []),
        ("npm test", []),
        ("npm ci --omit=dev", []),
        ("npm run lint:all", []),
        ("$ PORT=1 npm run lint:all -- --fix", []),
        ("npm satrt", ["npm satrt"]),
        ("npm run strat", ["npm run strat"]),
        ("Ask npm whether it is there.", []),
    ],
)
def test_what_the_readme_asks_npm_for(command: str, told: list[str]) -> None:
    manifest = (
        '{"name": "a", "scripts": {"start": "node a.js", "test": "node --test", "lint:all": "node a.js"}}\n'
    )
    readme = f"# A\n\n## Setup\n\nNothing to install.\n\n## Run\n\nnpm start\n\n```bash\n{command}\n```\n"
    project = {"package.json": manifest, "a.js": "console.log(1);\n", "README.md": readme}
    found = [one for one in findings(project, "completeness") if one.code == "unknown-script"]
    assert [name for name in told for one in found if f"`{name}`" in one.message] == told
    assert len(found) == len(told)
