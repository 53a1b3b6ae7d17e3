"""What people do to a session on its page. Every form works without scripts: it answers with the page again."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from adapters.web.asking import application, detail, hand_in, place_of, spoken_to, suggestions, words
from adapters.web.dashboard.forms import Typed, event, language, number, typed
from adapters.web.dashboard.notes import seen_to
from adapters.web.dashboard.session import show
from adapters.web.front import Front
from adapters.web.identity import TheFront, TheWriter
from adapters.web.problems import Problem, unknown
from core.accounts import Caller
from core.intents import (
    Cancel,
    ChangeRequirements,
    Close,
    Delete,
    Generate,
    Intent,
    Origin,
    Rename,
    Reopen,
    Restore,
    Retry,
    Review,
    RunTests,
)

router = APIRouter()

LONGEST = 20_000
"""Characters of a message."""
Make = Callable[[Origin, str, Typed], Intent]
"""From the event, the session's id and the form."""


def _requirement(origin: Origin, session: str, form: Typed) -> Intent:
    """One form for a line of the ledger: the button says whether it is changed or withdrawn."""
    line = number(form["number"])
    if form["do"] == "withdraw":
        return ChangeRequirements(origin, session, withdraw=(line,))
    return ChangeRequirements(origin, session, edit=((line, form["text"]),))


_ACTIONS: Mapping[str, tuple[str, Make]] = {
    "generate": ("generate", lambda at, session, form: Generate(at, language(form["language"]), session)),
    "cancel": ("generate", lambda at, session, form: Cancel(at, session, form["job"] or None)),
    "retry": ("generate", lambda at, session, _: Retry(at, session)),
    "add": (
        "add",
        lambda at, session, form: ChangeRequirements(at, session, tuple(form["text"].split("\n"))),
    ),
    "requirement": ("requirement", _requirement),
    "rename": ("title", lambda at, session, form: Rename(at, form["title"], session)),
    "close": ("", lambda at, session, _: Close(at, session)),
    "reopen": ("", lambda at, session, _: Reopen(at, session)),
    "review": ("", lambda at, session, _: Review(at, session)),
}
"""By the last part of the address: the form at which a refusal is shown, and the intent."""
_SAID = {
    "cancel": "It stops now.",
    "review": "I am reading the newest version; what I find is said in the conversation, and stands at that version.",
    "run-tests": "I am running the tests; the outcome is said in the conversation.",
    "apply": "I am making the next version with that suggestion.",
    "restore": "I am making that version current again, as a new one.",
}


@router.post("/sessions/{session_id}/messages")
async def say(request: Request, front: TheFront, who: TheWriter, session_id: str) -> Response:
    found = await detail(front, who, session_id)
    form = await typed(request)
    text = form["text"].strip()
    try:
        spoken_to(found.session)
        _check(text)
        receipt = await hand_in(
            front, words(event(front, request, who, place_of(found.session), form), who, text)
        )
    except Problem as problem:
        kept = {"message": form["text"][:LONGEST]}
        return await show(
            request, front, who, found, problem.status, wrong={"message": problem.detail}, kept=kept
        )
    return seen_to(request, f"/sessions/{session_id}#say", receipt.reply.text if receipt.reply else "")


def _check(text: str) -> None:
    if not text:
        raise Problem(422, "Write something first.")
    if len(text) > LONGEST:
        raise Problem(422, f"{len(text):,} characters; at most {LONGEST:,} fit here.")


@router.post("/sessions/{session_id}/delete")
async def delete(request: Request, front: TheFront, who: TheWriter, session_id: str) -> Response:
    found = await detail(front, who, session_id)
    origin = event(front, request, who, place_of(found.session), await typed(request))
    receipt = await hand_in(front, Delete(origin, session_id, confirmed=True))
    return seen_to(request, "/", receipt.reply.text if receipt.reply else "")


@router.post("/sessions/{session_id}/versions/{version}/{action}")
async def on_version(
    request: Request, front: TheFront, who: TheWriter, session_id: str, version: str, action: str
) -> Response:
    made = await front.library.numbered(who, session_id, number(version))
    if made is None:
        raise unknown("version")
    suggested = await suggestions(front, who, session_id, made.id) if action == "apply" else ()
    intents: Mapping[str, Make] = {
        "restore": lambda at, session, _: Restore(at, made.number, session),
        "run-tests": lambda at, session, _: RunTests(at, made.id, session),
        "apply": lambda at, _, form: application(at, suggested, form["suggestion"]),
    }
    if action not in intents:
        raise unknown("page")
    return await _act(request, front, who, session_id, action, ("", intents[action]))


@router.post("/sessions/{session_id}/{action}")
async def act(request: Request, front: TheFront, who: TheWriter, session_id: str, action: str) -> Response:
    if action not in _ACTIONS:
        raise unknown("page")
    return await _act(request, front, who, session_id, action, _ACTIONS[action])


async def _act(
    request: Request, front: Front, who: Caller, session_id: str, action: str, how: tuple[str, Make]
) -> Response:
    """A refusal is shown where the form is, with what was typed."""
    found = await detail(front, who, session_id)
    form = await typed(request)
    at, make = how
    try:
        receipt = await hand_in(
            front, make(event(front, request, who, place_of(found.session), form), session_id, form)
        )
    except Problem as problem:
        kept = {at: form["text"] or form["title"], "number": form["number"]}
        return await show(request, front, who, found, problem.status, wrong={at: problem.detail}, kept=kept)
    note = receipt.reply.text if receipt.reply else _SAID.get(action, "")
    return seen_to(request, _back(form, session_id), note)


def _back(form: Typed, session_id: str) -> str:
    """To the list of requirements for whoever came from there."""
    return (
        f"/sessions/{session_id}/requirements"
        if form["back"] == "requirements"
        else f"/sessions/{session_id}"
    )
