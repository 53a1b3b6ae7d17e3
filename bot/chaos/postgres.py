"""A PostgreSQL server of the run's own, started from the binaries of this machine and restarted in the middle of the work."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

_START_SECONDS = 60.0


class NoPostgres(Exception):
    """It cannot be started here. The message is a sentence."""


class Postgres:
    """On a socket in `folder` alone. ``url``: of its database, as in `DATABASE_URL`."""

    def __init__(self, folder: Path, binaries: Path) -> None:
        self._folder = folder
        self._binaries = binaries
        self.url = f"postgresql+psycopg://tw@localhost/postgres?host={folder}"

    async def make(self) -> None:
        await self._run("initdb", "-D", "data", "-U", "tw", "-A", "trust", "--no-sync")

    async def start(self) -> None:
        await self._control("start", "-l", "log", "-o", self._options)

    async def restart(self) -> None:
        """All connections break, and nothing that was committed is gone."""
        await self._control("restart", "-l", "log", "-o", self._options, "-m", "immediate")

    async def stop(self) -> None:
        await self._control("stop", "-m", "immediate")

    @property
    def _options(self) -> str:
        return f"-c listen_addresses='' -c unix_socket_directories={self._folder} -c max_connections=300"

    async def _control(self, verb: str, *options: str) -> None:
        await self._run("pg_ctl", "-D", "data", "-w", *options, verb)

    async def _run(self, program: str, *arguments: str) -> None:
        """As somebody else when we are root, whom PostgreSQL refuses to serve."""
        ended = await asyncio.to_thread(  # uvloop's own way knows no other user
            subprocess.run,
            [str(self._binaries / program), *arguments],
            cwd=self._folder,
            user="nobody" if os.geteuid() == 0 else None,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_START_SECONDS,
            check=False,
        )
        if ended.returncode != 0:
            raise NoPostgres(f"`{program} {arguments[-1]}` failed; see the log in {self._folder}.")


def binaries() -> Path:
    """Raises NoPostgres."""
    found = shutil.which("pg_ctl")
    places = [Path(found).parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not places:
        raise NoPostgres("There are no server binaries of PostgreSQL on this machine.")
    return places[-1]


@asynccontextmanager
async def postgres() -> AsyncIterator[Postgres]:
    """Raises NoPostgres."""
    where = binaries()
    with TemporaryDirectory(prefix="tw-chaos-pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if os.geteuid() == 0:
            shutil.chown(folder, "nobody")
        server = Postgres(folder, where)
        await server.make()
        await server.start()
        try:
            yield server
        finally:
            await server.stop()
