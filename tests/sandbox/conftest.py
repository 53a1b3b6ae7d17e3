"""The sandboxes of this machine: every test runs on each way of confining that holds here, and its name says which."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from core.sandbox.choosing import candidates, open_sandbox
from core.sandbox.model import NoSandbox, Sandbox
from core.sandbox.probing import probe

PROJECT = Path(__file__).parents[2]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Known when this folder is named on the command line: `pytest tests/sandbox --docker-image IMAGE`."""
    parser.addoption("--docker-image", help="also attack a container of this image")
    parser.addoption("--sandbox-env", help="what `make sandbox-env` has built, if not .sandbox-env")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "sandbox" in metafunc.fixturenames:
        backends = ["bubblewrap", "Landlock", *(["Docker"] if _image(metafunc.config) else [])]
        metafunc.parametrize("sandbox", backends, indirect=True, scope="session")


@pytest.fixture(scope="session")
def environment_dir(request: pytest.FixtureRequest) -> Path:
    """Where `make sandbox-env` builds; it need not have."""
    return Path(request.config.getoption("--sandbox-env", None) or PROJECT / ".sandbox-env")


@pytest.fixture(scope="session")
def sandbox(request: pytest.FixtureRequest, environment_dir: Path) -> Sandbox:
    found = dict(candidates(environment_dir, _image(request.config)))[request.param]
    trouble = found if isinstance(found, str) else asyncio.run(probe(found))
    if isinstance(found, str) or trouble:
        pytest.skip(f"{request.param} does not work on this machine: {trouble}")
    return found


@pytest.fixture(scope="session")
def strongest(environment_dir: Path) -> Sandbox:
    """The one that the program would choose here."""
    chosen = asyncio.run(open_sandbox(environment_dir))
    if isinstance(chosen, NoSandbox):
        pytest.skip(chosen.reason)
    return chosen


def _image(config: pytest.Config) -> str | None:
    image = config.getoption("--docker-image", None)
    return image if isinstance(image, str) else None
