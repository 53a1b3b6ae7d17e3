"""What a sandbox in namespaces of its own contains, as bubblewrap's options. Pure, but for a look at the host's /bin."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from core.sandbox.model import Limits
from core.sandbox.tools import HOST_FOLDERS, HOST_LINKS

JOB, TEMPORARY, SHARED_MEMORY = "/job", "/tmp", "/dev/shm"  # noqa: S108 - inside the sandbox, where they are its own
SOURCE = "/src"
TOOLS = "/env"

ETC = {
    "/etc/hosts": b"127.0.0.1 localhost\n::1 localhost\n",
    "/etc/nsswitch.conf": b"passwd: files\ngroup: files\nhosts: files\n",
    "/etc/passwd": b"nobody:x:65534:65534:nobody:/tmp:/bin/bash\n",
    "/etc/group": b"nogroup:x:65534:\n",
}
"""Without it `localhost` has no address."""

_SHARED_MEMORY_BYTES = 16 * 2**20
_NOBODY = "65534"


def options(
    source: Path, tools: Iterable[Path], etc: Sequence[int], limits: Limits, variables: Mapping[str, str]
) -> list[str]:
    """``source``: the files to copy; ``tools``: folders to show in `TOOLS`; ``etc``: descriptors with `ETC`'s contents."""
    return [
        *_apart(),
        *_programs(),
        *_written(etc),
        *("--ro-bind", str(source), SOURCE),
        *(part for place in tools for part in ("--ro-bind", str(place), f"{TOOLS}/{place.name}")),
        *_devices(),
        *_places_to_write(limits.disk_bytes),
        *(
            "--remount-ro",
            "/",
            "--chdir",
            JOB,
        ),  # `/` is a tmpfs too: left open it would be memory without a limit
        *(part for name, value in variables.items() for part in ("--setenv", name, value)),
    ]


def script(limits: Limits, *, javascript: bool) -> str:
    """What bash does inside before it becomes the command: limits that count in here only, then the copy of the files."""
    packages = f'[ -e node_modules ] || ln -s "{TOOLS}/node_modules" . && ' if javascript else ""
    return (
        "ulimit -c 0 && ulimit -n 256 && ulimit -l 64 && ulimit -q 0 && "
        f"ulimit -u {limits.processes} && ulimit -d {limits.reserve_bytes // 1024} && "
        f"ulimit -f {limits.disk_bytes // 1024} && "
        f"ulimit -St {limits.cpu_seconds} && ulimit -Ht {limits.cpu_seconds + 1} && "
        f'cp -R {SOURCE}/. {JOB}/ && {packages}exec "$@"'
    )


def _apart() -> list[str]:
    spaces = ("user", "ipc", "pid", "uts", "net", "cgroup-try")
    return [
        *(f"--unshare-{space}" for space in spaces),
        *("--disable-userns", "--die-with-parent", "--new-session", "--cap-drop", "ALL"),
        *("--uid", _NOBODY, "--gid", _NOBODY, "--hostname", "sandbox", "--clearenv"),
    ]


def _programs() -> Iterator[str]:
    for folder in HOST_FOLDERS:
        yield from ("--ro-bind-try", folder, folder)
    for link in HOST_LINKS:
        if Path(link).is_symlink():
            yield from ("--symlink", os.readlink(link), link)  # noqa: PTH115 - the text of it, relative or not
        else:
            yield from ("--ro-bind-try", link, link)


def _written(etc: Sequence[int]) -> Iterator[str]:
    for place, descriptor in zip(ETC, etc, strict=True):
        yield from ("--perms", "0444", "--ro-bind-data", str(descriptor), place)


def _devices() -> list[str]:
    return [
        *("--proc", "/proc", "--dev", "/dev"),
        *(
            "--size",
            str(_SHARED_MEMORY_BYTES),
            "--tmpfs",
            SHARED_MEMORY,
        ),  # a size counts for the next tmpfs only
        *("--remount-ro", "/dev"),
    ]


def _places_to_write(size: int) -> Iterator[str]:
    for place in (TEMPORARY, JOB):
        yield from ("--size", str(size), "--tmpfs", place)
