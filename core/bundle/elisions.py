"""Where code says that it is not whole: "... rest of the code unchanged ..."."""

from __future__ import annotations

import re

from core.bundle.kinds import is_markdown

_LONG = 200
_COMMENT = re.compile(
    r"\s*(?:#+|//+|/\*+|\*|<!--|--+|;+|%+|\{/\*|\"\"\"|''')\s*(.*?)\s*(?:\*+/\}?|-->|\"\"\"|''')?\s*"
)
_WHAT = (
    r"(?:code|file|functions?|methods?|class(?:es)?|implementation|imports?|routes?|components?|content|logic|styles?|"
    r"handlers?|tests?|fields?|properties|attributes|elements?|entries|lines|configuration|config|script|program|body)"
)
_STAYS = r"(?:unchanged|(?:remains?|stays?|is|are|as) (?:the same|unchanged|before|above|is)|as before|omitted|goes here)"
_PHRASES = re.compile(
    rf"(?:the )?(?:rest|remainder) of (?:the |your |this |my )?(?:existing |original |previous )?(?:[\w.]+ )?{_WHAT}\b.*|"
    rf"(?:\w+ )?(?:existing|previous|original|other|remaining) {_WHAT}(?: \w+){{0,3}} {_STAYS}.*|"
    rf"(?:the )?(?:rest|remaining \w+|everything else|other {_WHAT}|{_WHAT}) {_STAYS}.*|"
    rf"(?:the )?{_WHAT} (?:omitted|truncated|abbreviated|shortened)(?: for (?:brevity|clarity|simplicity))?.*|"
    rf"(?:same|unchanged) (?:as (?:before|above)|code)\b.*|"
    rf"(?:existing|previous|original|your|other|remaining|rest of(?: the)?) (?:\w+ ){{0,2}}{_WHAT}(?: here)?",
    re.IGNORECASE,
)
_DOTS = re.compile(r"^(?:\.{3,}|\u2026|\[\s*\.{3}\s*\])\s*|\s*(?:\.{3,}|\u2026|\[\s*\.{3}\s*\])$")
_SURE = re.compile(
    rf"(?:the )?(?:rest|remainder) of (?:the |your |this |my )?(?:existing |original |previous )?{_WHAT}"
    rf"(?:(?: \w+)?(?: {_STAYS}.*)?| here)|"
    rf"(?:the )?(?:rest|remaining {_WHAT}|everything else|other {_WHAT}|existing {_WHAT}) {_STAYS}|"
    rf"(?:the )?(?:{_WHAT} )?(?:omitted|truncated|abbreviated|shortened) for (?:brevity|clarity|simplicity)",
    re.IGNORECASE,
)
"""What can mean nothing else, even without dots around it."""


def elision(path: str, content: str) -> tuple[int, str] | None:
    """The first comment that stands for code that is missing: its line, from 1, and its words. Never in Markdown."""
    if is_markdown(path):
        return None
    for number, line in enumerate(content.split("\n"), 1):
        if len(line) <= _LONG and (words := _said(line)) and _elides(words):
            return number, words
    return None


def _said(line: str) -> str:
    match = _COMMENT.fullmatch(line)
    return match[1] if match else ""


def _elides(words: str) -> bool:
    """A phrase of the list; without dots around it, only where it cannot mean anything else."""
    bare = words.strip(" ()[]")
    undotted = _DOTS.sub("", _DOTS.sub("", bare))
    phrases = _PHRASES if undotted != bare else _SURE
    return bool(phrases.fullmatch(undotted.strip(" .()[]")))
