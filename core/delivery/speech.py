"""Failures in words: one sentence, the reference that is in the log, and the buttons that make sense now."""

from __future__ import annotations

import re

from core.errors import ThreadwrightError
from core.replies import Action, Button, Reply

_BLOCK = re.compile(r"\s*(?:[-+*#>|`~]|\d+[.)]\s)")
_FENCE = re.compile(r"\s{0,3}(`{3,}|~{3,})")


def sorry(
    error: ThreadwrightError, session_id: str, *, kept: str = "", buttons: tuple[Button, ...] | None = None
) -> Reply:
    """What people read when something failed. `kept`: what was said or saved before it did. `buttons`: what can be done
    about it now, if that is not to try the turn or the generation again."""
    said = f"⚠️ {error.sentence} `ref {error.reference}`"
    text = f"{fenced_off(kept)}\n\n{said}" if kept.strip() else said
    return Reply(text, (again(session_id),) if buttons is None else buttons)


def again(session_id: str) -> Button:
    return Button(Action.RETRY, "Try again", session_id)


def echoed(name: str, text: str) -> str:
    """What `name` said in a browser, as the thread shows it. Text that begins like a list, a quotation or code keeps its
    shape on a line of its own."""
    begins = "\n" if "\n" in text or _BLOCK.match(text) else " "
    return f"**{_plain(name)}** (web):{begins}{text}"


def _plain(name: str) -> str:
    return " ".join(name.replace("*", "").replace("`", "").split()) or "Somebody"


def fenced_off(text: str) -> str:
    """`text` with an open code fence closed, so that what follows is not taken for code."""
    fence = ""
    for line in text.splitlines():
        mark = _FENCE.match(line)
        if mark and not fence:
            fence = mark[1]
        elif mark and mark[1].startswith(fence) and not line.strip().strip(fence[0]):
            fence = ""
    return f"{text.rstrip()}\n{fence}" if fence else text.rstrip()
