"""Who is asking: by the token of a program, or by the cookie of a browser."""

from __future__ import annotations

import hmac
from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection, Request

from adapters.web.front import Front
from adapters.web.problems import Problem
from core.accounts import Caller, Scope

COOKIE = "tw_session"
CSRF_HEADER = "x-csrf-token"
CSRF_FIELD = "csrf"
_LONGEST = 256
"""Characters of a secret; ours are shorter."""


def nobody() -> Problem:
    return Problem(
        401,
        "I do not know who you are. `/automation dashboard` in the chat gives a link to sign in, "
        "and `/automation token NAME` a token for programs.",
        headers={"WWW-Authenticate": "Bearer"},
    )


def forged() -> Problem:
    return Problem(
        403, "This form is too old, or was not made here. Load the page again, then send it once more."
    )


def read_only() -> Problem:
    return Problem(403, "This token may only read. `/automation token NAME` makes one that may write, too.")


def front_of(connection: HTTPConnection) -> Front:
    front: Front = connection.app.state.front
    return front


async def recognise(front: Front, connection: HTTPConnection) -> Caller | None:
    """A token that does not work is nobody, whatever cookie comes with it."""
    if "authorization" in connection.headers:
        kind, _, secret = connection.headers["authorization"].partition(" ")
        plausible = kind.lower() == "bearer" and 0 < len(secret) <= _LONGEST and secret.isascii()
        return await front.accounts.by_token(secret.strip()) if plausible else None
    cookie = connection.cookies.get(COOKIE, "")
    plausible = 0 < len(cookie) <= _LONGEST and cookie.isascii()
    return await front.accounts.by_cookie(cookie) if plausible else None


async def known(request: Request) -> Caller | None:
    """The caller, asked once per request."""
    state = request.scope.setdefault("state", {})
    if "caller" not in state:
        state["caller"] = await recognise(front_of(request), request)
    found: Caller | None = state["caller"]
    return found


async def caller(request: Request) -> Caller:
    """Raises Problem 401."""
    found = await known(request)
    if found is None:
        raise nobody()
    return found


async def writer(request: Request, who: Annotated[Caller, Depends(caller)]) -> Caller:
    """Somebody who may change things, and meant to: a browser has to show what only our own pages know."""
    if Scope.WRITE not in who.scopes:
        raise read_only()
    if "authorization" not in request.headers and not same(await _shown(request), who.csrf):
        raise forged()
    return who


async def maintainer(who: Annotated[Caller, Depends(caller)]) -> Caller:
    if not who.maintains:
        raise Problem(403, "Only maintainers of this workspace may do this.")
    return who


def same(given: str, secret: str) -> bool:
    return bool(secret) and hmac.compare_digest(given.encode(errors="replace"), secret.encode())


async def _shown(request: Request) -> str:
    header = request.headers.get(CSRF_HEADER)
    if header is not None:
        return header
    if request.headers.get("content-type", "").startswith(
        ("application/x-www-form-urlencoded", "multipart/form-data")
    ):
        value = (await request.form()).get(CSRF_FIELD)
        return value if isinstance(value, str) else ""
    return ""


TheFront = Annotated[Front, Depends(front_of)]
TheCaller = Annotated[Caller, Depends(caller)]
TheWriter = Annotated[Caller, Depends(writer)]
TheMaintainer = Annotated[Caller, Depends(maintainer)]
