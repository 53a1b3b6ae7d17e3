"""People, what they may, and what it cost."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, Self

from adapters.web.api.values import Model
from core.accounts import Caller, Member, NewToken, Role, Scope, Token
from core.intents import Person
from core.library import Spent


class APerson(Model):
    team: str
    id: str

    @classmethod
    def of(cls, person: Person) -> Self:
        return cls(team=person.team, id=person.id)


class Me(Model):
    platform: str
    workspace: str
    person: APerson
    name: str
    role: Role
    scopes: list[Scope]

    @classmethod
    def of(cls, who: Caller) -> Self:
        return cls(
            platform=who.platform,
            workspace=who.workspace,
            person=APerson.of(who.person),
            name=who.name,
            role=who.role,
            scopes=sorted(who.scopes),
        )


class AChannel(Model):
    id: str
    name: str


class Channels(Model):
    items: list[AChannel]


class AToken(Model):
    """`hint`: its first characters."""

    id: str
    name: str
    hint: str
    scopes: list[Scope]
    made_at: datetime
    until: datetime
    used_at: datetime | None

    @classmethod
    def of(cls, token: Token) -> Self:
        return cls(**_token(token))


class FreshToken(AToken):
    """`secret`: told once."""

    secret: str

    @classmethod
    def new(cls, fresh: NewToken) -> Self:
        return cls(**_token(fresh.token), secret=fresh.secret)


def _token(token: Token) -> dict[str, Any]:
    return {
        "id": token.id,
        "name": token.name,
        "hint": token.hint,
        "scopes": sorted(token.scopes),
        "made_at": token.made_at,
        "until": token.until,
        "used_at": token.used_at,
    }


class Tokens(Model):
    items: list[AToken]


class AMember(Model):
    person: APerson
    name: str
    role: Role

    @classmethod
    def of(cls, member: Member) -> Self:
        return cls(person=APerson.of(member.person), name=member.name, role=member.role)


class Members(Model):
    items: list[AMember]


class Cost(Model):
    """`key`: a person's id, a session's id, or a day (UTC). `cost`: US dollars."""

    key: str
    name: str
    calls: int
    prompt_tokens: int
    completion_tokens: int
    cost: Decimal

    @classmethod
    def of(cls, spent: Spent) -> Self:
        return cls(
            key=spent.key,
            name=spent.name,
            calls=spent.calls,
            prompt_tokens=spent.prompt_tokens,
            completion_tokens=spent.completion_tokens,
            cost=spent.cost,
        )


class Usage(Model):
    items: list[Cost]
