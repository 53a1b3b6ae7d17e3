"""Signing in with a link from the chat, and out again."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from adapters.web.front import Front
from adapters.web.identity import COOKIE, TheCaller, TheFront, writer
from adapters.web.problems import Problem
from core.accounts import COOKIE_DAYS

router = APIRouter(include_in_schema=False)

Secret = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,128}$")]


@router.get("/sign-in/{secret}", name="sign_in_page")
async def page(request: Request, secret: Secret) -> Response:
    """Shows a button, and nothing happens yet: programs that look at links in a chat only load the page."""
    response: Response = request.app.state.templates.TemplateResponse(
        request, "sign_in.html", {"action": f"/sign-in/{secret}"}
    )
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@router.post("/sign-in/{secret}")
async def sign_in(front: TheFront, secret: Secret) -> Response:
    signed = await front.accounts.sign_in(secret)
    if signed is None:
        raise Problem(
            410,
            "This link does not work any more: each works once, for ten minutes. "
            "`/automation dashboard` in the chat gives a new one.",
        )
    response = RedirectResponse("/", 303)
    response.set_cookie(
        COOKIE,
        signed.cookie,
        max_age=COOKIE_DAYS * 86_400,
        httponly=True,
        secure=front.secure,
        samesite="lax",
    )
    return response


@router.post("/sign-out", dependencies=[Depends(writer)])
async def sign_out(request: Request, front: TheFront, _who: TheCaller) -> Response:
    await front.accounts.sign_out(request.cookies.get(COOKIE, ""))
    return _without_cookie(front)


def _without_cookie(front: Front) -> Response:
    response = RedirectResponse("/", 303)
    response.delete_cookie(COOKIE, httponly=True, secure=front.secure, samesite="lax")
    return response
