"""What people typed into a form of the dashboard, and the event that its sending is."""

from __future__ import annotations

import hashlib
from typing import Final

from starlette.datastructures import FormData
from starlette.requests import Request

from adapters.web.asking import origin
from adapters.web.dashboard.wording import clean
from adapters.web.front import Front
from core.accounts import Caller
from core.intents import Origin, Place
from core.vocabulary import Language

ONCE: Final = "once"
"""A field with a value of its own in every form, so that one sent twice is done once."""
_UNSEEN = ("csrf",)


class Typed:
    """The fields of one form, cleaned. A field that is not there is empty."""

    def __init__(self, data: FormData) -> None:
        self._data = data

    def __getitem__(self, name: str) -> str:
        value = self._data.get(name, "")
        return clean(value) if isinstance(value, str) else ""

    def line(self, name: str) -> str:
        return " ".join(self[name].split())

    def all(self, name: str) -> tuple[str, ...]:
        return tuple(clean(value) for value in self._data.getlist(name) if isinstance(value, str))

    @property
    def mark(self) -> str:
        """The same for the same form with the same words in it, and for no other."""
        said = sorted(
            (name, value)
            for name, value in self._data.multi_items()
            if isinstance(value, str) and name not in _UNSEEN
        )
        return hashlib.sha256(repr(said).encode()).hexdigest()


async def typed(request: Request) -> Typed:
    return Typed(await request.form())


def event(front: Front, request: Request, who: Caller, place: Place, form: Typed) -> Origin:
    """Sent twice, it is one event."""
    if form[ONCE]:
        key = f"{who.key} {request.url.path} {form.mark}"
        request.scope["state"]["event"] = hashlib.sha256(key.encode()).hexdigest()[:40]
    return origin(front, request, who, place)


def language(value: str) -> Language | None:
    """``None`` for what is none of ours."""
    return Language(value) if value in {one.value for one in Language} else None


def number(value: str, default: int = 0) -> int:
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 8 else default  # noqa: PLR2004 - digits
