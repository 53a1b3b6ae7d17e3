"""What people read in a thread, and the answer that many tests send."""

from __future__ import annotations

from core.ports import ThreadRef
from core.replies import Action, Button, Reply
from tests.adapters.discord.stage import DiscordStage

RETRY = Button(Action.RETRY, "Try again", "S1")
WHOLE = Reply("Hello wide world", (RETRY,))
DONE = [("Hello wide world", ("Try again",))]


def read(stage: DiscordStage, thread: ThreadRef) -> list[tuple[str, tuple[str, ...]]]:
    return [(each.text, each.buttons) for each in stage.replies(thread)]
