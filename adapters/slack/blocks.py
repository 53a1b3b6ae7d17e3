"""From a platform-free reply to Slack's messages: Markdown blocks, buttons, a short text for notifications. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from adapters.shared.actions import SUFFIX
from adapters.shared.split import split
from adapters.slack.mentions import outgoing, short
from core.replies import Button, Reply

Block = dict[str, Any]

LONGEST: Final = 10_000
"""Characters of one message. Documented are 12,000 of Markdown; refusals are reported from 11,341 on, buttons and
all (bolt-js 2509, 2867)."""
_ROW: Final = 5
"""Buttons in a row; Slack takes 25 but shows five well."""
_LABEL: Final = 75
_CUT: Final = "\n\n*… the rest does not fit into one message.*"


@dataclass(frozen=True, slots=True)
class SlackMessage:
    """One message. ``markdown``: at most `LONGEST` characters, harmless. ``buttons``: actions blocks that follow it."""

    markdown: str
    buttons: tuple[Block, ...] = ()

    @property
    def blocks(self) -> list[Block]:
        text: list[Block] = [{"type": "markdown", "text": self.markdown}] if self.markdown.strip() else []
        return [*text, *self.buttons]

    @property
    def text(self) -> str:
        return short(self.markdown)


def messages(reply: Reply) -> tuple[SlackMessage, ...]:
    """As many as `reply` needs, its buttons under the last."""
    *first, last = _parts(reply)
    return (*map(SlackMessage, first), SlackMessage(last, actions(reply.buttons)))


def card(reply: Reply) -> tuple[SlackMessage, ...]:
    """The same with the buttons under the first, which stands in the channel; the rest follows in the thread."""
    first, *rest = _parts(reply)
    return (SlackMessage(first, actions(reply.buttons)), *map(SlackMessage, rest))


def _parts(reply: Reply) -> list[str]:
    return [part for part in split(outgoing(reply.text), LONGEST) if part.strip()] or [""]


def one_message(reply: Reply) -> SlackMessage:
    """`reply` as a single message, for an edit: what does not fit is cut, and says so."""
    text = outgoing(reply.text)
    if len(text) > LONGEST:
        text = split(text, LONGEST - len(_CUT))[0].rstrip() + _CUT
    return SlackMessage(text, actions(reply.buttons))


def actions(buttons: Sequence[Button]) -> tuple[Block, ...]:
    """Rows of buttons. Their ids are the actions, with a number where the same action comes again."""
    seen: Counter[str] = Counter()
    elements = []
    for button in buttons:
        seen[button.action] += 1
        count = seen[button.action]
        elements.append(_button(button, f"{button.action}{f'{SUFFIX}{count}' if count > 1 else ''}"))
    rows = (elements[at : at + _ROW] for at in range(0, len(elements), _ROW))
    return tuple({"type": "actions", "elements": row} for row in rows)


def _button(button: Button, action_id: str) -> Block:
    label = button.label if len(button.label) <= _LABEL else button.label[: _LABEL - 1] + "…"
    element: Block = {
        "type": "button",
        "action_id": action_id,
        "text": {"type": "plain_text", "text": label or "…"},
        "value": button.value,
    }
    return element if button.style == "plain" else element | {"style": button.style}
