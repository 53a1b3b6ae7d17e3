"""What the standard library of this Python has in it. Modules that do something when they are imported are left alone."""

from __future__ import annotations

import re
import sys
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

_DOES_THINGS = frozenset(
    {
        "antigravity",
        "this",
        "idlelib",
        "turtle",
        "turtledemo",
        "tkinter",
        "test",
        "lib2to3",
        "__main__",
        "site",
    }
    | {
        "ensurepip",
        "venv",
        "msilib",
        "distutils",
        "rlcompleter",
        "readline",
        "pty",
        "curses",
        "nturl2path",
        "crypt",
    }
)
_BUILTIN = sys.stdlib_module_names | {"__future__", "__main__"}
_GONE = frozenset({"distutils", "asynchat", "asyncore", "imp", "smtpd"})
"""Left with Python 3.12; tools of the trade still bring the first one. `test` belongs to the library's own tests, `java` to Jython."""
_ELSEWHERE = re.compile(
    r"CREATE_|STARTUP|STD_|SW_|CTRL_|SIO_|RCVALL|Windows|[Ww]in[A-Z]|windll|oledll|OleDLL|Proactor|Selector|startfile|"
    r"O_|SIG|SO_|AF_|TCP_|IP|EPOLL|KQ_|epoll|kqueue|kevent|poll|add_dll|getwindows|mac_ver|win32|fork|get[ug]id|get(?:eu|eg|res)|"
    r"sched_|posix|P_|RTLD_|F_|wait|W[A-Z]+$|devpoll|setsid|mkfifo|chroot|lch|pidfd|unshare|memfd|eventfd|Popen|login_tty|mbcs|oem|code_page"
)
"""Names of single platforms."""


def is_standard(module: str) -> bool:
    first = module.partition(".")[0]
    return first in _BUILTIN or first in _GONE or first in ("test", "java")


def has_module(module: str) -> bool:
    """False only where it is sure that a package of the standard library has no such module."""
    first, _, rest = module.partition(".")
    if not rest or first in _DOES_THINGS or first not in _BUILTIN:
        return True
    parent, _, last = module.rpartition(".")
    found = _module(parent)
    return found is None or hasattr(found, last) or _module(module) is not None


def missing(module: str, path: str) -> tuple[str, tuple[str, ...]] | None:
    """The first part of `path` that is not in `module` (`os`, `path.joinn` -> `joinn`), with the names that are there;
    None when all of it is there, or when this machine cannot tell."""
    here: Any = _module(module)
    if here is None:
        return None
    for part in path.split("."):
        if not isinstance(here, ModuleType | type):
            return None
        if not hasattr(here, part):
            if isinstance(here, ModuleType) and _module(f"{here.__name__}.{part}") is not None:
                return None
            return None if _ELSEWHERE.match(part) else (part, tuple(dir(here)))
        here = getattr(here, part)
    return None


def brings(module: str, name: str) -> bool:
    """Whether it is sure that a star import of `module` brings `name`."""
    here = _module(module)
    return here is not None and hasattr(here, name)


@cache
def _module(name: str) -> ModuleType | None:
    first = name.partition(".")[0]
    if first in _DOES_THINGS or first not in _BUILTIN:
        return None
    try:
        return import_module(name)
    except Exception:  # noqa: BLE001 - whatever goes wrong in there, it says nothing about the project
        return None
