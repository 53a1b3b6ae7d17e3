"""JSON as tools let people write it: with comments, and with commas after the last item."""

from __future__ import annotations

import re

_PIECE = re.compile(r'"(?:[^"\\\n]|\\.)*"|//[^\n]*|/\*.*?\*/', re.DOTALL)
_LAST_COMMA = re.compile(r'("(?:[^"\\\n]|\\.)*")|,(?=\s*[}\]])')


def without_comments(content: str) -> str:
    """The same as plain JSON, with every line where it was."""
    plain = _PIECE.sub(lambda piece: piece[0] if piece[0].startswith('"') else _blank(piece[0]), content)
    return _LAST_COMMA.sub(lambda match: match[1] or " ", plain)


def _blank(comment: str) -> str:
    return re.sub(r"[^\n]", " ", comment)
