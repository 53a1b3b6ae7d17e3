"""Signing in and being known again; every wrong way in stays shut."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from core.accounts import EVERYTHING, Caller, NewToken, Role, Scope, WorkspaceSettings
from core.errors import RequestRefused
from core.intake.signing import MOST_TOKENS, Signing
from core.intents import Person, Place
from core.storage import tables
from core.storage.engine import open_engine
from core.storage.unit_of_work import Database
from core.vocabulary import Language
from tests.fakes.house import FakeClock
from tests.intake.people import ANA, BEN, CLEO, HOME, OPA, OTHER_PLATFORM, OTHER_WORKSPACE, Telling, caller

READ = frozenset({Scope.READ})
HOSTILE = ["", "x" * 100_000, "tw_", "tw_\x00", "\ud800", "' OR 1=1 --", "tw_" + "é" * 50]


async def signed_in(signing: Signing, person: Person = ANA, place: Place = HOME) -> tuple[str, Caller]:
    done = await signing.sign_in(await signing.link(place, person))
    assert done is not None
    return done.cookie, done.caller


async def token(signing: Signing, person: Person = ANA, days: int = 90, name: str = "CI") -> NewToken:
    return await signing.new_token("slack", "T1", person, name, EVERYTHING, days)


async def test_a_link_signs_the_person_in_who_asked_for_it(signing: Signing) -> None:
    cookie, known = await signed_in(signing)
    assert (known.platform, known.workspace, known.person, known.name) == ("slack", "T1", ANA, "Ana")
    assert (known.role, known.scopes) == (Role.MEMBER, EVERYTHING)
    assert len(known.csrf) >= 32
    assert cookie not in known.key
    assert await signing.by_cookie(cookie) == known


async def test_a_link_from_a_session_of_the_browser_leads_home(signing: Signing) -> None:
    _, known = await signed_in(signing, place=Place("web", "slack:T1", "T1:UANA"))
    assert (known.platform, known.workspace) == ("slack", "T1")


async def test_a_link_works_once(signing: Signing) -> None:
    secret = await signing.link(HOME, ANA)
    assert await signing.sign_in(secret) is not None
    assert await signing.sign_in(secret) is None


async def test_of_two_who_open_a_link_at_once_one_comes_in(signing: Signing) -> None:
    secret = await signing.link(HOME, ANA)
    done = await asyncio.gather(*(signing.sign_in(secret) for _ in range(5)))
    assert sum(one is not None for one in done) == 1


async def test_a_link_is_over_after_ten_minutes(signing: Signing, clock: FakeClock) -> None:
    secret = await signing.link(HOME, ANA)
    clock.at += timedelta(minutes=10)
    assert await signing.sign_in(secret) is None


async def test_each_link_is_another(signing: Signing) -> None:
    first, second = await signing.link(HOME, ANA), await signing.link(HOME, BEN)
    done = await signing.sign_in(second)
    assert first != second
    assert done is not None
    assert done.caller.person == BEN


@pytest.mark.parametrize("secret", HOSTILE)
async def test_what_is_no_secret_opens_nothing(signing: Signing, secret: str) -> None:
    assert await signing.sign_in(secret) is None
    assert await signing.by_cookie(secret) is None
    assert await signing.by_token(secret) is None
    await signing.sign_out(secret)


async def test_one_kind_of_secret_is_no_other(signing: Signing) -> None:
    link = await signing.link(HOME, ANA)
    made = await token(signing)
    cookie, _ = await signed_in(signing, BEN)
    assert await signing.by_cookie(link) is None
    assert await signing.by_cookie(made.secret) is None
    assert await signing.by_token(cookie) is None
    assert await signing.by_token(f"tw_{cookie}") is None
    assert await signing.sign_in(cookie) is None
    assert await signing.sign_in(made.secret) is None


async def test_a_cookie_ends_by_signing_out_and_by_age(signing: Signing, clock: FakeClock) -> None:
    (first, _), (second, _) = await signed_in(signing), await signed_in(signing)
    await signing.sign_out(first)
    assert await signing.by_cookie(first) is None
    assert await signing.by_cookie(second) is not None
    clock.at += timedelta(days=14)
    assert await signing.by_cookie(second) is None


async def test_no_secret_is_in_the_database(signing: Signing, database_url: str) -> None:
    link = await signing.link(HOME, ANA)
    cookie, known = await signed_in(signing)
    made = await token(signing)
    stored = ""
    async with open_engine(database_url) as engine, engine.connect() as connection:
        for table in (tables.sign_in_links, tables.web_sessions, tables.api_tokens):
            stored += str((await connection.execute(select(table))).all())
    assert not [secret for secret in (link, cookie, made.secret) if secret in stored]
    assert known.csrf in stored, "the search finds what is there"


# ---- tokens


async def test_a_token_is_its_person(signing: Signing) -> None:
    made = await signing.new_token("slack", "T1", ANA, "  my\tCI ", READ, 30)
    known = await signing.by_token(made.secret)
    assert made.secret.startswith("tw_")
    assert made.secret.startswith(made.token.hint)
    assert made.token.name == "my CI"
    assert known is not None
    assert (known.person, known.name, known.scopes, known.csrf) == (ANA, "Ana", READ, "")
    assert known.key == f"token:{made.token.id}"


async def test_a_token_ends_by_revoking_and_by_age(signing: Signing, clock: FakeClock) -> None:
    first, second = await token(signing), await token(signing, days=1)
    assert await signing.revoke("slack", "T1", ANA, first.token.id)
    assert not await signing.revoke("slack", "T1", ANA, first.token.id)
    assert await signing.by_token(first.secret) is None
    assert [one.id for one in await signing.tokens("slack", "T1", ANA)] == [second.token.id]
    clock.at += timedelta(days=1)
    assert await signing.by_token(second.secret) is None
    assert await signing.tokens("slack", "T1", ANA) == []


@pytest.mark.parametrize(
    ("platform", "workspace", "person"),
    [
        ("slack", "T1", BEN),
        ("slack", "T2", ANA),
        ("discord", "T1", ANA),
        ("slack", "T1", Person("T2", "UANA")),
    ],
)
async def test_nobody_sees_or_revokes_the_token_of_another(
    signing: Signing, platform: str, workspace: str, person: Person
) -> None:
    made = await token(signing)
    assert await signing.tokens(platform, workspace, person) == []
    assert not await signing.revoke(platform, workspace, person, made.token.id)
    assert await signing.by_token(made.secret) is not None


async def test_the_use_of_a_token_is_noted_to_the_minute(signing: Signing, clock: FakeClock) -> None:
    made = await token(signing)
    seen = []
    for seconds in (20, 20, 60):
        clock.at += timedelta(seconds=seconds)
        await signing.by_token(made.secret)
        (shown,) = await signing.tokens("slack", "T1", ANA)
        seen.append(shown.used_at)
    assert seen[0] == seen[1]
    assert seen[2] is not None
    assert seen[1] is not None
    assert seen[2] > seen[1]


@pytest.mark.parametrize(
    ("name", "scopes", "days", "field"),
    [
        ("", READ, 1, "name"),
        ("   ", READ, 1, "name"),
        ("x" * 101, READ, 1, "name"),
        ("a\x00b", READ, 1, "name"),
        ("CI", frozenset[Scope](), 1, "scopes"),
        ("CI", READ, 0, "days"),
        ("CI", READ, 366, "days"),
    ],
)
async def test_a_wrong_token_is_refused_with_its_field(
    signing: Signing, name: str, scopes: frozenset[Scope], days: int, field: str
) -> None:
    with pytest.raises(RequestRefused) as refused:
        await signing.new_token("slack", "T1", ANA, name, scopes, days)
    assert refused.value.field == field


async def test_nobody_has_tokens_without_end(signing: Signing) -> None:
    for _ in range(MOST_TOKENS):
        await token(signing)
    with pytest.raises(RequestRefused):
        await token(signing)
    await token(signing, BEN)


# ---- roles


async def role(signing: Signing, person: Person) -> Role:
    return (await signed_in(signing, person))[1].role


async def test_the_highest_role_counts(signing: Signing, slack: Telling) -> None:
    slack.standings = {"UBEN": "admin", "UCLEO": "guest"}
    assert [await role(signing, one) for one in (ANA, BEN, CLEO, OPA)] == [
        Role.MEMBER,
        Role.MAINTAINER,
        Role.MEMBER,
        Role.OPERATOR,
    ]
    await signing.set_role(caller(BEN, Role.MAINTAINER), ANA, Role.MAINTAINER)
    assert await role(signing, ANA) is Role.MAINTAINER


async def test_an_operator_is_one_in_that_workspace_alone(signing: Signing) -> None:
    for place in (OTHER_WORKSPACE, OTHER_PLATFORM):
        assert (await signed_in(signing, OPA, place))[1].role is Role.MEMBER


async def test_while_the_platform_is_silent_everybody_is_a_member(
    signing: Signing, slack: Telling, clock: FakeClock
) -> None:
    slack.standings = {"UBEN": "admin"}
    await signing.set_role(caller(BEN, Role.MAINTAINER), ANA, Role.MAINTAINER)
    cookies = {one: (await signed_in(signing, one))[0] for one in (ANA, BEN, OPA)}
    slack.silent = True
    clock.at += timedelta(seconds=61)
    for cookie in cookies.values():
        known = await signing.by_cookie(cookie)
        assert known is not None
        assert known.role is Role.MEMBER
    assert await signing.role_of("slack", "T1", BEN) is None
    slack.silent = False
    clock.at += timedelta(seconds=6)
    assert await signing.role_of("slack", "T1", BEN) is Role.MAINTAINER


async def test_a_platform_that_is_not_connected_is_silent(database: Database, clock: FakeClock) -> None:
    signing = Signing(database, clock, frozenset({("slack", "T1", "UOPA")}), {})
    _, known = await signed_in(signing, OPA)
    assert (known.role, known.name) == (Role.MEMBER, "UOPA")


async def test_a_guest_is_a_member_whatever_was_given(
    signing: Signing, slack: Telling, clock: FakeClock
) -> None:
    await signing.set_role(caller(BEN, Role.MAINTAINER), CLEO, Role.MAINTAINER)
    slack.standings = {"UCLEO": "guest"}
    clock.at += timedelta(seconds=61)
    assert await role(signing, CLEO) is Role.MEMBER


async def test_the_platform_is_asked_once_a_minute(
    signing: Signing, slack: Telling, clock: FakeClock
) -> None:
    cookie, _ = await signed_in(signing)
    for _ in range(5):
        await signing.by_cookie(cookie)
    assert slack.asked["standing"] == 1
    clock.at += timedelta(seconds=61)
    await signing.by_cookie(cookie)
    assert slack.asked["standing"] == 2


async def test_a_role_is_given_and_taken_at_once(signing: Signing) -> None:
    cookie, _ = await signed_in(signing)
    boss = caller(BEN, Role.MAINTAINER)
    for role in (Role.MAINTAINER, Role.MEMBER):
        await signing.set_role(boss, ANA, role)
        known = await signing.by_cookie(cookie)
        assert known is not None
        assert known.role is role
    assert await signing.members(boss) == []


async def test_members_are_those_of_the_workspace(signing: Signing) -> None:
    boss = caller(BEN, Role.MAINTAINER)
    await signing.set_role(boss, ANA, Role.MAINTAINER)
    assert [(one.person, one.name, one.role) for one in await signing.members(caller())] == [
        (ANA, "Ana", Role.MAINTAINER)
    ]
    for place in (OTHER_WORKSPACE, OTHER_PLATFORM):
        assert await signing.members(caller(place=place)) == []
        assert (await signed_in(signing, ANA, place))[1].role is Role.MEMBER


@pytest.mark.parametrize(
    ("giver", "taker", "given"),
    [
        (Role.MEMBER, ANA, Role.MAINTAINER),
        (Role.MEMBER, ANA, Role.MEMBER),
        (Role.MAINTAINER, ANA, Role.OPERATOR),
        (Role.MAINTAINER, OPA, Role.MEMBER),
        (Role.OPERATOR, CLEO, Role.MAINTAINER),
    ],
)
async def test_a_role_beyond_ones_own_and_for_a_guest_is_refused(
    signing: Signing, slack: Telling, giver: Role, taker: Person, given: Role
) -> None:
    slack.standings = {"UCLEO": "guest"}
    await signing.set_role(caller(OPA, Role.OPERATOR), OPA, Role.OPERATOR)
    with pytest.raises(RequestRefused):
        await signing.set_role(caller(BEN, giver), taker, given)


async def test_no_role_is_given_while_the_platform_is_silent(signing: Signing, slack: Telling) -> None:
    slack.silent = True
    with pytest.raises(RequestRefused):
        await signing.set_role(caller(BEN, Role.MAINTAINER), ANA, Role.MAINTAINER)
    await signing.set_role(caller(BEN, Role.MAINTAINER), ANA, Role.MEMBER)


# ---- settings


SET = WorkspaceSettings("some/model", maintainers_only=True, retention_days=30, language=Language.BASH)


async def test_settings_are_those_of_one_workspace(signing: Signing) -> None:
    boss = caller(BEN, Role.MAINTAINER)
    assert await signing.settings(boss) == WorkspaceSettings()
    await signing.change_settings(boss, replace(SET, retention_days=None))
    await signing.change_settings(boss, SET)
    assert await signing.settings(caller()) == SET
    for place in (OTHER_WORKSPACE, OTHER_PLATFORM):
        assert await signing.settings(caller(place=place)) == WorkspaceSettings()


async def test_a_member_changes_no_settings(signing: Signing) -> None:
    with pytest.raises(RequestRefused):
        await signing.change_settings(caller(), SET)
    assert await signing.settings(caller()) == WorkspaceSettings()


@pytest.mark.parametrize(
    "wrong",
    [
        replace(SET, retention_days=0),
        replace(SET, retention_days=100_000),
        replace(SET, model="x" * 201),
        replace(SET, model="two words"),
        replace(SET, model="a\x00"),
    ],
)
async def test_wrong_settings_are_refused_with_their_field(
    signing: Signing, wrong: WorkspaceSettings
) -> None:
    with pytest.raises(RequestRefused) as refused:
        await signing.change_settings(caller(BEN, Role.MAINTAINER), wrong)
    assert refused.value.field in ("model", "retention_days")
