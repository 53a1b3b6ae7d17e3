"""Several processes of one workspace spend from one budget, so that Slack refuses none of them."""

from __future__ import annotations

from adapters.slack.adapter import open_platform
from adapters.slack.calls import UPDATES
from core.replies import Reply
from tests.adapters.shared.till import Till
from tests.adapters.slack.stage import GENERAL, open_stage
from tests.contracts.chat_platform import KeptAttempt

EDITS = UPDATES + 20


async def test_two_processes_edit_in_one_workspace() -> None:
    async with open_stage(tiers=True) as stage:
        config, clock, bank = stage.config, stage.clock, Till(stage.clock)
        async with (
            open_platform(config, clock, bank) as one,
            open_platform(config, clock, bank) as other,
        ):
            thread = await one.open_thread(GENERAL, Reply("Card"), KeptAttempt("thread"))
            message = await one.post(thread, Reply("0"), KeptAttempt("k"))
            for number in range(1, EDITS + 1):
                await (one, other)[number % 2].edit(message, Reply(str(number)), final=True)
        assert stage.slack.thread(thread.channel, thread.thread)[1].text == str(EDITS)
        assert stage.slack.counts["chat.update"] == EDITS  # none was refused and made again
        assert 50 <= sum(clock.slept) <= 80
