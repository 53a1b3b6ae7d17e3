"""Whatever is cut on the way to Discord, people see everything once."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.simulators.discord import Fault
from core.errors import AnswerLost
from core.ports import MessageRef, ThreadRef
from core.replies import Reply
from tests.adapters.discord.stage import ATTEMPTS, DiscordStage, open_stage
from tests.contracts.cut_connections import CutConnectionsContract, Cuttable


class TestDiscordCut(CutConnectionsContract):
    @pytest.fixture
    async def stage(self) -> AsyncIterator[Cuttable]:
        async with open_stage() as opened:
            yield opened


async def test_a_new_name_that_was_begun_is_finished_by_another_process(
    stage: DiscordStage, thread: ThreadRef
) -> None:
    card, reply = MessageRef(thread, thread.thread), Reply("### New name\n\nCard")
    stage.discord.order(Fault("update_message", "cut_after", times=ATTEMPTS))
    with pytest.raises(AnswerLost):
        await stage.platform.edit(card, reply, final=True)
    async with stage.another() as platform:
        await platform.edit(card, reply, final=True)
    assert stage.discord.place(thread.thread).name == "New name"
