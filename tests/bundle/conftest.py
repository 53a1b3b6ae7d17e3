"""How many mutated answers the parser has to survive."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--mutants", default="150", help="mutated answers for each of the four seeds")
