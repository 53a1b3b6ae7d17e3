"""`backup`: a copy of the embedded database as it is at one moment, made beside a running program."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from sqlalchemy.engine import make_url

from core.errors import RequestRefused
from core.storage.engine import normalise

_SERVER: Final = (
    "The database is on a PostgreSQL server: back it up with pg_dump, as docs/operating.md shows."
)
_WAIT: Final = 30.0
"""Seconds for SQLite's lock, which writers hold for milliseconds."""


def back_up(url: str, target: Path) -> str:
    """Writes the copy into `target`, which must not be there yet: all of it or nothing. Returns what was done, in words;
    raises RequestRefused."""
    address = make_url(normalise(url))
    if address.get_backend_name() != "sqlite":
        raise RequestRefused(_SERVER)
    source = Path(address.database or "")
    if not source.is_file():
        raise RequestRefused(f"There is no database at {source}.")
    if target.exists():
        raise RequestRefused(f"{target} is there already. Name another file.")
    part = target.with_name(f"{target.name}.part")
    try:
        part.unlink(missing_ok=True)
        part.touch(mode=0o600)  # people's words are in it
        _copy(source, part)
        part.rename(target)
    except (OSError, sqlite3.Error) as error:
        part.unlink(missing_ok=True)
        raise RequestRefused(f"{target} could not be written: {error}.") from error
    return f"{target}: {target.stat().st_size:,} bytes, whole."


def _copy(source: Path, part: Path) -> None:
    """In one go: writers go on meanwhile, into the log beside the file. Raises sqlite3.Error, OSError."""
    with (
        closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=rw", uri=True, timeout=_WAIT)) as read,
        closing(sqlite3.connect(part)) as written,
    ):
        read.backup(written)
        written.execute("PRAGMA journal_mode=DELETE")  # one file, whatever is moved with it
        (sound,) = written.execute("PRAGMA quick_check(1)").fetchone()
        if sound != "ok":
            raise sqlite3.DatabaseError(f"the database is damaged: {sound}")
    with part.open("rb+") as file:
        os.fsync(file.fileno())
