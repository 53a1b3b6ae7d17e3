"""What the ending of a file name says about how its content may look."""

from __future__ import annotations

_MARKDOWN = {"md", "mdx", "markdown", "mdown"}
_MARKUP = {
    "html",
    "htm",
    "xhtml",
    "xml",
    "svg",
    "vue",
    "svelte",
    "jsx",
    "tsx",
    "xlf",
    "xliff",
    "xsl",
    "xslt",
    "xsd",
    "rss",
}
_CRLF = {"bat", "cmd", "ps1"}


def ending(path: str) -> str:
    """In lower case, without the dot; "" for `Makefile`, `.gitignore` and the like."""
    name = path.rpartition("/")[2]
    stem, dot, last = name.rpartition(".")
    return last.lower() if dot and stem else ""


def is_markdown(path: str) -> bool:
    return ending(path) in _MARKDOWN or path.rpartition("/")[2].upper() == "README"


def is_markup(path: str) -> bool:
    """Tags are ordinary content there."""
    return ending(path) in _MARKUP


def keeps_crlf(path: str) -> bool:
    """Windows scripts, which may fail with bare line feeds."""
    return ending(path) in _CRLF
