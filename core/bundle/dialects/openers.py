"""Which tags begin a file, changes or commands: those of the primary format, and of the formats of other tools that
models have learnt by heart."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import Enum, auto

from core.bundle.dialects.filenames import as_path
from core.bundle.dialects.tags import Tag, broken_tag, tag_at

OURS = frozenset({"file", "edit", "plan", "notes", "done", "delete", "rename"})
"""Tags of the format; inside of a file they are content unless the rules say that the file is over."""

_FILES = frozenset(
    [
        "file",
        "boltaction",
        "dyadwrite",
        "lovwrite",
        "leapfile",
        "plandexblock",
        "createfile",
        "writefile",
        "writetofile",
        "savefile",
        "newfile",
    ]
)
_EDITS = frozenset(
    [
        "edit",
        "editfile",
        "dyadsearchreplace",
        "dyadedit",
        "lovedit",
        "searchreplace",
        "replaceinfile",
        "applydiff",
        "strreplace",
    ]
)
_ARTIFACT = "antartifact"
_CALL = "invoke"
_FENCES = frozenset(["source", "code", "pre", "codename", "sourcecode"])
_LANGUAGE = re.compile(r"[\w+#.-]{0,20}\s*")
_LIKELY = re.compile(r"[a-z0-9]{0,20}(?:file|write|create|codeblock)[a-z0-9]{0,20}")
"""Unknown tags that may begin a file if what they name looks like one."""
_DELETES = frozenset(["delete", "deletefile", "dyaddelete", "lovdelete", "leapdeletefile", "removefile"])
_ACTIONS = ("action", "type", "operation", "mode", "status")
_GONE = frozenset({"delete", "deleted", "remove", "removed"})
_RENAMES = frozenset(["rename", "renamefile", "dyadrename", "lovrename", "leapmovefile", "movefile"])
_FROM = ("from", "originalfilepath", "oldpath", "oldfilepath", "old", "source")
_TO = ("to", "newfilepath", "newpath", "new", "destination")
WRAPPERS = frozenset(
    [
        "boltartifact",
        "leapartifact",
        "antartifact",
        "dyadwrite",
        "lovcode",
        "files",
        "changes",
        "change",
        "codechanges",
        "filechanges",
        "writetofile",
        "createfile",
        "replaceinfile",
        "applydiff",
        "editfile",
        "writefile",
        "functioncalls",
        "functioncall",
        "toolcall",
        "tooluse",
        "invoke",
        "args",
        "dyadadddependency",
        "lovadddependency",
        "documents",
        "document",
        "codeproject",
        "xai",
        "artifact",
        "actions",
    ]
)
"""Tags around files that say nothing themselves."""


class Sort(Enum):
    FILE = auto()
    EDIT = auto()
    SHELL = auto()
    ARTIFACT = auto()
    """A piece of any text, whose title may be the name of a file."""
    FENCE = auto()
    """What stands for a code fence: a file only below a name."""


@dataclass(frozen=True, slots=True)
class Opener:
    """``path``: ``None`` where the tag does not name the file. ``known``: the name of the tag alone is proof."""

    tag: Tag
    sort: Sort
    path: str | None
    known: bool = True


def opener_at(line: str) -> Opener | None:
    """The tag at the beginning of a line, if it begins a file or changes to one. Never one of a child element."""
    tag = tag_at(line) or broken_tag(line)
    if tag is None:
        return None
    path = tag.path
    if tag.name == "boltaction" and tag.attributes.get("type", "file") != "file":
        return Opener(tag, Sort.SHELL, None)
    if tag.name == _ARTIFACT:
        return Opener(tag, Sort.ARTIFACT, as_path(tag.attributes.get("title", "")))
    if tag.name == "plandexblock":
        return Opener(tag, Sort.FILE, path)
    if path is None:
        fence = tag.name in _FENCES and not tag.attributes and _LANGUAGE.fullmatch(tag.rest)
        return Opener(replace(tag, rest=""), Sort.FENCE, None, known=False) if fence else None
    if tag.name in _EDITS:
        return Opener(tag, Sort.EDIT, path)
    if tag.name in _FILES:
        return Opener(tag, Sort.FILE, path)
    likely = bool(_LIKELY.fullmatch(tag.name)) and as_path(path) is not None
    return Opener(tag, Sort.FILE, path, known=False) if likely else None


def deleted_by(tag: Tag) -> str | None:
    """The path that `<delete path="…"/>` or a relative of it names, such as `<file path="…" action="delete"/>`."""
    gone = tag.name in _FILES and any(tag.attributes.get(name, "").lower() in _GONE for name in _ACTIONS)
    return tag.path if gone or tag.name in _DELETES else None


def renamed_by(tag: Tag) -> tuple[str, str] | None:
    """The two paths that `<rename from="…" to="…"/>` or a relative of it names."""
    if tag.name not in _RENAMES:
        return None
    old, new = (
        next((tag.attributes[name] for name in names if tag.attributes.get(name)), None)
        for names in (_FROM, _TO)
    )
    return (old, new) if old and new else None


_CLOSED = re.compile(r"\s*<\s*/\s*([\w-]{1,60})\s*>")


def wrapper_at(line: str) -> str | None:
    """What follows on a line that begins with a tag that only stands around files; ``None``: it does not."""
    if (closed := _CLOSED.match(line)) is not None:
        name = closed[1].lower().replace("_", "").replace("-", "")
        return line[closed.end() :] if name in WRAPPERS | _FILES | _EDITS | _DELETES | _RENAMES else None
    tag = tag_at(line)
    if tag is None or tag.name not in WRAPPERS:
        return None
    return tag.rest if tag.path is None or tag.name == _CALL else None
