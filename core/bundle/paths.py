"""Which file names of an answer may become files: relative, portable, and inside of the project's folder."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise
from typing import NoReturn

PATH_LIMIT = 250
SEGMENT_LIMIT = 120
SEGMENT_BYTES = 255
"""What common file systems take for one name."""
DEPTH_LIMIT = 12

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters, and those that turn the reading direction: letters of right-to-left scripts are fine."""
_DRIVE = re.compile(r"[A-Za-z]:")
_UNPORTABLE = re.compile(r'[<>:"|?*]')
_DEVICE = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³]) *(?:\.|$)", re.IGNORECASE)
_REPOSITORY = {".git", "git~1"}
_STAND_INS = {
    "filename",
    "file_name",
    "filename.ext",
    "file.ext",
    "file.extension",
    "filepath",
    "file_path",
    "path",
}
_BARE_ENDING = re.compile(
    r"\.(?:py|js|mjs|ts|jsx|tsx|sh|html|css|java|c|cpp|cs|go|rs|rb|php|sql|md|txt)", re.IGNORECASE
)


class UnsafePath(ValueError):
    """``reason``: half a sentence for people that goes on after the file's name: "it leads out of the project"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def safe_path(raw: str) -> str:
    """`raw` normalised: `/`-separated, NFC, without `.` parts. Raises UnsafePath."""
    path = unicodedata.normalize("NFC", raw).replace("\\", "/")
    _check_whole(path)
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if not parts or path.endswith(("/", "/.")):
        _refuse("it names a folder, not a file")
    for part in parts:
        _check_part(part)
    _check_stand_in(parts)
    safe = "/".join(parts)
    if len(safe) > PATH_LIMIT:
        _refuse(f"its path is longer than {PATH_LIMIT} characters")
    if len(parts) > DEPTH_LIMIT:
        _refuse(f"it lies more than {DEPTH_LIMIT} folders deep")
    return safe


def same_place(path: str) -> str:
    """Equal for paths that are one file where case does not count (Windows, macOS)."""
    return unicodedata.normalize("NFC", path.casefold())


def shown(raw: str, limit: int = 80) -> str:
    """Any text of the model as a short piece of inline code that cannot break out of it."""
    clean = _CONTROL.sub("\ufffd", raw[: limit + 1]).replace("`", "'").strip()
    if len(raw) > limit:
        clean = clean[: limit - 1] + "…"
    return f"`{clean or ' '}`"


def _check_whole(path: str) -> None:
    if not path.strip():
        _refuse("it has no name")
    if _CONTROL.search(path):
        _refuse("its name holds control characters")
    if path.startswith("/"):
        _refuse("its path is absolute")
    if _DRIVE.match(path):
        _refuse("its path names a drive")
    if path.startswith("~"):
        _refuse("its path begins in somebody's home folder")


def _check_part(part: str) -> None:
    if part == "..":
        _refuse("it leads out of the project's folder")
    if part.endswith((".", " ")) or part.startswith(" "):
        _refuse("a part of its path begins or ends with a space, or ends with a dot")
    if part.casefold() in _REPOSITORY:
        _refuse("it would change the inside of a Git repository")
    if _DEVICE.match(part):
        _refuse("Windows keeps that name for a device")
    if _UNPORTABLE.search(part):
        _refuse("its name holds characters that Windows does not take")
    if len(part) > SEGMENT_LIMIT or len(part.encode()) > SEGMENT_BYTES:
        _refuse(f"a part of its path is longer than {SEGMENT_LIMIT} characters")


def _check_stand_in(parts: list[str]) -> None:
    """Prompts and manuals show names that stand for a name; models copy them."""
    folded = [part.casefold() for part in parts]
    if ("path", "to") in pairwise(folded) or folded[-1].strip("[]{}$%") in _STAND_INS:
        _refuse("its name is a stand-in for a name")
    if _BARE_ENDING.fullmatch(parts[-1]):
        _refuse("its name is only an ending")


def _refuse(reason: str) -> NoReturn:
    raise UnsafePath(reason)
