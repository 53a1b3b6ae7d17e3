"""The last hand on a file's text: wrappers off, line ends and the final newline in order."""

from __future__ import annotations

import re

from core.bundle.dialects.fences import Fence, closes, fence_at, fits
from core.bundle.kinds import is_markdown, is_markup, keeps_crlf

_SURROGATE = re.compile("[\ud800-\udfff]")
_CDATA = re.compile(r"\s*<!\[CDATA\[(?:[ \t]*\r?\n)?(.*)\]\]>\s*", re.DOTALL)
_ENTITY = re.compile(r"&(?:lt|gt|quot|apos|amp|#39);")
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&#39;": "'", "&amp;": "&"}
_TELLING = re.compile(r"&(?:lt|gt|quot);")
_UNPRINTABLE = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x9f\ufffd]")
_BINARY_SHARE = 0.1
_MARKDOWN_INFO = {"markdown", "md", "mdx"}


def tidy(path: str, text: str) -> tuple[str, bool]:
    """`text` as the file `path` should hold it, and whether HTML entities were turned back into characters.

    The text ends with exactly one newline; blank text becomes empty.
    """
    text = mended(text)
    if not keeps_crlf(path):
        text = text.replace("\r\n", "\n")
    text = _without_fence(path, _without_cdata(text))
    plain = _without_entities(path, text)
    return _ended(plain), plain != text


def mended(text: str) -> str:
    """Halves of surrogate pairs joined where both are there, replaced where one is missing."""
    if not _SURROGATE.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def is_binary(text: str) -> bool:
    """NUL, or more than a tenth of it unprintable."""
    return "\x00" in text or _UNPRINTABLE.subn("", text)[1] > len(text) * _BINARY_SHARE


def _without_cdata(text: str) -> str:
    match = _CDATA.fullmatch(text)
    return match[1] if match else text


def _without_fence(path: str, text: str) -> str:
    """Without a code fence around the whole; a Markdown file may be one fence on purpose."""
    body = text.strip()
    first, newline, rest = body.partition("\n")
    opener = fence_at(first)
    if not newline or opener is None or not rest:
        return text
    if is_markdown(path) and opener.info.lower() not in _MARKDOWN_INFO:
        return text
    inner, _, last = rest.rpartition("\n")
    if not closes(opener, last) or not _even(opener, inner, bare_ones_open=is_markdown(path)):
        return text
    return inner


def _even(outer: Fence, text: str, *, bare_ones_open: bool) -> bool:
    """Whether every fence in `text` that could close `outer` belongs to a block inside of it."""
    nested = False
    for line in text.split("\n"):
        fence = fence_at(line)
        if fence is None or not fits(outer, fence):
            continue
        if nested:
            nested = bool(fence.info)
        elif fence.info or bare_ones_open:
            nested = True
        else:
            return False
    return not nested


def _without_entities(path: str, text: str) -> str:
    """Code that was escaped as a whole: no bare `<`, `>` or quote is left in it, but their entities are."""
    if is_markdown(path) or is_markup(path) or any(mark in text for mark in '<>"'):
        return text
    if not _TELLING.search(text):
        return text
    return _ENTITY.sub(lambda match: _ENTITIES[match[0]], text)


def _ended(text: str) -> str:
    if not text.strip():
        return ""
    newline = "\r\n" if text.endswith("\r\n") else "\n"
    return text.rstrip("\r\n") + newline
