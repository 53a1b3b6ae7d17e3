"""From CommonMark to what Discord draws: its only fence, its three headings, no tables, its own times. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from adapters.discord.tables import without_tables
from adapters.shared.fences import Fence, after
from adapters.shared.mentions import INVISIBLE

FENCE: Final = "```"
_TIME: Final = re.compile(r"<!time:(\d{1,11})>")
_HEADING: Final = re.compile(r"[ ]{0,3}#{4,6}[ \t]+(.+?)[ \t]*#*[ \t]*")
_INLINE: Final = re.compile(r"```([^`\n]+)```")
_THIRD: Final = re.compile(r"``(?=`)")
_LANGUAGE: Final = re.compile(r"[A-Za-z0-9_+\-.#]{1,30}")


def outgoing(text: str) -> str:
    """`text` as Discord draws it, with every code block closed. What mentions somebody stays readable; that it
    notifies nobody is said with each message (`blocks.DiscordMessage.body`)."""
    lines: list[str] = []
    for code, block in _blocks(text):
        lines += block if code else without_tables([_prose(line) for line in block])
    return "\n".join(lines)


def unbroken(code: str) -> str:
    """`code` in which no backticks end the code block around it: an invisible character stands between them."""
    return _THIRD.sub(f"``{INVISIBLE}", code)


def _blocks(text: str) -> Iterator[tuple[bool, list[str]]]:
    """Runs of lines, and whether they are a code block, fences and all, in Discord's own spelling."""
    run: list[str] = []
    fence: Fence | None = None
    for line in text.split("\n"):
        before, fence = fence, after(fence, line)
        if before is None and fence is not None:
            if run:
                yield False, run
            run = [f"{fence.indent}{FENCE}{_language(fence.info)}"]
        elif before is not None and fence is None:
            yield True, [*run, f"{before.indent}{FENCE}"]
            run = []
        else:
            run.append(line if fence is None else unbroken(line))
    if fence is not None:
        yield True, [*run, f"{fence.indent}{FENCE}"]
    elif run:
        yield False, run


def _language(info: str) -> str:
    """Discord takes one word; anything more would become a line of code."""
    match = _LANGUAGE.match(info.strip())
    return match[0] if match else ""


def _prose(line: str) -> str:
    heading = _HEADING.fullmatch(line)
    if heading:
        line = f"**{heading[1].replace('**', '')}**"
    return unbroken(_INLINE.sub(r"`\1`", _TIME.sub(r"<t:\1:f>", line)))
