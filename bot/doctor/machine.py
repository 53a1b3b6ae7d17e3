"""What the program stands on: Python, SQLite, the data folder, the database."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import sys
from pathlib import Path

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError

from bot.doctor.finding import Finding, fine, problem
from bot.settings import Settings
from core.jobs.home import sqlite_problem
from core.sandbox.choosing import open_sandbox
from core.sandbox.model import NoSandbox
from core.storage.engine import normalise
from core.storage.migrate import config

ROOM = 500_000_000
"""Bytes that should be free: the database, its journal, and the attachments on their way out."""

_UNREADABLE = "the file is no database that can be read: check its owner, and that it is the right file"
# PostgreSQL's own error codes: https://www.postgresql.org/docs/current/errcodes-appendix.html
_REFUSALS = {
    "28P01": "the password in DATABASE_URL is wrong",
    "28000": "the server does not let this user in from here",
    "3D000": "the database named in DATABASE_URL does not exist; create it",
}


async def versions(settings: Settings) -> Finding:
    wrong = sqlite_problem(sys.version_info[:2], sqlite3.sqlite_version_info) if settings.embedded else None
    if wrong:
        return problem("versions", wrong)
    python = ".".join(map(str, sys.version_info[:3]))
    return fine("versions", f"Python {python}, SQLite {sqlite3.sqlite_version}")


async def disk(settings: Settings) -> Finding:
    folder = settings.data_dir.absolute()
    there = next(place for place in (folder, *folder.parents) if place.exists())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        return problem(
            "disk", f"DATA_DIR: {there} cannot be written to; change its owner, or set another folder"
        )
    free = shutil.disk_usage(there).free
    if free < ROOM:
        return problem(
            "disk", f"DATA_DIR: only {_megabytes(free)} are free; make room, {_megabytes(ROOM)} at least"
        )
    return fine("disk", f"{folder} can be written to, {_megabytes(free)} free")


async def sandbox(settings: Settings) -> Finding:
    found = await open_sandbox(settings.sandbox_env, settings.sandbox_image)
    if isinstance(found, NoSandbox):
        return problem(
            "sandbox",
            f"no safe sandbox, so no version can become ready: {found.reason}; Docker is used with SANDBOX_IMAGE",
        )
    if not settings.sandbox_env.is_dir():
        return fine(
            "sandbox", f"{found.name}; `make sandbox-env` adds the packages that generated code may use"
        )
    return fine("sandbox", f"{found.name}, with the environment in {settings.sandbox_env}")


async def database(settings: Settings) -> Finding:
    return await asyncio.to_thread(
        _database, make_url(normalise(settings.database).replace("+aiosqlite", ""))
    )


def _database(url: URL) -> Finding:
    embedded = url.get_backend_name() == "sqlite"
    if embedded and not Path(url.database or "").exists():
        return fine("database", f"{url.database} is made at the first start")
    kind = "SQLite" if embedded else "PostgreSQL"
    try:
        found = _revisions(url)
    except DBAPIError as error:
        return problem("database", _UNREADABLE if embedded else _refusal(error))
    newest = set(ScriptDirectory.from_config(config(str(url))).get_heads())
    if found == newest:
        return fine("database", f"{kind} answers, with the newest schema")
    if embedded:
        return fine("database", "SQLite answers; the next start brings its schema up to date")
    return problem("database", "PostgreSQL answers, without the newest schema: run `python -m bot migrate`")


def _revisions(url: URL) -> set[str]:
    limits = {"timeout": 3} if url.get_backend_name() == "sqlite" else {"connect_timeout": 5}
    engine = create_engine(url, connect_args=limits)
    try:
        with engine.connect() as connection:
            return set(MigrationContext.configure(connection).get_current_heads())
    finally:
        engine.dispose()


def _refusal(error: DBAPIError) -> str:
    code = getattr(error.orig, "sqlstate", None) or ""
    return _REFUSALS.get(
        code, "PostgreSQL does not answer at DATABASE_URL: check host, port, and that it runs"
    )


def _megabytes(size: int) -> str:
    return f"{size // 1_000_000:,} MB"
