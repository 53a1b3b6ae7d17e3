"""Which interpreters generated code finds inside, and the small environment it runs in."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

HOST_FOLDERS = (
    "/usr/bin",
    "/usr/sbin",
    "/usr/lib",
    "/usr/lib32",
    "/usr/lib64",
    "/usr/libexec",
    "/usr/local/bin",
    "/usr/local/lib",
    "/usr/share/zoneinfo",
    "/etc/alternatives",
    "/etc/ld.so.cache",
    "/etc/fonts",
    "/etc/mime.types",
)
"""What programs need to start and expect to find anywhere: programs, libraries and tables, never anybody's data."""
HOST_LINKS = ("/bin", "/sbin", "/lib", "/lib32", "/lib64")
"""Into /usr where the distribution has merged them, as most have; folders of their own elsewhere."""
HOST_PATH = "/usr/local/bin:/usr/bin:/bin"


_PARTS = ("bin", "lib", "lib64", "packages", "node_modules")
"""Of the folder of tools; the rest of it may be anything: Python's prefix can be somebody's home."""


@dataclass(frozen=True, slots=True)
class Tools:
    """``folder``: of the host, some of `_PARTS` are in it; ``None``: what stands in /usr must do."""

    folder: Path | None

    @property
    def parts(self) -> tuple[str, ...]:
        """The names of the folders in `folder` that are shown."""
        return tuple(name for name in _PARTS if self.folder and (self.folder / name).is_dir())

    @property
    def javascript(self) -> bool:
        """Whether JavaScript packages can be had."""
        return self.folder is not None and (self.folder / "node_modules").is_dir()

    def environment(self, inside: str, writable: str) -> dict[str, str]:
        """The variables of every run. ``inside``: where `folder` is found; ``writable``: a folder for passing things."""
        variables = {
            "PATH": f"{inside}/bin:{HOST_PATH}" if self.folder else HOST_PATH,
            "HOME": writable,
            "TMPDIR": writable,
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            "NO_COLOR": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "MPLBACKEND": "Agg",
            "MPLCONFIGDIR": writable,
            "OPENBLAS_NUM_THREADS": "1",
            "OMP_NUM_THREADS": "1",
            "OPENSSL_CONF": "/dev/null",
            "DENO_DIR": f"{writable}/deno",
            "DENO_NO_UPDATE_CHECK": "1",
        }
        if self.folder and any((self.folder / "lib").glob("libpython*.so*")):
            variables["LD_LIBRARY_PATH"] = f"{inside}/lib"
        return variables


def find_tools(environment_dir: Path | None) -> Tools:
    """What `make sandbox-env` has built; without it, the Python that runs this program and what stands in /usr."""
    if environment_dir is not None and (environment_dir / "bin" / "python3").exists():
        return Tools(environment_dir.resolve())
    own = Path(sys.base_prefix).resolve()
    return Tools(None if own in (Path("/usr"), Path("/usr/local")) else own)
