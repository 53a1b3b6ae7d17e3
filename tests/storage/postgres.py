"""A PostgreSQL for the tests: the one of `TEST_DATABASE_URL`, or one started from the binaries of this machine."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

_ABSENT = "no PostgreSQL: neither TEST_DATABASE_URL nor server binaries on this machine"


class NoPostgres(Exception):
    """There is none to test with."""


@contextmanager
def server() -> Iterator[str]:
    """The URL of its `postgres` database. Raises NoPostgres."""
    given = os.environ.get("TEST_DATABASE_URL", "")  # noqa: TID251 - no setting of the program's: where the tests may go
    if given:
        yield given
        return
    with TemporaryDirectory(prefix="tw-pg-", ignore_cleanup_errors=True) as folder:
        yield from _started(Path(folder), _binaries())


def _binaries() -> Path:
    found = shutil.which("pg_ctl")
    places = [Path(found).parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not places:
        raise NoPostgres(_ABSENT)
    return places[-1]


def _started(folder: Path, binaries: Path) -> Iterator[str]:
    """On a socket in `folder` alone: no port can be taken already, and nobody else can come in."""
    data, log = folder / "data", folder / "log"
    _run(folder, binaries / "initdb", "-D", data, "-U", "tw", "-A", "trust", "--no-sync")
    options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
    _run(folder, binaries / "pg_ctl", "-D", data, "-l", log, "-w", "-o", options, "start")
    try:
        yield f"postgresql://tw@/postgres?host={folder}"
    finally:
        _run(folder, binaries / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")


def _run(folder: Path, *command: Path | str) -> None:
    """As somebody else when we are root, whom PostgreSQL refuses to serve."""
    user = "nobody" if os.geteuid() == 0 else None
    if user:
        shutil.chown(folder, user)
    subprocess.run(
        [str(part) for part in command],
        user=user,
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        check=True,
        timeout=50,
    )
