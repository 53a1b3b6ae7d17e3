"""Shell scripts with everything put out of the way that is no code: comments, literal strings, here-documents."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_HERE = re.compile(r"<<(-?)[ \t]*(?:'([^'\n]+)'|\"([^\"\n]+)\"|\\?([\w.-]+))")
_ESCAPED = "\u00ac"
"""Stands for an escaped character: part of no name."""
_PLAIN = re.compile(r"[^\\$()\"']+")
_STEP = re.compile(r"[^'\"#\\<$\n`]+")


_BACK = 200
"""Pieces of a line that are looked back at."""


@dataclass(frozen=True, slots=True)
class Line:
    """``number``: of its first line, since continued lines are one. ``code``: what is left of it. ``comment``: without
    its `#`s."""

    number: int
    code: str
    comment: str = ""


def scan(content: str) -> Iterator[Line]:
    """Lines of code; the text of unquoted here-documents counts as a double-quoted string."""
    return _Scanner(content).lines()


@dataclass(slots=True)
class _Scanner:
    content: str
    at: int = 0
    number: int = 1
    inner: list[Line] = field(default_factory=list)

    def lines(self) -> Iterator[Line]:
        while self.at < len(self.content):
            first, comment = self.number, ""
            code: list[str] = []
            pending: list[tuple[str, bool, bool]] = []
            while self.at < len(self.content):
                char = self.content[self.at]
                if char == "\n":
                    self._step(1)
                    break
                if char == "#" and (not code or code[-1][-1:] in (" ", "\t", ";", "(", "&", "|", "")):
                    comment = self._until_newline()
                elif char == "<" and (here := self._document_at(code)):
                    pending.append((here[2] or here[3] or here[4], bool(here[1]), here[4] is not None))
                    code.append(" ")
                    self._step(len(here[0]))
                else:
                    code.append(self._piece(char))
            code += [self._document(*each) for each in pending]
            yield Line(first, "".join(code), comment)
            yield from self.inner
            self.inner.clear()

    def _document_at(self, code: list[str]) -> re.Match[str] | None:
        """What begins a here-document; `<<<` does not, nor does a shift in arithmetic."""
        if self.content.startswith("<<<", self.at) or (code and code[-1].endswith("<")):
            return None
        so_far = "".join(code[-_BACK:])
        return None if so_far.count("((") > so_far.count("))") else _HERE.match(self.content, self.at)

    def _step(self, count: int) -> str:
        taken = self.content[self.at : self.at + count]
        self.number += taken.count("\n")
        self.at += count
        return taken

    def _until_newline(self) -> str:
        end = self.content.find("\n", self.at)
        return self._step((end if end >= 0 else len(self.content)) - self.at).lstrip("#").strip()

    def _piece(self, char: str) -> str:
        if char == "\\":
            taken = self._step(2)
            return " " if taken == "\\\n" else _ESCAPED
        if char == "'":
            end = self.content.find("'", self.at + 1)
            first = self.number
            taken = self._step((end if end >= 0 else len(self.content)) + 1 - self.at)
            self._program(first, taken)
            return taken if taken == "''" else "'_'"
        if char == '"':
            return self._quoted()
        if char == "$":
            return self._dollar()
        step = _STEP.match(self.content, self.at)
        return self._step(len(step[0]) if step else 1)

    def _program(self, first: int, text: str) -> None:
        """A literal over several lines is a program of another language (awk, jq, sed): its comments are comments."""
        for number, line in enumerate(text.split("\n")[1:], first + 1):
            if line.lstrip().startswith("#"):
                self.inner.append(Line(number, "", line.strip().strip("#'").strip()))

    def _dollar(self) -> str:
        if self.content.startswith("$'", self.at):
            self._step(2)
            while self.at < len(self.content) and (char := self._step(1)) != "'":
                if char == "\\":
                    self._step(1)
            return "'_'"
        if self.content.startswith(("${", "$#"), self.at):
            return self._step(3)
        return self._step(1)

    def _quoted(self) -> str:
        """A double-quoted string as it is, with the commands in it."""
        parts = [self._step(1)]
        depth = 0
        while self.at < len(self.content):
            char = self.content[self.at]
            if char == "\\":
                self._step(2)
                parts.append(_ESCAPED)
            elif self.content.startswith("$(", self.at):
                depth += 1
                parts.append(self._step(2))
            elif depth and char in "()":
                depth += 1 if char == "(" else -1
                parts.append(self._step(1))
            elif char == '"':
                parts.append(self._quoted() if depth else self._step(1))
                if not depth:
                    break
            elif depth and char == "'":
                parts.append(self._piece(char))
            else:
                step = _PLAIN.match(self.content, self.at)
                parts.append(self._step(len(step[0]) if step else 1))
        return "".join(parts).replace("\n", " ")

    def _document(self, word: str, tabs: bool, expands: bool) -> str:
        """Takes in a here-document; its text counts where variables are put into it."""
        parts = []
        while self.at < len(self.content):
            end = self.content.find("\n", self.at)
            line = self._step((end if end >= 0 else len(self.content) - 1) + 1 - self.at)
            bare = line.rstrip("\n")
            if (bare.lstrip("\t") if tabs else bare) == word:
                break
            parts.append(line)
        return f' "{"".join(parts)}"'.replace("\n", " ") if expands else ""
