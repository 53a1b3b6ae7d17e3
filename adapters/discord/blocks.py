"""From a platform-free reply to Discord's messages: Markdown, buttons, and that nobody is notified. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from adapters.discord.custom_ids import CustomId
from adapters.discord.markdown import outgoing
from adapters.discord.threads import Json
from adapters.shared.split import split
from core.ports import OutFile
from core.replies import Button, Reply

LONGEST: Final = 1_900
"""Characters of one message that a reply is split into. Discord takes 2,000 (docs.discord.com, create message)."""
EPHEMERAL: Final = 1 << 6
_NO_PREVIEWS: Final = 1 << 2
_ROW, _ROWS = 5, 5
_LABEL: Final = 80
_NAME: Final = 100
_CUT: Final = "\n\n*… the rest does not fit into one message.*"
_STYLES: Final = {"plain": 2, "primary": 1, "danger": 4}
ACTION_ROW, BUTTON, STRING_SELECT, TEXT_INPUT, LABEL = 1, 2, 3, 4, 18


@dataclass(frozen=True, slots=True)
class DiscordMessage:
    """One message. ``content``: at most 2,000 characters."""

    content: str
    components: tuple[Json, ...] = ()
    files: tuple[OutFile, ...] = ()

    def body(self, *, hidden: bool = False) -> Json:
        """Everything but the files. ``hidden``: for one person only; Discord takes that from answers to an interaction."""
        return {
            "content": self.content,
            "components": list(self.components),
            "allowed_mentions": {"parse": []},
            "flags": _NO_PREVIEWS | (EPHEMERAL if hidden else 0),
        }

    @property
    def told(self) -> tuple[str, tuple[int, ...]]:
        """By what it is known again: the text, and the sizes of the files."""
        return self.content, tuple(len(file.data) for file in self.files)


def messages(reply: Reply, workspace: str = "") -> tuple[DiscordMessage, ...]:
    """As many as `reply` needs, its buttons under the last. ``workspace``: to be named in the buttons, for messages
    that stand outside of it."""
    *first, last = parts(reply.text)
    return (*map(DiscordMessage, first), DiscordMessage(last, rows(reply.buttons, workspace)))


def card(reply: Reply) -> tuple[DiscordMessage, ...]:
    """The same with the buttons under the first, which stands in the channel; the rest follows in the thread."""
    first, *rest = parts(reply.text)
    return (DiscordMessage(first, rows(reply.buttons)), *map(DiscordMessage, rest))


def parts(text: str) -> list[str]:
    """`text` in pieces that fit, each drawn by itself. Discord cuts the space around a message; so do we."""
    pieces = (piece.strip() for piece in split(outgoing(text), LONGEST))
    return [piece for piece in pieces if piece] or ["…"]


def one_message(reply: Reply) -> DiscordMessage:
    """`reply` as a single message, for an edit: what does not fit is cut, and says so."""
    text, *more = parts(reply.text)
    if more:
        text = split(text, LONGEST - len(_CUT))[0].rstrip() + _CUT
    return DiscordMessage(text, rows(reply.buttons))


def heading(reply: Reply) -> str:
    """The name of a card's thread: its first line without marks."""
    first = next((line for line in reply.text.split("\n") if line.strip()), "")
    bare = " ".join(first.lstrip("#").replace("*", "").replace("`", "").split())
    bare = bare or "Automation session"
    return bare if len(bare) <= _NAME else bare[: _NAME - 1] + "…"


def rows(buttons: Sequence[Button], workspace: str = "") -> tuple[Json, ...]:
    """Rows of buttons, at most 25; their ids say all that is needed."""
    seen: Counter[tuple[str, str]] = Counter()
    made = []
    for button in buttons[: _ROW * _ROWS]:
        seen[button.action, button.value] += 1
        custom_id = CustomId(button.action, button.value, workspace)
        made.append(
            press(
                button.label,
                custom_id,
                _STYLES[button.style],
                count=seen[button.action, button.value],
            )
        )
    return in_rows(made)


def in_rows(buttons: Sequence[Json]) -> tuple[Json, ...]:
    cut = (buttons[at : at + _ROW] for at in range(0, len(buttons), _ROW))
    return tuple({"type": ACTION_ROW, "components": list(row)} for row in cut)


def press(
    label: str, custom_id: CustomId, style: int = _STYLES["plain"], *, count: int = 1, on: bool = True
) -> Json:
    """A button. ``on``: false greys it out."""
    shown = label if len(label) <= _LABEL else label[: _LABEL - 1] + "…"
    made = {"type": BUTTON, "style": style, "label": shown or "…", "custom_id": custom_id.packed(count)}
    return made if on else made | {"disabled": True}
