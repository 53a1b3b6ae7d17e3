"""A PostgreSQL for the tests: the one of `TEST_DATABASE_URL`, or one started from the binaries of this machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import create_engine, text

from core.storage.engine import normalise
from core.storage.migrate import upgrade

TEMPLATE = "tw_template"
"""The database with the newest schema of a server that is ours alone."""
_ABSENT = "no PostgreSQL: neither TEST_DATABASE_URL nor server binaries on this machine"


class NoPostgres(Exception):
    """There is none to test with."""


@contextmanager
def server() -> Iterator[str]:
    """The URL of its `postgres` database; of the one that is given, of any database in which others may be made.
    Raises NoPostgres."""
    if given := _given():
        yield given
        return
    with TemporaryDirectory(prefix="tw-pg-", ignore_cleanup_errors=True) as folder:
        yield from _started(Path(folder), _binaries())


def _binaries() -> Path:
    """Those on the PATH, or the newest of Debian's."""
    if found := shutil.which("pg_ctl"):
        return Path(found).parent
    programs = Path("/usr/lib/postgresql").glob("*/bin/pg_ctl")
    places = sorted((program.parent for program in programs), key=lambda place: int(place.parent.name))
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


@contextmanager
def template(url: str) -> Iterator[str]:
    """The name of a database on the server at `url` that has the newest schema, to be copied."""
    name = f"{TEMPLATE}_{uuid.uuid4().hex[:12]}" if _given() else TEMPLATE
    execute(url, f"CREATE DATABASE {name}")
    try:
        upgrade(of(url, name))
        yield name
    finally:
        execute(url, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@contextmanager
def copied(url: str, template: str) -> Iterator[str]:
    """The URL of a database of its own, as `template` is; whoever is still in it at the end is thrown out."""
    name = f"tw_{uuid.uuid4().hex[:12]}"
    execute(url, f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield of(url, name)
    finally:
        execute(url, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def of(url: str, name: str) -> str:
    """The URL of another database of the same server."""
    address, question, options = url.partition("?")
    return f"{address.rpartition('/')[0]}/{name}{question}{options}"


def execute(url: str, *statements: str) -> None:
    engine = create_engine(normalise(url), isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))
    finally:
        engine.dispose()


def _given() -> str:
    return os.environ.get("TEST_DATABASE_URL", "")  # noqa: TID251 - no setting of the program's: where the tests may go


def _run(folder: Path, *command: Path | str) -> None:
    """As somebody else when we are root, whom PostgreSQL refuses to serve. Raises NoPostgres when it does not go."""
    user = "nobody" if os.geteuid() == 0 else None
    if user:
        shutil.chown(folder, user)
    try:
        subprocess.run(
            [str(part) for part in command],
            user=user,
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            check=True,
            timeout=50,
        )
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip()
        raise NoPostgres(f"this machine's PostgreSQL does not start: {command[0]}: {said}") from error


def restart(url: str) -> None:
    """Ends it as a crash would, and starts it again. `url`: of any database of a server that `server` has started;
    raises NoPostgres for one that is not ours."""
    _, found, folder = url.partition("?host=")
    if not found or _given():
        raise NoPostgres("the PostgreSQL of TEST_DATABASE_URL is not ours to restart")
    data = Path(folder) / "data"
    _run(
        Path(folder),
        _binaries() / "pg_ctl",
        "-D",
        data,
        "-l",
        Path(folder) / "log",
        "-m",
        "immediate",
        "-w",
        "restart",
    )
