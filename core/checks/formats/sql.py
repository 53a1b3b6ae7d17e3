"""SQL: whether strings, comments and brackets are closed in any dialect, and what SQLite says where it is SQLite's."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing

from core.automations.evidence import Finding, Severity
from core.automations.model import File

_PIECE = re.compile(
    r"--[^\n]*|/\*(?:[^*]|\*(?!/))*\*/|'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|`[^`\n]*`|\$([A-Za-z_]*)\$.{0,20000}?\$\1\$|[()]|;|"
    r"/\*|'|\"|`|\n",
    re.DOTALL,
)
_OTHER_DIALECT = re.compile(
    r"\b(?:SERIAL|BIGSERIAL|TIMESTAMPTZ|JSONB|UUID|BYTEA|ENUM|AUTO_INCREMENT|ENGINE\s*=|UNSIGNED|CREATE\s+(?:EXTENSION|FUNCTION|"
    r"PROCEDURE|TYPE|SCHEMA|DATABASE|ROLE|USER|SEQUENCE|POLICY|MATERIALIZED|OR\s+REPLACE)|GRANT|REVOKE|ALTER\s+COLUMN|USING\s+"
    r"(?:gin|btree|gist|hash)|COMMENT\s+ON|SET\s+NAMES|USE\s+\w+\s*;|NOW\(\)|IDENTITY|NVARCHAR|GO\b|DELIMITER|INTERVAL|"
    r"GENERATED\s+(?:BY|ALWAYS)\s+(?:DEFAULT\s+)?AS\s+IDENTITY|DO\s+\$)|::|\$\$|\\\w",
    re.IGNORECASE,
)
_SQLITE = re.compile(r"\b(?:AUTOINCREMENT|PRAGMA|WITHOUT\s+ROWID|STRICT\s*;)", re.IGNORECASE)
_FAULT = re.compile(r"syntax error|incomplete input|unrecognized token|misuse")
_TEMPLATE = re.compile(r"\{\{|\{%|%\(\w+\)s|:\w+|\?|\$\d|%s|@\w+")
_STATEMENTS = 2000


def read_sql(file: File, *, sqlite: bool = False) -> Iterator[Finding]:
    """`sqlite`: the project keeps its data in SQLite, so what SQLite refuses is an error; elsewhere only a warning."""
    broken = _unclosed(file)
    if broken is not None:
        yield broken
        return
    if _TEMPLATE.search(_PIECE.sub(_kept, file.content)) or _OTHER_DIALECT.search(file.content):
        return
    certain = sqlite or bool(_SQLITE.search(file.content))
    yield from _asked(file, "error" if certain else "warning")


def _kept(piece: re.Match[str]) -> str:
    return piece[0] if piece[0] in "();\n" else " "


def _unclosed(file: File) -> Finding | None:
    opened: list[int] = []
    line = 1
    for piece in _PIECE.finditer(file.content):
        mark = piece[0]
        if mark in ("'", '"', "`", "/*"):
            return _fault(file.path, line, f"the `{mark}` of this line is never closed")
        if mark == "(":
            opened.append(line)
        elif mark == ")" and not opened:
            return _fault(file.path, line, "`)` closes nothing")
        elif mark == ")":
            opened.pop()
        elif mark == ";" and opened:
            return _fault(
                file.path, opened[-1], "the `(` of this line is not closed before the statement ends"
            )
        line += mark.count("\n")
    return (
        _fault(file.path, opened[-1], "the `(` of this line is never closed; the file may be cut off")
        if opened
        else None
    )


def _asked(file: File, severity: Severity) -> Iterator[Finding]:
    """SQLite prepares each statement; what a statement names need not be there."""
    with closing(sqlite3.connect(":memory:")) as database:
        for line, statement in _statements(file.content):
            try:
                database.execute(f"EXPLAIN {statement}")
            except sqlite3.Error as error:
                if _FAULT.search(str(error)):
                    yield Finding(file.path, line, "invalid-syntax", severity, f"SQLite says: {error}")
                    return
            except (ValueError, sqlite3.Warning):
                continue


def _statements(content: str) -> Iterator[tuple[int, str]]:
    begin, count = 0, 0
    for piece in _PIECE.finditer(content):
        if piece[0] != ";" or count >= _STATEMENTS:
            continue
        part = content[begin : piece.end()]
        if not sqlite3.complete_statement(part):
            continue
        begin, count = piece.end(), count + 1
        bare = _without_comments(part).strip()
        if (
            bare
            and bare != ";"
            and not re.match(r"(?i)(?:BEGIN|COMMIT|ROLLBACK|PRAGMA|ATTACH|DETACH|VACUUM|\.)", bare)
        ):
            yield content.count("\n", 0, begin - len(part.lstrip())) + 1, bare
    rest = _without_comments(content[begin:]).strip()
    if rest:
        yield content.count("\n", 0, len(content.rstrip())) + 1, rest


def _without_comments(part: str) -> str:
    return re.sub(r"--[^\n]*|/\*(?:[^*]|\*(?!/))*\*/", " ", part)


def _fault(path: str, line: int, message: str) -> Finding:
    return Finding(path, line, "invalid-syntax", "error", message)
