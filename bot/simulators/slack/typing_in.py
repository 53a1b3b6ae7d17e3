"""What Slack makes of the text a person types: &, < and > escaped, addresses in angle brackets."""

from __future__ import annotations

import html
import re

_ENTITY = re.compile(
    r"<(?:@[UW][A-Z0-9]+|#C[A-Z0-9]+|!(?:here|channel|everyone)|!subteam\^S[A-Z0-9]+)(?:\|[^<>\n]*)?>"
)
_ADDRESS = re.compile(r"https?://[^\s<>|`\"']*[^\s<>|`\"'.,;:!?)\]}]")


def typed(text: str) -> str:
    """As it arrives in events. Mentions stand in the text as the client sends them: <@U…>, <#C…>, <!here> …"""
    sent, at = [], 0
    for entity in _ENTITY.finditer(text):
        sent += [_escaped(text[at : entity.start()]), entity.group(0)]
        at = entity.end()
    return "".join([*sent, _escaped(text[at:])])


def _escaped(text: str) -> str:
    return _ADDRESS.sub(lambda found: f"<{found.group(0)}>", html.escape(text, quote=False)) if text else ""
