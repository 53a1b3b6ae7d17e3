"""What a run uses: memory and processes from the kernel's process tables, disk from the folders it may write to."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

_PAGE = os.sysconf("SC_PAGE_SIZE")
_BLOCK = 512
"""Of `st_blocks`, whatever the file system's own size. Source: stat(2)."""
_SHARED_FAIRLY = re.compile(r"^Pss:\s+(\d+) kB$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class DiskUse:
    """``size``: bytes of the blocks taken."""

    size: int
    inodes: int


def memory_exceeds(processes: Iterable[Path], limit: int) -> bool:
    """Whether these (folders of a procfs) hold more than `limit` bytes together.

    What they share is counted once: exactly, but only when the quick count, which counts it for each, is over the limit.
    """
    folders = list(processes)
    return sum(map(_resident, folders)) > limit and sum(map(_fair_share, folders)) > limit


def processes_of(procfs: Path) -> Iterator[Path]:
    """The folders of the processes that this procfs shows."""
    try:
        yield from (procfs / name for name in os.listdir(procfs) if name.isdigit())  # noqa: PTH208 - no objects needed
    except OSError:  # it has just ended
        return


def in_group(group: int) -> Iterator[Path]:
    """The host's processes of one process group."""
    for folder in processes_of(Path("/proc")):
        if _fields(folder)[2:3] == [str(group)]:
            yield folder


def threads_of(owner: int) -> int:
    """How many threads this user runs on the host: what a limit on processes counts."""
    count = 0
    for folder in processes_of(Path("/proc")):
        try:
            if folder.stat().st_uid == owner:
                count += int(_fields(folder)[17])
        except (OSError, IndexError):  # it has just ended
            continue
    return count


def disk_use(places: Iterable[Path], enough: int) -> DiskUse:
    """What lies below `places`, counted until there are more than `enough` inodes.

    Raises OSError where something has been hidden from this look; that a file goes away meanwhile is none.
    """
    size = inodes = 0
    waiting = [str(place) for place in places]  # no recursion: the folders may lie as deep as somebody likes
    while waiting and inodes <= enough:
        for entry in _entries(waiting.pop()):
            inodes += 1
            if entry.is_dir(follow_symlinks=False):
                waiting.append(entry.path)
            else:
                size += _blocks(entry)
    return DiskUse(size, inodes)


def deleted_but_open(processes: Iterable[Path]) -> int:
    """Bytes of the files that have no name any more but are held open."""
    sizes: dict[tuple[int, int], int] = {}
    for process in processes:
        for descriptor in _descriptors(process):
            if stat.S_ISREG(descriptor.st_mode) and descriptor.st_nlink == 0:
                sizes[descriptor.st_dev, descriptor.st_ino] = descriptor.st_blocks * _BLOCK
    return sum(sizes.values())


def _descriptors(process: Path) -> Iterator[os.stat_result]:
    try:
        for link in (process / "fd").iterdir():
            yield link.stat()
    except OSError:  # it has just ended
        return


def _entries(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except FileNotFoundError:
        return []


def _blocks(entry: os.DirEntry[str]) -> int:
    try:
        return entry.stat(follow_symlinks=False).st_blocks * _BLOCK
    except FileNotFoundError:
        return 0


def _fields(folder: Path) -> list[str]:
    """Of `stat`, from the state on: 0 state, 1 parent, 2 group, 17 threads. Source: proc(5)."""
    try:
        return (folder / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
    except OSError:
        return []


def _resident(folder: Path) -> int:
    try:
        return int((folder / "statm").read_text("ascii").split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0


def _fair_share(folder: Path) -> int:
    try:
        found = _SHARED_FAIRLY.search((folder / "smaps_rollup").read_text("ascii"))
    except OSError:
        return _resident(folder)
    return int(found[1]) * 1024 if found else 0
