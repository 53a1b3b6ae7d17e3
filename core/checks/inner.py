"""What runs inside of the limited child: an order on stdin, findings on stdout. It starts quickly, so it imports little."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

from core.automations.model import File
from core.checks.static import run_static

_DEPTH = 20_000
"""Calls in Python: the gates go down into nested code by calling themselves."""


def main() -> None:
    sys.setrecursionlimit(_DEPTH)
    order = json.load(sys.stdin)
    found = run_static([File(path, content) for path, content in order["files"]], order["opaque"])
    json.dump({name: asdict(each) for name, each in found.items()}, sys.stdout)
