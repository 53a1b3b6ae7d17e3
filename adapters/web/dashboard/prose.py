"""What people and models wrote, as text on a page: line breaks and code, never HTML of theirs. Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from markupsafe import Markup, escape

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})([^`]*)")
_CODE = re.compile(r"(?<!`)(`{1,3})(?!`)([^\n]{1,500}?)(?<!`)\1(?!`)")
_TIME = re.compile(r"&lt;!time:(\d{1,11})&gt;")
"""As the core writes a time, escaped."""
_BOLD = re.compile(r"\*\*(?=\S)([^*\n]{1,300}?)(?<=\S)\*\*")


def prose(text: str) -> Markup:
    """Paragraphs and code blocks. Everything else of Markdown stays as it was typed."""
    return Markup("").join(_shown(part, is_code=is_code) for is_code, part in _parts(text) if part.strip())


def _shown(part: str, *, is_code: bool) -> Markup:
    if is_code:
        return Markup('<pre class="block" tabindex="0"><code>{}</code></pre>').format(part)
    if part.startswith("|"):  # a table: its columns stand under each other where all letters are of one width
        return Markup('<pre class="block plain" tabindex="0">{}</pre>').format(part)
    return Markup('<p dir="auto">{}</p>').format(inline(part))


def sentence(text: str) -> Markup:
    """Words of our own that may quote people: bold and code are shown as such."""
    return _marked(_BOLD, str(inline(text)), "strong")


def inline(text: str) -> Markup:
    """Text with its code."""
    return _times(str(_marked(_CODE, str(escape(text.strip("\n"))), "code", group=2)))


def _marked(pattern: re.Pattern[str], escaped: str, tag: str, group: int = 1) -> Markup:
    """Only tags of ours are put around text that was escaped before."""
    return Markup(pattern.sub(lambda found: f"<{tag}>{found[group].strip()}</{tag}>", escaped))  # noqa: S704 - escaped


def _times(escaped: str) -> Markup:
    return Markup(_TIME.sub(lambda found: str(_moment(int(found[1]))), escaped))  # noqa: S704 - escaped


def _moment(unix: int) -> Markup:
    try:
        at = datetime.fromtimestamp(unix, UTC)
    except (OverflowError, ValueError, OSError):
        return Markup("at some time")
    return Markup('<time datetime="{}">{:%d %b %Y, %H:%M} UTC</time>').format(at.isoformat(), at)


def _parts(text: str) -> list[tuple[bool, str]]:
    """(is code, text) in order; a fence that is never closed ends with the text."""
    parts: list[tuple[bool, list[str]]] = [(False, [])]
    fence = ""
    for line in text.splitlines():
        mark = _FENCE.match(line)
        if not fence and mark:
            fence = mark[1]
            parts.append((True, []))
        elif fence and mark and mark[1].startswith(fence) and not mark[2].strip():
            fence = ""
            parts.append((False, []))
        elif not fence and not line.strip():
            parts.append((False, []))
        elif not fence and bool(parts[-1][1]) and line.startswith("|") != parts[-1][1][-1].startswith("|"):
            parts.append((False, [line]))
        else:
            parts[-1][1].append(line)
    return [(is_code, "\n".join(lines)) for is_code, lines in parts]
