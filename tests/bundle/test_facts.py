"""What a delivery says about a bundle."""

from __future__ import annotations

import pytest

from core.automations.model import File
from core.bundle.facts import dependencies, setup_of, summary_of, usage_of
from core.bundle.parser import parse
from core.bundle.report import as_json

README = """# Price watcher

[![build](x.svg)](x)

Watches prices and stores them in SQLite.
It writes a CSV every night.

## Requirements

- Python 3.11

## Installation & Setup

```bash
# not a heading
pip install -r requirements.txt
```

### On Windows

Use `py`.

## How to use it

Run `python -m watcher`.

Example
-------

    python -m watcher --once

## License

MIT
"""


def test_setup_and_usage_come_from_the_readme() -> None:
    files = [File("docs/README.md", "# Other\n## Usage\nno\n"), File("README.md", README)]
    setup = setup_of(files)
    assert setup.startswith("- Python 3.11")
    assert "pip install -r requirements.txt" in setup
    assert setup.endswith("### On Windows\n\nUse `py`.")
    assert usage_of(files) == "Run `python -m watcher`.\n\npython -m watcher --once"


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("Getting started", "setup"),
        ("2. Set up", "setup"),
        ("🚀 Quick Start", "setup"),
        ("Prerequisites", "setup"),
        ("Configuration", "setup"),
        ("Environment variables", "setup"),
        ("Einrichtung", "setup"),
        ("Instalación", "setup"),
        ("安装", "setup"),
        ("Usage", "usage"),
        ("Running the crawler", "usage"),
        ("Example", "usage"),
        ("Verwendung", "usage"),
        ("Использование", "usage"),
        ("使用方法", "usage"),
        ("License", ""),
        ("Project structure", ""),
    ],
)
def test_headings_in_common_wordings(heading: str, kind: str) -> None:
    files = [File("README.md", f"# Tool\n\n## {heading}\n\nDo it.\n")]
    assert setup_of(files) == ("Do it." if kind == "setup" else "")
    assert usage_of(files) == ("Do it." if kind == "usage" else "")


def test_without_a_readme_there_is_nothing_to_say() -> None:
    assert setup_of([File("a.py", "# Setup\n")]) == ""
    assert usage_of([]) == ""


def test_dependencies_of_python() -> None:
    requirements = (
        "# web\nrequests>=2.31  # http\n-r base.txt\n--hash=x\n\nrich[extra]==13.* ; python_version > '3.8'\n"
    )
    project = (
        '[project]\ndependencies = ["httpx>=0.28", "requests>=2.31"]\n'
        '[project.optional-dependencies]\ndev = ["pytest"]\n'
        '[dependency-groups]\nlint = ["ruff", {include-group = "dev"}]\n'
        '[tool.poetry.dependencies]\npython = "^3.11"\nclick = "^8.1"\ntyper = {version = "0.9", extras = ["all"]}\n'
    )
    files = [File("requirements-dev.txt", requirements), File("svc/pyproject.toml", project)]
    assert dependencies(files) == (
        "requests>=2.31",
        "rich[extra]==13.* ; python_version > '3.8'",
        "httpx>=0.28",
        "pytest",
        "ruff",
        "click ^8.1",
        "typer 0.9",
    )


def test_dependencies_of_javascript() -> None:
    package = '{"dependencies": {"express": "^4.18.2"}, "devDependencies": {"vitest": "*"}, "peerDependencies": null}'
    assert dependencies([File("web/package.json", package)]) == ("express@^4.18.2", "vitest@*")


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("package.json", "{"),
        ("package.json", "[1]"),
        ("package.json", '{"dependencies": ["x"]}'),
        ("package.json", "[" * 50_000),
        ("package.json", '{"dependencies": ' + "9" * 5_000 + "}"),
        ("pyproject.toml", "[project"),
        ("pyproject.toml", "project = 1\n"),
        ("pyproject.toml", '[project]\noptional-dependencies = "x"\n'),
        ("requirements.txt", " " * 20_000 + "x"),
    ],
)
def test_a_broken_manifest_declares_nothing(path: str, content: str) -> None:
    assert dependencies([File(path, content)]) == ()


def test_the_summary_is_what_was_said_before_the_first_file() -> None:
    bundle = parse(
        "Sure! Here is the project:\n\n## Overview\nIt watches **prices** nightly. It keeps a log. It is polite.\n"
        "It does more.\n\n- a.py\n\n```bash\nrm -rf /\n```\n\n**a.py**\n```python\nA=1\n```\nLet me know!\n"
    )
    assert summary_of(bundle) == "It watches **prices** nightly. It keeps a log. It is polite."


def test_else_it_is_the_readme_the_notes_or_the_files() -> None:
    def tagged(**files: str) -> str:
        return "".join(
            f'<file path="{name}.{"md" if name == "README" else "py"}">\n{text}</file>\n'
            for name, text in files.items()
        )

    readme = "Watches prices and stores them in SQLite. It writes a CSV every night."
    assert summary_of(parse(tagged(a="A=1\n", README=README))) == readme
    assert summary_of(parse(tagged(a="A=1\n") + "<notes>Run it daily.</notes>")) == "Run it daily."
    assert summary_of(parse(tagged(a="A\n"))) == "One file: a.py."
    assert summary_of(parse(tagged(a="", b="", c="", d="", e=""))) == "5 files: a.py, b.py, c.py and 2 more."
    assert summary_of(parse("")) == ""


def test_a_summary_is_short_whatever_was_said() -> None:
    sentence = "It does a great many things, one after the other, until the night is over."
    bundle = parse(f'{sentence * 40}\n{sentence} {sentence}\n<file path="a.py">\n</file>\n')
    assert 0 < len(summary_of(bundle)) <= 400


def test_the_report_for_the_command_line() -> None:
    text = '<file path="b.py">\nB\n</file>\n<file path="../x">\nX\n</file>\n<file path="a.py">\nA'
    assert as_json(parse(text)) == {
        "files": {"b.py": "B\n"},
        "warnings": ["`../x` was left out: it leads out of the project's folder."],
        "truncated": True,
    }
