"""The command line as people call it."""

from __future__ import annotations

import json
import socket
from pathlib import Path

from bot.manifest import slack_manifest
from tests.bot.program import piped, run


def test_migrate_makes_the_database_and_can_be_repeated(tmp_path: Path) -> None:
    for _ in range(2):
        done = run("migrate", DATA_DIR=str(tmp_path / "new"))
        assert (done.returncode, done.stdout) == (0, "The database has the newest schema.\n"), done.stderr
    assert (tmp_path / "new" / "threadwright.sqlite").stat().st_size > 0


def test_migrate_of_what_is_no_database_says_where_to_look(tmp_path: Path) -> None:
    file = tmp_path / "notes.sqlite"
    file.write_text("not a database, but long enough to be looked at as one" * 100)
    done = run("migrate", DATABASE_URL=f"sqlite+aiosqlite:///{file}", LOG_FORMAT="json")
    assert done.returncode == 1
    assert "`python -m bot doctor`" in done.stderr


def test_all_wrong_settings_are_named_at_once_without_secrets(tmp_path: Path) -> None:
    done = run("migrate", DATA_DIR=str(tmp_path), PORT="70000", LOG_LEVEL="loud")
    assert done.returncode == 2
    assert "PORT" in done.stderr
    assert "LOG_LEVEL" in done.stderr
    assert "loud" not in done.stderr


def test_a_role_that_cannot_run_says_why(tmp_path: Path) -> None:
    for role, reason in (("all", "SLACK_BOT_TOKEN"), ("worker", "PostgreSQL"), ("discord", "DISCORD_TOKEN")):
        done = run("run", role, DATA_DIR=str(tmp_path))
        assert done.returncode == 2
        assert reason in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_help_names_the_commands_and_imports_little() -> None:
    done = run("--help", PYTHONPROFILEIMPORTTIME="1")
    assert done.returncode == 0
    for command in ("run", "doctor", "migrate", "manifest", "parse"):
        assert f"\n    {command} " in done.stdout
    assert not [
        name for name in ("pydantic", "sqlalchemy", "asyncio", "slack", "core.") if name in done.stderr
    ]


def test_the_manifest_can_be_pasted() -> None:
    assert json.loads(run("manifest", "slack").stdout) == slack_manifest()


ANSWER = 'Here it is.\n\n<file path="app/main.py">\nprint("héllo")\n</file>\n'


def test_parse_tells_files_warnings_and_whether_it_was_cut(tmp_path: Path) -> None:
    file = tmp_path / "answer.md"
    file.write_text(ANSWER, encoding="utf-8")
    done = run("parse", str(file))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "files": {"app/main.py": 'print("héllo")\n'},
        "warnings": [],
        "truncated": False,
    }


def test_parse_reads_standard_input_and_replaces_what_is_no_utf8() -> None:
    done = piped(ANSWER.encode("latin-1"), "parse", "-")
    found = json.loads(done.stdout)
    assert done.returncode == 0
    assert found["files"] == {"app/main.py": 'print("h\ufffdllo")\n'}
    assert found["warnings"] == ["the answer is not UTF-8; what could not be read was replaced"]


def test_parse_without_a_file_in_the_answer_or_without_an_answer(tmp_path: Path) -> None:
    assert piped(b"I would rather talk.", "parse", "-").returncode == 1
    done = run("parse", str(tmp_path / "missing.md"))
    assert done.returncode == 2
    assert "cannot be read: No such file or directory." in done.stderr


def test_check_runs_the_gates_over_a_folder(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text("import yaml\n\nprint(yaml.dump({}))\n", encoding="utf-8")
    done = run("check", str(tmp_path))
    found = json.loads(done.stdout)
    assert (done.returncode, found["ready"]) == (1, False)
    (missing,) = [one for one in found["findings"] if one["code"] == "undeclared-import"]
    assert (missing["path"], missing["line"], missing["severity"]) == ("main.py", 1, "error")
    assert missing["candidates"] == ["PyYAML"]
    (tmp_path / "requirements.txt").write_text("PyYAML>=6\n", encoding="utf-8")
    readme = "# Dump\n\n## Setup\n\n    pip install -r requirements.txt\n\n## Usage\n\n    python main.py\n"
    (tmp_path / "README.md").write_text(readme, encoding="utf-8")
    done = run("check", str(tmp_path))
    assert (done.returncode, json.loads(done.stdout)["ready"]) == (0, True), done.stdout


def test_check_of_what_is_no_folder(tmp_path: Path) -> None:
    done = run("check", str(tmp_path / "missing"))
    assert (done.returncode, done.stdout) == (2, "")
    assert "is no folder that can be read" in done.stderr


def test_parse_of_an_answer_that_only_changes_files() -> None:
    change = b'<edit path="a.py">\n<<<<<<< SEARCH\na = 1\n=======\na = 2\n>>>>>>> REPLACE\n</edit>\n'
    done = piped(change, "parse", "-")
    assert done.returncode == 0
    assert json.loads(done.stdout)["edits"] == {"a.py": [["a = 1\n", "a = 2\n"]]}


def test_a_port_that_is_taken_is_said_and_nothing_starts(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = run(
            "run",
            DATA_DIR=str(tmp_path),
            PORT=port,
            DISCORD_TOKEN="fake",
            DISCORD_API_URL="http://127.0.0.1:1/api/v10",
        )
    assert done.returncode == 2, done.stderr
    assert f"PORT: {port} cannot be listened to (Address already in use); set another one" in done.stderr
