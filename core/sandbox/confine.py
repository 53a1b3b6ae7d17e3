"""Confines itself by Landlock and a seccomp filter, then becomes the command: `python -m core.sandbox.confine DESCRIPTOR`.

The descriptor holds a `Confinement`. Only the standard library and the two binding libraries are imported: this starts
once for every run.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from landlockpy import AccessFS, Ruleset, Scope

from core.sandbox.seccomp import shared_host_filter

_READ = AccessFS.READ_FILE | AccessFS.READ_DIR | AccessFS.EXECUTE
_READ_ONE = AccessFS.READ_FILE | AccessFS.EXECUTE
_DEVICE = AccessFS.READ_FILE | AccessFS.WRITE_FILE
_NEVER = (
    AccessFS.MAKE_CHAR | AccessFS.MAKE_BLOCK | AccessFS.MAKE_SOCK | AccessFS.IOCTL_DEV | AccessFS.RESOLVE_UNIX
)

_DIE_WITH_PARENT = 1
"""PR_SET_PDEATHSIG. Source: linux/prctl.h."""
_NOT_FOUND = 127
"""As shells say it."""


@dataclass(frozen=True, slots=True)
class Confinement:
    """``folder``: where the command starts. ``writable``, ``readable``, ``devices``: paths; what is missing of the latter
    two is left out. ``owner``: user and group to become, ``None`` to stay. ``limits``: (resource, soft, hard).
    ``trouble``: descriptor of a file that says why the command was not started; emptied when it is."""

    command: Sequence[str]
    variables: Mapping[str, str]
    folder: str
    writable: Sequence[str]
    readable: Sequence[str]
    devices: Sequence[str]
    owner: int | None
    limits: Sequence[tuple[int, int, int]]
    trouble: int

    def packed(self) -> bytes:
        return json.dumps(asdict(self)).encode()


def confine(to: Confinement) -> None:
    """Becomes the command. Raises OSError, also of the libraries, when any of it fails."""
    os.set_inheritable(to.trouble, False)
    if to.owner is not None:
        os.setgroups([])
        os.setresgid(to.owner, to.owner, to.owner)
        os.setresuid(to.owner, to.owner, to.owner)
    ctypes.CDLL(None).prctl(
        _DIE_WITH_PARENT, signal.SIGKILL
    )  # comes after the change of user, which undoes it
    os.chdir(to.folder)
    for which, soft, hard in to.limits:
        _limit(which, soft, hard)
    with Ruleset(scoped=Scope.ABSTRACT_UNIX_SOCKET | Scope.SIGNAL) as rules:
        _allow(rules, to)
        rules.restrict()
    shared_host_filter().load()
    os.ftruncate(to.trouble, 0)
    try:
        os.execvpe(to.command[0], list(to.command), dict(to.variables))  # noqa: S606 - what all of this is for
    except FileNotFoundError as error:
        sys.stderr.write(f"{to.command[0]}: not found\n")
        raise SystemExit(_NOT_FOUND) from error


def _limit(which: int, soft: int, hard: int) -> None:
    """Where the host's own limit is lower, that one stays."""
    highest = resource.getrlimit(which)[1]
    if highest != resource.RLIM_INFINITY:
        soft, hard = min(soft, highest), min(hard, highest)
    resource.setrlimit(which, (soft, hard))


def _allow(rules: Ruleset, to: Confinement) -> None:
    for path in to.readable:
        if os.path.exists(path):  # noqa: PTH110 - pathlib is one more import before each run
            rules.allow_path(path, _READ if os.path.isdir(path) else _READ_ONE)  # noqa: PTH112 - the same
    for path in to.devices:
        if os.path.exists(path):  # noqa: PTH110 - the same
            rules.allow_path(path, _DEVICE)
    for path in to.writable:
        rules.allow_path(path, rules.handled_fs & ~_NEVER)


def main(descriptor: int) -> None:
    with os.fdopen(descriptor, "rb") as given:
        to = Confinement(**json.load(given))
    try:
        confine(to)
    except OSError as error:
        os.ftruncate(to.trouble, 0)
        os.pwrite(to.trouble, str(error).encode(), 0)
        raise SystemExit(1) from error


if __name__ == "__main__":
    main(int(sys.argv[1]))
