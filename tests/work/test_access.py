"""Links and tokens from the chat: for one person, once, and what they are good for."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from core.accounts import LINK_MINUTES, Role, Scope
from core.desk import Outcome, Receipt
from core.intake.desk import IntakeDesk
from core.intake.signing import Signing
from core.intents import Dashboard, Intent, ListTokens, MakeToken, RevokeToken
from core.storage.engine import open_engine
from core.storage.tables import metadata
from tests.fakes.house import ANA, BEN, House

ADDRESS = "https://tw.example"


@pytest.fixture
def signing(house: House) -> Signing:
    house.platform.standings = {"UANA": "member", "UBEN": "admin"}
    return Signing(house.database, house.clock, frozenset(), {"slack": house.platform})


@pytest.fixture
def desk(house: House, signing: Signing) -> IntakeDesk:
    return IntakeDesk(house.database, house, accounts=signing, address=f"{ADDRESS}/")


def text_of(receipt: Receipt) -> str:
    assert receipt.reply is not None
    assert receipt.reply.private
    return receipt.reply.text


def secret_of(receipt: Receipt) -> str:
    """Of a link."""
    found = re.search(rf"<{ADDRESS}/sign-in/([\w-]{{40,}})>", text_of(receipt))
    assert found is not None
    return found[1]


def token_of(receipt: Receipt) -> str:
    found = re.search(r"^```\n(tw_[\w-]{40,})\n```$", text_of(receipt), re.MULTILINE)
    assert found is not None
    return found[1]


async def test_a_link_signs_in_the_person_who_asked_once(
    house: House, desk: IntakeDesk, signing: Signing
) -> None:
    receipt = await desk.receive(Dashboard(house.origin(ANA)))
    assert receipt.outcome is Outcome.ACCEPTED
    assert "It works once, until <!time:" in text_of(receipt)
    secret = secret_of(receipt)
    signed_in = await signing.sign_in(secret)
    assert signed_in is not None
    assert (signed_in.caller.person, signed_in.caller.name, signed_in.caller.role) == (
        ANA,
        "Ana",
        Role.MEMBER,
    )
    assert await signing.sign_in(secret) is None


async def test_the_end_of_a_link_is_what_was_said(house: House, desk: IntakeDesk, signing: Signing) -> None:
    receipt = await desk.receive(Dashboard(house.origin(ANA)))
    told = re.search(r"<!time:(\d+)>", text_of(receipt))
    assert told is not None
    assert int(told[1]) == int((house.clock.now() + timedelta(minutes=LINK_MINUTES)).timestamp())
    house.clock.at += timedelta(minutes=LINK_MINUTES, seconds=1)
    assert await signing.sign_in(secret_of(receipt)) is None


async def test_who_runs_the_workspace_is_a_maintainer(
    house: House, desk: IntakeDesk, signing: Signing
) -> None:
    signed_in = await signing.sign_in(secret_of(await desk.receive(Dashboard(house.origin(BEN)))))
    assert signed_in is not None
    assert signed_in.caller.role is Role.MAINTAINER


@pytest.mark.parametrize("intent", [Dashboard, lambda origin: MakeToken(origin, "laptop")])
async def test_an_event_that_comes_again_makes_nothing_more(
    house: House, desk: IntakeDesk, signing: Signing, intent: type[Dashboard]
) -> None:
    asked = intent(house.origin(ANA, key="same"))
    receipts = [await desk.receive(asked), await desk.receive(asked)]
    receipts += await asyncio.gather(*(desk.receive(intent(house.origin(ANA, key="two"))) for _ in range(5)))
    assert sum(receipt.outcome is Outcome.ACCEPTED for receipt in receipts) == 2
    assert {receipt.outcome for receipt in receipts} == {Outcome.ACCEPTED, Outcome.DUPLICATE}
    assert all(receipt.reply is None for receipt in receipts if receipt.outcome is Outcome.DUPLICATE)
    assert len(await signing.tokens("slack", "T1", ANA)) == (0 if intent is Dashboard else 2)


async def test_without_an_address_it_says_what_to_do(house: House, signing: Signing) -> None:
    desk = IntakeDesk(house.database, house, accounts=signing)
    receipt = await desk.receive(Dashboard(house.origin(ANA, key="once")))
    assert receipt.outcome is Outcome.REFUSED
    assert receipt.reply is not None
    assert receipt.reply.text == "The dashboard has no address: set PUBLIC_URL"
    assert token_of(await desk.receive(MakeToken(house.origin(ANA), "laptop")))  # the API has its own way in


async def test_where_there_is_no_dashboard(house: House) -> None:
    for intent in (Dashboard(house.origin()), ListTokens(house.origin()), MakeToken(house.origin(), "x")):
        receipt = await house.desk.receive(intent)
        assert receipt.outcome is Outcome.REFUSED
        assert receipt.reply is not None
        assert "no dashboard" in receipt.reply.text


async def test_a_token_is_told_once_listed_and_revoked(
    house: House, desk: IntakeDesk, signing: Signing
) -> None:
    assert "You have no API tokens" in text_of(await desk.receive(ListTokens(house.origin(ANA))))
    full = token_of(await desk.receive(MakeToken(house.origin(ANA), "laptop")))
    reading = token_of(await desk.receive(MakeToken(house.origin(ANA), "ci", read_only=True)))
    caller = await signing.by_token(full)
    assert caller is not None
    assert (caller.person, caller.scopes) == (ANA, frozenset(Scope))
    caller = await signing.by_token(reading)
    assert caller is not None
    assert caller.scopes == frozenset({Scope.READ})
    listed = text_of(await desk.receive(ListTokens(house.origin(ANA))))
    assert listed.count("\n- ") == 2
    assert "**ci**" in listed
    assert "only reads" in listed
    assert full not in listed
    assert reading not in listed
    assert "You have no API tokens" in text_of(await desk.receive(ListTokens(house.origin(BEN))))
    token = next(one for one in await signing.tokens("slack", "T1", ANA) if one.name == "ci")
    refused = await desk.receive(RevokeToken(house.origin(BEN), token.id))
    assert "You have no such token" in text_of(refused)
    assert "is revoked" in text_of(await desk.receive(RevokeToken(house.origin(ANA), token.id)))
    assert await signing.by_token(reading) is None
    assert await signing.by_token(full) is not None


async def test_a_name_that_is_none_is_refused_in_words(house: House, desk: IntakeDesk) -> None:
    receipt = await desk.receive(MakeToken(house.origin(ANA), "   "))
    assert receipt.outcome is Outcome.REFUSED
    assert "Give the token a name" in text_of(receipt)


async def test_nothing_secret_stays_behind(
    house: House, desk: IntakeDesk, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither in the store nor in the log nor in the thread."""
    session = await house.open()
    asked: list[Intent] = [Dashboard(house.origin(ANA)), MakeToken(house.origin(ANA), "laptop")]
    link, token = [await desk.receive(intent) for intent in asked]
    secrets = (secret_of(link), token_of(token))
    await house.settle()
    async with open_engine(database_url) as engine, engine.connect() as connection:
        kept = [repr((await connection.execute(select(table))).all()) for table in metadata.sorted_tables]
    out = capsys.readouterr().out
    seen = " ".join(text for message in house.thread(session) for text in message.history)
    for secret in secrets:
        assert secret not in " ".join(kept)
        assert secret not in seen
        assert secret not in out
