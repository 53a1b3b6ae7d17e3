"""A PostgreSQL server of one's own, started from the binaries of this machine: for chaos, benches and tests."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

_SECONDS = 60.0


class NoPostgres(Exception):
    """It cannot be started here. The message is a sentence."""


class Postgres:
    """On a socket in `folder` alone: no port can be taken already, and nobody else can come in. ``url``: of its database
    `postgres`, as in `DATABASE_URL`. ``durable``: what is committed outlives the machine."""

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        self._folder = folder
        self._options = (
            f"-c listen_addresses='' -c unix_socket_directories={folder} -c max_connections=300"
            + ("" if durable else " -c fsync=off")
        )
        self.url = f"postgresql+psycopg://tw@/postgres?host={folder}"

    def make(self) -> None:
        _run(self._folder, "initdb", "-D", "data", "-U", "tw", "-A", "trust", "--no-sync")

    def start(self) -> None:
        self._control("start", "-o", self._options)

    def restart(self) -> None:
        """All connections break, and nothing that was committed is gone."""
        self._control("restart", "-o", self._options, "-m", "immediate")

    def stop(self) -> None:
        self._control("stop", "-m", "immediate")

    def _control(self, verb: str, *options: str) -> None:
        _run(self._folder, "pg_ctl", "-D", "data", "-l", "log", "-w", *options, verb)


@contextmanager
def started(*, durable: bool = True) -> Iterator[Postgres]:
    """Raises NoPostgres."""
    with TemporaryDirectory(prefix="tw-pg-", ignore_cleanup_errors=True) as folder:
        server = Postgres(Path(folder), durable=durable)
        server.make()
        server.start()
        try:
            yield server
        finally:
            server.stop()


@asynccontextmanager
async def postgres() -> AsyncIterator[Postgres]:
    """`started`, without holding up the event loop. Raises NoPostgres."""
    starting = started()
    server = await asyncio.to_thread(starting.__enter__)
    try:
        yield server
    finally:
        await asyncio.to_thread(starting.__exit__, None, None, None)


def binaries() -> Path:
    """Those on the PATH, or the newest of Debian's. Raises NoPostgres."""
    if found := shutil.which("pg_ctl"):
        return Path(found).parent
    programs = Path("/usr/lib/postgresql").glob("*/bin/pg_ctl")
    places = sorted((program.parent for program in programs), key=lambda place: int(place.parent.name))
    if not places:
        raise NoPostgres("There are no server binaries of PostgreSQL on this machine.")
    return places[-1]


def _run(folder: Path, program: str, *arguments: str) -> None:
    """As somebody else when we are root, whom PostgreSQL refuses to serve."""
    user = "nobody" if os.geteuid() == 0 else None
    if user:
        shutil.chown(folder, user)
    ended = subprocess.run(  # noqa: S603 - a fixed program with our own arguments
        [str(binaries() / program), *arguments],
        cwd=folder,
        user=user,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        timeout=_SECONDS,
        check=False,
    )
    if ended.returncode != 0:
        said = ended.stderr.decode(errors="replace").strip()
        raise NoPostgres(f"`{program} {arguments[-1]}` failed in {folder}: {said}")
