"""Code that people wrote and use, as projects: what the gates call an error there is a false alarm."""

from __future__ import annotations

import asyncio
import io
import shutil
import sys
import sysconfig
import tarfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from core.automations.model import File
from core.checks.languages import language_of
from core.checks.shape import FILE_BYTES
from core.checks.words import words

PACKAGES = sorted(
    words(
        "express lodash axios commander chalk@4 ws rxjs@7 zod date-fns fastify undici yargs async debug socket.io dayjs hono"
    )
)
_GROUP = 150
"""Files of a project, where there are more: below what the first gate takes."""
_GROUP_BYTES = 1_500_000
FOLDERS = (
    "/usr/bin",
    "/usr/sbin",
    "/bin",
    "/sbin",
    "/etc",
    "/usr/lib",
    "/usr/share",
    "/usr/local/bin",
    "/lib",
)
_SCRIPTS = 600


@dataclass(frozen=True, slots=True)
class Corpus:
    """``counts``: the files that are measured, by path; the others are there because they are part of the project.
    ``beside``: paths that exist and are not read."""

    files: tuple[File, ...]
    counts: frozenset[str]
    beside: tuple[str, ...] = ()


def standard_library() -> Iterator[Corpus]:
    """All of it but its tests; each package is a project, and so are its single modules together."""
    root = Path(sysconfig.get_path("stdlib"))
    groups: dict[str, list[File]] = {}
    for path in sorted(root.rglob("*.py")):
        steps = path.relative_to(root).parts
        if not {"site-packages", "dist-packages", "test", "tests", "__pycache__"} & set(steps):
            text = path.read_bytes().decode("utf-8", "replace").replace("\r\n", "\n")
            groups.setdefault(steps[0] if len(steps) > 1 else "", []).append(File("/".join(steps), text))
    for files in groups.values():
        yield from parts(files, lambda path: path.endswith(".py"))


def shell_scripts(folders: Sequence[str] = FOLDERS) -> Iterator[Corpus]:
    """What has a shell's first line in the usual places; scripts that lie together are a project."""
    groups: dict[str, list[File]] = {}
    seen: set[Path] = set()
    count = 0
    for folder in map(Path, folders):
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            real = path.resolve()
            if count >= _SCRIPTS or real in seen or not (text := _script(path)):
                continue
            seen.add(real)
            count += 1
            group = "/".join(path.as_posix().split("/")[:4])
            groups.setdefault(group, []).append(File(_inside(path, group), text))
    for group, files in groups.items():
        beside = tuple(_beside(Path(group)))
        for corpus in parts(files, lambda _: True):
            yield Corpus(corpus.files, corpus.counts, beside)


def _inside(path: Path, group: str) -> str:
    """Packages of the system have names with a colon, which no file of a project may have."""
    return path.relative_to(Path(group).parent).as_posix().replace(":", "_")


def _beside(folder: Path) -> Iterator[str]:
    for number, path in enumerate(folder.rglob("*") if folder.is_dir() else ()):
        if number > 20_000:
            return
        yield path.relative_to(folder.parent).as_posix()


def _script(path: Path) -> str:
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_size > FILE_BYTES:
            return ""
        data = path.read_bytes()
        first = data[:80].split(b"\n")[0]
        shells = (b"/sh", b"/bash", b"/dash", b"env bash", b"env sh")
        if not first.startswith(b"#!") or not first.strip().removesuffix(b" -e").endswith(shells):
            return ""
        return data.decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


async def npm_packages(names: list[str]) -> list[list[File]]:
    """The text files of packages, one list each; empty where npm is not installed or reaches nothing."""
    npm = shutil.which("npm")
    if npm is None:
        return []
    found: list[list[File]] = []
    with TemporaryDirectory(prefix="threadwright-npm-") as folder:
        for name in names:
            process = await asyncio.create_subprocess_exec(
                npm,
                "pack",
                "--silent",
                name,
                cwd=folder,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
            )
            said, _ = await process.communicate()
            if process.returncode == 0:
                archive = Path(folder, said.decode().strip().split("\n")[-1])
                found.append(
                    await asyncio.to_thread(lambda path: list(_unpacked(path.read_bytes())), archive)
                )
            else:
                print(f"npm pack {name} failed: left out", file=sys.stderr)
    return found


def _unpacked(data: bytes) -> Iterator[File]:
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        for member in archive:
            file = archive.extractfile(member) if member.isfile() else None
            if file is not None:
                text = file.read(FILE_BYTES + 1).decode("utf-8", "replace").replace("\r\n", "\n")
                yield File(member.name.partition("/")[2], text)


def of_language(packages: list[list[File]], name: str) -> Iterator[Corpus]:
    """The packages with files of a language; declarations of types alone do not count, nor do minified files."""
    for files in packages:
        yield from parts(
            files,
            lambda path: (
                not path.endswith((".d.ts", ".d.mts", ".d.cts"))
                and ".min." not in path
                and (language := language_of(File(path, ""))) is not None
                and language.name == name
            ),
        )


def parts(
    files: list[File], counts: Callable[[str], bool], manifest_names: tuple[str, ...] = ("package.json",)
) -> Iterator[Corpus]:
    """As many projects as the limits of a project ask for; in each the files of the others exist, and the manifests are
    there. `counts`: whether a path is measured."""
    everything = tuple(file.path for file in files)
    manifests = [file for file in files if file.path.rpartition("/")[2] in manifest_names][:20]
    part: list[File] = []
    size = 0
    for file in sorted(files, key=lambda file: file.path):
        if file in manifests:
            continue
        if len(part) >= _GROUP or size > _GROUP_BYTES:
            yield _corpus([*manifests, *part], counts, everything)
            part, size = [], 0
        part.append(file)
        size += len(file.content.encode())
    if part:
        yield _corpus([*manifests, *part], counts, everything)


def _corpus(files: list[File], counts: Callable[[str], bool], everything: tuple[str, ...]) -> Corpus:
    return Corpus(tuple(files), frozenset(file.path for file in files if counts(file.path)), everything)
