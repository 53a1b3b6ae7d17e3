"""Puts the files of a run into a private folder of the host, for a sandbox to copy or to work in."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from core.automations.model import File
from core.bundle.paths import UnsafePath, safe_path

STRANGERS = range(61000, 61180)
"""Users and groups one of which takes root's place in each run: limits on processes do not bind root, other rights go
with it, and runs side by side do not count as one. Unused by distributions and systemd (its list of user ids)."""


class Unstageable(Exception):
    """``args[0]``: half a sentence for people why these files cannot be run."""


@dataclass(frozen=True, slots=True)
class Placed:
    """``path``: checked to lead into the project's folder. ``mode``: executable for what names its interpreter."""

    path: str
    data: bytes
    mode: int


@dataclass(frozen=True, slots=True)
class Stage:
    """``folder``: everyone may pass through it. ``files`` and ``scratch`` in it are ``owner``'s alone (user and group)."""

    folder: Path
    owner: int

    @property
    def files(self) -> Path:
        return self.folder / "files"

    @property
    def scratch(self) -> Path:
        """Empty, for sandboxes that have no folder for passing things of their own."""
        return self.folder / "scratch"


def placed(files: Sequence[File], disk_bytes: int) -> tuple[Placed, ...]:
    """The files as they will be written. Raises Unstageable."""
    ready = tuple(map(_placed, files))
    if sum(len(file.data) for file in ready) > disk_bytes:
        raise Unstageable("the files are larger than the sandbox's disk")
    return ready


@contextmanager
def staged(files: Sequence[File], disk_bytes: int) -> Iterator[Stage]:
    """The files, written out for as long as the block lasts. Raises Unstageable."""
    ready = placed(files, disk_bytes)
    folder = Path(tempfile.mkdtemp(prefix="threadwright-"))
    try:
        stage = Stage(folder, secrets.choice(STRANGERS) if os.geteuid() == 0 else os.geteuid())
        folder.chmod(0o711)
        _write(stage, ready)
        yield stage
    finally:
        _remove(folder)


def _placed(file: File) -> Placed:
    try:
        path = safe_path(file.path)
    except UnsafePath as error:
        raise Unstageable(f"{file.path!r} cannot be written: {error.reason}") from error
    mode = 0o755 if file.content.startswith("#!") else 0o644
    return Placed(path, file.content.encode("utf-8", "replace"), mode)


def _write(stage: Stage, files: Sequence[Placed]) -> None:
    for own in (stage.files, stage.scratch):
        own.mkdir(mode=0o700)
    for file in files:
        place = stage.files / file.path
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(file.data)
        except OSError as error:
            raise Unstageable(f"{file.path!r} cannot be written: {error.strerror}") from error
        place.chmod(file.mode)
    if os.geteuid() == 0:
        _give_away(stage)


def _remove(folder: Path) -> None:
    """Also what code has left there to be in the way: folders that may not be listed, or deeper than Python recurses."""
    with contextlib.suppress(RecursionError):
        shutil.rmtree(folder, ignore_errors=True)
    if folder.exists():
        for command in (("chmod", "-R", "u+rwx"), ("rm", "-rf")):
            subprocess.run((*command, "--", folder), check=False, stderr=subprocess.DEVNULL)  # noqa: S603 - fixed programs, own folder


def _give_away(stage: Stage) -> None:
    os.chown(stage.scratch, stage.owner, stage.owner)
    for folder, _, names in os.walk(stage.files):
        os.chown(folder, stage.owner, stage.owner)
        for name in names:
            os.chown(Path(folder, name), stage.owner, stage.owner)
