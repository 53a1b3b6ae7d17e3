"""The faults of the replayed model's first answer, such as models make, and the answer that mends them.

Both are made from the answer that is right, so that what is delivered in the end is exactly that one."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

MAIN = "pricewatch/__main__.py"
FETCH = "pricewatch/fetch.py"

_NOTES = """\
<notes>
`PageFailed` is imported by its real name, the undeclared `certifi` gives way to what Python trusts by itself, and the token is gone from the code: nobody asked for a proxy.
</notes>
<done/>
"""


@dataclass(frozen=True, slots=True)
class Fault:
    """``right``: stands once in the file, and becomes ``wrong``."""

    path: str
    right: str
    wrong: str


def faults() -> Iterator[Fault]:
    """A name that the other file does not have, a package that nobody declares, and a key in the code."""
    yield Fault(MAIN, "import Fetcher, PageFailed", "import Fetcher, PageFailure")
    yield Fault(MAIN, "except (PageFailed, NoPrice)", "except (PageFailure, NoPrice)")
    yield Fault(FETCH, "import random\n", "import random\nimport ssl\n")
    yield Fault(FETCH, "import urlsplit\n", "import urlsplit\n\nimport certifi\n")
    yield Fault(
        FETCH,
        "build_opener(_SameHost)",
        "build_opener(\n"
        "        _SameHost, urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=certifi.where()))\n"
        "    )",
    )
    yield Fault(
        FETCH, "LONGEST_WAIT = 120.0\n", f'LONGEST_WAIT = 120.0\nPROXY_TOKEN = "{looks_like_a_key()}"\n'
    )
    yield Fault(FETCH, '"text/html, text/plain"}', '"text/html, text/plain", "X-Proxy-Token": PROXY_TOKEN}')


def looks_like_a_key() -> str:
    """Made here, so that no file of ours holds such a text; it opens nothing."""
    return hashlib.sha256(b"opens nothing").hexdigest()[:40]


def spoiled(answer: str) -> str:
    """The same answer with the faults in it."""
    for fault in faults():
        file = block(answer, fault.path)
        assert file.count(fault.right) == 1, fault
        answer = answer.replace(file, file.replace(fault.right, fault.wrong))
    return answer


def mended(answer: str) -> str:
    """What comes when the faults are named: the files that had one, whole and right."""
    paths = dict.fromkeys(fault.path for fault in faults())
    return "\n".join([*(block(answer, path) for path in paths), _NOTES])


def block(answer: str, path: str) -> str:
    """The file of that path as it stands in the answer, with its tags."""
    found = re.search(rf'^<file path="{re.escape(path)}">\n.*?^</file>\n', answer, re.DOTALL | re.MULTILINE)
    assert found is not None, path
    return found[0]
