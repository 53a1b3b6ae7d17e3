"""What callers send."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from adapters.web.api.values import (
    ALanguage,
    AnAgentType,
    Identifier,
    Integral,
    Line,
    Model,
    Name,
    Notes,
    Number,
    Ref,
    Said,
    Title,
)
from core.accounts import TOKEN_DAYS, Role, Scope
from core.vocabulary import Language


def _examples(*examples: JsonDict) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [*examples]})


class NewSession(Model):
    """`channel`: where the session's thread is to be; without one it lives on the web alone. All requirements together:
    at most 3,000 characters."""

    model_config = _examples(
        {
            "title": "Price watcher",
            "agent_type": "web_crawler",
            "requirements": ["Crawl politely", "Write a CSV file a day"],
            "tech_stack": "Python",
            "constraints": "No cloud",
        }
    )

    title: Title
    agent_type: AnAgentType
    requirements: Annotated[list[Line], Field(max_length=100, default_factory=list)]
    tech_stack: Notes = ""
    constraints: Notes = ""
    channel: Ref | None = None


class Renamed(Model):
    model_config = _examples({"title": "Price watcher for books"})

    title: Title


class NewMessage(Model):
    """What begins with `//` is for the humans: it is kept, never answered, and no model sees it."""

    model_config = _examples({"text": "Take the prices of the second shop, too."})

    text: Said


class Edited(Model):
    number: Number
    text: Line


class RequirementChanges(Model):
    """Numbers that are not there, or say so already, are left alone."""

    model_config = _examples(
        {"add": ["Sort by price"], "edit": [{"number": 1, "text": "Crawl slowly"}], "withdraw": [2]}
    )

    add: Annotated[list[Line], Field(max_length=100, default_factory=list)]
    edit: Annotated[list[Edited], Field(max_length=100, default_factory=list)]
    withdraw: Annotated[list[Number], Field(max_length=100, default_factory=list)]


class Order(Model):
    """`language`: the one asked for last, when nobody says."""

    model_config = _examples({"language": "python"}, {})

    language: ALanguage | None = None


class TestOrder(Model):
    """`automation`: the newest version, when nobody says."""

    __test__ = False  # pytest would take it for a test
    model_config = _examples({})

    automation: Identifier | None = None


class TokenOrder(Model):
    """`scopes`: no more than the caller has. `days`: until it ends."""

    model_config = _examples({"name": "nightly job", "scopes": ["read"], "days": 30})

    name: Name
    scopes: Annotated[
        list[Annotated[Scope, Field(strict=False)]],
        Field(min_length=1, max_length=len(Scope), default_factory=lambda: list(Scope)),
    ]
    days: Annotated[int, Field(ge=1, le=365), Integral] = TOKEN_DAYS


class Settings(Model):
    """`model`: "" takes the installation's. `retention_days`: a session without a word for so long is deleted; `null`:
    never. `language`: what *generate* takes when nobody says."""

    model_config = _examples(
        {"model": "", "maintainers_only": False, "retention_days": 180, "language": "python"}
    )

    model: Annotated[str, Field(max_length=100, pattern=r"^[A-Za-z0-9_.:/@~-]*$")] = ""
    maintainers_only: bool = False
    retention_days: Annotated[int, Field(ge=1, le=3_650), Integral] | None = None
    language: ALanguage = Language.AUTO


class RoleGiven(Model):
    """`team`: the person's own workspace. `member` takes back what was given."""

    model_config = _examples({"team": "T1", "id": "U1", "role": "maintainer"})

    team: Ref
    id: Ref
    role: Annotated[Role, Field(strict=False)]
