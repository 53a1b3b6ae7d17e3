"""Files arrive once and whole."""

from __future__ import annotations

import pytest

from adapters.discord.files import MEBIBYTE
from bot.simulators.discord import Fault
from core.errors import (
    PlatformRefused,
    PlatformUnavailable,
    ThreadGone,
    TooLarge,
)
from core.intents import Attachment
from core.ports import OutFile, ThreadRef
from tests.adapters.discord.reading import read
from tests.adapters.discord.stage import ANA, ATTEMPTS, GENERAL, DiscordStage
from tests.contracts.chat_platform import KeptAttempt, sent

# -- files


async def test_sixty_files(stage: DiscordStage, thread: ThreadRef) -> None:
    files = [OutFile(f"a_rather_long_name_of_a_file_{number}.py", b"x") for number in range(60)]
    await stage.platform.attach(thread, files, KeptAttempt("k"))
    assert [len(seen.files) for seen in stage.replies(thread)] == [10] * 6


async def test_more_than_a_request_takes_goes_in_several_messages(
    stage: DiscordStage, thread: ThreadRef
) -> None:
    files = [OutFile(f"{number}.bin", bytes([number]) * (9 * MEBIBYTE)) for number in range(4)]
    await stage.platform.attach(thread, files, KeptAttempt("k"))
    assert [[name for name, _ in seen.files] for seen in stage.replies(thread)] == [
        ["0.bin", "1.bin"],
        ["2.bin", "3.bin"],
    ]


async def test_a_file_that_is_too_large_is_named_and_nothing_is_sent(
    stage: DiscordStage, thread: ThreadRef
) -> None:
    files = [OutFile("small.py", b"x"), OutFile("big.zip", b"x" * (11 * MEBIBYTE))]
    with pytest.raises(TooLarge) as failed:
        await stage.platform.attach(thread, files, KeptAttempt("k"))
    assert "`big.zip` has 11.0 MiB; Discord takes at most 10 MiB per file here." in failed.value.sentence
    with pytest.raises(TooLarge):
        await stage.platform.hand(ANA, GENERAL, files[1], "Here.", KeptAttempt("hand"))
    assert read(stage, thread) == []


async def test_a_boosted_guild_takes_more(stage: DiscordStage, thread: ThreadRef) -> None:
    stage.discord.boost(GENERAL.workspace, 2)
    files = [OutFile("a.py", b"x"), OutFile("big.zip", b"x" * (30 * MEBIBYTE)), OutFile("b.py", b"x")]
    await stage.platform.attach(thread, files, KeptAttempt("k"))
    assert [len(seen.files) for seen in stage.replies(thread)] == [1, 1, 1]


@pytest.mark.parametrize("kind", ["cut_before", "cut_after", "500", "500_after", "ratelimited"])
@pytest.mark.parametrize("after", [0, 1])
async def test_whatever_happens_to_an_upload_the_files_are_there_once(
    stage: DiscordStage, thread: ThreadRef, kind: str, after: int
) -> None:
    files = [OutFile(f"f{number}.py", b"x" * 100) for number in range(13)]
    times = 1 if kind == "ratelimited" else ATTEMPTS
    fault = Fault("create_message", kind, times, 0.01, status=503, after_calls=after)  # type: ignore[arg-type]  # parametrized literals
    stage.discord.order(fault)
    await sent(lambda attempt: stage.platform.attach(thread, files, attempt), "k")
    shown = [file for seen in stage.replies(thread) for file in seen.files]
    assert shown == [(file.name, file.data) for file in files]


async def test_a_dropped_file_that_is_gone(stage: DiscordStage, thread: ThreadRef) -> None:
    attachment = await stage.drop_file(thread, "data.csv", b"a,b\n")
    other = Attachment("a", 1, "text/plain", attachment.handle.rpartition("/")[0] + "/1")
    with pytest.raises(PlatformRefused):
        await stage.platform.read_attachment(GENERAL.workspace, other, 100)
    await stage.discord.delete(ANA.id, thread.thread, attachment.handle.split("/")[1])
    with pytest.raises(ThreadGone):
        await stage.platform.read_attachment(GENERAL.workspace, attachment, 100)


async def test_the_address_of_a_file_is_asked_for_anew(stage: DiscordStage, thread: ThreadRef) -> None:
    attachment = await stage.drop_file(thread, "data.csv", b"a,b\n")
    stage.clock.jump(30 * 86_400)
    assert await stage.platform.read_attachment(GENERAL.workspace, attachment, 100) == b"a,b\n"
    stage.discord.order(Fault("download", "500"))
    with pytest.raises(PlatformUnavailable):
        await stage.platform.read_attachment(GENERAL.workspace, attachment, 100)
