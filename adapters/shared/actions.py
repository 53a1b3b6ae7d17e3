"""What a pressed button asks for. Everything stands in its id and value, so it works after any restart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from core.intents import (
    AnswerNow,
    Apply,
    Cancel,
    ChangeRequirements,
    Close,
    Delete,
    Diff,
    Download,
    Generate,
    Intent,
    Origin,
    Reopen,
    Retry,
    RunTests,
)
from core.replies import Action
from core.vocabulary import Language

SUFFIX = "#"
"""What follows it in a button's id only makes the id unique within its message."""


def action_of(custom_id: str) -> Action | None:
    """The action in a button's id at the platform; ``None`` when it is none of ours."""
    name = custom_id.partition(SUFFIX)[0]
    return Action(name) if name in set(Action) else None


def pressed(action: Action, value: str, origin: Origin) -> Intent | None:
    """The intent of a button with `value`. ``None`` for those that open something to look at or to fill in, which is
    the adapter's own work: `REQUIREMENTS` and `VIEW`."""
    make = _INTENTS.get(action)
    return make(origin, value or None) if make else None


def _generate(origin: Origin, value: str | None) -> Intent:
    """``value``: `<session>`, or `<session>:<language>` when the language was asked for before the session."""
    session, _, wanted = (value or "").partition(":")
    return Generate(origin, Language(wanted) if wanted in set(Language) else None, session or None)


_INTENTS: Final[dict[Action, Callable[[Origin, str | None], Intent]]] = {
    Action.GENERATE: _generate,
    Action.REGENERATE: _generate,
    Action.CLOSE: Close,
    Action.REOPEN: Reopen,
    Action.CANCEL: lambda origin, value: Cancel(origin, job=value),
    Action.DOWNLOAD: Download,
    Action.RETRY: Retry,
    Action.ANSWER_NOW: AnswerNow,
    Action.ADD_REQUIREMENT: lambda origin, value: ChangeRequirements(origin, proposal=value),
    Action.DIFF: Diff,
    Action.RUN_TESTS: RunTests,
    Action.APPLY: lambda origin, value: Apply(origin, value or ""),
    Action.DELETE: lambda origin, value: Delete(origin, value, confirmed=True),
}
