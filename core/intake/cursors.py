"""Where a page ended, as a word that means nothing to others. One that was not made here, or for another list, is
refused; one that is followed shows nothing that its holder may not see."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import datetime

from core.errors import RequestRefused

_SIGN = 8
"""Bytes of the check sum."""
_LONGEST = 400
WRONG = "This cursor is none of mine. Begin again without one."


def written(listed: str, moment: datetime | None, last: str) -> str:
    """``listed``: which list it is for."""
    plain = json.dumps([moment.isoformat() if moment else None, last], separators=(",", ":")).encode()
    return _coded(_sum(listed, plain) + plain)


def read(listed: str, cursor: str) -> tuple[datetime | None, str]:
    """Raises RequestRefused."""
    try:
        moment, last = json.loads(_plain(listed, cursor))
        return (datetime.fromisoformat(moment) if moment else None), str(last)
    except (ValueError, TypeError) as error:
        raise RequestRefused(WRONG, field="cursor") from error


def _plain(listed: str, cursor: str) -> bytes:
    """Raises ValueError."""
    if len(cursor) > _LONGEST:
        raise ValueError(len(cursor))
    raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    sign, plain = raw[:_SIGN], raw[_SIGN:]
    if sign != _sum(listed, plain) or _coded(raw) != cursor:
        raise ValueError(listed)
    return plain


def _coded(raw: bytes) -> str:
    """Base64 has bits to spare at its end: only one spelling is ours."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _sum(listed: str, plain: bytes) -> bytes:
    return hashlib.blake2b(plain, digest_size=_SIGN, key=hashlib.sha256(listed.encode()).digest()).digest()
