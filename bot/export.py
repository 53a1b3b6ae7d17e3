"""`export`: the versions of a session as a Git repository with one commit each, or the newest one as its zip.

It only reads the database, so it works beside a running program."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from core.automations.model import Automation
from core.delivery.packaging import zip_of
from core.errors import RequestRefused
from core.sessions.model import Session
from core.storage.engine import open_engine
from core.storage.unit_of_work import Database, Unit
from core.system import SystemClock, TimeIds

_AUTHOR: Final = "Threadwright <threadwright@localhost>"
_BRANCH: Final = "refs/heads/main"
_SECONDS: Final = 120
_LISTED: Final = 10


def to_git(url: str, wanted: str, folder: Path) -> str:
    """Writes every version of the session whose id begins with `wanted` into `folder`, which must be empty or not be
    there. Returns what was done, in words; raises RequestRefused."""
    git = shutil.which("git")
    if git is None:
        raise RequestRefused("There is no git on this machine. Install it, or leave --git out to get a zip.")
    session, versions = _versions(url, wanted)
    _claim(folder)
    where = [git, "-C", str(folder), f"--git-dir={folder.resolve() / '.git'}"]
    # An empty template and no conversions: what anybody has set up for Git changes nothing here.
    _git([*where, "init", "--quiet", "--template="])
    _git([*where, "symbolic-ref", "HEAD", _BRANCH])
    _git([*where, "fast-import", "--quiet", "--date-format=raw"], b"".join(_stream(versions)))
    tree = [f"--work-tree={folder.resolve()}", "-c", "core.autocrlf=false", "-c", "core.eol=lf"]
    _git([*where, *tree, "reset", "--quiet", "--hard"])
    many = "one version" if len(versions) == 1 else f"{len(versions)} versions, one commit each"
    return f"{session.title}: {many}, in {folder}."


def to_zip(url: str, wanted: str, target: Path | None) -> str:
    """Writes the newest version into `target`, or into the current folder under its own name. Returns what was done;
    raises RequestRefused."""
    session, versions = _versions(url, wanted)
    packed = zip_of(session, versions[-1])
    path = target or Path(packed.name)
    try:
        with path.open("xb") as file:
            file.write(packed.data)
    except FileExistsError as error:
        raise RequestRefused(f"{path} is there already. Name another file with --zip.") from error
    except OSError as error:
        raise RequestRefused(f"{path} cannot be written: {error.strerror}.") from error
    return f"{session.title} v{versions[-1].number}: {path}."


def _versions(url: str, wanted: str) -> tuple[Session, Sequence[Automation]]:
    file = make_url(url).database if url.startswith("sqlite") else None
    if file is not None and not Path(file).exists():  # connecting would make an empty one
        raise RequestRefused(f"There is no database at {file}: nothing was ever stored with these settings.")
    return asyncio.run(_read(url, wanted))


async def _read(url: str, wanted: str) -> tuple[Session, Sequence[Automation]]:
    """The session and its versions with their files, oldest first."""
    try:
        async with open_engine(url) as engine, Database(engine, SystemClock(), TimeIds()).read() as unit:
            session = await _session(unit, wanted)
            heads = await unit.automations.heads(session.id)
            versions = [await unit.automations.get(head.id) for head in heads]
    except SQLAlchemyError as error:
        raise RequestRefused(
            "The database cannot be read; `python -m bot doctor` looks for the reason."
        ) from error
    if not versions:
        raise RequestRefused(f"{session.title} has no version yet.")
    return session, [made for made in versions if made is not None]


async def _session(unit: Unit, wanted: str) -> Session:
    ids = await unit.sessions.beginning_with(wanted, _LISTED + 1)
    if len(ids) != 1:
        known = [await unit.sessions.get(session_id) for session_id in ids[:_LISTED]]
        lines = [f"  {session.id}  {session.title}" for session in known if session is not None]
        if lines:
            raise RequestRefused(f"Which session is meant? Name more of its id:\n{chr(10).join(lines)}")
        raise RequestRefused(f"There is no session whose id begins with {wanted!r}.")
    found = await unit.sessions.get(ids[0])
    assert found is not None, "it was found a moment ago, in the same transaction"
    return found


def _claim(folder: Path) -> None:
    """Nothing of anybody's is written over."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise RequestRefused(f"{folder} is not empty. Name a new folder.")
    except OSError as error:
        raise RequestRefused(f"{folder} cannot be used: {error.strerror}. Name a new folder.") from error


def _stream(versions: Sequence[Automation]) -> Iterator[bytes]:
    """What `git fast-import` reads: every commit whole, so that nothing of the one before is left."""
    for made in versions:
        when = f"{_AUTHOR} {int(made.created_at.timestamp())} +0000"
        yield f"commit {_BRANCH}\nmark :{made.number}\nauthor {when}\ncommitter {when}\n".encode()
        yield _data(f"v{made.number}: {made.summary.strip() or 'a version'}\n")
        yield b"deleteall\n"
        for file in made.files:
            yield f"M {100755 if file.executable else 100644} inline {file.path}\n".encode()
            yield _data(file.content)
        yield f"reset refs/tags/v{made.number}\nfrom :{made.number}\n\n".encode()


def _data(text: str) -> bytes:
    content = text.encode()
    return b"data %d\n%s\n" % (len(content), content)


def _git(command: Sequence[str], given: bytes = b"") -> None:
    """Raises RequestRefused when it fails."""
    try:
        subprocess.run(command, input=given, capture_output=True, check=True, timeout=_SECONDS)  # noqa: S603 - our own words, and a folder that the caller names
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise RequestRefused(f"Git could not write the repository: {said}") from error
    except subprocess.TimeoutExpired as error:
        raise RequestRefused("Git did not finish writing the repository.") from error
