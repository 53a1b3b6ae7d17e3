"""A good Python project, as the prompt asks for it."""

from __future__ import annotations

from random import Random

from bot.bench.gating.words import Package, filled, words
from core.automations.model import File

PACKAGES = (
    Package("import yaml", "yaml.safe_dump(data)", "PyYAML>=6,<7"),
    Package(
        "from bs4 import BeautifulSoup",
        'BeautifulSoup(str(data), "html.parser").get_text()',
        "beautifulsoup4>=4.12,<5",
    ),
    Package("import pandas as pd", "pd.DataFrame([data]).to_csv()", "pandas>=2,<3"),
    Package("from dateutil import parser", "str(parser.parse(str(data)))", "python-dateutil>=2.9,<3"),
    Package("import jinja2", "jinja2.Template(str(data)).render()", "Jinja2>=3.1,<4"),
    Package("import tabulate", "tabulate.tabulate([data])", "tabulate>=0.9,<1"),
    Package("from lxml import etree", "etree.fromstring(str(data)).tag", "lxml>=5,<6"),
    Package("import rich", "rich.print(data) or str(data)", "rich>=13,<15"),
)

_TEMPLATE = {
    "requirements.txt": """
httpx>=0.27,<1
$declared
""",
    ".env.example": """
# Where the ${thing}s come from
$variable=https://example.com/${thing}s
# The key of the service; empty where none is needed
SERVICE_KEY=
# DEBUG, INFO, WARNING
LOG_LEVEL=INFO
""",
    "config.toml": """
# What people tune.
[${thing}]
fields = ["name", "$part"]
limit = 50
""",
    "schema.sql": """
-- The ${thing}s as they were fetched.
CREATE TABLE IF NOT EXISTS ${thing}s (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    $part REAL NOT NULL CHECK ($part >= 0),
    CONSTRAINT unique_name UNIQUE (name)
);
CREATE INDEX IF NOT EXISTS ${thing}s_by_$part ON ${thing}s ($part);
""",
    "$name/__init__.py": '''
"""Collects ${thing}s."""
''',
    "$name/__main__.py": '''
"""Starts the collector of ${thing}s."""

from __future__ import annotations

import argparse
import logging
import sys

from $name.client import FetchFailed, fetch_all
from $name.report import summary
from $name.settings import Settings, SettingsWrong
from $name.store import ${Thing}Store

log = logging.getLogger(__name__)


def main() -> int:
    """The exit code: 0 for success, 1 for failure, 2 for wrong settings."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", default="${thing}s.sqlite")
    options = parser.parse_args()
    try:
        settings = Settings.read()
    except SettingsWrong as error:
        print(error, file=sys.stderr)
        return 2
    logging.basicConfig(level=settings.level, stream=sys.stderr)
    try:
        found = fetch_all(settings.address, settings.key)
        with ${Thing}Store(options.database) as store:
            store.save(found)
    except FetchFailed:
        log.exception("the ${thing}s could not be fetched")
        return 1
    print(summary(found))
    log.info("done: %d ${thing}s", len(found))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
''',
    "$name/settings.py": '''
"""Settings from the environment, checked at the start."""

from __future__ import annotations

import os
from dataclasses import dataclass


class SettingsWrong(Exception):
    """Says all that is missing."""


@dataclass(frozen=True)
class Settings:
    address: str
    key: str
    level: str

    @classmethod
    def read(cls) -> Settings:
        address = os.environ.get("$variable", "")
        if not address:
            raise SettingsWrong("$variable is not set")
        return cls(address, os.getenv("SERVICE_KEY", ""), os.getenv("LOG_LEVEL", "INFO"))
''',
    "$name/model.py": '''
"""What is known of one $thing."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class $Thing:
    name: str
    $part: float


def parsed(data: dict[str, object]) -> $Thing:
    """Raises KeyError and ValueError for what is no $thing."""
    return $Thing(str(data["name"]), float(str(data["$part"])))
''',
    "$name/client.py": '''
"""Fetches ${thing}s from the service."""

from __future__ import annotations

import logging

import httpx

from .model import $Thing, parsed

log = logging.getLogger(__name__)
TIMEOUT = 10.0


class FetchFailed(Exception):
    """The service did not answer, or not as expected."""


def fetch_all(address: str, key: str) -> list[$Thing]:
    """All of them; a record that cannot be read is skipped and logged. Raises FetchFailed."""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    try:
        response = httpx.get(address, headers=headers, timeout=TIMEOUT)
        response.raise_for_status()
        records = response.json()
    except (httpx.HTTPError, ValueError) as error:
        raise FetchFailed(f"{address} cannot be read: {error}") from error
    found = []
    for record in records:
        try:
            found.append(parsed(record))
        except (KeyError, ValueError):
            log.warning("skipped: %r", record)
    return found
''',
    "$name/store.py": '''
"""Keeps ${thing}s in SQLite."""

from __future__ import annotations

import logging
import sqlite3
from pathlib import Path
from types import TracebackType

from $name.model import $Thing

log = logging.getLogger(__name__)
SCHEMA = Path(__file__).resolve().parent.parent / "schema.sql"


class ${Thing}Store:
    def __init__(self, path: str) -> None:
        self._connection = sqlite3.connect(path)
        self._connection.executescript(SCHEMA.read_text(encoding="utf-8"))

    def __enter__(self) -> ${Thing}Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def save(self, found: list[$Thing]) -> None:
        try:
            with self._connection:
                rows = [(one.name, one.$part) for one in found]
                self._connection.executemany("INSERT OR REPLACE INTO ${thing}s (name, $part) VALUES (?, ?)", rows)
        except sqlite3.Error:
            log.exception("%d ${thing}s could not be kept", len(found))
            raise
''',
    "$name/report.py": '''
"""Tells people what was found."""

from __future__ import annotations

from $name.model import $Thing


def summary(found: list[$Thing]) -> str:
    """One line for each $thing, the largest $part first."""
    ordered = sorted(found, key=lambda one: one.$part, reverse=True)
    return "\\n".join(f"{one.name}: {one.$part:.2f}" for one in ordered)


def exported(found: list[$Thing]) -> str:
    """The first one in the form that others read."""
    $imported

    data = {one.name: one.$part for one in found[:1]}
    return $use
''',
    "tests/__init__.py": "",
    "tests/test_report.py": '''
"""The report and the model."""

import unittest

from $name.model import $Thing, parsed
from $name.report import summary


class ReportTest(unittest.TestCase):
    def test_order(self) -> None:
        text = summary([$Thing("a", 1.0), $Thing("b", 2.0)])
        self.assertEqual(text, "b: 2.00\\na: 1.00")

    def test_refuses(self) -> None:
        with self.assertRaises(KeyError):
            parsed({"name": "a"})


if __name__ == "__main__":
    unittest.main()
''',
    "Dockerfile": """
FROM python:3.12-slim
WORKDIR /srv
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY schema.sql config.toml ./
COPY $name ./$name
CMD ["python", "-m", "$name"]
""",
    "README.md": """
# ${Thing}s

Collects ${thing}s from a service and keeps them in SQLite. Needs Python 3.11 or newer.

## $setup

```bash
python3 -m venv .venv && . .venv/bin/activate
pip install -r requirements.txt
cp .env.example .env
```

## Configuration

| variable | meaning | default |
|---|---|---|
| `$variable` | where the ${thing}s come from | none |
| `SERVICE_KEY` | key of the service | empty |
| `LOG_LEVEL` | how much is logged | `INFO` |

## $usage

```bash
python -m $name --database ${thing}s.sqlite
```

## Tests

```bash
python -m unittest discover -s tests -v
```
""",
}


def python_project(random: Random) -> list[File]:
    return filled(_TEMPLATE, words(random, PACKAGES))
