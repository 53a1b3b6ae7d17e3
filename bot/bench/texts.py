"""What the simulated model answers."""

from __future__ import annotations

FRAME = 6
"""Characters in a frame, somewhat more than a token."""
PACE = 0.05
"""Seconds between the frames of one answer: 20 frames a second."""
END = "The end."

FILES = {
    "crawler/__init__.py": '"""Watches prices."""\n',
    "crawler/fetch.py": "import urllib.request\n\n\n" + "# fetching, politely\n" * 60,
    "crawler/store.py": "import sqlite3\n\n\n" + "# storing, once\n" * 60,
    "crawler/main.py": "def main() -> None:\n    print('done')\n" + "# the loop\n" * 60,
    "requirements.txt": "requests\n",
    "README.md": "# Watch prices\n\n" + "How to set it up and run it.\n" * 30,
}
"""The six files of a version."""


def prose(frames: int) -> str:
    """An answer of exactly so many frames."""
    length = max(frames * FRAME, len(END))
    return ("I would do it step by step. " * (length // 20))[: length - len(END)] + END


def version() -> str:
    """An answer that brings `FILES`."""
    plan = "\n".join(FILES)
    files = "\n".join(f'<file path="{path}">\n{text}</file>' for path, text in FILES.items())
    return f"It watches prices.\n<plan>\n{plan}\n</plan>\n{files}\n<done/>\n"


def paced(number: int) -> float:
    """`PACE` for the stream of this number, up to a tenth more or less, so that streams do not keep step."""
    return PACE * (0.9 + 0.2 * (number * 0.618 % 1))
