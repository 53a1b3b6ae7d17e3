"""Several processes of one bot spend from one budget, so that Discord refuses none of them."""

from __future__ import annotations

from adapters.discord.adapter import open_platform
from core.replies import Reply
from tests.adapters.discord.stage import GENERAL, open_stage
from tests.adapters.shared.till import Till
from tests.contracts.chat_platform import KeptAttempt


async def test_two_processes_edit_in_one_thread() -> None:
    async with open_stage(tiers=True) as stage:
        config, clock, bank = stage.config, stage.clock, Till(stage.clock)
        async with (
            open_platform(config, clock, bank) as one,
            open_platform(config, clock, bank) as other,
        ):
            thread = await one.open_thread(GENERAL, Reply("Card"), KeptAttempt("card"))
            message = await one.post(thread, Reply("0"), KeptAttempt("k"))
            for number in range(20):
                await (one, other)[number % 2].edit(message, Reply(str(number)), final=False)
            await other.edit(message, Reply("done"), final=True)
        assert stage.discord.thread(thread.thread)[1].text == "done"
        assert stage.discord.invalid_requests == 0
