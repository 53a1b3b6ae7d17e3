"""One sentence that is shown on the next page, once: what became of a form."""

from __future__ import annotations

import base64
import binascii
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse

from adapters.web.dashboard.wording import clean, shortened

NOTE: Final = "tw_note"
_SECONDS = 60
_LONGEST = 600
"""Characters."""


def seen_to(request: Request, where: str, sentence: str = "") -> RedirectResponse:
    """To the page `where`, which will say `sentence`."""
    response = RedirectResponse(where, 303)
    if sentence:
        value = base64.urlsafe_b64encode(shortened(sentence, _LONGEST).encode()).decode()
        secure = request.app.state.front.secure
        response.set_cookie(NOTE, value, max_age=_SECONDS, httponly=True, secure=secure, samesite="lax")
    return response


def noted(request: Request) -> str:
    """Shown as text only: a cookie may come from anywhere."""
    value = request.cookies.get(NOTE, "")
    try:
        return clean(base64.urlsafe_b64decode(value[: 4 * _LONGEST]).decode())[:_LONGEST]
    except (binascii.Error, ValueError):
        return ""
