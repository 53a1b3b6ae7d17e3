"""Takes the agent's proposed requirements out of its answer while the answer streams."""

from __future__ import annotations

import re

PROPOSALS = 5
"""In one answer; more would be a form, not a conversation."""
PROPOSAL_LIMIT = 500
"""Characters of one."""

_TAG = "<requirement>"
_MARKER = r"[ \t]*(?:(?:[-*+•]|\d{1,2}[.)])[ \t]+)?"
"""Models like to write a proposal as an item of a list."""
_LINE = re.compile(rf"{_MARKER}<requirement>(.*)</requirement>\s*", re.IGNORECASE)
_OPENED = re.compile(rf"{_MARKER}(?=<)")
_MARKER_BEGUN = re.compile(r"[ \t]*(?:[-*+•][ \t]*|\d{1,2}(?:[.)][ \t]*)?)?")
_TAGS = re.compile(r"</?requirement>", re.IGNORECASE)
_FENCE = re.compile(r"\s*(`{3,}|~{3,})([^\n]*)")
_ENOUGH = 300
"""Characters of a line that decide whether it is a fence."""


class ProposalFilter:
    """Reads an answer in pieces of any size; the same answer gives the same result however it is cut.

    A line that is nothing but ``<requirement>…</requirement>``, outside code fences, is kept back and collected; every
    other character is passed on, at once unless its line may still become such a line. A proposal that cannot be taken
    (the sixth, a longer one, one that is not closed) is shown as plain text, so that nothing is lost.
    """

    def __init__(self) -> None:
        self._line = ""
        self._passing = False
        self._fence = ""
        self._found: list[str] = []

    def feed(self, text: str) -> str:
        """What may be shown of all that has come so far and was not shown yet."""
        return "".join(self._take(piece) for piece in re.findall(r"[^\n]*\n|[^\n]+", text))

    def finish(self) -> tuple[str, tuple[str, ...]]:
        """The rest of what may be shown, and the proposals in order, each one line."""
        rest = "" if self._passing else self._judge(self._line)
        self._line = ""
        return rest, tuple(self._found)

    def _take(self, piece: str) -> str:
        ended = piece.endswith("\n")
        if self._passing:
            shown = piece
            self._line = (self._line + piece)[:_ENOUGH]
        else:
            self._line += piece
            if not ended and not self._fence and _may_open(self._line):
                return ""
            self._passing = True
            shown = self._judge(self._line) if ended else self._line
        if ended:
            self._end_line()
        return shown

    def _judge(self, line: str) -> str:
        """What is shown of a whole line; collects it when it is a proposal."""
        if self._fence or not _may_open(line) or _TAG not in line.lower():
            return line
        whole = _LINE.fullmatch(line)
        text = " ".join(whole[1].split()) if whole else ""
        if whole is None or _TAGS.search(text) or not self._accept(text):
            return _TAGS.sub("", line)
        return ""

    def _accept(self, text: str) -> bool:
        """Whether the line may vanish: it was collected, is known already, or says nothing."""
        if not text or text.casefold() in {found.casefold() for found in self._found}:
            return True
        if len(self._found) == PROPOSALS or len(text) > PROPOSAL_LIMIT:
            return False
        self._found.append(text)
        return True

    def _end_line(self) -> None:
        mark = _FENCE.match(self._line)
        if mark and not self._fence:
            inline = mark[1][0] == "`" and "`" in mark[2]
            self._fence = "" if inline else mark[1]
        elif mark and mark[1].startswith(self._fence) and not mark[2].strip():
            self._fence = ""
        self._line, self._passing = "", False


def _may_open(line: str) -> bool:
    """Whether a line that begins so is, or may still become, one that begins with the tag."""
    if _MARKER_BEGUN.fullmatch(line):
        return True
    opened = _OPENED.match(line)
    return opened is not None and _TAG.startswith(line[opened.end() :][: len(_TAG)].lower())
