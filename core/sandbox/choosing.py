"""Finds the strongest sandbox that holds on this host."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from core.sandbox.bubblewrap import find_bubblewrap
from core.sandbox.docker import find_docker
from core.sandbox.landlock import find_landlock
from core.sandbox.model import NoSandbox, Sandbox
from core.sandbox.probing import probe
from core.sandbox.tools import find_tools


async def open_sandbox(environment_dir: Path | None, docker_image: str | None = None) -> Sandbox:
    """The first of bubblewrap, Landlock and, with an image, Docker that withstands the probe; else one that refuses.

    ``environment_dir``: what `make sandbox-env` has built, if it has. Takes about a second: the probe attacks.
    """
    reasons = []
    for name, found in candidates(environment_dir, docker_image):
        trouble = found if isinstance(found, str) else await probe(found)
        if not isinstance(found, str) and trouble is None:
            return found
        reasons.append(f"{name}: {trouble}")
    return NoSandbox("; ".join(reasons))


def candidates(environment_dir: Path | None, docker_image: str | None) -> Iterator[tuple[str, Sandbox | str]]:
    """Each way of confining, not probed, or why it cannot be had; from the one to prefer on."""
    tools = find_tools(environment_dir)
    yield "bubblewrap", find_bubblewrap(tools)
    yield "Landlock", find_landlock(tools)
    yield "Docker", find_docker(tools, docker_image)
