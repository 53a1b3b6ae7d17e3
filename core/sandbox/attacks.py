"""A small attack on the sandbox from inside of it: `python3 attacks.py NAME ARGUMENT …`.

Runs in there as a single file of its own, so it imports nothing of this program. Prints a line for each thing that it
could do and should not have been able to; the last line is "done".
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

_NEW_USER = 0x10000000
"""CLONE_NEWUSER. Source: linux/sched.h."""
_OWN_PROCESSES = 2
_PIECE = 2**20
_SHELLS_OWN = {"PWD", "OLDPWD", "SHLVL", "_", "LC_CTYPE", "HOSTNAME"}


def surroundings(secret: str, port: str, process: str, variables: str) -> Iterator[str]:
    """``secret``: a file of the host. ``port``: somebody listens there on the host. ``process``: of the host, of the user that has
    started the sandbox. ``variables``: the known ones."""
    yield from _files(Path(secret))
    yield from _environment(set(variables.split(",")) | _SHELLS_OWN)
    yield from _network(int(port))
    yield from _others(int(process))
    yield from _powers()


def processes(number: str) -> Iterator[str]:
    """Starts so many processes."""
    children = []
    with contextlib.suppress(OSError):
        for _ in range(int(number)):
            child = os.fork()
            if child == 0:
                signal.pause()
            children.append(child)
        yield f"{number} processes ran at once"
    for child in children:
        os.kill(child, signal.SIGKILL)


def memory(limit: str) -> Iterator[str]:
    """Four processes hold `limit` bytes each, which no limit for one process sees."""
    for _ in range(4):
        if os.fork() == 0:
            held = bytearray(int(limit))
            held[::4096] = b"x" * len(held[::4096])
            signal.pause()
    time.sleep(1)
    if os.waitpid(-1, os.WNOHANG) == (0, 0):  # nobody has been killed
        yield f"{4 * int(limit)} bytes of memory were held for a second"
        os.killpg(0, signal.SIGKILL)


def disk(limit: str) -> Iterator[str]:
    """Writes twice `limit` bytes, in files of a megabyte."""
    piece = b"x" * _PIECE
    with contextlib.suppress(OSError):
        for number in range(2 * int(limit) // _PIECE):
            Path(f"{number}.bin").write_bytes(piece)
        time.sleep(1)
        yield f"{2 * int(limit)} bytes were written"


def _files(secret: Path) -> Iterator[str]:
    with contextlib.suppress(OSError):
        secret.read_bytes()
        yield "a file of the host was read"
    for folder in ("/", "/usr", "/usr/bin", "/etc", "/dev", "/src", "/env", str(secret.parent)):
        with contextlib.suppress(OSError):
            Path(folder, "breach").write_bytes(b"x")
            yield f"{folder} was written to"


def _environment(known: set[str]) -> Iterator[str]:
    for place in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            names = {line.partition(b"=")[0].decode() for line in place.read_bytes().split(b"\0") if line}
            if unknown := names - known:
                yield f"variables of the host were seen: {', '.join(sorted(unknown))}"


def _network(port: int) -> Iterator[str]:
    with contextlib.suppress(OSError):
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
        yield "the host's loopback was reached"


def _others(process: int) -> Iterator[str]:
    """Signal 0 only asks whether there is anybody. The smallest numbers name the sandbox's own in its own namespace."""
    with contextlib.suppress(OSError):
        if process > _OWN_PROCESSES:
            os.kill(process, 0)
            yield "processes of the host can be signalled"


def _powers() -> Iterator[str]:
    if os.geteuid() == 0:
        yield "it runs as root"
    with contextlib.suppress(OSError):
        os.setuid(0)
        yield "it became root"
    if ctypes.CDLL(None).unshare(_NEW_USER) == 0:
        yield "it made a user namespace"


def main(name: str, arguments: list[str]) -> None:
    attacks: dict[str, Callable[..., Iterator[str]]] = {
        "surroundings": surroundings,
        "processes": processes,
        "memory": memory,
        "disk": disk,
    }
    for breach in attacks[name](*arguments):
        sys.stdout.write(f"{breach}\n")
    sys.stdout.write("done\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
