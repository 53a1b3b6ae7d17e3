"""`docs/failures.md`, made of the errors that the translators really raise: `python -m tests.work.failure_table` prints it."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError

from adapters.discord import calls as discord_calls
from adapters.discord import failures as discord
from adapters.slack import calls as slack_calls
from adapters.slack import failures as slack
from core import errors
from core.errors import ChannelGone, ThreadGone, ThreadwrightError, TooLarge
from core.jobs.attempts import Patience
from core.openrouter import failures as model
from core.openrouter.complaints import Complaint
from core.work import asking

MODEL = "some/model"
_HEAD = """# What people read when something fails

Each failure is said in one sentence where it happened: in the message that was growing or showing the work, else in one
of its own in the thread, else to the person who asked, alone (an ephemeral message, or a direct one). Behind it stands a
reference, which is in the log with the detail. Nothing goes on looking as if it were still being done.

*Tried again by itself*: a model is asked at most {attempts} times, only before its first word, and only if it wants no
longer pause than {patience:.0f} seconds. A call of a platform waits up to {calls:.0f} seconds for its turn, as long as the platform
says; then the whole work is tried up to {works} times within about {minutes:.0f} minutes, believing a platform that wants a
longer pause up to {longest:.0f} minutes. After that people read the sentence.

*Try again* asks the same question or orders the same version once more, and opens a session whose card could not be
posted. A download, a comparison and a test run offer their own button instead; notices have none.

This table is made of the code: `python -m tests.work.failure_table > docs/failures.md`.

| error | when | what people read | buttons | tried again by itself |
|---|---|---|---|---|
"""
_MODEL: Mapping[str, Complaint] = {
    "401": Complaint(401),
    "403": Complaint(403, message="Not allowed"),
    "402": Complaint(402, message="Insufficient credits."),
    "402, with what is affordable": Complaint(402, message="can only afford 300"),
    "`content_policy_violation`, `refusal`, what was flagged": Complaint(403, moderated=True),
    "`context_length_exceeded` and its like": Complaint(400, kinds=("context_length_exceeded",)),
    "404, `model_not_found`": Complaint(404, kinds=("model_not_found",)),
    **{f"`{code}`": Complaint(404, availability=code, retryable=False) for code in model._WHY_GONE},
    "400, 413, 422": Complaint(422, kinds=("unprocessable",)),
    "a page instead of an answer": Complaint(404, understood=False),
    "429": Complaint(429, retry_after=40),
    "408, 5xx, 529": Complaint(503),
}


@dataclass(frozen=True, slots=True)
class Row:
    error: ThreadwrightError
    when: str

    @property
    def cells(self) -> tuple[str, str, str, str, str]:
        name = type(self.error).__name__
        again = "yes" if self.error.retryable else "no"
        return name, self.when, self.error.sentence, _buttons(self.error), again

    def __str__(self) -> str:
        return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in self.cells)} |"


def rows() -> Iterator[Row]:
    yield from _of_the_model()
    yield from _of_slack()
    yield from _of_discord()
    yield Row(errors.StoreAway(), "the database does not answer")
    yield Row(errors.OwnFault(""), "a fault of our own")


def table() -> str:
    patience = Patience()
    head = _HEAD.format(
        attempts=asking.ATTEMPTS,
        patience=asking.PATIENCE,
        calls=max(slack_calls.PATIENCE, discord_calls.PATIENCE),
        works=len(patience.waits) + 1,
        minutes=sum(patience.waits) / 60,
        longest=patience.longest / 60,
    )
    return head + "".join(f"{row}\n" for row in rows())


def _of_the_model() -> Iterator[Row]:
    yield Row(model.key_missing(), "no key is set, and the address is the public one")
    for when, complaint in _MODEL.items():
        yield Row(model.failure(complaint, model=MODEL), when)
    yield Row(model.unreachable(""), "no connection, no name, no TLS")
    yield Row(model.failure(Complaint(503), model=MODEL, begun=True), "an error in the middle of the answer")
    yield Row(
        model.cut("The connection to the model broke in the middle of the answer", Complaint(None)),
        "a cut stream",
    )
    yield Row(model.stalled("The model made no progress for 2 minutes", ""), "keep-alives and nothing else")
    yield Row(
        errors.AnswerUnusable("(says what the model wrote instead, and what to do)"),
        "no text, or no file that can be delivered",
    )


def _of_slack() -> Iterator[Row]:
    for (kind, sentence), codes in _grouped(slack._BY_CODE).items():
        yield Row(kind(sentence), f"Slack: {_listed(codes)}")
    yield Row(_slack("missing_scope", needed="files:write"), "Slack: `missing_scope`")
    yield Row(_slack("some_code"), "Slack: any other code")
    yield Row(
        _slack("ratelimited", headers={"Retry-After": "30"}, status=429),
        f"Slack: 429, {_listed(slack._LIMITED)}",
    )
    yield Row(_slack("service_unavailable"), f"Slack: 503, {_listed(slack._UNAVAILABLE)}")
    yield Row(_slack("internal_error"), f"Slack: other 5xx, {_listed(slack._LOST)}")
    yield Row(slack.unreached("", aiohttp.InvalidURL("")), "Slack: no connection, no name, no TLS")
    yield Row(
        slack.unreached("", TimeoutError()), "Slack: the connection breaks after the request was written"
    )


def _slack(
    code: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **more: Any
) -> ThreadwrightError:
    answer = _Answer({"error": code, **more}, status, headers or {})
    error = SlackApiError("", answer)  # type: ignore[no-untyped-call]  # the library has no types there
    return slack.refused("", error)


@dataclass(frozen=True, slots=True)
class _Answer:
    """As much of the library's response as is read."""

    data: Mapping[str, Any]
    status_code: int
    headers: Mapping[str, str]


def _of_discord() -> Iterator[Row]:
    for (kind, sentence), codes in _grouped(discord._SENTENCES).items():
        yield Row(kind(sentence), f"Discord: {_listed(codes)}")
    refusals = {
        "50001": discord.Refusal(403, discord.MISSING_ACCESS),
        "50013, other 403": discord.Refusal(403, discord.MISSING_PERMISSION),
        "401": discord.Refusal(401, 0),
        "any other code": discord.Refusal(400, 50035),
        f"429, {_listed(discord._LIMITED)}": discord.Refusal(429, 0, 30.0),
        "503, `130000`": discord.Refusal(503, 0),
        "other 5xx": discord.Refusal(500, 0),
    }
    for when, refusal in refusals.items():
        yield Row(discord.refused("", refusal, "Attach Files"), f"Discord: {when}")
    yield Row(discord.unchangeable(""), "Discord: 30046 for a message older than an hour")
    yield Row(discord.unreached("", aiohttp.InvalidURL("")), "Discord: no connection, no name, no TLS")
    yield Row(
        discord.unreached("", TimeoutError()), "Discord: the connection breaks after the request was written"
    )


def _grouped(known: Mapping[Any, tuple[type[Any], str]]) -> dict[tuple[type[Any], str], list[Any]]:
    groups: dict[tuple[type[Any], str], list[Any]] = {}
    for code, said in known.items():
        groups.setdefault(said, []).append(code)
    return groups


def _listed(codes: Any) -> str:
    return ", ".join(f"`{code}`" for code in sorted(codes))


def _buttons(error: ThreadwrightError) -> str:
    if isinstance(error, ThreadGone):
        return "none: the session is closed"
    if isinstance(error, ChannelGone):
        return "Reopen: the session is closed"
    if isinstance(error, TooLarge):
        return "View code, for files; else Try again"
    return "Try again"


if __name__ == "__main__":
    sys.stdout.write(table())
