"""Makes other people's text harmless inside a prompt: it can neither end its data section nor speak for somebody else.

What is changed stays readable, and only what imitates the prompt's own signs is changed: `<data:…>` tags, the control
words of chat templates (`<|im_start|>`), and `[Name]:` at the start of a line, which becomes a quotation.
"""

from __future__ import annotations

import re

AGENT_LABEL = "Threadwright"
"""How the agent's own turns are labelled where they stand among those of people."""

_NAME_LIMIT = 60
_HIDDEN = "\u00ad\u200b-\u200f\u2060-\u2064\ufeff"
"""Characters that take no room, with which a sign could be disguised."""

_SPACE = rf"(?:[^\S\n]|[{_HIDDEN}])*"
_DATA = f"[{_HIDDEN}]*".join("data")
_DELIMITER = re.compile(
    rf"[<\uff1c](?=(?:{_SPACE}/{_SPACE})?{_DATA}{_SPACE}[:\uff1a]{_SPACE}"
    "(?:session|requirements|versions|files?|messages|attachment))",
    re.IGNORECASE,
)
"""The sections of `core/generation/context.py`, by name: `if n < data:` in a program is no sign of ours."""
_TEMPLATE = re.compile(
    r"<(?=\|[\w-]{1,40}\|>|\uff5c[^\n\uff5c]{1,40}\uff5c>|(?:start|end)_of_turn>)|\[(?=/?INST\])"
)
_LABEL = re.compile(
    rf"^(?=(?:[^\S\n]|[{_HIDDEN}*_])*[\[\uff3b\u3010][^\]\uff3d\u3011\n]{{1,100}}[\]\uff3d\u3011][*_]*[^\S\n]*[:\uff1a])",
    re.MULTILINE,
)
_LINE_END = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
_NOT_IN_NAMES = re.compile(rf"[\[\]\uff3b\uff3d\u3010\u3011<>\uff1c\uff1e:\uff1a`*|\"\s{_HIDDEN}]+")


def inside(text: str) -> str:
    """`text` as it stands, except that it cannot open or end a data section. For files of the project, which must come
    back from the model unchanged."""
    return _DELIMITER.sub("\u2039", text)


def pasted(text: str) -> str:
    """For files that people drop into the thread: also one kind of line end, no control characters, and no words of a
    chat template, which some models would obey."""
    text = _CONTROL.sub("", _LINE_END.sub("\n", text))
    return _TEMPLATE.sub(lambda sign: "\u2039" if sign[0] == "<" else "(", inside(text))


def said(text: str) -> str:
    """For words of a message, the ledger and the like: also no line that looks like another speaker's."""
    return _LABEL.sub("> ", pasted(text))


def one_line(text: str) -> str:
    """`said`, on one line."""
    return " ".join(said(text).split())


def label(name: str) -> str:
    """A display name that is nothing but a name, at most 60 characters, and never the agent's."""
    clean = _NOT_IN_NAMES.sub(" ", pasted(name)).strip()[:_NAME_LIMIT].strip() or "somebody"
    return f"{clean} (a person)" if clean.casefold() == AGENT_LABEL.casefold() else clean


def file_name(name: str) -> str:
    """The name of a dropped file, without what could end the attribute it stands in."""
    return re.sub(r"[\s\"<>]+", " ", pasted(name)).strip()[:_NAME_LIMIT] or "file"
