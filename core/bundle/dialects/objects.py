"""Files inside of JSON: `{"src/x.py": "…"}`, `{"files": [{"path": …, "content": …}]}` and their relatives, read as they
come in, so that a cut costs no more than the file that was open."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from core.bundle.dialects.filenames import as_path

_PATHS = frozenset(["path", "file", "filepath", "filename", "name"])
_CONTENTS = frozenset(
    ["content", "contents", "code", "text", "source", "body", "filecontent", "filecontents"]
)
_TOKEN = re.compile(r'\s*(?:([{}\[\],:])|(")|(-?[0-9][0-9.eE+-]{0,40}|true|false|null))')
_PLAIN = re.compile(r'[^"\\]+')
_ESCAPE = re.compile(r'\\(?:u([0-9a-fA-F]{4})|(["\\/bfnrt])|(\r?\n)|(.))')
_LETTERS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_BLANK = re.compile(r"\s*")
_DEEP = 50


class NotFiles(Exception):
    """The text is no JSON, or not of this kind."""


@dataclass(slots=True)
class _Frame:
    """An object or a list that is open. ``label``: the key under which it stands."""

    mark: str
    label: str
    key: str | None = None
    path: str | None = None
    content: str | None = None
    texts: dict[str, str] = field(default_factory=dict)
    others: bool = False


class JsonFiles:
    """``files``: path and content of each complete one. ``done``: the outermost bracket is closed."""

    def __init__(self) -> None:
        self.files: list[tuple[str, str]] = []
        self.done = False
        self._frames: list[_Frame] = []
        self._string: list[str] | None = None

    def take(self, line: str) -> str:
        """Reads a line; what follows the end of the whole is given back. Raises NotFiles."""
        at = 0
        while not self.done:
            if self._string is not None:
                at = self._in_string(line, at, self._string)
            else:
                at = self._token(line, at)
            if at >= len(line):
                return ""
        return line[at:]

    @property
    def open(self) -> tuple[str, str] | None:
        """The path and the beginning of the content of the file in which the text was cut."""
        frame = self._frames[-1] if self._frames else None
        if frame is None or self._string is None or frame.key is None:
            return None
        path = frame.path or as_path(frame.label) if frame.key.lower() in _CONTENTS else as_path(frame.key)
        return (path, "".join(self._string)) if path else None

    def _token(self, line: str, at: int) -> int:
        match = _TOKEN.match(line, at)
        if match is None:
            blank = _BLANK.match(line, at)
            if blank is not None and blank.end() == len(line):
                return len(line)
            raise NotFiles
        mark, quote, _ = match.groups()
        if quote:
            self._string = []
        elif mark:
            self._bracket(mark)
        else:
            self._value(None)
        return match.end()

    def _bracket(self, mark: str) -> None:
        if mark in "{[":
            above = self._frames[-1] if self._frames else None
            if len(self._frames) >= _DEEP or (above is not None and above.mark == "{" and above.key is None):
                raise NotFiles
            self._frames.append(_Frame(mark, (above.key if above else None) or ""))
        elif mark in "}]":
            if not self._frames or self._frames[-1].mark != {"}": "{", "]": "["}[mark]:
                raise NotFiles
            self._closed(self._frames.pop())
        elif not self._frames or (mark == ":" and self._frames[-1].key is None):
            raise NotFiles

    def _closed(self, frame: _Frame) -> None:
        self.files += _files_of(frame)
        if not self._frames:
            self.done = True
            return
        above = self._frames[-1]
        above.others, above.key = True, None

    def _in_string(self, line: str, at: int, held: list[str]) -> int:
        if plain := _PLAIN.match(line, at):
            held.append(plain[0])
            return plain.end()
        if line[at] == '"':
            self._string = None
            self._value("".join(held))
            return at + 1
        escape = _ESCAPE.match(line, at)
        if escape is None:
            return len(line)
        code, letter, newline, other = escape.groups()
        held.append(
            chr(int(code, 16)) if code else _LETTERS.get(letter, letter) if letter else newline or other
        )
        return escape.end()

    def _value(self, text: str | None) -> None:
        """A string, or ``None`` for a number and the like, has ended."""
        if not self._frames:
            raise NotFiles
        frame = self._frames[-1]
        if frame.mark == "[":
            return
        if frame.key is None:
            if text is None:
                raise NotFiles
            frame.key = text
            return
        key, frame.key = frame.key, None
        role = key.lower().replace("_", "")
        if text is None:
            frame.others = True
        elif role in _CONTENTS and frame.content is None:
            frame.content = text
        elif role in _PATHS and frame.path is None:
            frame.path = text
        else:
            frame.texts[key] = text


def _files_of(frame: _Frame) -> list[tuple[str, str]]:
    if frame.mark == "[":
        return []
    path = frame.path if frame.path and _is_path(frame.path) else as_path(frame.label)
    if frame.content is not None:
        return [(path, frame.content)] if path else []
    texts = frame.texts
    if frame.others or frame.path or not texts or not all(_is_path(key) for key in texts):
        return []
    return list(texts.items()) if any("\n" in text for text in texts.values()) else []


def _is_path(word: str) -> bool:
    return as_path(word) is not None or ("/" in word and "://" not in word and not re.search(r"\s", word))
