"""Slack's own marks in text: outgoing ones are made harmless, incoming ones readable."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime

from adapters.shared.mentions import in_prose, quiet

_PINGS = re.compile(r"<(?=@[UWB][A-Z0-9]|!(?:here|channel|everyone|subteam\b))", re.IGNORECASE)
_TIME = re.compile(r"<!time:(\d{1,11})>")
_MARK = re.compile(r"<([^<>\n]+)>")
_LINK = re.compile(r"(?:https?|mailto|tel):")


def outgoing(text: str) -> str:
    """`text` as Slack may have it: nothing in it notifies anybody, times are shown in the reader's own zone."""
    return in_prose(quiet(text, _PINGS), lambda line: _TIME.sub(_date, line))


def short(text: str, limit: int = 300) -> str:
    """What a notification shows of `text`: plain, harmless, not empty."""
    plain = " ".join(_TIME.sub(lambda match: _utc(match[1]), text).split())
    cut = plain if len(plain) <= limit else plain[: limit - 1] + "…"
    return html.escape(outgoing(cut), quote=False) or "…"


def incoming(text: str) -> str:
    """What a person typed, without Slack's marks: entities resolved, links and names readable."""
    return html.unescape(_MARK.sub(lambda match: _readable(match[1]), text))


def mentions(text: str, user: str) -> bool:
    return _of(user).search(text) is not None


def without(text: str, user: str) -> str:
    """`text` without the mentions of `user`; as it is when there are none."""
    cut, count = _of(user).subn(" ", text)
    return cut.strip() if count else text


def _of(user: str) -> re.Pattern[str]:
    return re.compile(rf"[ \t]*<@{re.escape(user)}(?:\|[^<>]*)?>[ \t]*")


def _readable(inside: str) -> str:
    target, _, label = inside.partition("|")
    if _LINK.match(target):
        bare = target.removeprefix("mailto:").removeprefix("tel:")
        return f"{label} ({bare})" if label and label not in bare else bare
    if target[0] in "@#":
        return f"{target[0]}{label or target[1:]}"
    if target.startswith("!subteam^"):
        return f"@{(label or target.removeprefix('!subteam^')).lstrip('@')}"
    if target.startswith("!date^"):
        return label
    return f"@{target[1:]}" if target[0] == "!" else f"<{inside}>"


def _date(match: re.Match[str]) -> str:
    return f"<!date^{match[1]}^{{date_short_pretty}} {{time}}|{_utc(match[1])}>"


def _utc(seconds: str) -> str:
    return f"{datetime.fromtimestamp(int(seconds), UTC):%Y-%m-%d %H:%M} UTC"
