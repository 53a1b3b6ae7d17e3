"""Figures and times in words. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import accumulate
from typing import TypeVar

_MINUTE, _HOUR, _DAY, _WEEK = 60, 3_600, 86_400, 7 * 86_400
_KIB = 1_024
T = TypeVar("T")
_ESCAPED = re.compile("[<>&\"']")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


def ago(at: datetime, now: datetime) -> str:
    """`just now`, `5 min ago`, `3 h ago`, `2 days ago`, then the date."""
    passed = max(0, int((now - at).total_seconds()))
    if passed < _MINUTE:
        return "just now"
    if passed < _HOUR:
        return f"{passed // _MINUTE} min ago"
    if passed < _DAY:
        return f"{passed // _HOUR} h ago"
    if passed < _WEEK:
        return counted(passed // _DAY, "day") + " ago"
    return f"{at:%d %b %Y}".lstrip("0")


def moment(at: datetime) -> str:
    return f"{at:%d %b %Y, %H:%M} UTC".lstrip("0")


def money(cost: Decimal | None) -> str:
    """US dollars; four digits where it is little."""
    if cost is None:
        return "unknown"
    return f"${cost:,.2f}" if cost >= 1 or cost == 0 else f"${cost:.4f}"


def counted(number: int, what: str, many: str = "") -> str:
    """`1 file`, `3 files`."""
    return f"{number:,} {what if number == 1 else many or f'{what}s'}"


def size(characters: int) -> str:
    return f"{characters} B" if characters < _KIB else f"{characters / _KIB:,.1f} kB"


def shortened(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"


def weight(text: str) -> int:
    """Bytes that it takes on a page, at most."""
    return len(text.encode(errors="replace")) + 5 * len(_ESCAPED.findall(text))


def fitting(items: Sequence[T], weigh: Callable[[T], int], room: int) -> Sequence[T]:
    """As many from the first on as weigh `room` together, and at least one."""
    heavy = accumulate(weigh(item) for item in items)
    return items[: max(1, sum(total <= room for total in heavy))]


def clean(text: str) -> str:
    """What came from a form: line feeds as ours, without control characters, which no keyboard has."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
