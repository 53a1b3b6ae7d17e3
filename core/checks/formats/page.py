"""HTML: what is not closed, the scripts inside, and what a page loads."""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.automations.evidence import Finding
from core.automations.model import File
from core.checks.words import words

_TAG = re.compile(
    r"<!--|<!\[CDATA\[|<(/?)([A-Za-z][A-Za-z0-9:-]*)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>|<(/?)([A-Za-z][A-Za-z0-9:-]*)"
)
_ATTRIBUTE = re.compile(r"([a-zA-Z-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_TEMPLATE = re.compile(r"\{\{|\{%|<%|<\?php|\$\{|\{#")
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|//|#", re.IGNORECASE)
_VOID = words(
    "area base br col embed hr img input link meta param source track wbr path circle rect line polygon polyline"
)
_OPTIONAL = words(
    "li dt dd p rt rp optgroup option colgroup thead tbody tfoot tr td th caption html head body"
)
"""Their end may be left out."""
_RAW = frozenset({"script", "style", "textarea", "title"})
_CODE = frozenset({"", "module", "text/javascript", "application/javascript", "text/babel"})


@dataclass(frozen=True, slots=True)
class Script:
    """Inline JavaScript with the line it begins on."""

    line: int
    content: str
    module: bool


@dataclass(frozen=True, slots=True)
class Page:
    findings: tuple[Finding, ...]
    scripts: tuple[Script, ...]
    loads: tuple[tuple[int, str], ...]


def read_page(file: File) -> Page:
    """`loads`: what its tags load, by line; addresses and template expressions are left out."""
    reader = _Reader(file, bool(_TEMPLATE.search(file.content)))
    reader.read()
    return Page(tuple(reader.findings), tuple(reader.scripts), tuple(reader.loads))


class _Reader:
    def __init__(self, file: File, template: bool) -> None:
        self.file = file
        self.template = template
        self.findings: list[Finding] = []
        self.scripts: list[Script] = []
        self.loads: list[tuple[int, str]] = []
        self._open: list[tuple[str, int]] = []
        self._at = 0
        self._line = 1

    def read(self) -> None:
        text = self.file.content
        while found := _TAG.search(text, self._at):
            self._go(found.start())
            if found[0] in ("<!--", "<![CDATA["):
                if not self._skip("-->" if found[0] == "<!--" else "]]>"):
                    self._fault(self._line, "the comment of this line is never closed")
                    return
            elif found[5]:
                if not self.template:
                    self._fault(self._line, f"the tag `<{found[4]}{found[5]}` is never closed")
                    return
                self._go(found.end())
            elif not self._tag(found):
                return
        self._end()

    def _go(self, to: int) -> None:
        self._line += self.file.content.count("\n", self._at, to)
        self._at = to

    def _skip(self, mark: str) -> bool:
        end = self.file.content.find(mark, self._at)
        if end >= 0:
            self._go(end + len(mark))
        return end >= 0

    def _tag(self, found: re.Match[str]) -> bool:
        """False when nothing after it can be read."""
        closing, name, attributes, line = found[1], found[2].lower(), found[3], self._line
        self._go(found.end())
        if closing:
            self._close(name, line)
            return True
        self._load(name, attributes, line)
        if name in _RAW:
            return self._raw(name, attributes, line)
        if name not in _VOID and not attributes.rstrip().endswith("/"):
            self._open.append((name, line))
        return True

    def _raw(self, name: str, attributes: str, line: int) -> bool:
        end = re.compile(rf"</{name}\s*>", re.IGNORECASE).search(self.file.content, self._at)
        if end is None:
            self._fault(line, f"`<{name}>` of this line is never closed")
            return False
        inner = self.file.content[self._at : end.start()]
        given = {key.lower(): one or other for key, one, other in _ATTRIBUTE.findall(attributes)}
        if name == "script" and "src" not in given and given.get("type", "") in _CODE and inner.strip():
            self.scripts.append(Script(self._line, inner, given.get("type") == "module"))
        self._go(end.end())
        return True

    def _close(self, name: str, line: int) -> None:
        if not any(opened == name for opened, _ in self._open):
            if name not in _OPTIONAL and name not in _VOID:
                self._unbalanced(line, f"`</{name}>` closes nothing")
            return
        while self._open:
            opened, at = self._open.pop()
            if opened == name:
                return
            if opened not in _OPTIONAL:
                self._unbalanced(at, f"`<{opened}>` is not closed before `</{name}>` of line {line}")

    def _end(self) -> None:
        names = [name for name, _ in self._open]
        if "html" in names and not self.template and "</html" not in self.file.content.lower():
            self._fault(self._line, "`</html>` is missing; the file may be cut off")
        for name, line in self._open:
            if name not in _OPTIONAL:
                self._unbalanced(line, f"`<{name}>` of this line is never closed")

    def _load(self, name: str, attributes: str, line: int) -> None:
        for key, one, other in _ATTRIBUTE.findall(attributes):
            value = (one or other).strip()
            loads = key.lower() == "src" or (key.lower() == "href" and name == "link")
            if loads and value and not _TEMPLATE.search(value) and not _ELSEWHERE.match(value):
                self.loads.append((line, value))

    def _unbalanced(self, line: int, message: str) -> None:
        """Templates are made of halves."""
        if not self.template:
            self.findings.append(Finding(self.file.path, line, "unclosed-tag", "error", message))

    def _fault(self, line: int, message: str) -> None:
        self.findings.append(Finding(self.file.path, line, "invalid-syntax", "error", message))
