"""Who sees which channels of a Slack workspace, whatever Slack does."""

from __future__ import annotations

import pytest

from bot.simulators.slack import Fault
from core.errors import PermissionMissing, PlatformError, PlatformRefused
from core.intents import Person
from tests.adapters.slack.stage import ANA, BEN, SlackStage, open_stage
from tests.fakes.desk import FakeDesk

GUS = Person("T1", "UGUS")
ZOE = Person("T2", "UZOE")


async def seen(stage: SlackStage, person: Person) -> list[str]:
    return [channel.name for channel in await stage.platform.channels_of("T1", person)]


async def test_a_guest_sees_only_their_channels(stage: SlackStage) -> None:
    stage.slack.add_person("UGUS", "Gus", rank="guest")
    stage.slack.add_channel("C2", "project", members=["UGUS"])
    stage.slack.add_channel("C3", "board", private=True, members=["UANA"])
    assert await seen(stage, GUS) == ["project"]
    assert await seen(stage, BEN) == ["general", "project"]
    assert await stage.platform.standing("T1", GUS) == "guest"


async def test_somebody_of_another_workspace_sees_only_the_shared_channel(stage: SlackStage) -> None:
    stage.slack.add_person("UZOE", "Zoe", workspace="T2", rank="owner")
    stage.slack.add_channel("C2", "shared", members=["UZOE", "UANA"])
    assert await seen(stage, ZOE) == ["shared"]
    assert await stage.platform.standing("T1", ZOE) == "guest"


async def test_a_public_channel_that_the_bot_can_join_is_seen(stage: SlackStage) -> None:
    stage.slack.add_channel("C2", "random", bot_in=False)
    assert await seen(stage, ANA) == ["general", "random"]


async def test_archived_and_left_channels_are_not_seen(stage: SlackStage) -> None:
    stage.slack.add_channel("C2", "old", members=["UANA"], archived=True)
    stage.slack.add_channel("C3", "board", private=True, members=["UANA", "UBEN"])
    assert await seen(stage, BEN) == ["board", "general"]
    async with stage.listening(FakeDesk()):
        await stage.slack.leave("UBEN", "C3")
    assert await seen(stage, BEN) == ["general"]


async def test_a_deactivated_account_sees_nothing(stage: SlackStage) -> None:
    stage.slack.deactivate("UBEN")
    for ask in (stage.platform.channels_of, stage.platform.standing):
        with pytest.raises(PlatformRefused, match="somebody of this workspace"):
            await ask("T1", BEN)


async def test_more_channels_than_a_page_holds(stage: SlackStage) -> None:
    for number in range(2_000):  # a whole page of archived ones is an empty page, and not the last
        old = number < 1_000
        stage.slack.add_channel(f"A{number:04}", f"channel-{number:04}", members=["UANA"], archived=old)
    assert len(await seen(stage, ANA)) == 1_001


async def test_everybodys_channels_are_asked_for_once_a_minute(stage: SlackStage) -> None:
    for person in (ANA, BEN, ANA):
        await seen(stage, person)
    assert stage.slack.counts["conversations.list"] == 1
    stage.clock.ahead += 60
    await seen(stage, ANA)
    assert stage.slack.counts["conversations.list"] == 2


@pytest.mark.parametrize(
    ("scopes", "needed"),
    [(("channels:read", "users:read"), "groups:read"), (("channels:read", "groups:read"), "users:read")],
)
async def test_a_missing_scope_is_named(scopes: tuple[str, ...], needed: str) -> None:
    async with open_stage(scopes=scopes) as stage:
        with pytest.raises(PermissionMissing, match=needed):
            await stage.platform.channels_of("T1", ANA)


@pytest.mark.parametrize("method", ["users.info", "users.conversations", "conversations.list"])
@pytest.mark.parametrize("kind", ["500", "cut_before", "error"])
async def test_when_slack_does_not_answer_nothing_is_told(stage: SlackStage, method: str, kind: str) -> None:
    stage.slack.order(Fault(method, kind, error="service_unavailable", times=2))  # type: ignore[arg-type]  # of the parameters
    with pytest.raises(PlatformError):
        await seen(stage, ANA)


async def test_a_refused_call_waits_no_longer_than_somebody_who_opens_a_page(stage: SlackStage) -> None:
    stage.slack.order(Fault("users.info", "ratelimited", retry_after=30))
    with pytest.raises(PlatformError):
        await seen(stage, ANA)
    assert stage.clock.slept == []
