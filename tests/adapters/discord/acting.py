"""A session's card to act on."""

from __future__ import annotations

from core.intents import Intent
from core.ports import ThreadRef
from core.replies import Action, Button, Reply
from tests.adapters.discord.stage import GENERAL, DiscordStage
from tests.contracts.chat_platform import KeptAttempt
from tests.fakes.desk import FakeDesk

CARD = Reply(
    "### Prices",
    (
        Button(Action.GENERATE, "Generate", "S1", "primary"),
        Button(Action.REQUIREMENTS, "Requirements", "S1"),
        Button(Action.CLOSE, "Close", "S1"),
        Button(Action.VIEW, "View code", "A1"),
        Button(Action.DOWNLOAD, "Download", "A1"),
    ),
)


async def opened(stage: DiscordStage) -> ThreadRef:
    return await stage.platform.open_thread(GENERAL, CARD, KeptAttempt("card"))


async def arrived(desk: FakeDesk, number: int) -> list[Intent]:
    """What is stored when so many intents have come."""
    await desk.until_arrived(number)
    return desk.stored
