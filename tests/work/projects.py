"""A small project that is ready, and how a model gets it wrong."""

from __future__ import annotations

from collections.abc import Mapping

FETCHING = '''"""Fetches a page, politely."""

from __future__ import annotations

import logging

import httpx

TIMEOUT = 10.0
log = logging.getLogger(__name__)


class NotFetched(Exception):
    """The page did not come."""


def fetch(client: httpx.Client, url: str) -> str:
    """The text of the page. Raises NotFetched."""  # R1
    try:
        answer = client.get(url, timeout=TIMEOUT)
        answer.raise_for_status()
    except httpx.HTTPError as error:
        log.warning("%s was not fetched: %s", url, error)
        raise NotFetched(url) from error
    return answer.text
'''

MAIN = '''"""Prints how long a page is."""

from __future__ import annotations

import logging
import os
import sys

import httpx

from crawler.fetching import NotFetched, fetch


def main(arguments: list[str]) -> int:
    logging.basicConfig(level=os.environ.get("LOG_LEVEL", "INFO"), stream=sys.stderr)
    if len(arguments) != 1:
        print("usage: python -m crawler URL", file=sys.stderr)
        return 2
    try:
        with httpx.Client() as client:
            print(length(fetch(client, arguments[0])))
    except NotFetched as error:
        print(f"{error} could not be fetched", file=sys.stderr)
        return 1
    return 0


def length(text: str) -> int:
    """Letters without the space around them."""
    return len(text.strip())


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
'''

TESTS = '''"""What is fetched, and what is not."""

from __future__ import annotations

import unittest

import httpx

from crawler.__main__ import length
from crawler.fetching import NotFetched, fetch


def client(status: int) -> httpx.Client:
    return httpx.Client(transport=httpx.MockTransport(lambda request: httpx.Response(status, text=" page ")))


class Fetching(unittest.TestCase):
    # R1
    def test_a_page_comes_as_text(self) -> None:
        self.assertEqual(fetch(client(200), "https://shop.example/"), " page ")

    def test_a_failure_is_told(self) -> None:
        with self.assertRaises(NotFetched):
            fetch(client(503), "https://shop.example/")

    def test_spaces_do_not_count(self) -> None:
        self.assertEqual(length(" page "), 4)
'''

README = """# Crawler

Prints how long a page is.

## Setup

```bash
pip install -r requirements.txt
```

## Configuration

| variable | meaning | default |
|---|---|---|
| `LOG_LEVEL` | how much is logged | `INFO` |

## Run

```bash
python -m crawler https://shop.example/
```

## Tests

```bash
python -m unittest discover -s tests
```
"""

GOOD: Mapping[str, str] = {
    "requirements.txt": "httpx>=0.28\n",
    ".env.example": "# how much is logged\nLOG_LEVEL=INFO\n",
    ".gitignore": ".env\n__pycache__/\n",
    "crawler/__init__.py": '"""Crawls."""\n',
    "crawler/fetching.py": FETCHING,
    "crawler/__main__.py": MAIN,
    "tests/test_fetching.py": TESTS,
    "README.md": README,
}


def files(which: Mapping[str, str], *, cut: bool = False) -> str:
    """An answer of these files; `cut` in the middle of the last one."""
    tags = [f'<file path="{path}">\n{content}</file>\n' for path, content in which.items()]
    if cut:
        return f"{''.join(tags[:-1])}{tags[-1][: len(tags[-1]) // 2]}"
    return f"{''.join(tags)}<notes>\nA crawler.\n</notes>\n<done/>\n"


def answer(which: Mapping[str, str], *, cut: bool = False) -> str:
    plan = "\n".join(which)
    return f"A small crawler.\n<plan>\n{plan}\n</plan>\n{files(which, cut=cut)}"


def but(**changed: tuple[str, str]) -> dict[str, str]:
    """The project with faults: by a word for each file, what is replaced and by what."""
    names = {
        "requirements": "requirements.txt",
        "fetching": "crawler/fetching.py",
        "main": "crawler/__main__.py",
    }
    names |= {"tests": "tests/test_fetching.py", "readme": "README.md"}
    faulty = dict(GOOD)
    for word, (old, new) in changed.items():
        path = names[word]
        assert old in faulty[path], (word, old)
        faulty[path] = faulty[path].replace(old, new)
    return faulty
