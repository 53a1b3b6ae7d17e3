"""The prompts are files that anybody may edit: what is missing or broken is said at start."""

from __future__ import annotations

import re
import shutil
from importlib.resources import files
from pathlib import Path

import pytest

from core.errors import SettingsError
from core.generation.prompts.library import load_prompts
from core.vocabulary import AgentType, Language

HERE = Path(str(files("core.generation.prompts")))


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for source in HERE.rglob("*.md"):
        target = tmp_path / source.relative_to(HERE)
        target.parent.mkdir(exist_ok=True)
        shutil.copy(source, target)
    return tmp_path


def test_every_agent_type_and_language_has_its_own_text() -> None:
    prompts = load_prompts()
    assert set(prompts.agents) == set(AgentType)
    assert set(prompts.languages) == set(Language)
    for kind, text in prompts.agents.items():
        assert text.startswith(f"# Your role: {kind.label}")
        assert "Accepted when:" in text
        assert "Files you write" in text
    assert len({*prompts.agents.values(), *prompts.languages.values()}) == len(AgentType) + len(Language)


def test_there_is_no_file_that_nobody_reads() -> None:
    names = {path.relative_to(HERE).as_posix() for path in HERE.rglob("*.md")}
    expected = {"rules", "format", "conversation", "opening", "answer", "generate", "change", "reminder"}
    expected |= {"repair", "edits", "review"}
    expected |= {f"agents/{kind}" for kind in AgentType} | {f"languages/{language}" for language in Language}
    assert names == {f"{name}.md" for name in expected}


def test_a_broken_installation_names_all_that_is_wrong_at_once(copy: Path) -> None:
    (copy / "rules.md").unlink()
    (copy / "agents" / "research.md").write_text(" \n", encoding="utf-8")
    (copy / "languages" / "bash.md").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError) as caught:
        load_prompts(copy)
    problems = "\n".join(caught.value.problems)
    assert len(caught.value.problems) == 3
    assert "rules.md is missing" in problems
    assert "agents/research.md is empty" in problems
    assert "languages/bash.md is not UTF-8" in problems


def test_what_an_editor_on_windows_saves_is_read(copy: Path) -> None:
    (copy / "opening.md").write_bytes(b"\xef\xbb\xbfHello {name}\r\nthere\r\n")
    assert load_prompts(copy).opening == "Hello {name}\nthere"


def test_the_example_of_the_format_is_itself_in_the_format() -> None:
    text = load_prompts().format
    example = text[text.rindex("<plan>\n") :]
    plan = example.split("</plan>")[0].split()[1:]
    assert re.findall(r'^<file path="(.+)">$', example, re.MULTILINE) == plan
    assert plan == ["greet.py", "tests/test_greet.py", "README.md"]
    assert example.count("\n</file>\n") == 3
    readme = example.split('<file path="README.md">')[1].split("</file>")[0]
    assert "\n```bash\n" in readme
    assert example.endswith("</notes>\n<done/>")
    compile(example.split('<file path="greet.py">\n')[1].split("</file>")[0], "greet.py", "exec")


def test_the_demands_of_the_product_are_made() -> None:
    prompts = load_prompts()
    for demand in (
        "Retry-After",
        "timeout",
        "exit code",
        ".env.example",
        "README.md",
        "## Setup",
        "Troubleshooting",
        "migrations",
        "configuration file",
        "Logging",
        "LOG_LEVEL",
        "offline",
        "placeholders",
        "Comments",
        "One component, one file",
    ):
        assert demand in prompts.rules, demand
    assert "at most three" in prompts.conversation
    assert "<requirement>" in prompts.conversation
    assert len(prompts.reminder.splitlines()) == 3
    for language, command in (
        (Language.PYTHON, "python -m unittest"),
        (Language.JAVASCRIPT, "npm test"),
        (Language.TYPESCRIPT, "erasableSyntaxOnly"),
        (Language.BASH, "set -euo pipefail"),
    ):
        assert command in prompts.languages[language]


def test_no_prompt_holds_what_would_be_copied_into_files() -> None:
    prompts = load_prompts()
    everything = "\n".join(
        (prompts.rules, prompts.format, *prompts.agents.values(), *prompts.languages.values())
    )
    for bad in ("path/to", "FILENAME", "TODO", "your-", "rest of the code"):
        assert bad not in everything
