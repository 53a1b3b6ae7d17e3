"""What the desk makes of an intent: an answer at once, and the work that follows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.desk import Outcome, Receipt
from core.replies import Reply


@dataclass(frozen=True, slots=True)
class Task:
    """A piece of work to be stored with the event. ``work``: one of the kinds below."""

    work: str
    session_id: str | None = None
    args: dict[str, Any] = field(default_factory=dict)


OPEN = "open"
"""Post the card, make the thread, speak first."""
TURN = "turn"
"""Answer what people said."""
GENERATE = "generate"
"""Make a version. args: job, thread."""
PROGRESS = "progress"
"""Show at once that a generation was asked for, or stopped before it began. args: job, thread, stopped."""
NOTICE = "notice"
"""Say one thing in the thread and bring the card up to date. args: text."""
DOWNLOAD = "download"
"""Hand a version to a person. args: automation, person, place."""
DIFF = "diff"
"""Show in the thread what changed between two versions. args: older, newer (ids)."""
REVIEW = "review"
"""Ask the model for a review of a version. args: automation, thread."""
RUN_TESTS = "run_tests"
"""Run the tests of a version again. args: automation, thread."""
ECHO = "echo"
"""Repeat in the thread what somebody said in a browser. args: message."""
FAREWELL = "farewell"
"""A session was deleted: its card says so. args: thread, title, by."""
OFFER_LATE = "offer_late"
"""Ask whether messages from the time of a standstill should be answered."""


@dataclass(frozen=True, slots=True)
class Decision:
    """``cancels``: the jobs whose running generations must stop now, after the commit."""

    receipt: Receipt
    tasks: tuple[Task, ...] = ()
    cancels: tuple[str, ...] = ()


def accepted(*tasks: Task, say: str | Reply = "", cancels: Iterable[str] = ()) -> Decision:
    """`say`: for the person alone."""
    reply = Reply(say) if isinstance(say, str) and say else say
    return Decision(Receipt(Outcome.ACCEPTED, reply or None, made=_made(tasks)), tasks, tuple(cancels))


def _made(tasks: Sequence[Task]) -> str | None:
    """The session that was opened, or the job that is to make a version."""
    for task in tasks:
        if task.work == OPEN:
            return task.session_id
        if task.work == GENERATE:
            return str(task.args["job"])
    return None


def refused(sentence: str, *, field: str | None = None) -> Decision:
    return Decision(Receipt(Outcome.REFUSED, Reply(sentence), field))


def offered(reply: Reply) -> Decision:
    """A question back to the person, with buttons; nothing is stored."""
    return Decision(Receipt(Outcome.REFUSED, reply))


DUPLICATE = Decision(Receipt(Outcome.DUPLICATE))
IGNORED = Decision(Receipt(Outcome.IGNORED))
