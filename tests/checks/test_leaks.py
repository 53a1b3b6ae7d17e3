"""Secrets and personal paths. The keys here are made up on the spot, so that no text looks like one."""

from __future__ import annotations

import pytest

from bot.bench.gating.project_faults import FAULTS
from bot.bench.gating.python_project import python_project
from bot.bench.gating.words import seeded
from core.checks.static import run_static
from tests.checks.projects import errors, findings

RANDOM = "q7Zp2Lm9Xv4Rt8Kw"


@pytest.mark.parametrize("seed", range(30))
def test_keys_of_services(seed: int) -> None:
    twin = FAULTS["insert a secret"](python_project(seeded(0)), seeded(seed))
    assert twin is not None
    found = [each for each in run_static(twin)["secrets"].findings if each.severity == "error"]
    assert [each.code for each in found] == ["secret"]
    content = next(file.content for file in twin if file.path == found[0].path)
    value = content.split("\n")[found[0].line - 1].split('"')[1]
    assert value not in found[0].message


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("a.py", f'DB_PASSWORD = "{RANDOM}"'),
        ("a.js", f"const config = {{ apiKey: '{RANDOM}' }};"),
        ("a.yaml", f"db:\n  password: {RANDOM}"),
        ("a.sh", f"export SECRET_TOKEN={RANDOM}"),
        ("Dockerfile", f"FROM a\nENV API_KEY={RANDOM}"),
        ("a.py", f'headers = {{"Authorization": "Bearer {RANDOM}{RANDOM}"}}'),
        ("a.pem", "-----BEGIN " + "PRIVATE KEY-----\n" + RANDOM * 4),
    ],
)
def test_secrets_by_their_names(path: str, line: str) -> None:
    assert [each[2] for each in errors({path: f"{line}\n"}, "secrets")] == ["secret"]


@pytest.mark.parametrize(
    "line",
    [
        'password = "hunter"',
        'password = "your-password-here-1"',
        'token = os.environ["TOKEN_1"]',
        'API_KEY = "${API_KEY_1}"',
        'TOKEN_PATTERN = "[A-Za-z0-9._~+/-]+=*"',
        'secret_name = "projects/x1/secrets/y2"',
        'token_url = "https://example.com/oauth2/token"',
        'password_field = "user_password_2"',
        'DATABASE_URL = "postgresql://user:password@localhost:5432/app"',
        'DATABASE_URL = "postgresql://app:s3cretword@db:5432/app"',
        'KEY = "sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxx"',
        'KEY = "sk-your-key-goes-here-please"',
        'KEY = "sk-or-fake"',
        'keys = ["sk-", "xoxb-"]',
    ],
)
def test_what_is_no_secret(line: str) -> None:
    assert errors({"a.py": f"{line}\n"}, "secrets") == []


def test_in_tests_a_random_value_is_only_a_warning() -> None:
    assert [
        each.severity for each in findings({"tests/test_a.py": f'password = "{RANDOM}"\n'}, "secrets")
    ] == ["warning"]


@pytest.mark.parametrize(
    "path",
    ["/home/mbrandt/data.csv", "/Users/priya.k/Desktop", "C:\\\\Users\\\\Tanaka\\\\x", "C:/Users/fdupont/x"],
)
def test_personal_paths(path: str) -> None:
    assert [each[2] for each in errors({"a.py": f'x = "{path}"\n'}, "secrets")] == ["personal-path"]
    assert (
        errors({"README.md": path, "tests/test_a.py": f'x = "{path}"\n', "b.py": f"# {path}\n"}, "secrets")
        == []
    )


@pytest.mark.parametrize(
    "path",
    [
        "/home/user/data",
        "/Users/you/x",
        "/home/node/app",
        "C:\\\\Users\\\\username\\\\x",
        "/usr/home",
        "$HOME/x",
        "https://x.com/home/tom/",
    ],
)
def test_paths_of_anybody(path: str) -> None:
    assert errors({"a.py": f'x = "{path}"\n'}, "secrets") == []


def test_the_values_of_one_machine_are_not_delivered() -> None:
    assert errors({".env": "A=1\n"}, "secrets") == [(".env", 0, "env-file")]
    assert errors({".env.example": f"API_KEY={RANDOM}\n"}, "secrets") == []


def test_a_path_in_a_documentation_is_only_a_warning() -> None:
    project = {"a.py": '"""Reads files.\n\nSuch as /home/mbrandt/data.csv\n"""\n'}
    assert [each.severity for each in findings(project, "secrets")] == ["warning"]
