"""How a review is shown: a short ordered list with a button for each suggestion. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from core.bundle.paths import shown
from core.delivery.card import shorten
from core.errors import ThreadwrightError
from core.replies import Action, Button, Reply
from core.storage.reviews import Suggestion

_SAID = 600
_PLACE = 300

GONE = Reply("🛑 This session was deleted.")
NO_VERSION = Reply(
    "The version that was to be reviewed is not there any more. `versions` lists those that exist."
)


def reviewing(number: int) -> str:
    """What stands in the thread while the model reads."""
    return f"🔎 Reviewing **v{number}** …"


def review_text(
    number: int, said: str, found: Sequence[Suggestion], *, left_out: int = 0, cut: bool = False
) -> str:
    """`said`: the model's words beside its suggestions. `left_out`: suggestions that named no file of the version.
    `cut`: the answer was not whole."""
    parts = [
        f"### Review of v{number}",
        shorten(said, _SAID),
        "\n".join(_line(suggestion) for suggestion in found),
        _left_out(left_out, number),
        "*(The model's answer was cut: there may be more to find.)*" if cut else "",
        "Nothing is changed yet: **Apply** makes the next version with that suggestion." if found else "",
    ]
    return "\n\n".join(part for part in parts if part)


def review(text: str, found: Sequence[Suggestion]) -> Reply:
    """`text` of `review_text` with the buttons for what nobody has applied yet."""
    return Reply(
        text,
        tuple(
            Button(Action.APPLY, f"Apply {suggestion.number}", suggestion.id)
            for suggestion in found
            if suggestion.job_id is None
        ),
    )


def not_reviewed(error: ThreadwrightError, number: int) -> Reply:
    """There is no button: *Try again* is for turns and generations."""
    return Reply(
        f"⚠️ {error.sentence} `ref {error.reference}`\n\n"
        f"v{number} is not reviewed. To ask again, mention me with `review`."
    )


def _line(suggestion: Suggestion) -> str:
    return f"{suggestion.number}. {shown(suggestion.place, _PLACE)} {suggestion.text}"


def _left_out(count: int, number: int) -> str:
    if not count:
        return ""
    what = "1 suggestion is" if count == 1 else f"{count} suggestions are"
    return f"*({what} left out for naming no file of v{number}.)*"
